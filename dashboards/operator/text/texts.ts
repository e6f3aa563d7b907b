/** The shape of a language's table: a missing or surplus text is a compile error. */
import type { TextsLike } from '../../text/index.ts';
import type { de } from './de.ts';

export type Texts = TextsLike<typeof de>;
