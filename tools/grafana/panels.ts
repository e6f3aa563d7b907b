/** One panel for each quantity: a line for numbers, a band of states for booleans and text. */
import type { Quantity } from '../../services/model/index.ts';
import { DATA_SOURCE } from './data-source.ts';

const WIDTH = 12;
const HEIGHT = 8;
/** Grafana's names of units where it has one; else the symbol is written as it is. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: 'celsius',
  '%': 'percent',
  '[ppm]': 'ppm',
  hPa: 'pressurehpa',
  V: 'volt',
  'm/s': 'velocityms',
  mm: 'lengthmm',
  m: 'lengthm',
  min: 'm',
  s: 's',
  lx: 'lux',
  kW: 'kwatt',
  W: 'watt',
  'kW.h': 'kwatth',
};

export function panelsOf(quantities: readonly Quantity[]): object[] {
  return quantities.map((quantity, i) => ({
    id: i + 1,
    title: `${quantity.name.de} · ${quantity.name.en}`,
    type: quantity.kind === 'number' ? 'timeseries' : 'state-timeline',
    datasource: DATA_SOURCE,
    gridPos: { x: (i % 2) * WIDTH, y: Math.floor(i / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit: unitOf(quantity), ...custom(quantity) }, overrides: [] },
    options:
      quantity.kind === 'number'
        ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } }
        : { mergeValues: true, showValue: 'auto', legend: { displayMode: 'list', placement: 'bottom' } },
    targets: [
      {
        refId: 'A',
        datasource: DATA_SOURCE,
        rawQuery: true,
        resultFormat: 'time_series',
        alias: '$tag_place',
        query: queryOf(quantity),
      },
    ],
  }));
}

/** The measurement is the quantity, the tag `place` the Thing [services/timeseries/influxdb/README.md]. */
function queryOf({ id, kind }: Quantity): string {
  const field = kind === 'number' ? 'mean("value")' : kind === 'boolean' ? 'last("state")' : 'last("text")';
  const gaps = kind === 'number' ? 'none' : 'previous';
  return `SELECT ${field} FROM "${id}" WHERE "place" =~ /^$place$/ AND $timeFilter GROUP BY time($__interval), "place" fill(${gaps})`;
}

function unitOf({ unit }: Quantity): string {
  if (unit.ucum === null || unit.symbol === '') return 'none';
  return UNITS[unit.ucum] ?? `suffix: ${unit.symbol}`;
}

function custom({ kind }: Quantity): object {
  return kind === 'number'
    ? { custom: { lineWidth: 1, fillOpacity: 8, spanNulls: 3_600_000 } }
    : { custom: { fillOpacity: 70 } };
}
