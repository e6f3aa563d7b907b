/**
 * Decoding again in the hub as it is run: the mapping of some devices was wrong, is mended in the configuration, and their
 * history follows; the hub is killed in the middle of it, people work on their Observations, and new messages come in.
 */
import { afterAll, expect, test } from 'vitest';
import { type Api, api, mqttConnection, newStage, type RunningHub, seeded, stored, until } from '../support/index.ts';

const DEVICES = 3;
const MESSAGES = 6000;
const KILLS = 4;
const BEGIN = Date.UTC(2026, 2, 1);
const stage = newStage();
afterAll(() => stage.end());
const random = seeded(20_261_121);

/** Water levels come in centimetres. `per`: what the configuration divides them by. */
const mapping = (per: number) =>
  stage.file(
    `per-${per}.yaml`,
    `mqtt:
  mappings:
    - topic: gauges/+id
      device: '{id}'
      time: .at
      values:
        waterLevel: { path: .level, per: ${per} }
`,
  );
const timeOf = (number: number) => new Date(BEGIN + number * 1000).toISOString();
const levelOf = (number: number) => 100 + (number % 700);

async function send(hub: RunningHub, numbers: readonly number[]): Promise<void> {
  const client = await mqttConnection({ port: hub.ports.mqtt, clientId: 'gauges', password: hub.tokens.ingest });
  for (let i = 0; i < numbers.length; i += 200) {
    await Promise.all(
      numbers
        .slice(i, i + 200)
        .map((number) =>
          client.deliver(
            `gauges/g${number % DEVICES}`,
            Buffer.from(JSON.stringify({ at: timeOf(number), level: levelOf(number) })),
          ),
        ),
    );
  }
}

const start = (per: number) => stage.hub({ config: mapping(per), options: { 'ingest.againRows': 100 } });
const admin = (hub: RunningHub) => api(hub, hub.tokens.admin);
const linkOf = async (reader: Api, ds: number, number: number) => {
  const path = `/v1.1/Datastreams(${ds})/Observations?$filter=phenomenonTime%20eq%20${timeOf(number)}`;
  return new URL((await reader.get(path)).json.value[0]['@iot.selfLink']).pathname;
};
const change = (hub: RunningHub, method: string, path: string, body?: object) =>
  fetch(`${hub.base}${path}`, {
    method,
    headers: { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).then(({ status }) => expect(status).toBe(200));

test('a history that was decoded wrong is right in the end, however often the hub is killed meanwhile', async () => {
  let hub = await start(1);
  let reader = admin(hub);
  await reader.import({
    organisations: [{ id: 'ulm', name: 'Ulm' }],
    things: [{ key: 'bridge', name: 'Bridge', organisation: 'ulm' }],
    devices: Array.from({ length: DEVICES }, (_, i) => ({
      key: `mqtt:g${i}`,
      organisation: 'ulm',
      thing: 'bridge',
      channels: { waterLevel: 'waterLevel' },
    })),
  });
  const streams: number[] = [];
  for (let i = 0; i < DEVICES; i++) streams.push((await reader.datastreams(`mqtt:g${i}`)).waterLevel as number);
  const [first, second] = streams as [number, number];
  await send(
    hub,
    Array.from({ length: MESSAGES }, (_, number) => number),
  );
  await stored(hub, hub.tokens.admin);
  await change(hub, 'DELETE', await linkOf(reader, first, 30));
  await change(hub, 'PATCH', await linkOf(reader, first, 33), { result: 7 });
  await hub.stop();

  hub = await start(100);
  reader = admin(hub);
  const dry = (await reader.post('/admin/decode-again', { datastream: first, dryRun: true })).json;
  const seen = await ended(hub, dry.id);
  expect(seen).toMatchObject({
    state: 'done',
    rows: { changed: MESSAGES / DEVICES - 2, removed: 0, kept: 2, added: 0 },
  });
  expect(seen.examples[0]).toMatchObject({
    kind: 'changed',
    before: { result: levelOf(0) },
    after: { result: levelOf(0) / 100 },
  });
  const begun = await reader.post('/admin/decode-again', { datastream: first });
  expect([begun.status, begun.headers.get('location')]).toEqual([202, `/admin/jobs/${begun.json.id}`]);
  let inTheMiddle = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, random() * 120));
    const { state } = (await reader.get(`/admin/jobs/${begun.json.id}`)).json;
    if (state === 'running') inTheMiddle += 1;
    await hub.kill();
    hub = await start(100);
    reader = admin(hub);
    if (kill === 0) await change(hub, 'DELETE', await linkOf(reader, first, 5997));
  }
  const fresh = [0, 1, 2].map((i) => MESSAGES + i);
  await send(hub, fresh);
  expect(await ended(hub, begun.json.id)).toMatchObject({ state: 'done', error: null, dryRun: false });
  await stored(hub, hub.tokens.admin);
  expect(inTheMiddle).toBeGreaterThan(0);

  const rows = await reader.observations(first);
  const expected = new Map<string, unknown>();
  for (let number = 0; number <= MESSAGES; number += DEVICES) expected.set(timeOf(number), levelOf(number) / 100);
  expected.delete(timeOf(30));
  expected.delete(timeOf(5997));
  expected.set(timeOf(33), 7);
  expect(rows.map(([time, result]) => [new Date(time).toISOString(), result])).toEqual([...expected]);
  // the others were not asked for
  expect((await reader.observations(second)).filter(([, result]) => Number(result) >= 100)).toHaveLength(
    MESSAGES / DEVICES,
  );
  const newest = await reader.get(
    `/v1.1/Datastreams(${first})?$expand=Observations($top=1;$orderby=phenomenonTime%20desc)`,
  );
  expect(newest.json.Observations[0].result).toBe(levelOf(MESSAGES) / 100);
  const again = (await reader.post('/admin/decode-again', { device: 'mqtt:g0' })).json;
  expect(await ended(hub, again.id)).toMatchObject({ rows: { changed: 0, added: 0, removed: 0 } });
}, 120_000);

async function ended(hub: RunningHub, id: number) {
  let job: Awaited<ReturnType<Api['get']>>['json'];
  await until('the job has ended', async () => {
    job = (await admin(hub).get(`/admin/jobs/${id}`)).json;
    return job.state !== 'running';
  });
  return job;
}
