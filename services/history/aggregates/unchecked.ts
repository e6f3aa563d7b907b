/**
 * Datastreams that must be looked at: does what stands in their aggregates reach as far as their rows? All of them after a
 * start, one whenever it is made, or its class may be another one.
 */
import type { AggregateLevel, Datastream, EntityId } from '../../model/index.ts';
import type { CatalogueReader, ChangeNews } from '../../registry/index.ts';
import type { LatestReader, TimeseriesStore } from '../../timeseries/index.ts';
import { breathing } from './breath.ts';
import { hourOf } from './calendar.ts';
import type { Levels } from './levels.ts';
import type { StaleHours } from './stale.ts';

interface Extent {
  readonly first: number;
  readonly last: number;
}

export interface UncheckedPorts {
  readonly levels: Levels;
  readonly latest: Pick<LatestReader, 'extent'>;
  /** Asked where memory does not know. */
  readonly store: Pick<TimeseriesStore, 'extents'>;
}

/** Datastreams whose extents are asked of the store at once. */
const AT_ONCE = 500;

export class Unchecked {
  readonly #ports: UncheckedPorts;
  readonly #ids = new Set<EntityId>();

  constructor(ports: UncheckedPorts) {
    this.#ports = ports;
  }

  add(ids: Iterable<EntityId>): void {
    for (const id of ids) this.#ids.add(id);
  }

  has(id: EntityId): boolean {
    return this.#ids.has(id);
  }

  /** Takes over what a change means for them. */
  follow(
    { puts, removed, replaced }: ChangeNews,
    catalogue: Pick<CatalogueReader, 'set'>,
    stale: Pick<StaleHours, 'forget'>,
  ): void {
    const before = new Map<string, unknown>();
    for (const [set, entity] of replaced)
      if (set === 'Datastreams' || set === 'Organisations') before.set(`${set} ${entity.id}`, entity);
    for (const [set, entity] of puts) {
      if (set === 'Organisations') {
        const old = before.get(`Organisations ${entity.id}`) as typeof entity | undefined;
        if (old?.properties.retention === entity.properties.retention) continue;
        for (const one of catalogue.set('Datastreams').values())
          if (one.organisation === entity.id) this.#ids.add(one.id);
      } else if (set === 'Datastreams') {
        const old = before.get(`Datastreams ${entity.id}`) as typeof entity | undefined;
        const same =
          old !== undefined &&
          old.properties.retention === entity.properties.retention &&
          old.organisation === entity.organisation &&
          old.observationType === entity.observationType;
        if (!same) this.#ids.add(entity.id);
      }
    }
    for (const [set, entity] of removed) {
      if (set === 'Datastreams') {
        this.#ids.delete(entity.id);
        stale.forget(entity.id);
        // somebody deleted what the hub computed: it is made again, as the class asks for it
      } else if (set === 'MultiDatastreams' && entity.aggregate !== undefined)
        this.#ids.add(entity.aggregate.datastream);
    }
  }

  /** Notes what is missing up to `closed`. `isOver`: the hub stops. */
  async check(stale: StaleHours, closed: number, isOver: () => boolean): Promise<void> {
    const breathe = breathing();
    const { levels } = this.#ports;
    const batch: Datastream[] = [];
    for (const id of [...this.#ids].sort((a, b) => a - b)) {
      await breathe();
      if (isOver()) return;
      const source = levels.source(id);
      if (source !== undefined && levels.wanted(source).length > 0) {
        batch.push(source);
        if (batch.length >= AT_ONCE) await this.#checkAll(batch.splice(0), stale, closed);
      } else {
        this.#ids.delete(id);
        stale.forget(id);
      }
    }
    if (batch.length > 0) await this.#checkAll(batch, stale, closed);
  }

  async #checkAll(sources: readonly Datastream[], stale: StaleHours, closed: number): Promise<void> {
    const { levels } = this.#ports;
    const ids = sources.flatMap(({ id }) => [
      id,
      ...(['hourly', 'daily'] as const).flatMap((level) => levels.streamOf(id, level) ?? []),
    ]);
    const extents = await this.#extents(ids);
    for (const source of sources) {
      const own = extents.get(source.id);
      if (own !== undefined)
        for (const level of levels.wanted(source)) this.#note(source, level, own, extents, stale, closed);
      this.#ids.delete(source.id);
    }
  }

  #note(
    source: Datastream,
    level: AggregateLevel,
    own: Extent,
    extents: ReadonlyMap<EntityId, Extent>,
    stale: StaleHours,
    closed: number,
  ): void {
    const { levels } = this.#ports;
    const { id } = source;
    // where rows expire, those before the first one may have been there: its hour is whole, its day may not be
    const whole = levels.expires(source) ? hourOf(own.first) : Number.NEGATIVE_INFINITY;
    const first = Math.max(levels.startOf(level, own.first), levels.keptFrom(source, level));
    // a span that is not over is computed when it is
    const over = levels.startOf(level, closed);
    const last = Math.min(levels.endOf(level, levels.startOf(level, own.last)), over);
    const stream = levels.streamOf(id, level);
    const there = stream === undefined ? undefined : extents.get(stream);
    if (there === undefined) {
      if (first < last) stale.add(id, first, last, whole);
      return;
    }
    if (first < Math.min(last, there.first)) stale.add(id, first, Math.min(last, there.first), whole);
    if (Math.max(first, there.last) < last) stale.add(id, Math.max(first, there.last), last, whole);
  }

  async #extents(ids: readonly EntityId[]): Promise<ReadonlyMap<EntityId, Extent>> {
    const { latest, store } = this.#ports;
    const known = new Map<EntityId, Extent>();
    const missing: EntityId[] = [];
    for (const id of ids) {
      const extent = latest.extent(id);
      if (extent === undefined) missing.push(id);
      else if (extent !== null) known.set(id, extent);
    }
    if (missing.length === 0) return known;
    const found = await store.extents(missing.sort((a, b) => a - b));
    for (let i = 0; i < found.length; i++)
      known.set(found.ds[i]!, { first: found.firstTime[i]!, last: found.lastTime[i]! });
    return known;
  }
}
