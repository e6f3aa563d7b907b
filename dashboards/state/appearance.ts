import { DOMAINS } from '../../services/model/index.ts';
import type { CityThing } from '../data/index.ts';
import type { Reading } from './city.ts';
import { type Measure, measureOf } from './measure.ts';
import type { Rules } from './options.ts';
import { depthColour, temperatureColour } from './scales.ts';

/** `value`: it is a number without a judgement. */
export type ThingState = 'free' | 'occupied' | 'low' | 'filling' | 'full' | 'value' | 'unknown';

/** How a Thing is drawn. Never by colour alone: `state` also chooses sign and text. */
export interface Appearance {
  readonly state: ThingState;
  readonly colour: string;
  /** The number that is drawn; null: none. */
  readonly value: number | null;
  /** What is said in words because it is neither a number nor a judgement: a truth, a text, an object, null. */
  readonly words?: unknown;
}

export const UNKNOWN_COLOUR = '#6b7280';
const UNKNOWN: Appearance = { state: 'unknown', colour: UNKNOWN_COLOUR, value: null };

export const STATE_COLOURS = {
  free: '#15803d',
  occupied: '#c81e1e',
  low: '#15803d',
  filling: '#a16207',
  full: '#c81e1e',
} as const;

/**
 * A Thing whose primary Datastream has no value, or none confirmed within `rules.unknownAfter`, is unknown, never free: a
 * silent bay must send nobody around the block.
 */
export function appearanceOf(thing: CityThing, reading: Reading | null, now: number, rules: Rules): Appearance {
  const measure = measureOf(thing);
  if (measure === null || reading === null || now - reading.t > rules.unknownAfter) return UNKNOWN;
  const value = measure.read(reading.result);
  if (value === null) return ofWords(measure, reading.result);
  return typeof value === 'boolean' ? ofTruth(measure, value) : ofNumber(measure, value, rules);
}

function ofTruth(measure: Measure, value: boolean): Appearance {
  const { quantity } = measure;
  if (quantity === 'occupied') return judged(value ? 'occupied' : 'free', null);
  if (quantity === 'full') return judged(value ? 'full' : 'low', null);
  return ofWords(measure, value);
}

/** What is no number: shown as it is. But a bay that says neither yes nor no says nothing that we understand. */
function ofWords({ quantity, stream }: Measure, words: unknown): Appearance {
  if (quantity === 'occupied' || words === undefined || typeof words === 'number') return UNKNOWN;
  return { state: 'value', colour: words === null ? UNKNOWN_COLOUR : domainColour(stream.domain), value: null, words };
}

function ofNumber({ quantity, stream }: Measure, value: number, rules: Rules): Appearance {
  switch (quantity) {
    case 'occupied':
      // A bay that says a number says nothing that we understand.
      return UNKNOWN;
    case 'fillLevel':
    case 'occupancyRate':
      return judged(fillState(value, rules), value);
    case 'freeSpaces':
      return judged(value > 0 ? 'free' : 'occupied', value);
    case 'airTemperature':
      return { state: 'value', colour: temperatureColour(value), value };
    case 'waterLevel':
    case 'waterDepth':
      return { state: 'value', colour: depthColour(value), value };
    default:
      return { state: 'value', colour: domainColour(stream.domain), value };
  }
}

function judged(state: keyof typeof STATE_COLOURS, value: number | null): Appearance {
  return { state, colour: STATE_COLOURS[state], value };
}

function fillState(percent: number, rules: Rules): 'low' | 'filling' | 'full' {
  if (percent >= rules.fullFrom) return 'full';
  return percent >= rules.fillingFrom ? 'filling' : 'low';
}

function domainColour(domain: string): string {
  return Object.hasOwn(DOMAINS, domain) ? DOMAINS[domain as keyof typeof DOMAINS].colour : UNKNOWN_COLOUR;
}
