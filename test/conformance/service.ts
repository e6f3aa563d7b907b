/** A real hub with a small world in it, made over the API itself, for the tests of the standard's conformance classes. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type HubOptions, newStage, parsed, type RunningHub } from '../support/index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface Service {
  /** `http://127.0.0.1:<port>/v1.1` */
  readonly root: string;
  readonly hub: RunningHub;
  /** Paths are those behind the root; a body that is a text goes out as it is. */
  get(path: string): Promise<Answer>;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** GET that must succeed: its JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  read(path: string): Promise<any>;
  /** POST that must succeed: the address of what was made, `Things(1)`. */
  create(path: string, body: unknown): Promise<string>;
}

/** Starts before the tests of the file and stops behind them. */
export function service(options: HubOptions['options'] = { 'registry.visibility': 'public' }): Service {
  const stage = newStage();
  let hub: RunningHub | null = null;
  beforeAll(async () => {
    hub = await stage.hub({ options });
  });
  afterAll(async () => {
    try {
      expect(running().output.stderr).not.toMatch(/"level":[56]0/);
      expect(await running().stop()).toBe(0);
    } finally {
      await stage.end();
    }
  });
  const running = (): RunningHub => {
    if (hub === null) throw new Error('the hub has not been started');
    return hub;
  };
  const self: Service = {
    get root() {
      return `${running().base}/v1.1`;
    },
    get hub() {
      return running();
    },
    get: (path) => self.send('GET', path),
    async send(method, path, body, headers = {}) {
      const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const response = await fetch(`${self.root}${path === '' ? '' : '/'}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${running().tokens.admin}`,
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      });
      const answer = await response.text();
      return { status: response.status, headers: response.headers, text: answer, json: parsed(answer) };
    },
    async read(path) {
      const { status, text, json } = await self.get(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 500)}`);
      return json;
    },
    async create(path, body) {
      const { status, text, headers } = await self.send('POST', path, body);
      const location = headers.get('location') ?? '';
      if (status !== 201 || !location.startsWith(`${self.root}/`))
        throw new Error(`POST ${path}: ${status} ${location} ${text.slice(0, 500)}`);
      return location.slice(self.root.length + 1);
    },
  };
  return self;
}

/** `17` of `Things(17)`. */
export function idOf(address: string): number {
  return Number(/\((\d+)\)$/.exec(address)?.[1]);
}
