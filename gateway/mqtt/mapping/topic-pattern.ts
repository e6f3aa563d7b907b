/** Topic patterns with names: `sensors/+site/+id` is the filter `sensors/+/+` and tells site and id. */
import { topicFilterProblem } from '../../envelope/index.ts';

export interface TopicPattern {
  /** The MQTT topic filter. */
  readonly filter: string;
  /** Name ▸ level, from 0. */
  readonly names: ReadonlyMap<string, number>;
}

/** The problem as text, or the pattern. */
export function parseTopicPattern(text: string): TopicPattern | string {
  const names = new Map<string, number>();
  const levels = text.split('/');
  const filter = levels
    .map((level, i) => {
      const name = /^\+([A-Za-z]\w*)$/.exec(level)?.[1];
      if (name === undefined) return level;
      if (names.has(name)) names.set('', i);
      else names.set(name, i);
      return '+';
    })
    .join('/');
  if (names.has('')) return 'a name may stand only once in a topic pattern';
  return topicFilterProblem(filter) ?? { filter, names };
}
