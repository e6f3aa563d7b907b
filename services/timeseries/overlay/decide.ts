/** Readings that may find their instant taken: the store is asked, once for each Datastream. */
import type { Instant } from './candidates.ts';
import { pendingRows } from './rows.ts';
import type { ObservationSource } from './source.ts';

/** More Datastreams than these are not asked for one by one. */
const ASKED = 256;

/**
 * Takes out the readings whose instants are not free. `isLater`: does an older reading wait for the same instant? False: that
 * is too much to ask.
 */
export async function decide(
  instants: readonly Instant[],
  store: Pick<ObservationSource, 'occupied' | 'at'>,
  isLater: (ds: number, t: number, rec: number) => boolean,
): Promise<boolean> {
  const open = new Map<number, Instant[]>();
  for (const instant of instants) {
    if (!instant.open) continue;
    const list = open.get(instant.ds);
    if (list === undefined) open.set(instant.ds, [instant]);
    else list.push(instant);
  }
  if (open.size > ASKED) return false;
  const one = async ([ds, list]: readonly [number, Instant[]]): Promise<void> => {
    list.sort((a, b) => a.t - b.t);
    const times = list.map(({ t }) => t);
    const occupied = await store.occupied(ds, times);
    for (const [i, instant] of list.entries()) {
      if (occupied[i]) await giveUp(instant, store);
      else if (isLater(ds, instant.t, instant.rows[0]!.rec)) undecided(instant);
    }
  };
  await Promise.all([...open].map(one));
  return true;
}

/** A reading finds its instant occupied: by itself, when the store has it by now, or by another one. */
async function giveUp(instant: Instant, store: Pick<ObservationSource, 'at'>): Promise<void> {
  const { rec } = instant.rows[0]!;
  const stored = pendingRows(await store.at(instant.ds, instant.t));
  if (stored.some((row) => row.rec === rec && row.n === 0)) instant.rows = [];
  else undecided(instant);
}

/** Its reading does not show, nor will it to this question when it becomes a tie meanwhile. */
function undecided(instant: Instant): void {
  instant.undecided = [...instant.undecided, instant.rows[0]!.rec];
  instant.rows = [];
}
