/** Rows and the hub's own points as lines of InfluxDB's line protocol [README.md]. */
import type { RowExtra } from '../../model/index.ts';
import { intervalEnd } from '../extra.ts';
import { FIRST_HIGH_SLOT, nanoseconds } from './instants.ts';
import type { SeriesNames } from './names.ts';
import { CLAIMS, IDS, OWN, OWNER, REMOVED, SERIES } from './schema.ts';

/** RESULT of the model. */
const NUMBER = 0;
const BOOLEAN = 1;
const TEXT = 2;
const OBJECT = 3;

export interface LineRow {
  readonly t: number;
  readonly n: number;
  readonly r: number;
  readonly type: number;
  readonly rec: number;
  readonly q: number;
  readonly id: number;
  readonly x: string | null;
}

/** Measurement and tags of a Datastream's points. */
export function seriesKey(ds: number, { measurement, place }: Pick<SeriesNames, 'measurement' | 'place'>): string {
  return `${escaped(measurement, /[, ]/g)},datastream=${ds},place=${escaped(place, /[, =]/g)}`;
}

/** `over`: a point may stand there, so that every field that it may have is written. */
export function rowLine(
  key: string,
  row: LineRow,
  slot: number,
  elements: readonly string[] | null,
  over: boolean,
): string {
  const { t, n, rec, type, q, id, x } = row;
  let fields = `record=${rec}i`;
  if (type === NUMBER) fields = `value=${row.r},${fields}`;
  else if (type === BOOLEAN) fields = `state=${row.r === 1 ? 't' : 'f'},${fields}`;
  else {
    if (type === TEXT || type === OBJECT) fields = `${resultFields(type, x, elements)}${fields}`;
    if (!over) fields += `,kind=${type}i`;
  }
  if (over) fields += `,kind=${type}i,quality=${q}i,extra=${text(x ?? '')},id=${id}i,end=${intervalEnd(x) ?? t}i`;
  else {
    if (q !== 0) fields += `,quality=${q}i`;
    if (id !== 0) fields += `,id=${id}i`;
    if (x !== null) {
      fields += `,extra=${text(x)}`;
      const end = intervalEnd(x);
      if (end !== null) fields += `,end=${end}i`;
    }
  }
  if (slot >= FIRST_HIGH_SLOT) fields += `,tie=${n}i`;
  return `${key} ${fields} ${nanoseconds(t, slot)}`;
}

/** What a person reads: the result itself, and of an array its elements that are numbers. */
function resultFields(type: number, x: string | null, elements: readonly string[] | null): string {
  const v = x === null ? undefined : (JSON.parse(x) as RowExtra).v;
  if (type === TEXT) return typeof v === 'string' ? `text=${text(v)},` : '';
  if (v === undefined) return '';
  let fields = `object=${text(JSON.stringify(v))},`;
  if (elements === null || !Array.isArray(v)) return fields;
  elements.forEach((name, i) => {
    const value: unknown = v[i];
    if (typeof value === 'number' && Number.isFinite(value)) fields += `${escaped(name, /[, =]/g)}=${value},`;
  });
  return fields;
}

export function storeLine(identity: string, schema: number, { from, to }: { from: number; to: number }): string {
  return `${OWN} identity=${text(identity)},schema=${schema}i,from=${from}i,to=${to}i 0`;
}

export function ownerLine(hub: string, reach: number): string {
  return `${OWNER} hub=${text(hub)},reach=${reach}i 0`;
}

export function seriesLine(ds: number, { measurement, place, elements }: SeriesNames): string {
  const more = elements === undefined ? '' : `,elements=${text(JSON.stringify(elements))}`;
  return `${SERIES} measurement=${text(measurement)},place=${text(place)}${more},dropped=false,gone=false ${ds}`;
}

export function droppedLine(ds: number, gone: boolean): string {
  return `${SERIES} dropped=true,gone=${gone} ${ds}`;
}

/** The row that has an id; null: nobody. */
export interface Holder {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly rec: number;
}

export function idLine(id: number, holder: Holder | null): string {
  return `${IDS} ${holderFields(holder)} ${id}`;
}

export function claimLine(ds: number, t: number, holder: Holder | null): string {
  return `${CLAIMS},datastream=${ds} ${holderFields(holder)} ${nanoseconds(t)}`;
}

function holderFields(holder: Holder | null): string {
  const { ds, t, n, rec } = holder ?? { ds: 0, t: 0, n: 0, rec: 0 };
  return `ds=${ds}i,t=${t}i,n=${n}i,rec=${rec}i`;
}

export interface Removed {
  readonly n: number;
  readonly rec: number;
  /** Tells the removed rows of one instant apart. */
  readonly key: number;
  /** No tombstone: its record may bring it again. */
  readonly again: boolean;
  readonly gone: boolean;
}

export function removedLine(ds: number, t: number, { n, rec, key, again, gone }: Removed): string {
  return `${REMOVED},datastream=${ds} tie=${n}i,rec=${rec}i,again=${again},gone=${gone} ${nanoseconds(t, key)}`;
}

/** A string field. InfluxDB reads newlines within the quotes; other control characters are of no use there. */
function text(value: string): string {
  return `"${value
    .replace(/[\\"]/g, '\\$&')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')
    .toWellFormed()}"`;
}

function escaped(name: string, what: RegExp): string {
  return name.replace(what, '\\$&');
}
