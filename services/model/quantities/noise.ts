/** Noise. */
import type { Quantity } from './quantity.ts';
import { UNITS } from './units.ts';

export const noise = {
  soundLevel: {
    id: 'soundLevel',
    name: { de: 'Schallpegel', en: 'Sound level' },
    unit: UNITS.decibelA,
    kind: 'number',
    range: [20, 140],
    domain: 'noise',
    definition: 'http://vocab.nerc.ac.uk/standard_name/sound_pressure_level_in_air/',
    diagnostic: false,
  },
  soundLevelMax: {
    id: 'soundLevelMax',
    name: { de: 'Höchster Schallpegel', en: 'Maximum sound level' },
    unit: UNITS.decibelA,
    kind: 'number',
    range: [20, 150],
    domain: 'noise',
    definition: 'https://stadtpegel.org/def/soundLevelMax',
    diagnostic: false,
  },
} as const satisfies Record<string, Quantity>;
