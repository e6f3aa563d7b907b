/** What would become of rows that lack: the same questions to the store as a write asks, without writing. */
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import { findTies } from '../stages/conflicts.ts';
import { batchOf } from './apply.ts';
import type { AsidePorts } from './aside.ts';
import type { Differences } from './compare.ts';
import type { Pace } from './pace.ts';
import type { Wanted } from './reading.ts';

export interface PreviewPorts extends Omit<AsidePorts, 'store'> {
  readonly store: Pick<TimeseriesStore, 'at' | 'occupied' | 'tombstones'>;
  readonly pace: Pace;
  readonly goesOn: () => void;
}

export interface Preview {
  /** Rows that would be new. */
  readonly added: readonly Wanted[];
  /** Somebody deleted or edited them. */
  readonly kept: number;
  /** Repetitions of others. */
  readonly repeated: number;
}

const ASKED_AT_ONCE = 500;

export async function preview(
  ports: PreviewPorts,
  { add, remove }: Pick<Differences, 'add' | 'remove'>,
): Promise<Preview> {
  const taken = await takenOf(ports, add);
  const going = new Set(remove.map(({ ds, t, n, rec }) => `${ds} ${t} ${n} ${rec}`));
  /** Records at each instant, those of rows that would be added included. */
  const records = new Map<string, number[]>();
  const added: Wanted[] = [];
  const doubtful: { readonly row: Wanted; readonly records: number[] }[] = [];
  let kept = 0;
  for (const row of add) {
    ports.goesOn();
    await ports.pace.step();
    const { ds, t, rec } = row;
    const place = `${ds} ${t}`;
    let standing = records.get(place);
    if (standing === undefined) {
      standing = [];
      records.set(place, standing);
      if (taken.has(place)) {
        const rows = await ports.store.at(ds, t);
        for (let i = 0; i < rows.length; i++)
          if (!going.has(`${place} ${rows.n[i]} ${rows.rec[i]}`)) standing.push(rows.rec[i] as number);
        standing.push(...(await buriedAt(ports, ds, t)));
      }
    }
    if (standing.includes(rec)) kept += 1;
    else if (standing.length > 0) doubtful.push({ row, records: [...standing] });
    else added.push(row);
    standing.push(rec);
  }
  const conflicts = doubtful.map((one, index) => ({ index, records: one.records }));
  const sources = new Map(ports.sources.map((source) => [source.id, source]));
  const ties = await findTies({ ...ports, sources }, batchOf(doubtful.map(({ row }) => row)), conflicts);
  for (const index of ties) added.push((doubtful[index] as (typeof doubtful)[number]).row);
  return { added, kept, repeated: doubtful.length - ties.length };
}

/** Instants at which something stands, or stood. */
async function takenOf({ store, goesOn }: PreviewPorts, add: readonly Wanted[]): Promise<Set<string>> {
  const times = new Map<number, Set<number>>();
  for (const { ds, t } of add) times.set(ds, (times.get(ds) ?? new Set()).add(t));
  const taken = new Set<string>();
  for (const [ds, set] of times) {
    const sorted = [...set].sort((a, b) => a - b);
    for (let i = 0; i < sorted.length; i += ASKED_AT_ONCE) {
      goesOn();
      const part = sorted.slice(i, i + ASKED_AT_ONCE);
      const found = await store.occupied(ds, part);
      part.forEach((t, k) => {
        if (found[k] === true) taken.add(`${ds} ${t}`);
      });
    }
  }
  return taken;
}

/** Records whose rows were removed from an instant. */
async function buriedAt({ store }: PreviewPorts, ds: number, t: number): Promise<number[]> {
  const records: number[] = [];
  for await (const places of store.tombstones({ ds, t: t - 1 })) {
    for (let i = 0; i < places.length; i++) {
      if (places.ds[i] !== ds || places.t[i] !== t) return records;
      records.push(places.rec[i] as number);
    }
  }
  return records;
}
