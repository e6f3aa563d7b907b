/** The hub's HTTP doors as a stranger uses them. */
import { until } from './until.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface Api {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Throws when the import is refused. */
  import(document: object): Promise<void>;
  /** Observations of a Datastream, oldest first: `[phenomenonTime, result]`. */
  observations(datastream: number): Promise<[string, unknown][]>;
  /** Datastream ids by channel of a registered device. */
  datastreams(device: string): Promise<Record<string, number>>;
}

export interface Place {
  readonly base: string;
}

/** `token`: '' sends none. A body that is no object goes out as it is. */
export function api({ base }: Place, token = ''): Api {
  const auth: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${base}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  const self: Api = {
    get: (path) => ask(path, { headers: auth }),
    post: (path, body, headers = {}) => {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      return ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...auth, ...headers },
        body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      });
    },
    async import(document) {
      const { status, text } = await self.post('/admin/import', document);
      if (status !== 200) throw new Error(`the import was refused: ${status} ${text}`);
    },
    async observations(datastream) {
      const rows: [string, unknown][] = [];
      let path: string | undefined =
        `/v1.1/Datastreams(${datastream})/Observations?$orderby=phenomenonTime%20asc&$top=10000&$select=phenomenonTime,result`;
      while (path !== undefined) {
        const { status, json, text } = await self.get(path);
        if (status !== 200) throw new Error(`observations: ${status} ${text}`);
        for (const { phenomenonTime, result } of json.value) rows.push([phenomenonTime, result]);
        const next: string | undefined = json['@iot.nextLink'];
        path = next === undefined ? undefined : next.slice(new URL(next).origin.length);
      }
      return rows;
    },
    async datastreams(device) {
      const { status, json, text } = await self.get(`/admin/devices/${encodeURIComponent(device)}`);
      if (status !== 200) throw new Error(`the device ${device}: ${status} ${text}`);
      return json.datastreams;
    },
  };
  return self;
}

/** undefined: it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits until the hub has put everything that its journal holds into the store. */
export async function stored(hub: Place, adminToken: string, deadlineMs = 30_000): Promise<void> {
  const admin = api(hub, adminToken);
  await until(
    'the store has caught up with the journal',
    async () => {
      const { json } = await admin.get('/admin/status');
      return json.store.live === true && json.store.behindRecords === 0;
    },
    deadlineMs,
  );
}
