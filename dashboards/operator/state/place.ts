/** What the address keeps, behind its `#`, so that a reload and the way back show the same. The token is never there. */
import type { LetterFilter } from '../data/index.ts';

export const SECTIONS = ['overview', 'letters', 'again', 'retention', 'backups'] as const;
export type Section = (typeof SECTIONS)[number];

export interface Place {
  readonly section: Section;
  /** The dead letter that is opened; null: none. */
  readonly record: string | null;
  readonly filter: LetterFilter;
}

const FIELDS = ['code', 'device', 'source', 'from', 'to'] as const;

/** `hash`: `#letters/12?code=device.unknown`. What makes no sense is the overview. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [name, record = ''] = path.split('/');
  const section = SECTIONS.find((one) => one === name) ?? 'overview';
  if (section !== 'letters') return { section, record: null, filter: {} };
  const given = new URLSearchParams(query);
  const filter = Object.fromEntries(FIELDS.flatMap((field) => (given.get(field) ? [[field, given.get(field)]] : [])));
  return { section, record: /^\d{1,16}$/.test(record) ? record : null, filter };
}

export function addressOf({ section, record = null, filter = {} }: Partial<Place> & Pick<Place, 'section'>): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== undefined)).toString();
  return `#${section}${record === null ? '' : `/${record}`}${query === '' ? '' : `?${query}`}`;
}
