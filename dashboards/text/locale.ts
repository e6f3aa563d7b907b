import { DOMAINS, quantityOf } from '../../services/model/index.ts';
import type { CityStream } from '../data/index.ts';
import type { Appearance, Measure } from '../state/index.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { agoText, axisTexts, numberText, quantityText, timeText } from './format.ts';
import type { Texts } from './texts.ts';

export type Lang = 'de' | 'en';
export const LANGUAGES: readonly Lang[] = ['de', 'en'];

/** A language with everything that is needed to speak it. */
export interface Locale {
  readonly lang: Lang;
  readonly t: Texts;
  /** Name of a domain; its id where the page doesn't know it. */
  domain(id: string): string;
  /** Name of what a Datastream observes. */
  quantity(stream: CityStream): string;
  /** A result with its unit, or in words. */
  value(stream: CityStream, result: unknown): string;
  /** How a Thing looks, in words: its number with the unit, what it says, or its state. */
  look(measure: Pick<Measure, 'stream' | 'symbol'>, look: Appearance): string;
  number(value: number, symbol?: string): string;
  withUnit(value: number, symbol: string): string;
  /** Numbers of an axis, with the same number of decimals. */
  axis(values: readonly number[]): string[];
  ago(ms: number): string;
  time(at: number): string;
}

export function localeOf(lang: Lang): Locale {
  const t: Texts = lang === 'de' ? de : en;
  // British English for its 24-hour clock and its day before month, which people in Germany read without a second look.
  const tag = lang === 'de' ? 'de-DE' : 'en-GB';
  const value = (stream: CityStream, result: unknown): string => {
    if (typeof result === 'number') return quantityText(result, stream.symbol, tag);
    if (typeof result === 'boolean') return truth(stream.quantity, result, t);
    return typeof result === 'string' ? result : result == null ? t.noValue : JSON.stringify(result);
  };
  return {
    lang,
    t,
    domain: (id) => (Object.hasOwn(DOMAINS, id) ? DOMAINS[id as keyof typeof DOMAINS].name[lang] : id),
    quantity: (stream) =>
      (stream.quantity === null ? undefined : quantityOf(stream.quantity)?.name[lang]) ?? stream.property,
    value,
    look: ({ stream, symbol }, look) => {
      if (look.value !== null) return quantityText(look.value, symbol, tag);
      return look.words === undefined ? t.states[look.state] : value(stream, look.words);
    },
    number: (value, symbol = '') => numberText(value, symbol, tag),
    withUnit: (value, symbol) => quantityText(value, symbol, tag),
    axis: (values) => axisTexts(values, tag),
    ago: (ms) => agoText(ms, tag, t.now),
    time: (at) => timeText(at, tag),
  };
}

function truth(quantity: string | null, value: boolean, t: Texts): string {
  if (quantity === 'occupied') return value ? t.states.occupied : t.states.free;
  if (quantity === 'full' && value) return t.states.full;
  return value ? t.yes : t.no;
}

/** `?lang=` first, then what the browser prefers, as far as the hub offers it; German otherwise. */
export function pickLanguage(search: string, preferred: readonly string[], offered: readonly string[]): Lang {
  const known = LANGUAGES.filter((lang) => offered.includes(lang));
  const wishes = [new URLSearchParams(search).get('lang') ?? '', ...preferred];
  for (const wish of wishes) {
    const found = known.find((lang) => wish.toLowerCase().split('-')[0] === lang);
    if (found !== undefined) return found;
  }
  return known[0] ?? 'de';
}
