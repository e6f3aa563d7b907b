/** Stores on an InfluxDB for tests, and the rows that they should have. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { options } from '../options.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, type TestRow } from '../test-rows.ts';
import { influxStore } from './index.ts';
import type { Owner } from './ownership.ts';

export const NOW = Date.UTC(2026, 5, 10);

export interface TestStoreSettings {
  readonly folder?: string;
  readonly influxdb?: Readonly<Record<string, unknown>>;
  readonly owner?: Owner;
}

/** A hub's store, not started; `folder` is its memory of the InfluxDB. */
export function testStore(
  url: string,
  { folder = temporary(), influxdb = {}, owner }: TestStoreSettings = {},
): TimeseriesStore {
  return influxStore({
    folder,
    ...(owner === undefined ? {} : { owner: () => owner }),
    clock: { now: () => NOW },
    names: (ds) => ({ measurement: `quantity${ds % 3}`, place: `mast-${ds}` }),
    options: options.parse({ influxdb: { url, requestMs: 2000, settleMs: 0, batchLines: 200, ...influxdb } }),
  });
}

export function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'influxdb-'));
}

/** Tries until it succeeds, as the hub does; returns the codes of the failures before. */
export async function insist<T>(work: () => Promise<T>, milliseconds = 60_000): Promise<{ value: T; codes: string[] }> {
  const codes: string[] = [];
  const end = performance.now() + milliseconds;
  for (;;) {
    try {
      return { value: await work(), codes };
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined || !code.startsWith('store.') || performance.now() > end) throw error;
      codes.push(code);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** As ingest does it: what conflicts is a further reading of its instant. */
export async function bring(store: TimeseriesStore, rows: readonly TestRow[]): Promise<string[]> {
  const first = await insist(() => store.write(batchOf(rows)));
  const again = first.value.conflicts.map(({ index }) => rows[index]!);
  if (again.length === 0) return first.codes;
  const second = await insist(() => store.write(batchOf(again), { mode: 'tie' }));
  return [...first.codes, ...second.codes];
}
