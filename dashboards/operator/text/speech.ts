import { CODES, type ErrorCode, REMEDIES } from '../../../services/model/index.ts';
import { type Lang, localeOf } from '../../text/index.ts';
import { CODES_DE, type CodeText } from './codes-de.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { bytesText, exactText, momentText, spanText } from './format.ts';
import type { Texts } from './texts.ts';

/** A moment as the API has it: ISO 8601, or milliseconds since 1970. */
export type Moment = string | number;

/** A language with everything that is needed to speak it. */
export interface Speech {
  readonly lang: Lang;
  readonly t: Texts;
  number(value: number): string;
  percent(share: number): string;
  bytes(value: number): string;
  /** A span of milliseconds. */
  span(milliseconds: number): string;
  moment(at: Moment): string;
  /** To the second. */
  exact(at: Moment): string;
  ago(at: Moment): string;
  code(code: ErrorCode): CodeText;
}

export function speechOf(lang: Lang, now: () => number = Date.now): Speech {
  const tag = lang === 'de' ? 'de-DE' : 'en-GB';
  const locale = localeOf(lang);
  const percent = new Intl.NumberFormat(tag, { style: 'percent' });
  return {
    lang,
    t: lang === 'de' ? de : en,
    number: (value) => locale.number(value),
    percent: (share) => percent.format(share),
    bytes: (value) => bytesText(value, tag),
    span: (milliseconds) => spanText(milliseconds, tag),
    moment: (at) => momentText(millisecondsOf(at), now(), tag),
    exact: (at) => exactText(millisecondsOf(at), tag),
    ago: (at) => locale.ago(now() - millisecondsOf(at)),
    code: (code) => (lang === 'de' ? CODES_DE[code] : { title: CODES[code].title, remedy: REMEDIES[code] }),
  };
}

function millisecondsOf(at: Moment): number {
  return typeof at === 'number' ? at : Date.parse(at);
}
