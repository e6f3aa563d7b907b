/** The shape of a language's table: a missing or surplus text is a compile error. */
import type { de } from './de.ts';

export type TextsLike<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends object
      ? T[K] extends (...args: never) => unknown
        ? T[K]
        : TextsLike<T[K]>
      : T[K];
};

export type Texts = TextsLike<typeof de>;
