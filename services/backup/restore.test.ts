import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { until } from '../../test/support/index.ts';
import { Backups } from './backups.ts';
import { checkFormat, hubIdentity, writeFormat } from './format.ts';
import { makeBackup } from './making.ts';
import { readManifest } from './manifest.ts';
import { INCOMPLETE, restoreBackup } from './restore.ts';
import { never, noOrders, untold, World } from './test-world.ts';

// files are synced to the disk: machines that do something else beside the tests are slow at that
vi.setConfig({ testTimeout: 120_000 });

describe('a backup', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.start();
  });
  afterEach(() => world.stop());

  const backup = () => makeBackup(world.ports(), untold, never());

  test('is restored into an empty folder only, and only when every file is what was backed up', async () => {
    await world.take(10);
    const made = await backup();
    const data = join(world.root, 'elsewhere');
    await expect(restoreBackup({ backup: made.folder, data: world.data, applyOrders: noOrders })).rejects.toThrow(
      'is not empty',
    );
    await expect(restoreBackup({ backup: world.root, data, applyOrders: noOrders })).rejects.toThrow('is no backup');
    const { files } = await readManifest(made.folder);
    expect(files.length).toBeGreaterThan(3);
    for (const { path } of files) {
      const file = join(made.folder, 'data', path);
      const good = readFileSync(file);
      const bad = Buffer.from(good);
      bad[bad.length >> 1]! ^= 1;
      rmSync(file);
      await expect(restoreBackup({ backup: made.folder, data, applyOrders: noOrders })).rejects.toThrow(
        `${file} is missing`,
      );
      writeFileSync(file, bad);
      await expect(restoreBackup({ backup: made.folder, data, applyOrders: noOrders })).rejects.toThrow(
        `${file} is not what was backed up`,
      );
      writeFileSync(file, good);
    }
    expect(existsSync(data)).toBe(false);
    await restoreBackup({ backup: made.folder, data, applyOrders: noOrders });
    expect(existsSync(join(data, INCOMPLETE))).toBe(false);
  });

  test('that was interrupted while it was copied marks the folder, and neither a hub nor a second restore goes there', async () => {
    await world.take(10);
    const { folder } = await backup();
    const data = join(world.root, 'half');
    const told = ({ doing, path }: { doing: string; path: string }): void => {
      if (doing === 'copying' && path.endsWith('meta.db')) throw new Error('the power goes');
    };
    await expect(restoreBackup({ backup: folder, data, applyOrders: noOrders, told })).rejects.toThrow(
      'the power goes',
    );
    expect(existsSync(join(data, INCOMPLETE))).toBe(true);
    expect(() => checkFormat(data)).toThrow('a restore that did not come to its end');
    await expect(restoreBackup({ backup: folder, data, applyOrders: noOrders })).rejects.toThrow(
      'left by a restore that did not come to its end',
    );
  });

  test('a path of the manifest that leads out of the folder is refused', async () => {
    await world.take(1);
    const { folder } = await backup();
    const file = join(folder, 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    manifest.files[0].path = '../../evil';
    writeFileSync(file, JSON.stringify(manifest));
    const data = join(world.root, 'elsewhere');
    await expect(restoreBackup({ backup: folder, data, applyOrders: noOrders })).rejects.toThrow('is damaged');
    manifest.version = 2;
    writeFileSync(file, JSON.stringify(manifest));
    await expect(readManifest(folder)).rejects.toThrow('made by a newer hub');
  });

  test('orders stand beside the backups at once, and the younger ones are given to what is restored', async () => {
    await writeFormat(world.data);
    const backups = new Backups(world.ports());
    await backups.start();
    expect(backups.completed).toBeNull();
    const orders = join(world.data, 'orders.jsonl');
    const beside = join(world.root, 'backups', `orders-${hubIdentity(world.data)}.jsonl`);
    expect(existsSync(beside)).toBe(false);
    appendFileSync(orders, '{"id":"a"}\n');
    backups.begin();
    expect(() => backups.begin()).toThrow('A backup is under way');
    await until('the backup is made', () => backups.status.state !== 'running');
    expect(backups.status).toMatchObject({ state: 'done', error: null });
    const { made } = backups.status;
    appendFileSync(orders, '{"id":"b"}\n{"id":"cut o');
    await backups.ordered();
    expect(readFileSync(beside, 'utf8')).toBe('{"id":"a"}\n{"id":"b"}\n');
    // after a restore the data folder knows less than what stands there
    rmSync(orders);
    appendFileSync(orders, '{"id":"a"}\n{"id":"c"}\n');
    const restarted = new Backups(world.ports());
    await restarted.ordered();
    expect(readFileSync(beside, 'utf8')).toBe('{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n');
    const given: string[] = [];
    const applyOrders = async (_: string, file: string) => given.push(readFileSync(file, 'utf8').split('\n').at(-2)!);
    await restoreBackup({ backup: made!.folder, data: join(world.root, 'x'), applyOrders });
    expect(given).toEqual(['{"id":"c"}']);
    // what a crash has cut off there comes again, as a whole; and so does a file that somebody took away
    appendFileSync(beside, '{"id":"d');
    appendFileSync(orders, '{"id":"d"}\n');
    await restarted.ordered();
    expect(readFileSync(beside, 'utf8')).toBe('{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n{"id":"d"}\n');
    rmSync(beside);
    await restarted.ordered();
    expect(readFileSync(beside, 'utf8')).toBe('{"id":"a"}\n{"id":"c"}\n{"id":"d"}\n');
    await backups.stop();
    const next = new Backups(world.ports());
    await next.start();
    expect(next.completed).toBe(Date.parse((await readManifest(made!.folder)).completed));
    await next.stop();
  });

  test('gets no order of another hub, though both keep their backups in one folder and order at once', async () => {
    const other = join(world.root, 'other');
    mkdirSync(other);
    const folder = join(world.root, 'backups');
    const hubs: Backups[] = [];
    for (const data of [world.data, other]) {
      await writeFormat(data);
      hubs.push(new Backups({ ...world.ports(), data }));
    }
    const [mine, others] = [world.data, other].map((data) => hubIdentity(data) as string);
    await world.take(5);
    const made = await backup();
    expect((await readManifest(made.folder)).identity).toBe(mine);
    const line = (id: string, hub: string) => `${JSON.stringify({ kind: 'erasure', id, at: 1, hub })}\n`;
    for (let k = 0; k < 20; k++) {
      appendFileSync(join(world.data, 'orders.jsonl'), line(`mine ${k}`, mine!));
      appendFileSync(join(other, 'orders.jsonl'), line(`other ${k}`, others!));
      await Promise.all(hubs.map((hub) => hub.ordered()));
    }
    for (const [hub, data] of [
      [mine, world.data],
      [others, other],
    ])
      expect(readFileSync(join(folder, `orders-${hub}.jsonl`), 'utf8')).toBe(
        readFileSync(join(data!, 'orders.jsonl'), 'utf8'),
      );
    // one that has come into the data folder of this hub is not handed on
    appendFileSync(join(world.data, 'orders.jsonl'), line('stray', others!));
    await hubs[0]!.ordered();
    expect(readFileSync(join(folder, `orders-${mine}.jsonl`), 'utf8')).not.toContain('stray');
    const given: [string, string | null][] = [];
    const applyOrders = async (_: string, file: string, hub: string | null) => given.push([file, hub]);
    const data = join(world.root, 'restored');
    const orders = join(folder, `orders-${others}.jsonl`);
    await expect(restoreBackup({ backup: made.folder, data, applyOrders, orders })).rejects.toThrow(
      'holds orders of another hub',
    );
    expect(existsSync(data)).toBe(false);
    await restoreBackup({ backup: made.folder, data, applyOrders });
    expect(given).toEqual([[join(folder, `orders-${mine}.jsonl`), mine]]);
    expect(hubIdentity(data)).toBe(mine);
  });

  test('that does not say of which hub it is gets orders only when somebody names them', async () => {
    await world.take(5);
    const { folder: made } = await backup();
    const beside = join(world.root, 'backups', 'orders.jsonl');
    const given: string[] = [];
    const applyOrders = async (_: string, file: string) => given.push(file);
    await restoreBackup({ backup: made, data: join(world.root, 'a'), applyOrders });
    appendFileSync(beside, '{"kind":"erasure","id":"a","at":1}\n');
    await expect(restoreBackup({ backup: made, data: join(world.root, 'b'), applyOrders })).rejects.toThrow(
      /does not say of which hub it is.*orders\.jsonl.*--orders <file>/,
    );
    expect(existsSync(join(world.root, 'b'))).toBe(false);
    await restoreBackup({ backup: made, data: join(world.root, 'b'), applyOrders, orders: 'none' });
    expect(given).toEqual([]);
    const gone = { backup: made, data: join(world.root, 'c'), applyOrders, orders: join(world.root, 'nothing') };
    await expect(restoreBackup(gone)).rejects.toThrow('does not exist');
    await restoreBackup({ ...gone, orders: beside });
    expect(given).toEqual([beside]);
  });
});
