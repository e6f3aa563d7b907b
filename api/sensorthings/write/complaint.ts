/** How a body is refused: the path of what is wrong, and what was found there. */
import { CodedError } from '../../../services/model/index.ts';

export function wrong(path: string, detail: string): CodedError {
  return new CodedError('request.body', `${path}: ${detail}`);
}

/** A value as messages show it, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** `a Thing`, `an Observation` */
export function oneOf(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}
