/**
 * Where devices were mounted before: what the journal is read by again. A message belongs to the Datastreams that its device
 * fed when it came, not to those that it feeds today.
 */
import type { Device, EntityId } from '../model/index.ts';
import type { FormerMounting } from './catalogue.ts';

type Mounting = Omit<FormerMounting, 'until'>;
type Stands = (datastream: EntityId) => boolean;

const NONE: readonly FormerMounting[] = [];

export class FormerMountings {
  readonly #limit: number;
  readonly #of = new Map<string, readonly FormerMounting[]>();

  /** `limit`: how many are kept of each device; the oldest go. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  of(device: string): readonly FormerMounting[] {
    return this.#of.get(device) ?? NONE;
  }

  /**
   * The change with this record puts `next` in the place of `old`. `stands`: is there such a Datastream? Returns whether `old`
   * was a mounting to remember.
   */
  changed(old: Device, next: Device | undefined, record: number, stands: Stands): boolean {
    if (!isLeft(old, next)) return false;
    const { thing, model, datastreams } = old;
    const isIdle = next !== undefined && Object.keys(next.datastreams).length === 0;
    const swapped = isIdle && Object.values(datastreams).some(stands) ? { swapped: true as const } : {};
    const former = [...this.of(old.key), { until: record, thing, model, datastreams, ...swapped }];
    this.#of.set(old.key, former.slice(-this.#limit));
    return true;
  }

  /**
   * The registration before that of `now` was never right. It may have had several mountings: each Datastream that was deleted
   * ended one. Returns whether that is news.
   */
  corrected(now: Device, stands: Stands): boolean {
    const former = this.of(now.key);
    let end = former.length;
    let next: Mounting = now;
    for (let last = former.at(-1); last !== undefined && hasOnlyLost(last, next, stands); last = former[end - 1]) {
      next = last;
      end -= 1;
    }
    let first = end - 1;
    while (first > 0 && goesOn(former[first - 1] as FormerMounting, former[first] as FormerMounting)) first -= 1;
    const meant = former.slice(Math.max(first, 0), end);
    if (meant.every(({ wrong }) => wrong === true)) return false;
    const marked = meant.map((one) => ({ ...one, wrong: true as const }));
    this.#of.set(now.key, [...former.slice(0, first), ...marked, ...former.slice(end)]);
    return true;
  }

  /**
   * What a snapshot has kept. The journal holds the records from `first` to `last`: nothing asks for what ended before, and
   * a journal that lost its end gives the numbers above `last` again. Returns the devices of which less is kept now.
   */
  load(kept: Iterable<readonly [string, readonly FormerMounting[]]>, first: number, last: number): string[] {
    const mended: string[] = [];
    for (const [device, mountings] of kept) {
      const asked = mountings.filter(({ until }) => until > first).slice(-this.#limit);
      const former = asked.map((one) => (one.until > last + 1 ? { ...one, until: last + 1 } : one));
      if (former.length > 0) this.#of.set(device, former);
      if (former.length < mountings.length || former.some((one, i) => one !== asked[i])) mended.push(device);
    }
    return mended;
  }
}

/** Where it feeds nothing a device is not mounted; a mounting that only gained channels goes on. */
function isLeft(old: Device, next: Device | undefined): boolean {
  const channels = Object.entries(old.datastreams);
  if (channels.length === 0) return false;
  if (next === undefined || next.thing !== old.thing || next.model !== old.model) return true;
  return channels.some(([channel, id]) => next.datastreams[channel] !== id);
}

/** Are both mountings of one registration? */
function goesOn(one: FormerMounting, next: Mounting): boolean {
  return one.thing === next.thing && one.model === next.model && one.swapped !== true;
}

/** Is it the same registration, whose Datastreams are there but for those that were deleted? */
function hasOnlyLost(one: FormerMounting, next: Mounting, stands: Stands): boolean {
  const isThere = ([channel, id]: [string, EntityId]) => next.datastreams[channel] === id || !stands(id);
  return goesOn(one, next) && Object.entries(one.datastreams).every(isThere);
}
