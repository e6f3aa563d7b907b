/**
 * Where devices were mounted before: what the journal is read by again. A message belongs to the Datastreams that its device
 * fed when it came, not to those that it feeds today.
 */
import type { Device } from '../model/index.ts';
import type { FormerMounting } from './catalogue.ts';

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

  /** The change with this record puts `next` in the place of `old`. Returns whether `old` was a mounting to remember. */
  changed(old: Device, next: Device | undefined, record: number): boolean {
    if (!isLeft(old, next)) return false;
    const { thing, model, datastreams } = old;
    const former = [...this.of(old.key), { until: record, thing, model, datastreams }];
    this.#of.set(old.key, former.slice(-this.#limit));
    return true;
  }

  /** The last one was never right. Returns whether that is news. */
  corrected(device: string): boolean {
    const former = this.of(device);
    const last = former.at(-1);
    if (last === undefined || last.wrong === true) return false;
    this.#of.set(device, [...former.slice(0, -1), { ...last, wrong: true }]);
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
