import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FileJournal, journalOptions, Ledger } from '../journal/index.ts';
import { memoryStore, type TimeseriesStore } from '../timeseries/index.ts';
import { compareStores } from './compare.ts';
import { backupsOf } from './folders.ts';
import { writeFormat } from './format.ts';
import { makeBackup } from './making.ts';
import { readManifest } from './manifest.ts';
import { restoreBackup, verifyBackup } from './restore.ts';
import { DAY, never, noOrders, T, untold, World } from './test-world.ts';

// files are synced to the disk: machines that do something else beside the tests are slow at that
vi.setConfig({ testTimeout: 120_000 });

describe('a backup', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.start();
  });
  afterEach(() => world.stop());

  const backup = (options?: object) => makeBackup(world.ports(options), untold, never());

  /** Restores into a folder of its own and opens what stands there. */
  async function restored(
    folder: string,
    work: (data: string, store: TimeseriesStore) => Promise<void>,
  ): Promise<void> {
    const data = join(world.root, `restored-${readdirSync(world.root).length}`);
    await restoreBackup({ backup: folder, data, applyOrders: noOrders });
    const store = world.embedded(join(data, 'timeseries'));
    await store.start();
    await work(data, store);
    await store.stop();
  }

  test('made while rows come in holds all that had come before, and opens in another folder', async () => {
    for (let k = 0; k < 10; k++) await world.take(100);
    world.ledger.addDeadLetter({ record: 3, at: T, source: 'x', device: null, code: 'device.unknown', detail: 'd' });
    writeFileSync(join(world.data, 'access.json'), '{"version":1,"tokens":[]}', { mode: 0o600 });
    let writing = true;
    let taken = 10;
    const load = (async () => {
      while (writing) taken = await world.take(20);
    })();
    const before = taken;
    const made = await backup();
    writing = false;
    await load;
    expect(taken).toBeGreaterThan(before);
    const manifest = await verifyBackup(made.folder);
    expect(manifest).toMatchObject({ data: world.data, store: { kind: 'sqlite', included: true } });
    expect(manifest.journal.last).toBeGreaterThanOrEqual(before);
    await restored(made.folder, async (data, store) => {
      expect(statSync(join(data, 'access.json')).mode & 0o777).toBe(0o600);
      // the backup's own folder: nobody else gets to what is in it
      expect(statSync(dirname(data)).mode & 0o777).toBe(0o700);
      const ledger = new Ledger({ folder: data, maxDeadLetters: 1000 });
      ledger.start();
      const stored = ledger.checkpoint(`store:${store.identity}`);
      expect(stored).toBeGreaterThanOrEqual(before);
      expect(ledger.deadLetterCounts()).toEqual({ 'device.unknown': 1 });
      ledger.stop();
      const journal = new FileJournal({ folder: join(data, 'journal'), options: journalOptions.parse({}) });
      await journal.start();
      // the journal reaches at least as far as what was made from it
      expect(journal.last).toBe(manifest.journal.last);
      expect(journal.last).toBeGreaterThanOrEqual(stored);
      await journal.stop();
      const records = new Set<number>();
      const all = {
        datastreams: null,
        from: null,
        to: null,
        order: 'id',
        offset: 0,
        limit: Number.POSITIVE_INFINITY,
      } as const;
      for await (const rows of store.scan(all)) for (let i = 0; i < rows.length; i++) records.add(rows.rec[i]!);
      for (let rec = 1; rec <= stored; rec++) expect(records.has(rec), `record ${rec}`).toBe(true);
    });
  });

  test('a Datastream that is deleted while it is made is deleted again by its record, in what was restored', async () => {
    for (let k = 0; k < 40; k++) await world.take(100);
    const drop = [{ rec: 41, edits: [{ op: 'drop', ds: 3 } as const] }];
    let dropped = false;
    // when the copies of all partitions are made
    const tell = async ({ at }: { at: string }): Promise<void> => {
      if (at !== 'timeseries/meta.db' || dropped) return;
      await world.store.edit(drop);
      dropped = true;
    };
    const made = await makeBackup(world.ports(), tell, never());
    expect(dropped).toBe(true);
    await restored(made.folder, async (_, store) => {
      expect((await store.extents([3])).length).toBe(1);
      await store.edit(drop);
      expect((await compareStores(world.store, store, { samples: 10, sampleRows: 1000 })).differences).toEqual([]);
      expect((await store.extents([3])).length).toBe(0);
    });
  });

  test('shares what has not changed with the one before, and closed segments with the journal', async () => {
    for (let k = 0; k < 10; k++) await world.take(100);
    const files = readdirSync(join(world.data, 'timeseries')).filter(
      (name) => name.startsWith('default-') && name.endsWith('.db'),
    );
    expect(files.length).toBeGreaterThan(1);
    await world.store.stop();
    // as if nobody had written there for an hour
    const old = new Date(world.time - 3_600_000);
    for (const name of readdirSync(join(world.data, 'timeseries')))
      utimesSync(join(world.data, 'timeseries', name), old, old);
    for (const name of readdirSync(join(world.data, 'journal')))
      utimesSync(join(world.data, 'journal', name), old, old);
    const first = await backup();
    const second = await backup();
    expect(second.sharedBytes).toBeGreaterThan(first.sharedBytes);
    const [file] = files;
    const inode = (folder: string, path: string) => statSync(join(folder, path)).ino;
    expect(inode(first.folder, `data/timeseries/${file}`)).toBe(inode(second.folder, `data/timeseries/${file}`));
    const [segment, ...later] = readdirSync(join(world.data, 'journal')).sort();
    expect(later.length).toBeGreaterThan(0);
    expect(inode(second.folder, `data/journal/${segment}`)).toBe(inode(world.data, `journal/${segment}`));
    // the one that is appended to is never shared
    expect(inode(second.folder, `data/journal/${later.at(-1)}`)).not.toBe(inode(world.data, `journal/${later.at(-1)}`));
    await world.store.start();
    await world.take(100);
    const third = await backup();
    for (const made of [first, second, third]) await verifyBackup(made.folder);
    // another file in the place of a segment, as old and as large: what was due in it is gone
    const file1 = join(world.data, 'journal', segment!);
    const { mtime } = statSync(file1);
    writeFileSync(`${file1}.other`, Buffer.alloc(statSync(file1).size));
    renameSync(`${file1}.other`, file1);
    utimesSync(file1, mtime, mtime);
    const fourth = await backup();
    expect(inode(fourth.folder, `data/journal/${segment}`)).toBe(inode(world.data, `journal/${segment}`));
    const whole = await backup({ share: false });
    expect(whole.sharedBytes).toBe(0);
    expect(inode(whole.folder, `data/timeseries/${file}`)).not.toBe(inode(first.folder, `data/timeseries/${file}`));
  });

  test('that stands in the data folder holds no other backups, but whatever else is there', async () => {
    await world.take(10);
    const folder = join(world.data, 'backups');
    mkdirSync(join(world.data, 'influxdb'));
    writeFileSync(join(world.data, 'influxdb', 'store.json'), '{}');
    for (const name of ['access.json.new', 'move.json', 'demo-token']) writeFileSync(join(world.data, name), 'x');
    await backup({ folder });
    const { files } = await readManifest((await backup({ folder })).folder);
    const paths = files.map(({ path }) => path).filter((path) => !/^(journal|timeseries)\//.test(path));
    expect(paths.sort()).toEqual(['influxdb/store.json', 'ledger.db']);
  });

  test('is not made among the files of the hub', async () => {
    for (const name of ['.', 'journal', 'timeseries/x', 'influxdb'])
      await expect(backup({ folder: join(world.data, name) })).rejects.toThrow(
        'name another folder with backup.folder',
      );
  });

  test('holds the journal: nothing of it is deleted meanwhile, and afterwards it is', async () => {
    for (let k = 0; k < 12; k++) await world.take(1);
    const first = () => world.journal.first;
    let during = 0;
    const tell = async (): Promise<void> => {
      await world.journal.prune(12, T + 1e15);
      during = Math.max(during, first());
    };
    const made = await makeBackup(world.ports(), tell, never());
    expect(during).toBe(1);
    expect((await readManifest(made.folder)).journal.first).toBe(1);
    await world.journal.prune(12, T + 1e15);
    expect(first()).toBeGreaterThan(1);
  });

  test('that would fill the disk is refused with what it needs, and one that is ended leaves nothing [limit backup.reserveMiB]', async () => {
    await world.take(10);
    await expect(backup({ reserveMiB: 1e9 })).rejects.toThrow(/needs .* MiB in .* backup\.reserveMiB .* there are/);
    const stop = new AbortController();
    const tell = ({ at }: { at: string }): void => {
      if (at.endsWith('meta.db')) stop.abort();
    };
    await expect(makeBackup(world.ports(), tell, stop.signal)).rejects.toMatchObject({ code: 'hub.busy' });
    expect(readdirSync(join(world.root, 'backups'))).toEqual([]);
    expect(world.journal.held).toBe(false);
  });

  test('what a crash left is removed by the next one, that of another hub is not; the oldest go [limit backup.keep]', async () => {
    await world.take(10);
    const folder = join(world.root, 'backups');
    for (const [name, owner] of [
      ['mine', world.data],
      ['other', '/somewhere/else'],
    ] as const) {
      mkdirSync(join(folder, `.2026-01-01T00-00-00Z-${name}.partial`), { recursive: true });
      writeFileSync(join(folder, `.2026-01-01T00-00-00Z-${name}.partial`, 'owner'), owner);
    }
    const made = [];
    for (let k = 0; k < 4; k++) made.push(await backup({ keep: 3 }));
    expect(made[3]!.removed).toEqual([made[0]!.folder]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual(['.2026-01-01T00-00-00Z-other.partial']);
    expect((await backupsOf(folder, world.data)).map((one) => one.folder)).toEqual(
      made.slice(1).map((one) => one.folder),
    );
    expect(await backupsOf(folder, '/somewhere/else')).toEqual([]);
    // another hub under the same path, as in a container of its own, does away with none of them but those of before
    await writeFormat(world.data);
    const own = await backup({ keep: 0 });
    expect(await backupsOf(folder, world.data)).toHaveLength(4);
    rmSync(join(world.data, 'format.json'));
    await writeFormat(world.data);
    expect((await backupsOf(folder, world.data)).map((one) => one.folder)).not.toContain(own.folder);
    mkdirSync(join(folder, '.2026-01-02T00-00-00Z.partial'));
    writeFileSync(join(folder, '.2026-01-02T00-00-00Z.partial', 'owner'), `${world.data} another-identity`);
    await backup({ keep: 0 });
    expect(readdirSync(folder)).toContain('.2026-01-02T00-00-00Z.partial');
  });
});

