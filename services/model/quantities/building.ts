/** Buildings and doors. */
import type { Quantity } from './quantity.ts';
import { UNITS } from './units.ts';

export const building = {
  open: {
    id: 'open',
    name: { de: 'Offen', en: 'Open' },
    unit: UNITS.truth,
    kind: 'boolean',
    range: null,
    domain: 'building',
    definition: 'https://stadtpegel.org/def/open',
    diagnostic: false,
  },
  openCount: {
    id: 'openCount',
    name: { de: 'Öffnungen', en: 'Openings' },
    unit: UNITS.count,
    kind: 'number',
    range: [0, 16777215],
    domain: 'building',
    definition: 'https://stadtpegel.org/def/openCount',
    diagnostic: false,
  },
  roomTemperature: {
    id: 'roomTemperature',
    name: { de: 'Raumtemperatur', en: 'Room temperature' },
    unit: UNITS.celsius,
    kind: 'number',
    range: [-20, 60],
    domain: 'building',
    definition: 'https://stadtpegel.org/def/roomTemperature',
    diagnostic: false,
  },
} as const satisfies Record<string, Quantity>;
