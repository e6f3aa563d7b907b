/** A few of the differences that a dry run found, for people. */
import { RESULT, type ReadingValue } from '../../services/model/index.ts';
import type { Differences } from './compare.ts';
import type { Example, ExampleRow } from './job.ts';
import type { Standing, Wanted } from './reading.ts';

/** Adds to `examples`, at most `most` of each kind. */
export function addExamples(
  examples: Example[],
  { change, remove, add }: Omit<Differences, 'frozen'>,
  most: number,
): void {
  const room = (kind: Example['kind']) => Math.max(0, most - examples.filter((one) => one.kind === kind).length);
  for (const { before, after } of change.slice(0, room('changed')))
    examples.push({ kind: 'changed', ...placeOf(before), before: asStood(before), after: asRead(after) });
  for (const row of remove.slice(0, room('removed')))
    examples.push({ kind: 'removed', ...placeOf(row), before: asStood(row), after: null });
  for (const row of add.slice(0, room('added')))
    examples.push({ kind: 'added', ...placeOf(row), before: null, after: asRead(row) });
}

function placeOf({ ds, t, rec }: Pick<Wanted, 'ds' | 't' | 'rec'>) {
  return { datastream: ds, record: rec, time: t };
}

function asRead({ value, q }: Wanted): ExampleRow {
  return { result: value, quality: q };
}

function asStood({ type, r, x, q }: Standing): ExampleRow {
  return { result: resultOf(type, r, x), quality: q };
}

function resultOf(type: number, r: number, x: string | null): ReadingValue | null {
  if (type === RESULT.number) return r;
  if (type === RESULT.boolean) return r === 1;
  return x === null ? null : ((JSON.parse(x) as { v?: ReadingValue }).v ?? null);
}
