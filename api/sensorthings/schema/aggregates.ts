/** The outcome of an aggregation as a set: what $filter, $orderby and $select of $apply may name. */
import type { Time } from '../syntax/index.ts';
import type { Entity, PropertyDef, RelationDef, SetDef } from './sets.ts';

/** One group. */
export interface AggregateRow {
  /** Which of the outcome it is, from 0; groups have no ids. */
  readonly id: number;
  /** 0: of all Datastreams. */
  readonly datastream: number;
  /** From the start to the end of the bucket; null: of all time. */
  readonly time: Time | null;
  /** In the order of the columns; NaN: there was no number. */
  readonly values: readonly number[];
}

/** `width`, `perDatastream`: whether the groups have a time and a Datastream. */
export function aggregateSet(
  columns: readonly string[],
  keys: { readonly width: object | null; readonly perDatastream: boolean },
): SetDef {
  const properties = new Map<string, PropertyDef>();
  const add = (name: string, type: 'time' | 'number', get: (row: AggregateRow) => unknown) =>
    properties.set(name, {
      type,
      needsExtent: false,
      varies: false,
      printsNull: type === 'number',
      get: (row: Entity) => get(row as unknown as AggregateRow),
    });
  if (keys.width !== null) add('phenomenonTime', 'time', (row) => row.time);
  for (const [i, name] of columns.entries()) {
    add(name, 'number', ({ values }) => (Number.isNaN(values[i]) ? null : values[i]));
  }
  const datastream: RelationDef = {
    to: 'Datastreams',
    many: false,
    ids: (row) => [(row as unknown as AggregateRow).datastream],
    range: () => ({ datastreams: [], feature: null }),
    linked: () => true,
  };
  return {
    // A set that has no address. Only messages show its name.
    name: 'Aggregates' as SetDef['name'],
    single: 'The aggregate',
    properties,
    relations: new Map(keys.perDatastream ? [['Datastream', datastream]] : []),
  };
}
