import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvReader } from './csv.ts';

function read(pieces: readonly string[]): { tables: string[][][]; whole: boolean } {
  const tables: string[][][] = [];
  const reader = new CsvReader({
    header: (columns) => tables.push([[...columns]]),
    row: (cells) => tables.at(-1)!.push([...cells]),
  });
  for (const piece of pieces) reader.push(piece);
  return { tables, whole: reader.end() };
}

/** As Go's encoding/csv writes it. */
function write(tables: readonly (readonly (readonly string[])[])[]): string {
  const cell = (text: string): string =>
    /[",\r\n]|^[ \t]/.test(text) || text === '\\.' ? `"${text.replaceAll('"', '""')}"` : text;
  return tables.map((rows) => rows.map((cells) => `${cells.map(cell).join(',')}\n`).join('')).join('\n');
}

test('tables, quotes, newlines and empty cells are read as they were written, in whatever pieces they come', () => {
  let rows = 0;
  const cell = fc.oneof(
    fc.constantFrom('', '"', '""', ',', '\n', 'a\nb', 'a,b', '{"v":"x,\\"y"}', '\n\n', 'ü✓', '-1780315200000000001'),
    fc.string(),
  );
  // a line of one empty cell is no line: InfluxDB's tables have at least name, tags and time
  const line = fc.array(cell, { minLength: 2, maxLength: 6 });
  const table = fc.array(line, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(table, { maxLength: 4 }), fc.array(fc.nat(200), { maxLength: 10 }), (tables, cuts) => {
      const text = write(tables);
      const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
      const pieces = edges.slice(1).map((edge, i) => text.slice(edges[i]!, edge));
      expect(read(pieces)).toEqual({ tables, whole: true });
      rows += tables.flat().length;
    }),
    { numRuns: 500 },
  );
  expect(rows).toBeGreaterThan(500);
});

test('says whether the text ended within a line', () => {
  expect(read(['name,tags\na,']).whole).toBe(false);
  expect(read(['name,tags\na,"x\n']).whole).toBe(false);
  expect(read(['name,tags\na,"x"']).whole).toBe(false);
  expect(read(['name,tags\na,"x"\n'])).toEqual({
    tables: [
      [
        ['name', 'tags'],
        ['a', 'x'],
      ],
    ],
    whole: true,
  });
});

test('takes lines that end with CR LF', () => {
  expect(read(['a,b\r\n1,"2"\r\n\r\nc,d\r\n']).tables).toEqual([
    [
      ['a', 'b'],
      ['1', '2'],
    ],
    [['c', 'd']],
  ]);
});

test('what is no CSV is an error', () => {
  expect(() => read(['a,b\n"x"y,z\n'])).toThrow('no CSV');
});
