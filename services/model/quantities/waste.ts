/** Waste: containers and bins. */
import type { Quantity } from './quantity.ts';
import { UNITS } from './units.ts';

export const waste = {
  fillLevel: {
    id: 'fillLevel',
    name: { de: 'Füllstand', en: 'Fill level' },
    unit: UNITS.percent,
    kind: 'number',
    range: [0, 100],
    domain: 'waste',
    definition: 'https://stadtpegel.org/def/fillLevel',
    diagnostic: false,
  },
  fillDistance: {
    id: 'fillDistance',
    name: { de: 'Abstand zum Inhalt', en: 'Distance to the content' },
    unit: UNITS.centimetre,
    kind: 'number',
    range: [0, 1000],
    domain: 'waste',
    definition: 'https://stadtpegel.org/def/fillDistance',
    diagnostic: false,
  },
  full: {
    id: 'full',
    name: { de: 'Voll', en: 'Full' },
    unit: UNITS.truth,
    kind: 'boolean',
    range: null,
    domain: 'waste',
    definition: 'https://stadtpegel.org/def/full',
    diagnostic: false,
  },
  fireAlarm: {
    id: 'fireAlarm',
    name: { de: 'Brandalarm', en: 'Fire alarm' },
    unit: UNITS.truth,
    kind: 'boolean',
    range: null,
    domain: 'waste',
    definition: 'https://stadtpegel.org/def/fireAlarm',
    diagnostic: false,
  },
  containerTemperature: {
    id: 'containerTemperature',
    name: { de: 'Temperatur im Behälter', en: 'Container temperature' },
    unit: UNITS.celsius,
    kind: 'number',
    range: [-50, 100],
    domain: 'waste',
    definition: 'https://stadtpegel.org/def/containerTemperature',
    diagnostic: false,
  },
} as const satisfies Record<string, Quantity>;
