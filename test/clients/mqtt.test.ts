/** What real clients do over MQTT: subscribe, and be told what others create and change. See README.md of this folder. */
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataFolder } from '../../tools/data-folder/index.ts';
import { needs, newStage, program, type RunningHub, until } from '../support/index.ts';
import { type Case, casesOf, type Message } from './case.ts';
import { PUTS, rows } from './city.ts';
import { replyDifferences, send, target } from './exchange.ts';
import { differences } from './match.ts';
import { filled } from './play.ts';
import { type Heard, subscribe } from './subscription.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
const sub = needs('mosquitto_sub');
const pub = needs('mosquitto_pub');

/** A case that is added or lost must be counted here. */
const CASES: Readonly<Record<string, number>> = { 'masterportal-mqtt': 3, mosquitto: 5 };

const stage = newStage();
afterAll(() => stage.end());
beforeAll(async () => {
  await makeDataFolder(stage.path('city'), { puts: PUTS, rows: [rows(Date.now())] });
});

describe.skipIf(sub === null || pub === null).each(Object.keys(CASES))('%s', (client) => {
  const cases = casesOf(`${folder}${client}`);
  let hub: RunningHub;
  beforeAll(async () => {
    cpSync(stage.path('city'), stage.path(client), { recursive: true });
    hub = await stage.hub({ data: stage.path(client) });
  });
  afterAll(async () => {
    expect(hub.output.stderr).not.toMatch(/"level":[56]0/);
    expect(await hub.stop()).toBe(0);
  });
  let visited = 0;

  async function trigger(request: Message, expected: Message): Promise<string[]> {
    const topic = /^PUBLISH (\S+)$/.exec(request.first)?.[1];
    if (topic === undefined) {
      const { method, path } = target(request);
      const reply = await send(hub.ports.http, method, path, Object.fromEntries(request.headers), request.body);
      return replyDifferences(expected, reply);
    }
    const to = ['-h', '127.0.0.1', '-p', String(hub.ports.mqtt), '-V', '311', '-q', request.headers.get('qos') ?? '1'];
    await program(pub as string, [...to, '-u', 'x', '-P', hub.tokens.ingest, '-t', topic, '-m', request.body]);
    return [];
  }

  async function play({ steps }: Case): Promise<string[]> {
    const known = new Map([['admin', hub.tokens.admin]]);
    const [first, ...others] = steps.map(({ request, expected }) => ({
      request: filled(request, known),
      expected: filled(expected, known),
    }));
    if (first === undefined) return ['no subscription'];
    const subscription = await subscribe(hub, sub as string, first.request);
    try {
      const found: string[] = [];
      for (const { request, expected } of others) found.push(...(await trigger(request, expected)));
      const wanted = JSON.parse(first.expected.body) as Heard[];
      await until('all messages are there', () => subscription.heard.length >= wanted.length, 5000).catch(
        () => undefined,
      );
      return [...found, ...differences(wanted, subscription.heard, 'messages')];
    } finally {
      await subscription.end();
    }
  }

  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    visited++;
    expect(await play(one)).toEqual([]);
  });

  test('all cases were visited', () => {
    expect(visited).toBe(CASES[client]);
  });
});
