/** Query options of one set, checked: what to find, in which order, and what to print. Nested by $expand. */
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { type RelationDef, SETS, type SetDef } from '../schema/index.ts';
import type { ExpandItem, Place, QueryOptions } from '../syntax/index.ts';
import { type AggregatePlan, planAggregate } from './aggregate.ts';
import { type Candidates, planCandidates } from './candidates.ts';
import { compileCondition } from './compile.ts';
import { mergeExpands } from './expands.ts';
import { nearest } from './nearest.ts';
import { type ObservationFilter, planObservationFilter, planProbe } from './observation-filter.ts';
import { type OrderProgram, planOrder, planRowOrders, type RowOrders } from './order.ts';
import { propertyName } from './path.ts';
import type { Program } from './program.ts';

export interface Query {
  readonly set: SetDef;
  /** Catalogue sets only. */
  readonly filter: Program | null;
  /** Observations only. */
  readonly observations: ObservationFilter | null;
  /** Catalogue sets whose filter passes Observations: bounds for the search among them. */
  readonly probe: ObservationFilter | null;
  readonly order: readonly OrderProgram[];
  /** Catalogue sets: the entities that the filter can hold for, where it names ids; null: it names none. */
  readonly candidates: Candidates | null;
  /** Orders that the store keeps itself. Observations only. */
  readonly rowOrders: RowOrders;
  readonly top: number;
  readonly skip: number;
  /** Where the page before ended; null: $skip counts. Observations only. */
  readonly behind: Place | null;
  readonly count: boolean;
  /** null: everything. */
  readonly select: ReadonlySet<string> | null;
  readonly expand: readonly Expand[];
  /** $apply or $interval: groups are asked for instead of Observations. null: neither. */
  readonly aggregate: AggregatePlan | null;
  /** What the client wrote, for nextLinks. */
  readonly source: QueryOptions;
}

export interface Expand {
  /** Name of the relation, as it is printed. */
  readonly name: string;
  readonly relation: RelationDef;
  readonly query: Query;
}

export interface PlanContext {
  readonly options: Options;
  /** Milliseconds since 1970: what now() gives. */
  readonly now: number;
}

/** @throws CodedError with the column of what is wrong. */
export function planQuery(set: SetDef, source: QueryOptions, context: PlanContext, depth = 0): Query {
  const { options, now } = context;
  const aggregate = planAggregate(set.name, source, now);
  if (aggregate !== null) {
    if (depth > 0) throw new CodedError('query.unsupported', '$apply and $interval do not go inside $expand');
    return { ...planQuery(aggregate.set, aggregate.outcome, context), aggregate, source };
  }
  const rows = set.name === 'Observations';
  // columns inside $expand count from its beginning, so its name goes with them
  const named = (option: string) => (depth === 0 ? option : '$expand');
  const order = planOrder(named('$orderby'), source.orderby ?? [], set);
  const filter = rows || source.filter === undefined ? null : compileCondition(named('$filter'), source.filter, set);
  const probes = filter !== null && filter.observationSlot >= 0;
  return {
    set,
    filter,
    probe: probes && source.filter !== undefined ? planProbe(source.filter, now) : null,
    observations: rows ? planObservationFilter(named('$filter'), source.filter, now) : null,
    order,
    candidates: rows || source.filter === undefined ? null : planCandidates(source.filter, set, now),
    rowOrders: planRowOrders(rows ? (source.orderby ?? []) : null),
    top: Math.min(source.top ?? (depth === 0 ? options.pageSize : options.expandPageSize), options.maxTop),
    skip: source.skip ?? 0,
    // A client that counts on its own changes $skip and leaves the mark as it was.
    behind: rows && source.skiptoken?.skip === (source.skip ?? 0) ? source.skiptoken : null,
    count: source.count ?? false,
    select: source.select === undefined ? null : planSelect(named('$select'), set, source.select),
    expand: mergeExpands(source.expand ?? []).map((item) => planExpand(set, item, context, depth + 1)),
    aggregate: null,
    source,
  };
}

function planSelect(option: string, set: SetDef, items: NonNullable<QueryOptions['select']>): ReadonlySet<string> {
  return new Set(
    items.map(({ name, at }) => {
      if (name === 'selfLink' || name === '@iot.selfLink') return '@iot.selfLink';
      const property = propertyName(name);
      if (set.properties.has(property) || set.relations.has(property)) return property;
      const known = [...set.properties.keys(), ...set.relations.keys()];
      throw new CodedError(
        'query.property',
        `${option}, column ${at}: ${set.single} has no ${name}${nearest(name, known)}`,
      );
    }),
  );
}

function planExpand(set: SetDef, item: ExpandItem, context: PlanContext, depth: number): Expand {
  const name = item.path[0]!;
  const relation = set.relations.get(name);
  if (relation === undefined) {
    const detail = `${set.single} has no relation ${name}${nearest(name, [...set.relations.keys()])}`;
    throw new CodedError('query.property', `$expand, column ${item.at}: ${detail}`);
  }
  if (depth > context.options.expandDepth) {
    throw new CodedError(
      'query.limit',
      `$expand, column ${item.at}: deeper than ${context.options.expandDepth} levels (sensorthings.expandDepth)`,
    );
  }
  return { name, relation, query: planQuery(SETS[relation.to], item.options, context, depth) };
}
