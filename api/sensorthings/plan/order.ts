/** $orderby ▸ keys that are computed per entity and compared [STA 9.3.3.1]. */
import { CodedError } from '../../../services/model/index.ts';
import type { RowOrder } from '../../../services/timeseries/index.ts';
import { SETS, type SetDef } from '../schema/index.ts';
import { type Expression, type OrderKey, Time } from '../syntax/index.ts';
import { compile } from './compile.ts';
import { mapPaths } from './conjuncts.ts';
import { propertyName, withoutOwnSet } from './path.ts';
import type { Program, Scope } from './program.ts';
import { sortOrder, type Value } from './value.ts';

export interface OrderProgram {
  readonly program: Program;
  readonly descending: boolean;
}

/** What of an order the store keeps itself; null: none, the rows must be sorted. */
export interface RowOrders {
  readonly any: RowOrder | null;
  /** Where all asked streams are without `ownTimes`: then resultTime is phenomenonTime. */
  readonly readings: RowOrder | null;
}

export function planOrder(option: string, keys: readonly OrderKey[], set: SetDef): OrderProgram[] {
  return keys.map(({ by, descending }) => {
    const program = compile(option, throughExtent(by), set);
    if (program.observationSlot >= 0) {
      throw new CodedError('query.unsupported', `${option}: of Observations only phenomenonTime can give an order`);
    }
    return { program, descending };
  });
}

/** `Observations/phenomenonTime` of a Datastream is known without reading its rows: it is the Datastream's own. */
function throughExtent(by: Expression): Expression {
  return mapPaths(by, (s) => (s.at(-2) === 'Observations' && s.at(-1) === 'phenomenonTime' ? s.toSpliced(-2, 1) : s));
}

/** The value by which one choice of entities counts. Of an interval the start counts ascending, the end descending. */
export function keyOf({ program, descending }: OrderProgram, scope: Scope): Value {
  const value = program.run(scope);
  if (!(value instanceof Time) || value.start === value.end) return value;
  return new Time(descending ? value.end : value.start);
}

/** Of several choices the one that comes first counts: the least ascending, the greatest descending. */
export function comesBefore({ descending }: OrderProgram, a: Value, b: Value): boolean {
  return sortOrder(a, b) * (descending ? -1 : 1) < 0;
}

export function compareKeys(order: readonly OrderProgram[], a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < order.length; i++) {
    const c = sortOrder(a[i]!, b[i]!);
    if (c !== 0) return order[i]!.descending ? -c : c;
  }
  return 0;
}

/** The store orders by time or by id; nothing asked is by id. null: no Observations are asked for. */
export function planRowOrders(keys: readonly OrderKey[] | null): RowOrders {
  if (keys === null) return { any: null, readings: null };
  const named = keys.map(({ by, descending }) => {
    const segments = by.kind === 'path' ? withoutOwnSet(by.segments, SETS.Observations) : [];
    return { name: segments.length === 1 ? propertyName(segments[0]!) : '', descending };
  });
  const order = (isTime: (name: string) => boolean): RowOrder | null => {
    const first = named[0];
    if (first === undefined) return 'id';
    if (first.name === '@iot.id') return first.descending ? '-id' : 'id';
    if (!isTime(first.name)) return null;
    // Equal times follow in the same direction by id, which is what a further key may ask for.
    for (const { name, descending } of named.slice(1)) {
      if (isTime(name)) continue;
      if (name !== '@iot.id' || descending !== first.descending) return null;
      break;
    }
    return first.descending ? '-time' : 'time';
  };
  const any = order((name) => name === 'phenomenonTime');
  return { any, readings: any ?? order((name) => name === 'phenomenonTime' || name === 'resultTime') };
}
