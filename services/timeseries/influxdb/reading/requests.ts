/**
 * Statements on their way to the server: a few requests at once, the others wait. An answer counts when it is whole. CSV shows
 * neither that a statement failed nor that the answer was cut short, so each request ends with a statement whose answer is
 * known: the identity of the store.
 */
import { Fault } from '../../threads/fault.ts';
import type { Connection } from '../connection.ts';
import type { InfluxOptions } from '../options.ts';
import { HOME, identifier, OWN } from '../schema.ts';
import { CsvReader, type TableSink } from './csv.ts';
import { readJsonTables } from './json-tables.ts';

/** On behalf of whom: ends with its question, and is not asked for longer than it may take. */
export interface Asker {
  readonly signal: AbortSignal;
  /** When its time is over, milliseconds of `performance.now()`. */
  readonly deadline: number;
}

export interface Requesting {
  readonly connection: Pick<Connection, 'query' | 'ask' | 'ping' | 'dialect' | 'lookForIt'>;
  readonly options: Pick<InfluxOptions, 'readRequests' | 'waitingReads' | 'questionMs' | 'readStatements'>;
  /** Of the store that answers should come from. */
  readonly identity: () => string;
  /** Another store answered. */
  readonly doubt: () => void;
}

/** So long a deletion holds up reading at the most, milliseconds. */
const HOLD_MS = 10_000;

export class Requests {
  readonly #ports: Requesting;
  readonly #waiting: (() => void)[] = [];
  readonly #underWay = new Set<number>();
  #begun = 0;
  /** Requests wait for this. */
  #held: PromiseWithResolvers<void> | null = null;
  #still: (() => void) | null = null;
  #patience: NodeJS.Timeout | undefined;
  #ended: () => void = () => {};

  constructor(ports: Requesting) {
    this.#ports = ports;
  }

  /** Called whenever requests have ended. */
  onEnd(ended: () => void): void {
    this.#ended = ended;
  }

  /** No request begins until `release`, or until that takes too long (null: never); `still` is called when none is under way. */
  hold(still: () => void, patience: number | null = HOLD_MS): void {
    this.#held ??= Promise.withResolvers();
    this.#still = still;
    clearTimeout(this.#patience);
    if (patience !== null) this.#patience = setTimeout(() => this.release(), patience).unref();
    this.#tellStill();
  }

  release(): void {
    clearTimeout(this.#patience);
    this.#held?.resolve();
    this.#held = null;
    this.#still = null;
  }

  #tellStill(): void {
    if (this.#busy > 0) return;
    this.#still?.();
    this.#still = null;
  }

  /** The number of the next request. */
  get next(): number {
    return this.#begun + 1;
  }

  /** The lowest number of a request that is under way; Infinity: none. */
  get oldest(): number {
    for (const number of this.#underWay) return number;
    return Number.POSITIVE_INFINITY;
  }

  /** The tables of all statements, in their order; rejects with a Fault unless the answer is whole. */
  async ask(statements: readonly string[], sink: TableSink, asker: Asker): Promise<void> {
    if (statements.length === 0) return;
    const { connection, options } = this.#ports;
    while (this.#held !== null) {
      await this.#held.promise;
      asker.signal.throwIfAborted();
    }
    await this.#turn(asker);
    try {
      if (connection.dialect.generation === 3) for (const one of statements) await this.#jsonTables(one, sink, asker);
      else {
        for (let at = 0; at < statements.length; at += options.readStatements)
          await this.#csvTables(statements.slice(at, at + options.readStatements), sink, asker);
      }
    } finally {
      this.#leave();
    }
  }

  /** The way the server speaks has to be known before anything is asked. */
  async ready(): Promise<void> {
    const { connection } = this.#ports;
    try {
      void connection.dialect;
    } catch {
      await connection.ping();
    }
  }

  async #csvTables(statements: readonly string[], sink: TableSink, asker: Asker): Promise<void> {
    const { connection, identity, doubt } = this.#ports;
    const asked = [...statements, `SELECT "identity" FROM ${connection.dialect.from(HOME, OWN)} LIMIT 1`];
    const watch = new Closing(sink);
    const reader = new CsvReader(watch);
    await this.#answer(asked.join(';'), asker, (text) => reader.push(text));
    if (watch.error !== null) throw new Fault('store.unavailable', `InfluxDB answers a query: ${watch.error}`);
    if (!reader.end() || watch.identity === null) throw await this.#reason(asked, asker);
    if (watch.identity !== identity()) {
      doubt();
      const detail = `The InfluxDB that answers is another store (${watch.identity}) than the one that the hub knows (${identity()}).`;
      throw new Fault('store.replaced', detail);
    }
  }

  /** One statement of 3.x. */
  async #jsonTables(statement: string, sink: TableSink, asker: Asker): Promise<void> {
    const pieces: string[] = [];
    await this.#answer(statement, asker, (text) => void pieces.push(text));
    let error: string | null;
    try {
      error = readJsonTables(pieces.join(''), sink);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new Fault('store.unavailable', 'An answer of InfluxDB ended early, or is no JSON.', { cause });
    }
    if (error !== null) throw new Fault('store.unavailable', `InfluxDB answers a query: ${error}`);
  }

  /** The text of an answer, piece by piece. */
  async #answer(q: string, { deadline, signal }: Asker, take: (text: string) => void): Promise<void> {
    const left = deadline - performance.now();
    if (left <= 0) throw await this.#late();
    const decoder = new TextDecoder();
    const number = ++this.#begun;
    this.#underWay.add(number);
    try {
      for await (const bytes of this.#ports.connection.query(q, 'current', timeOf(left), signal))
        take(decoder.decode(bytes, { stream: true }));
      take(decoder.decode());
    } catch (error) {
      if (performance.now() >= deadline) throw await this.#late();
      throw error;
    } finally {
      this.#underWay.delete(number);
      this.#ended();
    }
  }

  /** JSON says what CSV leaves out. */
  async #reason(statements: readonly string[], { deadline }: Asker): Promise<Error> {
    const milliseconds = timeOf(Math.max(0, deadline - performance.now()));
    const short = statements.map((one) => (/ LIMIT \d+( OFFSET \d+)?$/.test(one) ? one : `${one} LIMIT 1`));
    try {
      await this.#ports.connection.ask(short.join(';'), 'current', milliseconds);
    } catch (error) {
      const limited = error instanceof Fault && /max-select|limit exceeded|timeout|interrupted/.test(error.message);
      return limited ? new Fault('query.limit', withoutAddress((error as Error).message)) : (error as Error);
    }
    this.#ports.doubt();
    const detail = `An answer of InfluxDB ended early, or the hub's own measurement ${identifier(OWN)} is missing there.`;
    return new Fault('store.unavailable', detail);
  }

