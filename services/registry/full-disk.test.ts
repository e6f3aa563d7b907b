/** Changes while the disk takes nothing: told to their sender, done when there is room, saved behind it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiskRoom, Reserve } from '../disk/index.ts';
import { FileJournal, journalOptions } from '../journal/index.ts';
import { CodedError } from '../model/index.ts';
import { JournaledRegistry, NotYetDurable, options } from './index.ts';
import { thing } from './testing/index.ts';

let folder: string;
let full: Set<Reserve>;
let journal: FileJournal;
let registry: JournaledRegistry;

const disk: DiskRoom = { lack: (reserve) => (full.has(reserve) ? new CodedError('hub.storage', 'full') : null) };

async function start(): Promise<void> {
  journal = new FileJournal({
    folder: join(folder, 'journal'),
    options: journalOptions.parse({ stopSeconds: 0 }),
    disk,
  });
  await journal.start();
  const chosen = options.parse({ acknowledgeSeconds: 1, unsavedEntities: 10 });
  registry = new JournaledRegistry({
    folder,
    journal,
    disk,
    models: new Map(),
    clock: { now: () => 1000 },
    options: chosen,
  });
  await registry.start();
}
async function stop(): Promise<void> {
  await journal.stop();
  await registry.stop();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registry-full-'));
  full = new Set();
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const add = () => registry.change('test', (plan) => plan.put(['Things', thing(plan.newId('Things'))]));
const things = () => [...registry.catalogue.set('Things').keys()];

describe('a change while the disk takes nothing', () => {
  test('is answered in time, can be read, and is done when there is room [limit registry.acknowledgeSeconds]', async () => {
    await add();
    full.add('messages');
    const error = await add().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotYetDurable);
    expect(error).toMatchObject({ code: 'hub.storage', message: expect.stringContaining('look whether it is there') });
    expect([things(), journal.last]).toEqual([[1, 2], 1]);
    full.clear();
    await (error as NotYetDurable).durable;
    expect(journal.last).toBe(2);
    await add();
    await stop();
    await start();
    expect(things()).toEqual([1, 2, 3]);
  });

  test('is gone when the hub stops before there was room, and its sender was told so', async () => {
    await add();
    full.add('messages');
    const error = (await add().catch((reason: unknown) => reason)) as NotYetDurable;
    await stop();
    await expect(error.durable).rejects.toMatchObject({ code: 'hub.storage' });
    full.clear();
    await start();
    expect(things()).toEqual([1]);
  });

  test('waits in the journal for the snapshot while there is no room for files', async () => {
    full.add('files');
    await add();
    await registry.persist();
    expect(registry.saved).toBe(0);
    full.clear();
    await registry.persist();
    expect(registry.saved).toBe(1);
  });

  test('is read from the journal at the next start where too many have waited for the snapshot [limit registry.unsavedEntities]', async () => {
    await add();
    await registry.persist();
    expect(registry.saved).toBe(1);
    full.add('files');
    for (let i = 0; i < 15; i++) await add();
    full.clear();
    registry.advance(journal.last);
    await registry.persist();
    // not what is left of them: a snapshot has all or none
    expect(registry.saved).toBe(1);
    await stop();
    await start();
    expect(things()).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    expect(registry.saved).toBe(16);
  });
});
