/**
 * What a person did stays, also where it was done at a registration that was never right: a reading that was removed, corrected or
 * moved there does not come back as it was at the right one. The tombstone there holds its record and its instant.
 */
import type { CatalogueReader } from '../../services/registry/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import type { Pace } from './pace.ts';
import type { Wanted } from './reading.ts';
import { mountingsOf } from './scope.ts';

export interface LeftOutPorts {
  readonly catalogue: CatalogueReader;
  readonly store: Pick<TimeseriesStore, 'tombstones'>;
  readonly pace: Pick<Pace, 'step'>;
  readonly goesOn: () => void;
}

/** Datastream of a right registration ▸ those that the same channel and quantity had at wrong ones. */
export type WrongPlaces = ReadonlyMap<number, ReadonlySet<number>>;

export async function wrongPlacesOf(
  { catalogue, pace }: Pick<LeftOutPorts, 'catalogue' | 'pace'>,
  devices: Iterable<string>,
): Promise<WrongPlaces> {
  const streams = catalogue.set('Datastreams');
  const quantityOf = (id: number) => streams.get(id)?.properties.quantity;
  const places = new Map<number, Set<number>>();
  for (const key of devices) {
    await pace.step();
    const mountings = mountingsOf(catalogue, key);
    const wrong = mountings.filter((one) => one.wrong === true);
    if (wrong.length === 0) continue;
    for (const one of mountings) {
      if (one.wrong === true) continue;
      for (const [channel, right] of Object.entries(one.datastreams)) {
        for (const { datastreams } of wrong) {
          const place = datastreams[channel];
          if (place === undefined || place === right || !streams.has(place)) continue;
          if (quantityOf(place) === quantityOf(right)) places.set(right, (places.get(right) ?? new Set()).add(place));
        }
      }
    }
  }
  return places;
}

/** Those of the rows that people removed, corrected or moved at a wrong place. */
export async function leftOut(
  ports: LeftOutPorts,
  wrong: WrongPlaces,
  rows: readonly Wanted[],
): Promise<ReadonlySet<Wanted>> {
  const spans = new Map<number, { from: number; to: number }>();
  for (const { ds, t } of rows) {
    for (const place of wrong.get(ds) ?? []) {
      const span = spans.get(place);
      if (span === undefined) spans.set(place, { from: t, to: t });
      else spans.set(place, { from: Math.min(span.from, t), to: Math.max(span.to, t) });
    }
  }
  const buried = new Set<string>();
  for (const [ds, { from, to }] of spans) {
    for await (const { t, rec } of buriedIn(ports, ds, from, to)) buried.add(`${ds} ${t} ${rec}`);
  }
  const found = new Set<Wanted>();
  if (buried.size === 0) return found;
  for (const row of rows)
    for (const place of wrong.get(row.ds) ?? []) if (buried.has(`${place} ${row.t} ${row.rec}`)) found.add(row);
  return found;
}

/** Tombstones of a Datastream, both ends included. */
async function* buriedIn(
  { store, pace, goesOn }: LeftOutPorts,
  ds: number,
  from: number,
  to: number,
): AsyncGenerator<{ readonly t: number; readonly rec: number }> {
  for await (const places of store.tombstones({ ds, t: from - 1 })) {
    goesOn();
    for (let i = 0; i < places.length; i++) {
      const t = places.t[i] as number;
      if (places.ds[i] !== ds || t > to) return;
      yield { t, rec: places.rec[i] as number };
    }
    await pace.step();
  }
}
