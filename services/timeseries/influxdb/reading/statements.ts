/** Pieces of InfluxQL. */

/** The fields of a row, and the Datastream that it belongs to. */
export const ROW = '"record","value","state","kind","quality","extra","tie","id","datastream"::tag';
/** What aggregates need of a row. */
export const VALUE = '"record","value","state","kind","tie","datastream"::tag';
/** What tells a row apart from others. */
export const KEY = '"record","tie","datastream"::tag';

/** Some Datastreams: by a regular expression where there are several, which is six times as fast as OR with 500 of them. */
export function ofStreams(streams: ArrayLike<number>): string {
  if (streams.length === 1) return `"datastream" = '${streams[0]}'`;
  return `"datastream" =~ /^(${Array.from(streams).join('|')})$/`;
}

/** A number without an exponent, which InfluxQL does not read; null: it can't be written so without losing something. */
export function decimal(value: number): string | null {
  // with a point: what has none must fit into 64 bits
  if (Number.isInteger(value)) return `${BigInt(value)}.0`;
  const text = value.toFixed(Math.abs(value) < 1 ? 100 : 60);
  return Number(text) === value ? text : null;
}

/** `WHERE …` of all conditions that are not null, or nothing. */
export function where(...conditions: readonly (string | null)[]): string {
  const given = conditions.filter((condition) => condition !== null);
  return given.length === 0 ? '' : ` WHERE ${given.join(' AND ')}`;
}
