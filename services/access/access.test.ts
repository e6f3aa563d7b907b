import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ADMIN, ANONYMOUS, access, maySee, NOBODY, openDoors, options } from './index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'access-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function hub(given: Record<string, unknown> = {}, folder = directory) {
  const clock = { at: 0, now: () => clock.at };
  const refusals: string[] = [];
  const ports = {
    directory: folder,
    options: options.parse(given),
    clock,
    refused: (why: string) => refusals.push(why),
  };
  return { doors: access(ports), clock, refusals };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}` });
const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'nothing thrown';
};

test('the first start makes an admin and an ingest token and hands them out once', async () => {
  const made = await hub().doors.start();
  expect(made.admin).toMatch(/^sp_admin_[\w-]{32}$/);
  expect(made.ingest).toMatch(/^sp_ingest_[\w-]{32}$/);
  const { doors } = hub();
  expect(await doors.start()).toEqual({});
  expect(doors.verify(made.admin!, '::1').reader).toBe(ADMIN);
  expect(doors.verify(made.ingest!, '::1').scopes).toEqual(new Set(['ingest']));
});

test('two hubs never get the same tokens', async () => {
  const one = await hub({}, join(directory, 'a')).doors.start();
  const two = await hub({}, join(directory, 'b')).doors.start();
  expect(one.admin).not.toBe(two.admin);
});

test('the file holds hashes only and nobody else may read it', async () => {
  const made = await hub().doors.start();
  const file = join(directory, 'access.json');
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(made.admin!.slice(9));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a token of the options replaces the stored one of its scope and is written nowhere', async () => {
  const made = await hub().doors.start();
  const { doors } = hub({ adminToken: 'a-token-for-a-demo' });
  expect(await doors.start()).toEqual({});
  expect(doors.verify('a-token-for-a-demo', '::1').scopes.has('admin')).toBe(true);
  expect(codeOf(() => doors.verify(made.admin!, '::1'))).toBe('access.token');
  expect(doors.verify(made.ingest!, '::1').name).toBe('ingest');
  expect(await readFile(join(directory, 'access.json'), 'utf8')).not.toContain('a-token');
});

test('a damaged file stops the start instead of making new tokens in silence', async () => {
  await writeFile(join(directory, 'access.json'), '{"version":1,"tok');
  await expect(hub().doors.start()).rejects.toMatchObject({
    code: 'hub.storage',
    message: expect.stringContaining('damaged'),
  });
});

test('a folder that cannot be made is one clear error', async () => {
  await writeFile(join(directory, 'file'), '');
  await expect(hub({}, join(directory, 'file')).doors.start()).rejects.toMatchObject({ code: 'hub.storage' });
});

test('a request without a token is anonymous, Bearer and Basic carry one', async () => {
  const { doors } = hub();
  const made = await doors.start();
  expect(doors.readerOf({}, '::1')).toBe(ANONYMOUS);
  expect(doors.readerOf(bearer(made.admin!), '::1')).toBe(ADMIN);
  expect(doors.readerOf(basic(made.admin!), '::1')).toBe(ADMIN);
  expect(doors.readerOf(bearer(made.ingest!), '::1')).toBe(ANONYMOUS);
});

test('a wrong token is an error, never taken for none', async () => {
  const { doors, refusals } = hub();
  const made = await doors.start();
  for (const headers of [
    bearer('wrong'),
    bearer(made.admin!.slice(0, -1)),
    bearer(`${made.admin!}x`),
    basic('wrong'),
    { authorization: 'Basic !!!' },
    { authorization: '' },
    { authorization: 'Bearer ' },
    { authorization: made.admin! },
  ]) {
    expect(codeOf(() => doors.identify(headers, '::1'))).toBe('access.token');
  }
  expect(refusals).toHaveLength(8);
});

test('nothing is let in before the start and after the stop', async () => {
  const { doors } = hub();
  expect(codeOf(() => doors.verify('', '::1'))).toBe('access.token');
  const made = await doors.start();
  await doors.stop();
  expect(codeOf(() => doors.verify(made.admin!, '::1'))).toBe('access.token');
});

test('a scope is required: nobody is asked for a token, another token is denied', async () => {
  const { doors } = hub();
  const made = await doors.start();
  expect(doors.require('admin', bearer(made.admin!), '::1').name).toBe('admin');
  expect(codeOf(() => doors.require('admin', {}, '::1'))).toBe('access.token');
  expect(codeOf(() => doors.require('admin', bearer(made.ingest!), '::1'))).toBe('access.denied');
});

test('an address with too many wrong tokens is refused for a while, but for the right one; its neighbours are not [limit access.maxFailures] [limit access.failureSeconds]', async () => {
  const { doors, clock, refusals } = hub({ maxFailures: 3, failureSeconds: 60 });
  const made = await doors.start();
  for (let i = 0; i < 3; i++) codeOf(() => doors.identify(bearer('wrong'), '10.0.0.1'));
  expect(codeOf(() => doors.identify(bearer('wrong'), '10.0.0.1'))).toBe('access.attempts');
  // strangers behind the same proxy must not lock the operator out
  expect(doors.identify(bearer(made.admin!), '10.0.0.1').name).toBe('admin');
  expect(refusals.at(-1)).toBe('attempts');
  expect(doors.identify({}, '10.0.0.1').name).toBe('anonymous');
  expect(codeOf(() => doors.identify(bearer('wrong'), '10.0.0.2'))).toBe('access.token');
  clock.at += 60_000;
  expect(codeOf(() => doors.identify(bearer('wrong'), '10.0.0.1'))).toBe('access.token');
});

test('wrong tokens over MQTT and over HTTP count together', async () => {
  const { doors, refusals } = hub({ maxFailures: 3 });
  const made = await doors.start();
  for (let i = 0; i < 2; i++) expect(codeOf(() => doors.verify('wrong', '10.0.0.1'))).toBe('access.token');
  codeOf(() => doors.identify(bearer('wrong'), '10.0.0.1'));
  expect(codeOf(() => doors.verify('wrong', '10.0.0.1'))).toBe('access.attempts');
  expect(doors.verify(made.ingest!, '10.0.0.1').name).toBe('ingest');
  expect(codeOf(() => doors.verify('wrong', '10.0.0.2'))).toBe('access.token');
  expect(refusals).toEqual(['token', 'token', 'token', 'attempts', 'token']);
});

test('who changes his address inside his IPv6 network stays the same for the limits', async () => {
  const { doors } = hub({ maxFailures: 2 });
  await doors.start();
  for (const host of [':1', '2:3:4:5']) codeOf(() => doors.identify(bearer('wrong'), `2001:db8:1:2:${host}`));
  expect(codeOf(() => doors.identify(bearer('wrong'), '2001:db8:1:2::ffff'))).toBe('access.attempts');
  expect(codeOf(() => doors.identify(bearer('wrong'), '2001:db8:1:3::ffff'))).toBe('access.token');
});

test('many addresses with wrong tokens do not fill the memory: the oldest is forgotten [limit access.maxAddresses]', async () => {
  const { doors } = hub({ maxFailures: 1, maxAddresses: 2 });
  await doors.start();
  for (const address of ['a', 'b', 'c']) codeOf(() => doors.identify(bearer('wrong'), address));
  expect(codeOf(() => doors.identify(bearer('wrong'), 'c'))).toBe('access.attempts');
  expect(codeOf(() => doors.identify(bearer('wrong'), 'a'))).toBe('access.token');
});

test('who sees a Datastream: everybody what is public, members their own, the operator all', () => {
  const member = { kind: 'member', organisations: ['ulm'] } as const;
  const see = (reader: typeof ANONYMOUS) =>
    (['public', 'organisation', 'internal'] as const).map((visibility) =>
      maySee(reader, { visibility, organisation: 'ulm' }),
    );
  expect(see(ANONYMOUS)).toEqual([true, false, false]);
  expect(see(member)).toEqual([true, true, true]);
  expect(see(ADMIN)).toEqual([true, true, true]);
  expect(maySee(member, { visibility: 'internal', organisation: 'solingen' })).toBe(false);
});

test('by default nobody writes; an ingest token creates Observations, the operator everything', async () => {
  const { doors } = hub();
  const made = await doors.start();
  const writes = (headers: object) => doors.identify(headers, '::1').writes;
  expect(doors.nobody).toEqual(NOBODY);
  expect([writes({}), writes(bearer(made.ingest!)), writes(basic(made.admin!))]).toEqual([
    'nothing',
    'observe',
    'everything',
  ]);
  expect(openDoors(options.parse({}))).toEqual([]);
});

test('a hub that is opened lets everybody read and write everything, and no more than that', async () => {
  const open = { anonymousReads: 'everything', anonymousWrites: true };
  const { doors } = hub(open);
  const made = await doors.start();
  const anybody = doors.identify({}, '::1');
  expect(anybody).toMatchObject({ reader: ADMIN, writes: 'everything', name: 'anonymous' });
  expect(codeOf(() => doors.require('admin', {}, '::1'))).toBe('access.token');
  expect(codeOf(() => doors.require('ingest', {}, '::1'))).toBe('access.token');
  // a token never takes away what everybody has
  expect(doors.identify(bearer(made.ingest!), '::1')).toMatchObject({ reader: ADMIN, writes: 'everything' });
  expect(codeOf(() => doors.identify(bearer('wrong'), '::1'))).toBe('access.token');
  const warnings = openDoors(options.parse(open));
  expect(warnings).toHaveLength(2);
  expect(warnings.join(' ')).toMatch(/access\.anonymousReads.*access\.anonymousWrites/);
});

test('reading and writing are opened one by one', async () => {
  const { doors } = hub({ anonymousReads: 'everything' });
  expect(doors.nobody).toMatchObject({ reader: ADMIN, writes: 'nothing' });
  expect(hub({ anonymousWrites: true }).doors.nobody).toMatchObject({ reader: ANONYMOUS, writes: 'everything' });
});
