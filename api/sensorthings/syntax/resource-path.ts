/** The path of an URL ▸ segments [STA 9.2]: `Things(1)/Datastreams/$ref`. */
import { CodedError } from '../../../services/model/index.ts';

export interface Segment {
  readonly name: string;
  /** null: no parentheses. */
  readonly id: bigint | null;
}

const SEGMENT = /^([^()]+)(?:\(\s*(?:'(\d+)'|(\d+))\s*\))?$/;

/** `path` as it stands in the URL, percent-encoded, from the version on. */
export function parseResourcePath(path: string): Segment[] {
  const segments: Segment[] = [];
  for (const raw of path.split('/')) {
    if (raw === '') continue;
    const text = decodeSegment(raw);
    const m = SEGMENT.exec(text);
    // What can't be an address leads nowhere: 404, like every id that nobody has.
    if (m === null)
      throw new CodedError('notFound', `'${text.slice(0, 80)}' is no address; ids are whole numbers: Things(1)`);
    const id = m[2] ?? m[3];
    segments.push({ name: m[1]!, id: id === undefined ? null : BigInt(id) });
  }
  return segments;
}

function decodeSegment(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw new CodedError('query.syntax', `'${raw.slice(0, 80)}' is not percent-encoded UTF-8`, { cause });
  }
}

/** What is wrong with a name, or an id, that stands behind a whole set: `Things/1`, `Things/name`. */
export function withoutEntity(set: string, name: string): string {
  if (/^'?\d+'?$/.test(name)) return `an id stands in parentheses: ${set}(${name})`;
  return `${name} needs one entity before it: ${set}(1)/${name}`;
}
