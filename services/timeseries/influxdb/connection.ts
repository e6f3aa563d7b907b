/**
 * Requests to one InfluxDB. The official client is the transport and nothing else: no buffer, no retry of its own, because
 * those lose data. One call is one request, and it resolves with what the server said of it.
 */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InfluxDB, type Transport } from '@influxdata/influxdb-client';
import { Fault } from '../threads/fault.ts';
import { Alive, BACK_MS, PING_MS } from './alive.ts';
import { type Dialect, dialectOf, type Generation, generationOf, type Where } from './generations.ts';
import { LateWrites, mayComeLate } from './late-writes.ts';
import type { InfluxOptions } from './options.ts';
import { isAnswer, isMissing, ServerFault, serverFault, wordsOf } from './server-fault.ts';

/** null: every line is stored. Else InfluxDB refused some of them, perhaps all; the others are stored, or not (413). */
export type Refusal = { readonly status: 400 | 413 | 422; readonly detail: string } | null;

/** One series of a JSON answer. */
export interface JsonSeries {
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values?: readonly (readonly unknown[])[];
}

export interface ServerFacts {
  readonly generation: Generation;
  /** As the server says it, `1.6.7~rc0`. */
  readonly version: string;
}

interface Waiting {
  readonly started?: (headers: unknown) => void;
  /** It is given up: nobody knows whether it will still be done. */
  readonly late?: () => void;
  /** The one status by which the server says that it is done; whoever else answers in its place says another. */
  readonly done?: number;
  /** Ends it, with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly milliseconds?: number;
}

export class Connection {
  readonly lateWrites: LateWrites;
  readonly #options: InfluxOptions;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #transport: Transport;
  /** The server in messages. */
  readonly #server: string;
  readonly #alive: Alive;
  #dialect: Dialect | null = null;
  #epoch = 0;
  #ended: () => void = () => {};

  /** Throws hub.storage where `tlsCa` can't be read. `sockets`: connections at once. */
  constructor(options: InfluxOptions, sockets = options.parallelRequests) {
    this.#options = options;
    this.lateWrites = new LateWrites(options.settleMs);
    this.#server = `InfluxDB at ${options.url}`;
    const pool = { keepAlive: true, maxSockets: sockets };
    const tls = { rejectUnauthorized: !options.tlsInsecure, ...certificates(options.tlsCa) };
    const isTls = options.url.startsWith('https:');
    this.#agent = isTls ? new HttpsAgent({ ...pool, ...tls }) : new HttpAgent(pool);
    this.#alive = new Alive(options.url, tls);
    watch(this.#agent, () => {
      this.#epoch++;
      this.#ended();
    });
    const { transport } = new InfluxDB({
      url: options.url.replace(/\/+$/, ''),
      // how long is waited is said here, request by request: the client's own 10 s would cut the options short
      timeout: 0,
      transportOptions: { agent: this.#agent },
    }) as unknown as { transport: Transport };
    this.#transport = transport;
    if (options.generation !== 'auto') this.#dialect = dialectOf(Number(options.generation) as Generation, options);
  }

  /** Grows when a connection has ended: another server, or one with other data, may answer from now on. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Called whenever `epoch` grows. */
  onEnd(ended: () => void): void {
    this.#ended = ended;
  }