  /** A server that hangs is not the asker's fault. */
  async #late(): Promise<Fault> {
    const { connection, options } = this.#ports;
    const away = await connection.lookForIt();
    if (away !== null) return away;
    const { questionMs } = options;
    return new Fault(
      'query.limit',
      `InfluxDB has not answered within ${questionMs} ms (timeseries.influxdb.questionMs); ask for a shorter span or fewer Datastreams`,
    );
  }

  #busy = 0;

  async #turn({ signal }: Asker): Promise<void> {
    signal.throwIfAborted();
    const { readRequests, waitingReads } = this.#ports.options;
    if (this.#busy < readRequests) {
      this.#busy++;
      return;
    }
    if (this.#waiting.length >= waitingReads) {
      const detail = `${this.#waiting.length} reading requests wait for InfluxDB, timeseries.influxdb.waitingReads allows ${waitingReads}`;
      throw new Fault('hub.busy', detail);
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', give);
        resolve();
      };
      const give = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', give, { once: true });
      this.#waiting.push(go);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#busy--;
      this.#tellStill();
    } else next();
  }
}

/** What the asker may read. */
function withoutAddress(words: string): string {
  return words.replace(/^InfluxDB at \S+/, 'InfluxDB:');
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** Rounded up, so that the deadline has passed when the time is over. */
function timeOf(left: number): number {
  return Math.min(LONGEST_TIMER, Math.ceil(left) + 1);
}

/** Passes tables on, except the last one, which tells the identity, and what InfluxDB says instead of tables. */
class Closing implements TableSink {
  readonly #sink: TableSink;
  #into: 'sink' | 'identity' | 'error' = 'sink';
  #column = 0;
  identity: string | null = null;
  error: string | null = null;

  constructor(sink: TableSink) {
    this.#sink = sink;
  }

  header(columns: readonly string[]): void {
    this.#column = columns.indexOf('identity');
    this.#into = this.#column !== -1 ? 'identity' : columns.length === 1 && columns[0] === 'error' ? 'error' : 'sink';
    if (this.#into === 'sink') this.#sink.header(columns);
  }

  row(cells: readonly string[]): void {
    if (this.#into === 'sink') this.#sink.row(cells);
    else if (this.#into === 'error') this.error = cells.join(',');
    else this.identity = cells[this.#column] ?? null;
  }
}
