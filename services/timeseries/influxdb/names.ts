/** Names of a Datastream in InfluxDB: what a person with Grafana looks for. Fixed at its first row. */
import { OWN } from './schema.ts';

export interface SeriesNames {
  /** What is measured: `airTemperature`. */
  readonly measurement: string;
  /** The Thing, as a slug: `rathausplatz-mast-3`. */
  readonly place: string;
  /** Of a MultiDatastream: the fields of the elements of its result, in their order. */
  readonly elements?: readonly string[];
}

const LONGEST = 100;
const GERMAN: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  å: 'a',
  ł: 'l',
};

/** Lower case, words joined by hyphens, ASCII: `Rathausplatz, Mast 3` ▸ `rathausplatz-mast-3`. Empty where nothing is left. */
export function slugOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[äöüßæøåł]/g, (letter) => GERMAN[letter]!)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
}

/** Names that can stand in line protocol and in InfluxQL, whatever was given; null: the catalogue does not know it. */
export function safeNames(ds: number, given: SeriesNames | null): SeriesNames {
  const measurement = safe(given?.measurement ?? '').replace(new RegExp(`^(?=${OWN}|[#_])`), 'x') || 'observation';
  const place = safe(given?.place ?? '') || `datastream-${ds}`;
  const names: SeriesNames = { measurement, place };
  if (given?.elements === undefined) return names;
  const elements = given.elements.map((name, i) => safe(name) || `element${i + 1}`);
  return { ...names, elements: elements.map((name) => (FIELDS.has(name) ? `${name}_` : name)) };
}

/** Fields that the hub writes itself; `time` is InfluxDB's. */
const FIELDS = new Set([
  'value',
  'state',
  'text',
  'object',
  'record',
  'kind',
  'quality',
  'extra',
  'end',
  'tie',
  'id',
  'time',
  'datastream',
  'place',
]);

/** Control characters would break a line, quotes and backslashes are read differently by line protocol and InfluxQL. */
function safe(name: string): string {
  return name
    .replace(/[\p{C}"'\\]+/gu, ' ')
    .slice(0, LONGEST)
    .replace(/\p{Cs}/gu, '')
    .trim();
}