  /** The generation's way of speaking. Throws store.unavailable as long as nobody has answered. */
  get dialect(): Dialect {
    if (this.#dialect === null)
      throw new ServerFault('store.unavailable', `${this.#server} has not answered yet.`, false);
    return this.#dialect;
  }

  /** Asks who is there; from then on `dialect` is known. Throws store.unavailable, store.credentials. */
  async ping(): Promise<ServerFacts> {
    let headers: Readonly<Record<string, unknown>> = {};
    const started = (received: unknown) => {
      headers = received as Readonly<Record<string, unknown>>;
    };
    const body = await this.#request('/ping', '', 'GET', {}, { started });
    const version = versionOf(headers, body);
    const found = generationOf(version, String(headers['x-influxdb-build'] ?? ''));
    const { generation } = this.#options;
    if (generation === 'auto') {
      if (found === null) {
        const detail = `${this.#server} does not say which InfluxDB it is (version "${version}"); set timeseries.influxdb.generation`;
        throw new ServerFault('store.unavailable', detail, false);
      }
      // a server that was updated is asked in its new way from now on
      if (this.#dialect?.generation !== found) this.#dialect = dialectOf(found, this.#options);
    }
    return { generation: this.dialect.generation, version };
  }

  /**
   * One request with these lines, times in nanoseconds; resolves when InfluxDB has them on its disk, or has refused some. Throws
   * ServerFault, which says whether they may be stored all the same.
   */
  async write(lines: string, where: Where): Promise<Refusal> {
    const { path, headers } = this.dialect.write(where);
    try {
      const type = { 'content-type': 'text/plain; charset=utf-8' };
      await this.#request(
        path,
        lines,
        'POST',
        { ...headers, ...type },
        { late: () => this.lateWrites.expect(), done: 204 },
      );
      return null;
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      if (error instanceof ServerFault && error.perhapsDone && mayComeLate(cause)) this.lateWrites.expect();
      const status = isAnswer(cause) ? cause.statusCode : 0;
      if ((status === 400 || status === 413 || status === 422) && !isMissing(wordsOf(cause)))
        return { status, detail: wordsOf(cause) };
      throw error;
    }
  }

  /**
   * InfluxQL, answered as CSV (3.x: JSON) with times in nanoseconds, piece by piece. CSV does not show that a statement failed or that the
   * server ended the answer early: the last statement must be one whose answer is known, and be looked for. Ending the iteration
   * early ends the request, and so does `signal`, with its reason. `milliseconds`: for the whole answer; a server that hangs is
   * given up before. Throws store.unavailable then.
   */
  async *query(
    q: string,
    where: Where,
    milliseconds = this.#options.requestMs,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { path, body, method, headers } = this.#question(q, where);
    const abort = new AbortController();
    const end = (): void => abort.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, milliseconds);
    let away: string | null = null;
    const watch = setInterval(async () => {
      away ??= await this.#alive.ask();
      if (away !== null) end();
    }, PING_MS);
    signal?.addEventListener('abort', end);
    try {
      signal?.throwIfAborted();
      // it was away a moment ago: whether it is back is one answer for all who ask now
      const still = this.#alive.away === null ? null : await this.#alive.ask(BACK_MS);
      if (still !== null) throw this.#away(still);
      const accept = method === 'GET' ? 'application/json' : 'application/csv';
      // in pieces: else 1.x holds the whole answer in memory, and cuts it at max-row-limit
      const asked = method === 'GET' ? '' : `${body}&chunked=true`;
      yield* this.#transport.iterate(path, asked, { method, headers: { ...headers, accept }, signal: abort.signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (away !== null) throw this.#away(away);
      if (late)
        throw new ServerFault('store.unavailable', `${this.#server} has not answered within ${milliseconds} ms.`, true);
      throw this.#fault(error);
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener('abort', end);
      end();
    }
  }

  /** InfluxQL with a small answer and numbers below 2^53, one list of series for each statement. Throws what a statement says. */
  async ask(
    q: string,
    where: Where = 'current',
    milliseconds = this.#options.requestMs,
    signal?: AbortSignal,
  ): Promise<(readonly JsonSeries[])[]> {
    const { path, body: form, method, headers } = this.#question(q, where);
    const accept = { accept: 'application/json' };
    const body = await this.#request(path, form, method, { ...headers, ...accept }, { milliseconds, signal });
    const answer = parsed(body) as { results?: { series?: JsonSeries[]; error?: string }[]; error?: string };
    const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
    if (error !== undefined) throw this.#said(error);
    if (answer.results === undefined)
      throw new ServerFault(
        'store.unavailable',
        `${this.#server} answers a query with something else: ${body.slice(0, 200)}`,
        true,
      );
    return answer.results.map((result) => result.series ?? []);
  }

