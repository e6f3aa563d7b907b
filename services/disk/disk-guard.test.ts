import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DiskGuard, diskOptions } from './index.ts';

const MIB = 1024 * 1024;

function guarded(given: Record<string, number> = {}) {
  const disk = { free: 1000 as number | Error };
  const said: string[] = [];
  const guard = new DiskGuard({
    folder: '/data',
    options: diskOptions.parse({ reserveMiB: 100, resumeMiB: 20, filesMiB: 40, ...given }),
    events: {
      began: (reserve, folder, free) => said.push(`${reserve} of ${folder} at ${free / MIB}`),
      ended: (reserve) => said.push(`${reserve} go on`),
      unknown: (_folder, error) => said.push(String(error)),
    },
    freeBytes: async () => {
      if (disk.free instanceof Error) throw disk.free;
      return disk.free * MIB;
    },
  });
  const at = async (free: number | Error) => {
    disk.free = free;
    await guard.look();
    return [guard.lack('messages') === null, guard.lack('files') === null];
  };
  return { guard, at, said };
}

describe('the disk guard', () => {
  test('stops messages first, files later, each with one line at its begin and end [limit disk.reserveMiB] [limit disk.filesMiB]', async () => {
    const { at, said } = guarded();
    expect(await at(100)).toEqual([true, true]);
    expect(await at(99)).toEqual([false, true]);
    expect(await at(41)).toEqual([false, true]);
    expect(await at(39)).toEqual([false, false]);
    expect(await at(30)).toEqual([false, false]);
    expect(await at(1000)).toEqual([true, true]);
    expect(said).toEqual(['messages of /data at 99', 'files of /data at 39', 'messages go on', 'files go on']);
  });

  test('goes on only with some room more, so that it does not switch to and fro [limit disk.resumeMiB]', async () => {
    const { at, said } = guarded();
    await at(99);
    for (const free of [100, 119, 101, 119]) expect(await at(free)).toEqual([false, true]);
    expect(await at(120)).toEqual([true, true]);
    expect(await at(100)).toEqual([true, true]);
    expect(said).toHaveLength(2);
  });

  test('says how much is left, which reserve it is, and what to do', async () => {
    const { guard, at } = guarded();
    await at(12.7);
    expect(guard.lack('messages')).toMatchObject({ code: 'hub.storage' });
    expect(guard.lack('messages')?.message).toMatch(/\/data has 12 MiB left, the hub keeps 100 free. Make room/);
  });

  test('goes by what it knew last where the system does not tell', async () => {
    const { at, said } = guarded();
    expect(await at(new Error('stale handle'))).toEqual([true, true]);
    await at(10);
    expect(await at(new Error('stale handle'))).toEqual([false, false]);
    expect(said.filter((line) => line.includes('stale handle'))).toHaveLength(2);
  });

  test('asks a disk that does not answer only once at a time', async () => {
    let asked = 0;
    const answer = Promise.withResolvers<number>();
    const options = diskOptions.parse({ checkMs: 10 });
    const freeBytes = () => {
      asked++;
      return answer.promise;
    };
    const guard = new DiskGuard({ folder: '/data', options, freeBytes });
    const looks = [guard.look(), guard.look(), guard.look()];
    answer.resolve(5);
    await Promise.all(looks);
    expect([asked, guard.free]).toEqual([1, 5]);
  });

  test('asks the system, also for a folder that is not made yet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'disk-'));
    try {
      for (const one of [folder, join(folder, 'not', 'yet')]) {
        const guard = new DiskGuard({ folder: one, options: diskOptions.parse({}) });
        await guard.start();
        expect(guard.free).toBeGreaterThan(0);
        await guard.stop();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
