/**
 * Everything that a citizen reads, in German and English. One table per language, same shape (`de.ts`, `en.ts`); numbers,
 * times and values in `format.ts`; `locale.ts` binds both to a language; `fold.ts` makes a search forgiving, `cut.ts` a
 * text short.
 */
export { cut } from './cut.ts';
export { folded } from './fold.ts';
export { keepLanguage } from './keep.ts';
export { LANGUAGES, type Lang, type Locale, localeOf, pickLanguage } from './locale.ts';
export type { Texts, TextsLike } from './texts.ts';
