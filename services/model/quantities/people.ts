/** People: counts, never persons. */
import type { Quantity } from './quantity.ts';
import { UNITS } from './units.ts';

export const people = {
  peopleCount: {
    id: 'peopleCount',
    name: { de: 'Personen', en: 'People' },
    unit: UNITS.count,
    kind: 'number',
    range: [0, 100000],
    domain: 'people',
    definition: 'https://stadtpegel.org/def/peopleCount',
    diagnostic: false,
  },
  bicycleCount: {
    id: 'bicycleCount',
    name: { de: 'Fahrräder', en: 'Bicycles' },
    unit: UNITS.count,
    kind: 'number',
    range: [0, 100000],
    domain: 'people',
    definition: 'https://stadtpegel.org/def/bicycleCount',
    diagnostic: false,
  },
  motionCount: {
    id: 'motionCount',
    name: { de: 'Bewegungen', en: 'Movements' },
    unit: UNITS.count,
    kind: 'number',
    range: [0, 65535],
    domain: 'people',
    definition: 'https://stadtpegel.org/def/motionCount',
    diagnostic: false,
  },
  present: {
    id: 'present',
    name: { de: 'Anwesend', en: 'Presence' },
    unit: UNITS.truth,
    kind: 'boolean',
    range: null,
    domain: 'people',
    definition: 'https://stadtpegel.org/def/present',
    diagnostic: false,
  },
} as const satisfies Record<string, Quantity>;
