import { expect, test } from 'vitest';
import type { Status } from '../data/index.ts';
import { findingsOf, levelOf } from './findings.ts';
import { at, NOW, status } from './testing/index.ts';

const DAY = 86_400_000;
const well = status();
const found = (more: Partial<Status>) => findingsOf({ ...well, ...more });
const short = (more: Partial<Status>) => found(more).map(({ level, what }) => `${level} ${what}`);
const store = (more: Partial<Status['store']>) => ({ store: { ...well.store, ...more } });
const disk = { name: 'data', folder: '/data', freeBytes: 1e11, reserveBytes: 256 * 2 ** 20, enough: true };

test('a hub that works needs nobody', () => {
  expect(findingsOf(well)).toEqual([]);
  expect(levelOf([])).toBe('well');
});

test('a hub that takes no messages is the most urgent, and its disk is not named twice', () => {
  const reason = 'The disk of /data has 12 MiB left';
  const all = found({
    acknowledging: { ok: false, reason },
    disks: [{ ...disk, freeBytes: 12e6, enough: false }],
    deadLetters: { 'device.unknown': 2 },
  });
  expect(all.map(({ what }) => what)).toEqual(['notAcknowledging', 'deadLetters']);
  expect(all[0]).toMatchObject({ level: 'act', detail: reason, code: 'hub.storage' });
  expect(levelOf(all)).toBe('act');
});

test('a store that waits is watched, and urgent when history has been missing for a quarter of an hour', () => {
  const waits = { state: 'waits', code: 'store.unavailable', reason: 'refused', since: NOW, behindRecords: 7 } as const;
  expect(found(store(waits))[0]).toMatchObject({ what: 'storeWaits', level: 'watch', amount: 7, detail: 'refused' });
  expect(short(store({ ...waits, oldestMs: 15 * 60_000 }))).toEqual(['act storeWaits']);
  expect(short(store({ ...waits, oldestMs: 15 * 60_000 - 1 }))).toEqual(['watch storeWaits']);
});

test('a store that refuses the hub, or has ended, needs somebody; one that catches up does not', () => {
  expect(short(store({ state: 'stopped', code: 'store.credentials' }))).toEqual(['act storeStopped']);
  expect(short(store({ state: 'waits', failure: 'the worker ended' }))).toEqual(['act storeFailed']);
  expect(short(store({ state: 'catching up', behindRecords: 1000 }))).toEqual(['note storeCatchesUp']);
});

test('a disk is watched below three times its reserve, and urgent when the store stops', () => {
  expect(short({ disks: [{ ...disk, freeBytes: 3 * disk.reserveBytes }] })).toEqual([]);
  expect(short({ disks: [{ ...disk, freeBytes: 3 * disk.reserveBytes - 1 }] })).toEqual(['watch diskLow']);
  expect(short({ disks: [disk, { ...disk, name: 'store', freeBytes: 1, enough: false }] })).toEqual(['act diskFull']);
  expect(short({ disks: [{ ...disk, freeBytes: null }] })).toEqual([]);
});

test('a backup is missed after a week', () => {
  const backup = (state: Status['backup']['state'], age: number | null) =>
    short({ backup: { state, completed: age === null ? null : at(NOW - age) } });
  expect(backup('done', 7 * DAY)).toEqual([]);
  expect(backup('done', 7 * DAY + 1)).toEqual(['watch backupOld']);
  expect(backup('running', 30 * DAY)).toEqual([]);
  expect(backup('failed', DAY)).toEqual(['watch backupFailed']);
  expect(backup('none', null)).toEqual(['note backupNone']);
  const old = { ...well.hub, started: at(NOW - 8 * DAY) };
  expect(short({ hub: old, backup: { state: 'none', completed: null } })).toEqual(['watch backupNone']);
});

test('dead letters and changed models are for when there is time, with where to go', () => {
  const all = found({
    deadLetters: { 'device.unknown': 30, 'decode.port': 4 },
    decodeAgain: { offers: [{ model: 'a/b' }], job: null },
  });
  expect(all).toMatchObject([
    { what: 'deadLetters', level: 'note', amount: 34, section: 'letters' },
    { what: 'raisedModels', level: 'note', amount: 1, section: 'again' },
  ]);
});