test('Observations of a server are copied into an embedded store of the backup, with how far they go', async () => {
  const world = new World(memoryStore());
  await world.start();
  try {
    for (let k = 0; k < 20; k++) await world.take(50);
    await world.store.edit([
      {
        rec: 21,
        edits: [
          { op: 'remove', ds: 1, t: T - DAY + 1000, rec: 1 },
          { op: 'drop', ds: 9 },
        ],
      },
    ]);
    const without = await makeBackup(world.ports({}, 'influxdb'), untold, never());
    expect(without.rows).toBeNull();
    expect(without.store).toEqual({ kind: 'influxdb', included: false });
    expect((await readManifest(without.folder)).store).toMatchObject({ kind: 'influxdb', stored: 20, included: false });
    const made = await makeBackup(world.ports({ observations: true }, 'influxdb'), untold, never());
    expect(made.rows).toBe(20 * 45 - 1);
    expect(made.store).toEqual({ kind: 'influxdb', included: true });
    const data = join(world.root, 'restored');
    await restoreBackup({ backup: made.folder, data, applyOrders: noOrders });
    const store = world.embedded(join(data, 'timeseries'));
    await store.start();
    expect((await compareStores(world.store, store, { samples: 10, sampleRows: 1000 })).differences).toEqual([]);
    const ledger = new Ledger({ folder: data, maxDeadLetters: 1000 });
    ledger.start();
    expect(ledger.checkpoint(`store:${store.identity}`)).toBe(20);
    ledger.stop();
    await store.stop();
  } finally {
    await world.stop();
  }
});
