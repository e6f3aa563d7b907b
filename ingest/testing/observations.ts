/** Observations of the API in a test hub: made, changed, looked at; and a store that can be down for a while. */
import { type Edit, type EditedRow, RESULT } from '../../services/model/index.ts';
import type { Rows, TimeseriesStore } from '../../services/timeseries/index.ts';
import { NOON, type TestHub } from './city.ts';

/** The Datastream of the test's device. */
export const TEMPERATURE = 1;
export const everything = {
  datastreams: [TEMPERATURE],
  from: null,
  to: null,
  order: 'id',
  offset: 0,
  limit: Number.POSITIVE_INFINITY,
} as const;

// biome-ignore lint/correctness/useYield: it fails before the first page
async function* failingScan(): AsyncGenerator<Rows> {
  throw new Error('down');
}

/** `down`: names of the methods that reject for now. */
export function breakable(working: TimeseriesStore, down: () => ReadonlySet<string>): TimeseriesStore {
  return new Proxy(working, {
    get(target, name) {
      if (down().has(String(name))) {
        if (name === 'scan') return failingScan;
        return () => Promise.reject(new Error('down'));
      }
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export function row(t: number, r: number, more: Partial<EditedRow> = {}): EditedRow {
  return { ds: TEMPERATURE, t, n: 0, id: 0, type: RESULT.number, r, q: 0, x: { rt: null }, ...more };
}

export function put(...rows: EditedRow[]): Edit[] {
  return rows.map((one) => ({ op: 'put', row: one }));
}

/** Takes away what stands there. */
export async function removal(hub: TestHub, t: number): Promise<Edit> {
  const rows: Rows = await hub.overlay.at(TEMPERATURE, t);
  return { op: 'remove', ds: TEMPERATURE, t, rec: rows.rec[0]! };
}

/** Resolves when it is durable. */
export function editIn(hub: TestHub, ...edits: Edit[]): Promise<void> {
  return hub.registry.change('test', (plan) => {
    for (const one of edits) plan.edit(one);
  });
}

/** Times after NOON, tie numbers and results. */
export async function read(from: Pick<TimeseriesStore, 'scan'>): Promise<[t: number, n: number, r: number][]> {
  const found: [number, number, number][] = [];
  for await (const page of from.scan(everything))
    for (let i = 0; i < page.length; i++) found.push([page.t[i]! - NOON, page.n[i]!, page.r[i]!]);
  return found;
}

/** Waits until memory is sure of the Datastream. */
export async function settledIn({ latest }: TestHub): Promise<void> {
  const deadline = Date.now() + 5000;
  while (latest.newest(TEMPERATURE) === undefined || latest.extent(TEMPERATURE) === undefined) {
    if (Date.now() > deadline) throw new Error('the latest values stay in doubt');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
