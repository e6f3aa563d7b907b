/** Soil. */
import type { Quantity } from './quantity.ts';
import { UNITS } from './units.ts';

export const soil = {
  soilMoisture: {
    id: 'soilMoisture',
    name: { de: 'Bodenfeuchte', en: 'Soil moisture' },
    unit: UNITS.percent,
    kind: 'number',
    range: [0, 100],
    domain: 'soil',
    definition: 'https://stadtpegel.org/def/soilMoisture',
    diagnostic: false,
  },
  soilTemperature: {
    id: 'soilTemperature',
    name: { de: 'Bodentemperatur', en: 'Soil temperature' },
    unit: UNITS.celsius,
    kind: 'number',
    range: [-40, 70],
    domain: 'soil',
    definition: 'http://vocab.nerc.ac.uk/standard_name/soil_temperature/',
    diagnostic: false,
  },
  soilTension: {
    id: 'soilTension',
    name: { de: 'Saugspannung', en: 'Soil water tension' },
    unit: UNITS.kilopascal,
    kind: 'number',
    range: [-1600, 10],
    domain: 'soil',
    definition: 'https://stadtpegel.org/def/soilTension',
    diagnostic: false,
  },
  soilConductivity: {
    id: 'soilConductivity',
    name: { de: 'Leitfähigkeit des Bodens', en: 'Soil conductivity' },
    unit: UNITS.microsiemensPerCentimetre,
    kind: 'number',
    range: [0, 25000],
    domain: 'soil',
    definition: 'https://stadtpegel.org/def/soilConductivity',
    diagnostic: false,
  },
} as const satisfies Record<string, Quantity>;
