/** Tombstones in the order of their places, for a move to another store. */
import { CHUNK_PLACES, PlaceColumns } from '../places.ts';
import { millisecondsOf, nanoseconds } from './instants.ts';
import type { Persisting } from './persisting.ts';
import type { BuriedAnswer, BuriedPlace } from './protocol.ts';
import { HOME, REMOVED } from './schema.ts';

/** Datastreams in one request. */
const STREAMS = 50;

interface Found {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly rec: number;
}

/** Whole instants behind this place, about 2,000 tombstones at the most. */
export async function buriedBehind(after: BuriedPlace | null, { session, loading }: Persisting): Promise<BuriedAnswer> {
  const { registry, connection } = session;
  const from = connection.dialect.from(HOME, REMOVED);
  const streams = [...registry.removed.keys()].filter((ds) => after === null || ds >= after.ds).sort((a, b) => a - b);
  const places = new PlaceColumns();
  for (let at = 0; at < streams.length; at += STREAMS) {
    const some = streams.slice(at, at + STREAMS);
    const found = new Map<number, Found[]>();
    const cut = new Set<number>();
    const statements = some.map((ds) => {
      const behind = ds === after?.ds ? ` AND time >= ${nanoseconds(after.t + 1)}` : '';
      return `SELECT "tie","rec","again","datastream"::tag FROM ${from} WHERE "datastream" = '${ds}'${behind} LIMIT ${2 * CHUNK_PLACES}`;
    });
    let column: Record<string, number> = {};
    await loading.ask(statements, {
      header: (columns) => {
        column = Object.fromEntries(columns.map((name, i) => [name, i]));
      },
      row: (cells) => {
        const cell = (name: string): string => cells[column[name]!]!;
        const ds = Number(cell('datastream'));
        const list = found.get(ds) ?? [];
        found.set(ds, list);
        const again = cell('again') === 'true';
        list.push({
          ds,
          t: millisecondsOf(cell('time')),
          n: Number(cell('tie')),
          rec: again ? -1 : Number(cell('rec')),
        });
        if (list.length === 2 * CHUNK_PLACES) cut.add(ds);
      },
    });
    for (const ds of some) {
      const list = found.get(ds) ?? [];
      const end = cut.has(ds) ? list.at(-1)!.t : Number.POSITIVE_INFINITY;
      // the last instant may have more of them than the answer
      const whole = list.filter(({ t }) => t < end).sort((a, b) => a.t - b.t || a.n - b.n || a.rec - b.rec);
      let last: Found | null = null;
      for (const one of whole) {
        if (places.length >= CHUNK_PLACES && one.t !== last?.t) return { places: places.take(), done: false };
        if (one.rec !== -1 && !(last?.t === one.t && last.n === one.n && last.rec === one.rec))
          places.push(ds, one.t, one.n, one.rec);
        last = one;
      }
      if (places.length > 0 && (cut.has(ds) || places.length >= CHUNK_PLACES))
        return { places: places.take(), done: false };
    }
  }
  return { places: places.take(), done: true };
}
