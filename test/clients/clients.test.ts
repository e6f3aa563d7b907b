/**
 * What real clients send, byte for byte as they encode it, and what they need to get [README.md of this folder]. Each client
 * meets a city of its own, so that one's writing is not seen by another.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataFolder } from '../../tools/data-folder/index.ts';
import { newStage, type RunningHub, type TestStore, testStore } from '../support/index.ts';
import { casesOf } from './case.ts';
import { PUTS, rows } from './city.ts';
import { play } from './play.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));

/** Cases of each client over HTTP. A case that is added or lost must be counted here. */
const CASES: Readonly<Record<string, number>> = {
  'csv-download': 5,
  'frost-python-client': 9,
  grafana: 5,
  masterportal: 12,
  qgis: 6,
  'qgis-sta-plugin': 3,
  'vc-map': 6,
  wild: 16,
};
/** Played by mqtt.test.ts. */
const OVER_MQTT = ['masterportal-mqtt', 'mosquitto'];

const stage = newStage();
let store: TestStore;
afterAll(() => stage.end());
beforeAll(async () => {
  store = await testStore(stage);
});

test('every client is known here', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(CASES), ...OVER_MQTT].sort());
});

describe.each(Object.keys(CASES))('%s', (client) => {
  const cases = casesOf(`${folder}${client}`);
  let hub: RunningHub;
  beforeAll(async () => {
    const timeseries = store.timeseries(client);
    await makeDataFolder(stage.path(client), { puts: PUTS, rows: [rows(Date.now())], timeseries });
    hub = await stage.hub({ data: stage.path(client), options: store.options(client) });
  });
  afterAll(async () => {
    expect(hub.output.stderr).not.toMatch(/"level":[56]0/);
    expect(await hub.stop()).toBe(0);
  });
  let visited = 0;

  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    visited++;
    expect(await play({ port: hub.ports.http, adminToken: hub.tokens.admin }, one)).toEqual([]);
  });

  test('all cases were visited', () => {
    expect(visited).toBe(CASES[client]);
  });
});
