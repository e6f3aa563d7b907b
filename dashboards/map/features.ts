/** From Things to what the map's sources hold. Pure. */
import type { CityThing } from '../data/index.ts';
import { type Appearance, domainOf, measureOf, type Place, STATE_COLOURS, UNKNOWN_COLOUR } from '../state/index.ts';
import { cut, type Locale } from '../text/index.ts';
import { type PillSign, type Sign, signName } from './icons.ts';

/** One letter per domain, the same in both languages: P and W are read as parking and water by everybody. */
const LETTERS: Readonly<Record<string, string>> = {
  parking: 'P',
  water: '≈',
  climate: '°',
  waste: '▮',
  air: 'A',
  noise: '♪',
  people: 'i',
  energy: 'E',
  soil: 'S',
  building: 'G',
};

/** Letters of a text on a sign; a longer one would cover what stands beside. */
const SIGN_LENGTH = 16;

export function letterOf(domain: string): string {
  return LETTERS[domain] ?? '·';
}

export function signOf(thing: CityThing, look: Appearance, locale: Locale): Sign {
  const measure = measureOf(thing);
  const { state, colour, value } = look;
  if (measure?.quantity === 'occupied') {
    return { kind: 'bay', colour, state: state === 'free' || state === 'occupied' ? state : 'unknown' };
  }
  const letter = letterOf(domainOf(thing) ?? '');
  if (value === null || measure === null) {
    const text = measure === null || state === 'unknown' ? '?' : cut(locale.look(measure, look), SIGN_LENGTH);
    return { kind: 'pill', colour, letter, text, gauge: null };
  }
  const percent = measure.symbol === '%' && state !== 'value';
  const symbol = measure.symbol === '°C' ? '°' : measure.symbol;
  const text = symbol === '°' ? `${locale.number(value, '°C')}°` : locale.withUnit(value, symbol);
  return { kind: 'pill', colour, letter, text, gauge: percent ? value / 100 : null };
}

export interface FeatureProperties {
  readonly icon: string;
  readonly colour: string;
  readonly domain: string;
  readonly kind: Sign['kind'];
  /** What is placed first stays where two would overlap: the lower one. */
  readonly rank: number;
}

/** Waters are few and matter; containers and drains are many, and worth a sign from far only when they are full. */
const RANKS: Readonly<Record<string, number>> = { water: 0, climate: 2 };
export const FILLING = 5;
/** Before all others, so that it never gives way. */
const SELECTED = -1;

export function propertiesOf(thing: CityThing, look: Appearance, sign: Sign): FeatureProperties {
  const domain = domainOf(thing) ?? '';
  if (sign.kind === 'pill' && sign.selected) {
    return { icon: signName(sign), colour: look.colour, domain, kind: sign.kind, rank: SELECTED };
  }
  const filling = look.state === 'low' || look.state === 'filling' || look.state === 'unknown';
  const rank = look.state === 'full' ? 1 : filling ? FILLING : (RANKS[domain] ?? 3);
  return { icon: signName(sign), colour: look.colour, domain, kind: sign.kind, rank };
}

/** A car park as one sign: free bays of all. Grey while no bay is known. */
export function parkingSign(place: Place, look: (thing: CityThing) => Appearance): PillSign {
  let free = 0;
  let known = 0;
  for (const thing of place.things) {
    const { state } = look(thing);
    if (state === 'free') free++;
    if (state !== 'unknown') known++;
  }
  const colour = known === 0 ? UNKNOWN_COLOUR : free === 0 ? STATE_COLOURS.occupied : STATE_COLOURS.free;
  return { kind: 'pill', colour, letter: 'P', text: `${known === 0 ? '?' : free}/${place.things.length}`, gauge: null };
}
