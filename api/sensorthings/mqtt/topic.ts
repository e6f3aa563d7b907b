/** The text of an MQTT topic ▸ what it stands for [STA 14.2]: a resource path behind the version, perhaps with $select. */
import { CodedError } from '../../../services/model/index.ts';
import { type PlanContext, planQuery, propertyName, type Query } from '../plan/index.ts';
import { type AnySet, type RelationDef, SETS, type SetDef } from '../schema/index.ts';
import { parseOptions, parseQueryString, parseResourcePath, type Segment, withoutEntity } from '../syntax/index.ts';

/** Before every topic. */
export const VERSION = 'v1.1/';

/** One step along a relation, without an id behind it. */
export interface Step {
  readonly name: string;
  readonly from: SetDef;
  readonly to: SetDef;
  readonly relation: RelationDef;
  /** The same relation from the other side; null: Observations, which are no part of the catalogue. */
  readonly back: RelationDef | null;
}

/** Where one entity is named by its id; the first of a topic is a member of its set, each other one of the relation. */
export interface Place {
  readonly set: SetDef;
  readonly id: number | bigint;
  /** How the place before it leads here: the last step is the relation that the id picks from. */
  readonly steps: readonly Step[];
}

export interface Topic {
  /** As it came: what news are told on. */
  readonly text: string;
  /** All places with an id, in their order. Empty: the topic is a whole set. */
  readonly places: readonly Place[];
  /** From the last place on. Empty: the place itself. */
  readonly steps: readonly Step[];
  /** The set whose entities are told. */
  readonly target: SetDef;
  /** Only this property, and only when it has changed. null: whole entities. */
  readonly property: string | null;
  /** How the entities are printed. */
  readonly query: Query;
  /** Equal where `target` and `query` are: then texts are, too. */
  readonly form: string;
}

export interface TopicContext extends PlanContext {
  readonly maxSegments: number;
  /** What was planned before: maps change hundreds of topics at a time, which ask for the same few things. */
  readonly queries: Map<string, Query>;
}

/** @throws CodedError that says what is wrong with the topic. */
export function parseTopic(text: string, { maxSegments, ...context }: TopicContext): Topic {
  if (!text.startsWith(VERSION)) throw new CodedError('notFound', `topics begin with ${VERSION}`);
  const cut = text.indexOf('?');
  const segments = parseResourcePath(text.slice(VERSION.length, cut < 0 ? undefined : cut));
  if (segments.length === 0) throw new CodedError('notFound', `a set is missing behind ${VERSION}`);
  if (segments.length > maxSegments)
    throw new CodedError('query.limit', `the path has more than ${maxSegments} segments`);
  const path = new Walk(segments[0]!);
  let property: string | null = null;
  for (const [i, segment] of segments.entries()) {
    if (i === 0) continue;
    const name = propertyName(segment.name);
    if (i === segments.length - 1 && segment.id === null && path.onEntity && path.set.properties.has(name))
      property = name;
    else path.along(segment);
  }
  const query = planned(path.set, cut < 0 ? '' : text.slice(cut + 1), property, context);
  const form = `${path.set.name} ${query.select === null ? '*' : [...query.select]}`;
  return { text, places: path.places, steps: path.steps, target: path.set, property, query, form };
}

/** Without options there are as many queries as there are sets and properties, so these are kept. */
function planned(
  set: SetDef,
  search: string,
  property: string | null,
  { queries, ...context }: Omit<TopicContext, 'maxSegments'>,
): Query {
  const key = `${set.name}/${property ?? ''}`;
  const known = search === '' ? queries.get(key) : undefined;
  if (known !== undefined) return known;
  const query = planQuery(set, selection(search, property, context), context);
  if (search === '') queries.set(key, query);
  return query;
}

function selection(search: string, property: string | null, context: PlanContext) {
  if (property !== null) {
    if (search !== '') throw new CodedError('query.option', 'a topic of one property takes no options');
    return { select: [{ name: property, at: 1 }] };
  }
  const parameters = parseQueryString(search);
  const other = parameters.find(([name]) => name.toLowerCase() !== '$select');
  if (other !== undefined)
    throw new CodedError('query.unsupported', `only $select can stand in a topic, not ${other[0]}`);
  return parseOptions(parameters, context.options);
}

/** Goes along the segments of a path. */
class Walk {
  readonly places: Place[] = [];
  steps: Step[] = [];
  set: SetDef;
  /** Does the path lead to one entity so far? */
  onEntity = false;

  constructor({ name, id }: Segment) {
    if (!Object.hasOwn(SETS, name)) throw new CodedError('notFound', `there is no set ${name}`);
    this.set = SETS[name as AnySet];
    if (id !== null) this.#pick(id);
  }

  along({ name, id }: Segment): void {
    const { set } = this;
    if (!this.onEntity) throw new CodedError('notFound', withoutEntity(set.name, name));
    const relation = set.relations.get(name);
    if (relation === undefined) throw new CodedError('notFound', `${set.single} has no ${name}`);
    if (set.name === 'Observations')
      throw new CodedError('query.unsupported', `a topic ends with an Observation; begin it with ${relation.to}`);
    const to = SETS[relation.to];
    const back = [...to.relations.values()].find((other) => other.to === set.name) ?? null;
    this.steps.push({ name, from: set, to, relation, back: to.name === 'Observations' ? null : back });
    this.set = to;
    this.onEntity = !relation.many;
    if (id === null) return;
    if (!relation.many) throw new CodedError('notFound', `${name} is one entity and takes no id`);
    this.#pick(id);
  }

  #pick(id: bigint): void {
    const key = this.set.name === 'Observations' ? id : Number(id);
    this.places.push({ set: this.set, id: key, steps: this.steps });
    this.steps = [];
    this.onEntity = true;
  }
}
