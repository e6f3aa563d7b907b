/**
 * Everything that an operator reads, in German and English: `de.ts`, `en.ts`, the error codes in `codes-de.ts` (English is in
 * `services/model`), times and sizes in `format.ts`; `speech.ts` binds them to a language.
 */
export type { CodeText } from './codes-de.ts';
export { inputOfIso, isoOfInput } from './format.ts';
export { type Moment, type Speech, speechOf } from './speech.ts';
export type { Texts } from './texts.ts';
