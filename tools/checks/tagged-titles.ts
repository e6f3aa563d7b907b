/** Tests that say in their title what they prove or hold: `test('counts what matches [req request-data/count]', …)`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './tree.ts';

export interface TaggedTitle {
  readonly file: string;
  readonly line: number;
  /** Without its tags. */
  readonly title: string;
  readonly names: readonly string[];
}

const FOLDERS = ['api', 'gateway', 'ingest', 'services', 'test'];
/** A title with a tag, on one line: what stands between its quotes. */
const TITLE = /(['"`])((?:(?!\1).)*\[(?:req|limit) [A-Za-z0-9./-]+\](?:(?!\1).)*)\1/g;
const TAG = /\[(req|limit) ([A-Za-z0-9./-]+)\]/g;
/** What `test.each` puts its cases in. */
const PLACEHOLDER = /%[sdifjoO]/g;

/** Titles of a test or of a `describe` around it that bear the tag, in the order of files and lines. */
export function taggedTitles(root: string, tag: 'req' | 'limit'): TaggedTitle[] {
  return filesOf(root, '.test.ts', FOLDERS).flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        [...line.matchAll(TITLE)].map(([, , title = '']) => ({
          file,
          line: i + 1,
          title: title.replace(TAG, '').replace(PLACEHOLDER, '…').replace(/\s+/g, ' ').trim(),
          names: [...title.matchAll(TAG)].filter(([, kind]) => kind === tag).map(([, , name]) => name as string),
        })),
      )
      .filter(({ names }) => names.length > 0),
  );
}

/** Links of a generated page in docs/reference to the tests that bear the name. */
export function linksTo(titles: readonly TaggedTitle[], name: string): string {
  const found = titles.filter(({ names }) => names.includes(name));
  return found.map(({ file, title }) => `[${title.replaceAll('|', '\\|')}](../../${file})`).join('<br>');
}