  /** 3.x reads the parameters of the address alone, and its CSV has no quotes: a text with a comma can't be told from two. */
  #question(q: string, where: Where) {
    const { path, headers } = this.dialect.query(where);
    if (this.dialect.generation === 3)
      return { path: `${path}&${formOf(q)}`, body: '', method: 'GET', headers } as const;
    return { path, body: formOf(q), method: 'POST', headers: { ...headers, ...FORM } } as const;
  }

  /** Any other request of its API, with a JSON body; answered 204 when it is done. */
  async call(path: string, body: unknown): Promise<string> {
    const headers = { ...this.dialect.headers, 'content-type': 'application/json', accept: 'application/json' };
    return this.#request(path, JSON.stringify(body), 'POST', headers, { done: 204 });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** InfluxDB's error inside an answer. */
  #said(words: string): Fault {
    const missing = isMissing(words);
    const refused = /not authorized|authorization|unauthorized/i.test(words);
    const code = missing ? 'store.missing' : refused ? 'store.credentials' : 'store.unavailable';
    const help = missing ? ` ${this.#dialect?.missing ?? ''}` : '';
    return new ServerFault(code, `${this.#server}: ${words}.${help}`, !missing && !refused);
  }

  #request(
    path: string,
    body: string,
    method: 'GET' | 'POST',
    headers: Readonly<Record<string, string>>,
    { started, late, done, signal, milliseconds = this.#options.requestMs }: Waiting = {},
  ): Promise<string> {
    const abort = new AbortController();
    const chunks: Uint8Array[] = [];
    let status: number | undefined;
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        late?.();
        reject(
          new ServerFault('store.unavailable', `${this.#server} has not answered within ${milliseconds} ms.`, true),
        );
        abort.abort();
      }, milliseconds);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
        abort.abort();
      });
      const gzip = this.#options.gzip ? { gzipThreshold: 1000 } : {};
      this.#transport.send(
        path,
        body,
        { method, headers: { ...headers }, signal: abort.signal, ...gzip },
        {
          responseStarted: (received, answered) => {
            status = answered;
            started?.(received);
          },
          next: (chunk: Uint8Array) => void chunks.push(chunk),
          error: (error) => {
            clearTimeout(timer);
            reject(this.#fault(error));
          },
          complete: () => {
            clearTimeout(timer);
            const text = Buffer.concat(chunks).toString('utf8');
            if (done !== undefined && status !== done) {
              reject(this.#notIts(status, text));
              return;
            }
            this.lateWrites.answered();
            resolve(text);
          },
        },
      );
    });
  }

  #notIts(status: number | undefined, text: string): Fault {
    const detail = `${this.#server} answers a write with ${status} and not with 204, so it is not InfluxDB that answers: ${text.slice(0, 200)}`;
    return new ServerFault('store.unavailable', detail, true);
  }

  /** Why the server does not even answer /ping; null: it does. Never rejects. */
  async lookForIt(): Promise<Fault | null> {
    const away = await this.#alive.ask();
    return away === null ? null : this.#away(away);
  }

  #away(why: string): Fault {
    return new ServerFault('store.unavailable', `${this.#server} can't be reached: ${why}`, true);
  }

  #fault(error: unknown): Fault {
    return serverFault(error, this.#server, this.#dialect?.missing ?? '');
  }
}

/** Tells of every connection that ends, whoever ends it. */
function watch(agent: HttpAgent, ended: () => void): void {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...call: Parameters<typeof create>) => {
    const socket = create(...call);
    socket?.once('close', ended);
    return socket;
  };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function formOf(q: string): string {
  return `q=${encodeURIComponent(q)}`;
}

function certificates(file: string): { ca?: string } {
  if (file === '') return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Fault('hub.storage', `timeseries.influxdb.tlsCa: ${(error as Error).message}`, { cause: error });
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

/** 3.x says it in the body, too. */
function versionOf(headers: Readonly<Record<string, unknown>>, body: string): string {
  const header = headers['x-influxdb-version'];
  if (typeof header === 'string' && header !== '') return header;
  const { version } = parsed(body) as { version?: unknown };
  return typeof version === 'string' ? version : '';
}
