/** The admin API over HTTP. */
import { CODES, type ErrorCode } from '../../../services/model/index.ts';
import type {
  BackupStatus,
  Erasure,
  Freeze,
  Job,
  KeptBackups,
  Letter,
  LetterFilter,
  LetterPage,
  Named,
  Offer,
  RetentionReport,
  Selection,
  Status,
} from './answers.ts';
import type { Options } from './options.ts';

/** What the hub did not do, in its own words. */
export class AdminError extends Error {
  /** HTTP status; 0: the hub did not answer. */
  readonly status: number;
  /** One of `services/model/codes.ts`; null: the hub gave none. */
  readonly code: ErrorCode | null;
  constructor(status: number, code: ErrorCode | null, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'AdminError';
    this.status = status;
    this.code = code;
  }
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly long?: boolean;
}

/** Which dead letters an action is about: of a filter, single ones, or all. */
export type LetterChoice = LetterFilter | { readonly records: readonly number[] } | { readonly all: true };

/** Every function rejects with AdminError. */
export class Admin {
  readonly #base: URL;
  readonly #token: string;
  readonly #options: Options;
  /** The token is not (or no longer) one of an operator. */
  readonly #refused: (error: AdminError) => void;

  /** `base`: where the hub's own pages stand. */
  constructor(base: URL, token: string, options: Options, refused: (error: AdminError) => void = () => undefined) {
    this.#base = base;
    this.#token = token;
    this.#options = options;
    this.#refused = refused;
  }

  status(): Promise<Status> {
    return this.#json('admin/status');
  }

  letters(filter: LetterFilter, before: string | null): Promise<LetterPage> {
    const query = new URLSearchParams(Object.entries(filter));
    query.set('limit', String(this.#options.pageSize));
    if (before !== null) query.set('before', before);
    return this.#json(`admin/dead-letters?${query}`);
  }

  letter(record: string): Promise<Letter> {
    return this.#json(`admin/dead-letters/${encodeURIComponent(record)}`);
  }

  requeue(choice: LetterChoice, dryRun: boolean): Promise<Job> {
    return this.#json(`admin/dead-letters/requeue?dryRun=${dryRun}`, { method: 'POST', body: choice });
  }

  dismiss(choice: LetterChoice, reason: string): Promise<{ readonly dismissed: number; readonly more: boolean }> {
    return this.#json('admin/dead-letters/dismiss', { method: 'POST', body: { ...choice, reason }, long: true });
  }

  async offers(): Promise<readonly Offer[]> {
    return (await this.#json<{ offers: Offer[] }>('admin/decode-again/offers', { long: true })).offers;
  }

  dismissOffer(model: string): Promise<unknown> {
    return this.#json('admin/decode-again/offers/dismiss', { method: 'POST', body: { model } });
  }

  decodeAgain(selection: Selection, dryRun: boolean): Promise<Job> {
    return this.#json('admin/decode-again', { method: 'POST', body: { ...selection, dryRun } });
  }

  async jobs(): Promise<readonly Job[]> {
    return (await this.#json<{ jobs: Job[] }>('admin/jobs')).jobs;
  }

  job(id: number): Promise<Job> {
    return this.#json(`admin/jobs/${id}`);
  }

  /** Answers when it has ended. */
  cancel(id: number): Promise<Job> {
    return this.#json(`admin/jobs/${id}`, { method: 'DELETE', long: true });
  }

  /** Models of the devices, as far as they were looked at, by name. */
  async models(): Promise<readonly string[]> {
    const { devices } = await this.#json<{ devices: { model: string | null }[] }>(
      `admin/devices?limit=${this.#options.devices}`,
    );
    return [...new Set(devices.flatMap(({ model }) => model ?? []))].sort();
  }

  retention(): Promise<RetentionReport> {
    return this.#json('admin/retention', { long: true });
  }

  /** The newest first. */
  async freezes(): Promise<readonly Freeze[]> {
    const all: Freeze[] = [];
    for (let path: string | null = '/admin/freezes'; path !== null; ) {
      const page: { freezes: Freeze[]; nextLink: string | null } = await this.#json(path.slice(1));
      all.push(...page.freezes);
      path = page.nextLink;
    }
    return all;
  }

  freeze(named: Named): Promise<Freeze> {
    return this.#json('admin/freezes', { method: 'POST', body: named, long: true });
  }

  lift(id: string, reason: string): Promise<Freeze> {
    const query = new URLSearchParams({ reason });
    return this.#json(`admin/freezes/${encodeURIComponent(id)}?${query}`, { method: 'DELETE', long: true });
  }

  /** The newest first. */
  async erasures(): Promise<readonly Erasure[]> {
    const all: Erasure[] = [];
    for (let path: string | null = '/admin/erasures'; path !== null; ) {
      const page: { erasures: Erasure[]; nextLink: string | null } = await this.#json(path.slice(1));
      all.push(...page.erasures);
      path = page.nextLink;
    }
    return all;
  }

  erase(named: Named): Promise<Erasure> {
    return this.#json('admin/erasures', { method: 'POST', body: named, long: true });
  }

  /** The text that can be filed, and its SHA-256. */
  async receipt(id: string): Promise<{ readonly text: string; readonly sha256: string }> {
    const response = await this.#ask(`admin/erasures/${encodeURIComponent(id)}/receipt`, {});
    return { text: await response.text(), sha256: response.headers.get('X-SHA256') ?? '' };
  }

  /** What people call it; null: the hub knows none of this name. */
  async nameOf(named: Named): Promise<string | null> {
    const { device, thing, datastreams } = named;
    try {
      if (device !== undefined)
        return (await this.#json<{ name: string }>(`admin/devices/${encodeURIComponent(device)}`)).name;
      const entity = thing !== undefined ? `Things(${thing})` : `Datastreams(${datastreams?.[0]})`;
      return (await this.#json<{ name: string }>(`v1.1/${entity}?$select=name`)).name;
    } catch (error) {
      if (error instanceof AdminError && error.status === 404) return null;
      throw error;
    }
  }

  backup(): Promise<BackupStatus> {
    return this.#json('admin/backup');
  }

  backups(): Promise<KeptBackups> {
    return this.#json('admin/backups');
  }

  beginBackup(): Promise<BackupStatus> {
    return this.#json('admin/backup', { method: 'POST' });
  }

  async #json<T>(path: string, asked: Asked = {}): Promise<T> {
    const response = await this.#ask(path, asked);
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw new AdminError(0, null, `${path} did not answer with JSON`, { cause });
    }
  }

  async #ask(path: string, { method = 'GET', body, long = false }: Asked): Promise<Response> {
    const { timeout, longTimeout } = this.#options;
    // browsers can't send it, and no token of a hub looks so
    if (!/^[\x21-\x7e]+$/.test(this.#token)) throw new AdminError(401, 'access.token', '');
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#base), {
        method,
        cache: 'no-store',
        credentials: 'omit',
        headers: {
          Authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(long ? longTimeout : timeout),
      });
    } catch (cause) {
      throw new AdminError(0, null, '', { cause });
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    if (response.status === 401 || response.status === 403) this.#refused(error);
    throw error;
  }
}

/** A problem document [RFC 9457], or whatever a proxy in front says. */
async function errorOf(response: Response): Promise<AdminError> {
  const { status, statusText } = response;
  try {
    const { code, detail } = (await response.json()) as { code?: unknown; detail?: unknown };
    return new AdminError(status, isCode(code) ? code : null, typeof detail === 'string' ? detail : statusText);
  } catch {
    return new AdminError(status, null, `${status} ${statusText}`);
  }
}

function isCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(CODES, text);
}
