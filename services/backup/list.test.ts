import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackupList } from './list.ts';
import { makeBackup } from './making.ts';
import { never, untold, World } from './test-world.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.start();
});
afterEach(() => world.stop());

const folder = () => join(world.root, 'backups');

test('lists the complete backups of this data folder, the newest first', async () => {
  const list = new BackupList(folder(), world.data);
  expect(await list.look()).toEqual([]);
  await world.take(10);
  await makeBackup(world.ports(), untold, never());
  const [first] = await list.look();
  expect(first).toMatchObject({ journal: { first: 1, last: 1 }, store: { kind: 'sqlite', included: true } });
  expect(first?.bytes).toBeGreaterThan(0);
  expect(Date.parse(first?.completed ?? '')).toBeGreaterThan(Date.parse(first?.began ?? ''));
  await world.take(10);
  await makeBackup(world.ports(), untold, never());
  expect((await list.look()).map(({ journal }) => journal.last)).toEqual([2, 1]);
  expect(await new BackupList(folder(), join(world.root, 'another')).look()).toEqual([]);
});

test('passes over what is no backup or can’t be read, and forgets what was deleted', async () => {
  const list = new BackupList(folder(), world.data);
  const { folder: made } = await makeBackup(world.ports(), untold, never());
  mkdirSync(join(folder(), '2026-01-01T00-00-00Z'));
  writeFileSync(join(folder(), '2026-01-01T00-00-00Z', 'manifest.json'), '{"version":1}');
  writeFileSync(join(folder(), 'notes.txt'), 'not a backup');
  expect(await list.look()).toHaveLength(1);
  rmSync(made, { recursive: true });
  expect(await list.look()).toEqual([]);
});

test('says so where the folder can’t be read', async () => {
  await makeBackup(world.ports(), untold, never());
  const list = new BackupList(folder(), world.data);
  renameSync(folder(), `${folder()}-away`);
  expect(await list.look()).toEqual([]);
  writeFileSync(folder(), 'a file stands there');
  await expect(list.look()).rejects.toMatchObject({ code: 'hub.storage' });
});
