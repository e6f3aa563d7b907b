/**
 * Hours and days become Observations of MultiDatastreams, which are made with their first one. Each part is one change of the
 * registry: the journal has it before anybody counts on it.
 */
import type { AggregateLevel, EntityId } from '../../model/index.ts';
import { AGGREGATE_PROPERTIES, aggregateStream, type ChangePlan, type Registry } from '../../registry/index.ts';
import { aggregateRow } from './aggregate-row.ts';
import type { Calendar } from './calendar.ts';
import type { AggregateChange } from './computing.ts';

/** Name under which the hub changes the catalogue by itself. */
const HUB = 'hub';

export class AggregateWriter {
  readonly #registry: Pick<Registry, 'change'>;
  readonly #calendar: Calendar;
  readonly #propertyOf: (definition: string) => EntityId | undefined;

  /** `propertyOf`: the ObservedProperty with this definition. */
  constructor(
    registry: Pick<Registry, 'change'>,
    calendar: Calendar,
    propertyOf: (definition: string) => EntityId | undefined,
  ) {
    this.#registry = registry;
    this.#calendar = calendar;
    this.#propertyOf = propertyOf;
  }

  /** Resolves when it is durable. Throws hub.busy where too many edits wait for the store: nothing is done then. */
  async write(changes: readonly AggregateChange[]): Promise<void> {
    await this.#registry.change(HUB, (plan) => {
      const streams = new Map<string, EntityId | null>();
      for (const change of changes) {
        const key = `${change.level} ${change.source}`;
        let stream = streams.get(key);
        if (stream === undefined) {
          stream = this.#streamOf(plan, change.source, change.level);
          streams.set(key, stream);
        }
        if (stream !== null) edit(plan, stream, change);
      }
    });
  }

  /** null: the source is gone. */
  #streamOf(plan: ChangePlan, source: EntityId, level: AggregateLevel): EntityId | null {
    const datastream = plan.get('Datastreams', source);
    if (datastream === undefined) return null;
    const zone = level === 'hourly' ? null : this.#calendar.zone;
    for (const id of plan.related('aggregatesOfDatastream', source)) {
      const of = plan.get('MultiDatastreams', id)?.aggregate;
      if (of?.level === level && of.zone === zone) return id;
    }
    const id = plan.newId('MultiDatastreams');
    const properties = AGGREGATE_PROPERTIES.map((property) => this.#property(plan, property));
    plan.put(['MultiDatastreams', aggregateStream(id, datastream, { datastream: source, level, zone }, properties)]);
    return id;
  }

  #property(plan: ChangePlan, { name, description, definition }: (typeof AGGREGATE_PROPERTIES)[number]): EntityId {
    const known = this.#propertyOf(definition);
    if (known !== undefined && plan.get('ObservedProperties', known) !== undefined) return known;
    const made = this.#made.get(plan) ?? new Map<string, EntityId>();
    this.#made.set(plan, made);
    let id = made.get(definition);
    if (id === undefined) {
      id = plan.newId('ObservedProperties');
      made.set(definition, id);
      plan.put(['ObservedProperties', { id, name, description, properties: {}, definition, quantity: null }]);
    }
    return id;
  }

  /** ObservedProperties that a plan under way makes. */
  readonly #made = new WeakMap<ChangePlan, Map<string, EntityId>>();
}

function edit(plan: ChangePlan, ds: EntityId, { start, end, sums, standing }: AggregateChange): void {
  if (standing !== null) plan.edit({ op: 'remove', ds, t: start, rec: standing.rec, n: 0 });
  if (sums !== null) plan.edit({ op: 'put', row: aggregateRow(ds, start, end, sums, standing?.id ?? 0) });
  else noteRemoval(plan, ds);
}

/** From now on an instant without a row may have an id that somebody knows. */
function noteRemoval(plan: ChangePlan, ds: EntityId): void {
  const stream = plan.get('MultiDatastreams', ds);
  if (stream === undefined || stream.hadRemovals === true) return;
  plan.put(['MultiDatastreams', { ...stream, hadRemovals: true }]);
}
