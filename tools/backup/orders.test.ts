import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyYoungerOrders } from './orders.ts';

let root: string;
let data: string;
let beside: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'orders-'));
  data = root;
  beside = join(root, 'beside.jsonl');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const line = (kind: string, id: string, at = 1) => JSON.stringify({ kind, id, at });
const write = (file: string, ...lines: string[]) => writeFileSync(file, lines.map((one) => `${one}\n`).join(''));
const own = () => join(data, 'orders.jsonl');
const kinds = () =>
  readFileSync(own(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { kind: string; id: string })
    .map(({ kind, id }) => `${kind} ${id}`);

test('what is younger than the backup is added; erasures that were done meanwhile are done again', async () => {
  write(own(), line('freeze', 'a'), line('erasure', 'b'));
  write(
    beside,
    line('freeze', 'a'),
    line('erasure', 'b'),
    line('erased', 'b'),
    line('erasure', 'c'),
    line('lift', 'a'),
  );
  expect(await applyYoungerOrders(data, beside, 'this hub')).toBe(3);
  expect(kinds()).toEqual(['freeze a', 'erasure b', 'erased b', 'erasure c', 'lift a', 'again b', 'again c']);
});

test('a backup that knows them all is left as it is; one without orders gets all', async () => {
  write(beside, line('erasure', 'b'), line('erased', 'b'));
  write(own(), line('erasure', 'b'), line('erased', 'b'));
  const before = readFileSync(own(), 'utf8');
  expect(await applyYoungerOrders(data, beside, 'this hub')).toBe(0);
  expect(readFileSync(own(), 'utf8')).toBe(before);
  rmSync(own());
  expect(await applyYoungerOrders(data, beside, 'this hub')).toBe(1);
  expect(kinds()).toEqual(['erasure b', 'erased b', 'again b']);
  expect(JSON.parse(readFileSync(own(), 'utf8').trimEnd().split('\n').at(-1)!)).toMatchObject({ hub: 'this hub' });
});

test('a damaged file is no reason to pass over an order', async () => {
  writeFileSync(beside, `${line('erasure', 'b')}\n{"kind":"era\n`);
  await expect(applyYoungerOrders(data, beside, 'this hub')).rejects.toThrow('is damaged');
});
