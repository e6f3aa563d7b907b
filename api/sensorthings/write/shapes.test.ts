/** The table of properties that people read is that of the bodies that the hub takes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SHAPES } from './shapes.ts';

const PAGE = new URL('../../../docs/sensorthings/datamodel.md', import.meta.url);

test('the page of the entities lists every property that may be written, whether it is needed, and what it holds', () => {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => /^\| \w+ +\| `/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const wanted = Object.values(SHAPES).flatMap(({ single, properties }) =>
    Object.entries(properties).map(([name, { type, fallback }]) => [
      single,
      `\`${name}\``,
      fallback === undefined ? 'yes' : '',
      type,
    ]),
  );
  expect(rows).toEqual(wanted);
  expect(rows).toHaveLength(40);
});
