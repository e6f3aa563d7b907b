/** Helpers that let `standard.ts` read like the tables of the standard. */
import type {
  AllSets,
  AnySet,
  Entity,
  ObservationRange,
  PropertyDef,
  RelationDef,
  SetDef,
  Surroundings,
  ValueType,
} from './sets.ts';

type Getter<E> = (entity: E, around: Surroundings) => unknown;
interface Property<E> {
  readonly type: ValueType;
  readonly get: Getter<E>;
  readonly inside?: (entity: E, around: Surroundings, key: string) => unknown;
  readonly needsExtent?: boolean;
  readonly varies?: boolean;
  readonly printsNull?: boolean;
}
interface Relation<E> {
  readonly to: AnySet;
  readonly many: boolean;
  readonly ids?: (entity: E, around: Surroundings) => readonly number[];
  readonly range?: (entity: E, around: Surroundings) => ObservationRange;
  readonly linked?: (entity: E, around: Surroundings) => boolean;
}

export function defineSet<N extends AnySet>(
  name: N,
  single: string,
  properties: Readonly<Record<string, Property<AllSets[N]>>>,
  relations: Readonly<Record<string, Relation<AllSets[N]>>>,
): SetDef {
  type E = AllSets[N];
  return {
    name,
    single,
    properties: new Map(
      Object.entries(properties).map(([key, p]): [string, PropertyDef] => [
        key,
        {
          type: p.type,
          needsExtent: p.needsExtent ?? false,
          varies: p.varies ?? p.needsExtent ?? false,
          printsNull: p.printsNull ?? false,
          get: p.get as PropertyDef['get'],
          ...(p.inside === undefined ? {} : { inside: p.inside as PropertyDef['inside'] & {} }),
        },
      ]),
    ),
    relations: new Map(
      Object.entries(relations).map(([key, r]): [string, RelationDef] => [
        key,
        {
          to: r.to,
          many: r.many,
          ids: (entity: Entity, around) => r.ids?.(entity as E, around) ?? [],
          range: (entity: Entity, around) => r.range?.(entity as E, around) ?? { datastreams: [], feature: null },
          linked: (entity: Entity, around) => r.linked?.(entity as E, around) ?? true,
        },
      ]),
    ),
  };
}
