/** Who is calling: tokens, their scopes, and the Reader that goes with them. */
import { join } from 'node:path';
import { type Clock, CodedError } from '../model/index.ts';
import { attempts } from './attempts.ts';
import { tokenOf } from './credentials.ts';
import type { Options } from './options.ts';
import { ADMIN, ANONYMOUS, EVERYBODY, type Reader } from './reader.ts';
import { readTokens, type StoredToken, writeTokens } from './token-file.ts';
import { hashToken, makeToken, type Scope, sameHash } from './tokens.ts';

export interface Identity {
  readonly reader: Reader;
  readonly scopes: ReadonlySet<Scope>;
  /** For records of who did what: `admin`, `ingest`, `anonymous`. Never the token. */
  readonly name: string;
  /** What it may do over the SensorThings API. `observe`: create Observations, as devices and their networks do. */
  readonly writes: 'nothing' | 'observe' | 'everything';
}

/** Who shows no token, where the options open nothing to them. */
export const NOBODY: Identity = { reader: ANONYMOUS, scopes: new Set(), name: 'anonymous', writes: 'nothing' };

/** Tokens that were made at this start, for printing once: nobody can read them again. */
export type MadeTokens = Readonly<Partial<Record<Scope, string>>>;

export interface AccessPorts {
  /** The hub's data folder; `access.json` lies in it. */
  readonly directory: string;
  readonly options: Options;
  readonly clock: Clock;
  /** A wrong token was shown, or an address was refused: count it. */
  refused(reason: 'token' | 'attempts'): void;
}

/** What of a request says who calls. */
export interface CallerHeaders {
  readonly authorization?: string | undefined;
}

export interface Access {
  /** Reads the tokens; makes those that neither file nor options give, and returns them. Throws `hub.storage`. */
  start(): Promise<MadeTokens>;
  stop(): Promise<void>;
  /** Whoever shows no token. */
  readonly nobody: Identity;
  /** Whose token it is, for doors without HTTP (the password of an MQTT client). Throws as `identify`, and counts with it. */
  verify(token: string, address: string): Identity;
  /**
   * The caller of a request; `nobody` without a token. Throws `access.token` for a wrong one (never treats it as none: a
   * mistyped token must not look like missing data) and `access.attempts` for an address with too many wrong ones.
   */
  identify(headers: CallerHeaders, address: string): Identity;
  /** Shorthand for the Reader of `identify`. */
  readerOf(headers: CallerHeaders, address: string): Reader;
  /** `identify`, then throws `access.token` (nobody) or `access.denied` (another token) where the scope is missing. */
  require(scope: Scope, headers: CallerHeaders, address: string): Identity;
}

type Openness = Pick<Options, 'anonymousReads' | 'anonymousWrites'>;

/** Everybody without a token. What the options open to them are rights over data, never a scope: `/admin` stays closed. */
function anybody({ anonymousReads, anonymousWrites }: Openness): Identity {
  return {
    ...NOBODY,
    reader: anonymousReads === 'everything' ? EVERYBODY : ANONYMOUS,
    writes: anonymousWrites ? 'everything' : 'nothing',
  };
}

/** By the scope of the token. Members of organisations will get theirs here too: a reader of kind `member`. */
function identities(nobody: Identity): Readonly<Record<Scope, Identity>> {
  return {
    admin: { reader: ADMIN, scopes: new Set(['admin', 'ingest']), name: 'admin', writes: 'everything' },
    // devices and networks carry it about: it delivers, and sees no more than anybody, nor less
    ingest: {
      reader: nobody.reader,
      scopes: new Set(['ingest']),
      name: 'ingest',
      writes: nobody.writes === 'everything' ? 'everything' : 'observe',
    },
  };
}

const SCOPES: readonly Scope[] = ['admin', 'ingest'];

export function access({ directory, options, clock, refused }: AccessPorts): Access {
  const file = join(directory, 'access.json');
  const tries = attempts(clock, options);
  const nobody = anybody(options);
  const byScope = identities(nobody);
  let known: readonly { readonly scope: Scope; readonly sha256: string }[] = [];
  const preset: Readonly<Record<Scope, string | null>> = { admin: options.adminToken, ingest: options.ingestToken };

  const holderOf = (token: string): Identity | null => {
    const hash = hashToken(token);
    // All are compared, so that the time says nothing about which one it was.
    const found = known.filter(({ sha256 }) => sameHash(sha256, hash));
    return found.length === 0 ? null : byScope[found[0]!.scope];
  };

  /** `given`: null for a header that holds no token. */
  const judge = (given: string | null, address: string): Identity => {
    const identity = given === null ? null : holderOf(given);
    // the right token passes always: behind a proxy strangers would lock out everybody who comes from its address
    if (identity !== null) return identity;
    if (tries.blocked(address)) {
      refused('attempts');
      throw new CodedError(
        'access.attempts',
        `too many wrong tokens from this address; wait ${options.failureSeconds} seconds`,
        { retryAfter: options.failureSeconds },
      );
    }
    tries.failed(address);
    refused('token');
    const detail =
      given === null ? 'the Authorization header must be "Bearer <token>"' : 'this token is not known here';
    throw new CodedError('access.token', detail);
  };
  const identify = ({ authorization }: CallerHeaders, address: string): Identity =>
    authorization === undefined ? nobody : judge(tokenOf(authorization)?.token ?? null, address);

  return {
    async start() {
      const stored: StoredToken[] = await readTokens(file);
      const made: Partial<Record<Scope, string>> = {};
      for (const scope of SCOPES) {
        if (preset[scope] !== null || stored.some((token) => token.scope === scope)) continue;
        const token = makeToken(scope);
        made[scope] = token;
        stored.push({ scope, sha256: hashToken(token), madeAt: new Date(clock.now()).toISOString() });
      }
      if (Object.keys(made).length > 0) await writeTokens(file, stored);
      // A preset token replaces the stored ones of its scope: whoever sets it expects the old ones to be dead.
      known = SCOPES.flatMap((scope) => {
        const own = preset[scope];
        return own === null ? stored.filter((token) => token.scope === scope) : [{ scope, sha256: hashToken(own) }];
      });
      return made;
    },
    async stop() {
      known = [];
    },
    nobody,
    verify: judge,
    identify,
    readerOf: (headers, address) => identify(headers, address).reader,
    require(scope, headers, address) {
      const identity = identify(headers, address);
      if (identity.scopes.has(scope)) return identity;
      if (identity === nobody) throw new CodedError('access.token', `this needs a token with the scope ${scope}`);
      throw new CodedError('access.denied', `the token lacks the scope ${scope}`);
    },
  };
}
