/** The hub under torture, from outside: start, kill -9, stop, set its clock, ask it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const TOKEN = 'sp_torture_0123456789abcdef';
const START_MS = 120_000;
const ASK_MS = 60_000;

/** What `/admin/status` tells, as far as it matters here. */
export interface Status {
  readonly journal: { readonly last: number };
  readonly store: { readonly behindRecords: number };
  readonly counters: { readonly deadLetters: Readonly<Record<string, number>> };
}

export interface Memory {
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
  readonly handles: number;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly json: any;
  readonly text: string;
}

export class TorturedHub {
  readonly #options: object;
  readonly #base: string;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  /** The end of what it said to the log. */
  log = '';
  starts = 0;

  /** `options`: the hub's, with fixed ports. */
  constructor(options: object, httpPort: number) {
    this.#options = options;
    this.#base = `http://127.0.0.1:${httpPort}`;
  }

  get base(): string {
    return this.#base;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when it is ready; throws with the end of its log when it ends instead. */
  async start(): Promise<void> {
    const child = fork(fileURLToPath(new URL('./hub.main.ts', import.meta.url)), [JSON.stringify(this.#options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    this.#child = child;
    this.starts += 1;
    child.stderr?.on('data', (bytes) => {
      this.log = (this.log + bytes).slice(-20_000);
    });
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    const started = new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('close', (code, signal) =>
        reject(new Error(`the hub ended (${code ?? signal}) instead of starting:\n${this.log.slice(-3000)}`)),
      );
      setTimeout(() => reject(new Error(`the hub does not start:\n${this.log.slice(-3000)}`)), START_MS).unref();
    });
    await started;
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    await this.#ended;
  }

  /** Its clock goes so much ahead of the machine's, milliseconds, until the next start. */
  setClock(ahead: number): void {
    this.#child?.send({ ahead });
  }

  /** What it holds after a forced collection, MB, and its open handles. */
  memory(): Promise<Memory> {
    return new Promise((resolve) => {
      this.#child?.once('message', (memory: Memory) => resolve(memory));
      this.#child?.send('memory');
    });
  }

  /** A request with the admin token. Throws where there is no answer. */
  async ask(path: string, method = 'GET', body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ASK_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  async status(): Promise<Status> {
    const { status, json, text } = await this.ask('/admin/status');
    if (status !== 200) throw new Error(`/admin/status: ${status} ${text.slice(0, 300)}`);
    return json as Status;
  }

  /** Waits until the store has everything that the journal has now. */
  async settle(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    let target = Number.POSITIVE_INFINITY;
    for (let last = ''; ; ) {
      try {
        const { journal, store } = await this.status();
        if (target === Number.POSITIVE_INFINITY) target = journal.last;
        if (journal.last - store.behindRecords >= target) return;
        last = `record ${journal.last - store.behindRecords} of ${target}`;
      } catch (error) {
        last = String(error);
      }
      if (performance.now() > end) throw new Error(`the store does not catch up: ${last}\n${this.log.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
