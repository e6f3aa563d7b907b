/** Which source a topic belongs to: MQTT topic filters [MQTT 3.1.1 §4.7]. */
import type { Source } from '../../services/model/index.ts';

const SLASH = 47;
const PLUS = 43;
const HASH = 35;
const DOLLAR = 36;

/** What is wrong with a filter, or null. */
export function topicFilterProblem(filter: string): string | null {
  if (filter === '') return 'a topic filter may not be empty';
  if (filter.includes('\0')) return 'a topic filter may not hold the character U+0000';
  const levels = filter.split('/');
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i !== levels.length - 1))
      return '# may only stand alone as the last level';
    if (level.includes('+') && level !== '+') return '+ may only stand alone in its level';
  }
  return null;
}

/** Walks filter and topic together; allocates nothing. The filter must be a valid one. */
export function matchesFilter(filter: string, topic: string): boolean {
  const ends = topic.length;
  const filterEnds = filter.length;
  let f = 0;
  let t = 0;
  // Wildcards in the first level don't match topics of the server [MQTT-4.7.2-1].
  const first = filter.charCodeAt(0);
  if (topic.charCodeAt(0) === DOLLAR && (first === PLUS || first === HASH)) return false;
  while (f < filterEnds) {
    const c = filter.charCodeAt(f);
    if (c === HASH) return true;
    if (c === PLUS) {
      while (t < ends && topic.charCodeAt(t) !== SLASH) t++;
      f++;
    } else if (t < ends && c === topic.charCodeAt(t)) {
      f++;
      t++;
    } else {
      // `a/#` also matches its parent `a` [§4.7.1.2].
      return t === ends && c === SLASH && f + 2 === filterEnds && filter.charCodeAt(f + 1) === HASH;
    }
  }
  return t === ends;
}

export interface TopicMatcher {
  /** The first source, in the order given, with a filter that matches; null: none. */
  match(topic: string): Source | null;
  /** Beyond a few filters a topic seen before costs one look-up; this is how many are remembered just now. */
  readonly remembered: number;
}

/** Comparing a topic with this many filters takes no longer than looking it up in a large map (measured). */
const FEW = 8;

/** Many mappings make many filters. When `memory` topics are remembered, all are forgotten and learned anew. */
export function topicMatcher(sources: readonly Source[], memory = 65_536): TopicMatcher {
  const filters = sources.flatMap((source) => source.topicFilters.map((filter) => ({ filter, source })));
  for (const { filter, source } of filters) {
    const problem = topicFilterProblem(filter);
    if (problem !== null) throw new RangeError(`source ${source.id}, filter ${JSON.stringify(filter)}: ${problem}`);
  }
  const search = (topic: string): Source | null => {
    for (const { filter, source } of filters) if (matchesFilter(filter, topic)) return source;
    return null;
  };
  if (filters.length <= FEW) return { match: search, remembered: 0 };
  const known = new Map<string, Source | null>();
  return {
    match(topic) {
      const before = known.get(topic);
      if (before !== undefined) return before;
      const source = search(topic);
      if (known.size >= memory) known.clear();
      known.set(topic, source);
      return source;
    },
    get remembered() {
      return known.size;
    },
  };
}
