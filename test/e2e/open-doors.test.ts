/** Who may change the catalogue, over the real process; and that changes outlive a killed hub. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newStage, type RunningHub, type Stage, until } from '../support/index.ts';

let stage: Stage;
beforeEach(() => {
  stage = newStage();
});
afterEach(() => stage.end());

const tree = (name: string) => ({
  name,
  description: 'am Markt',
  Locations: [
    {
      name: 'Markt',
      description: '',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [7.08, 51.17] },
    },
  ],
  Datastreams: [
    {
      name: 'Feuchte',
      description: '',
      observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
      unitOfMeasurement: { name: 'Percent', symbol: '%', definition: 'ucum:%' },
      ObservedProperty: { name: 'Feuchte', definition: 'http://example.org/moisture', description: '' },
      Sensor: { name: 'Sonde', description: '', encodingType: 'text/html', metadata: '' },
    },
  ],
});

async function ask(hub: RunningHub, method: string, path: string, body?: unknown, authorization?: string) {
  const answer = await fetch(`${hub.base}/v1.1/${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    asks: answer.headers.get('www-authenticate'),
    body: text === '' ? null : JSON.parse(text),
  };
}
const idsOf = async (hub: RunningHub, set: string) =>
  (await ask(hub, 'GET', set)).body.value.map((entity: { '@iot.id': number }) => entity['@iot.id']);

test('an opened hub warns, takes changes from anybody, and after a kill has all of them and gives no id again', async () => {
  const options = { 'access.anonymousReads': 'everything', 'access.anonymousWrites': true };
  let hub = await stage.hub({ options });
  // they follow the addresses, perhaps in another piece
  const warnings = /WARNING: access\.anonymousReads[\s\S]*WARNING: access\.anonymousWrites/;
  await until('warnings', () => warnings.test(hub.output.stdout));
  expect(hub.output.stderr).toMatch(/access\.anonymousReads.*access\.anonymousWrites/);
  for (const name of ['Linde', 'Eiche']) expect((await ask(hub, 'POST', 'Things', tree(name))).status).toBe(201);
  expect((await ask(hub, 'DELETE', 'Things(2)')).status).toBe(200);
  await hub.kill();
  hub = await stage.hub({ options });
  expect([await idsOf(hub, 'Things'), await idsOf(hub, 'Datastreams')]).toEqual([[1], [1]]);
  expect((await ask(hub, 'GET', 'Datastreams(2)')).status).toBe(404);
  expect((await ask(hub, 'POST', 'Things', tree('Esche'))).status).toBe(201);
  expect([await idsOf(hub, 'Things'), await idsOf(hub, 'Datastreams')]).toEqual([
    [1, 3],
    [1, 3],
  ]);
  // opened is the data, not the hub
  expect((await fetch(`${hub.base}/admin/status`)).status).toBe(401);
}, 60_000);

test('a closed hub asks writers for a token, takes it over Basic too, and asks readers for nothing', async () => {
  const hub = await stage.hub();
  expect(hub.output.stdout).not.toContain('WARNING');
  const refused = await ask(hub, 'POST', 'Things', tree('Linde'));
  expect([refused.status, refused.asks]).toEqual([401, 'Basic realm="Stadtpegel", Bearer']);
  const basic = `Basic ${Buffer.from(`anybody:${hub.tokens.admin}`).toString('base64')}`;
  expect((await ask(hub, 'POST', 'Things', tree('Linde'), basic)).status).toBe(201);
  expect((await ask(hub, 'PATCH', 'Things(1)', { name: 'Buche' }, basic)).status).toBe(200);
  expect((await ask(hub, 'GET', 'Things(1)', undefined, basic)).body.name).toBe('Buche');
  // internal unless the option or its maker says otherwise
  const hidden = await ask(hub, 'GET', 'Things(1)');
  expect([hidden.status, hidden.asks]).toEqual([404, null]);
  const wrong = await ask(hub, 'GET', 'Things', undefined, 'Bearer wrong-token-of-somebody');
  expect([wrong.status, wrong.asks]).toEqual([401, 'Bearer realm="Stadtpegel"']);
  const ingest = `Bearer ${hub.tokens.ingest}`;
  expect((await ask(hub, 'PATCH', 'Things(1)', { name: 'Ahorn' }, ingest)).status).toBe(403);
}, 60_000);
