/** A data folder that an earlier hub left opens, with everything that was in it [test/folders/README.md]. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { api, devEuiOf, newStage, readingOf, stored, until, uplinkDevices } from '../support/index.ts';

const stage = newStage();
afterAll(() => stage.end());

const folders = fileURLToPath(new URL('../folders/', import.meta.url));

/** Unpacks a folder; returns how many files it has. */
function unpack(name: string, data: string): number {
  const root = join(folders, name);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(root, file)).isFile(),
  );
  for (const file of files) {
    const to = join(data, relative(root, join(root, file)).replace(/\.gz$/, ''));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, gunzipSync(readFileSync(join(root, file))));
  }
  return files.length;
}

/** What that hub answered of Datastream 1, by time: id and result. */
const ROWS: readonly [id: string, time: string, result: number][] = [
  ['6165617712104', '2026-01-05T00:00:01.000Z', 12.25],
  ['6165617714104', '2026-01-05T00:00:03.000Z', 15.3],
  ['6165617715104', '2026-01-05T00:00:04.000Z', 10.6],
  ['6165617716104', '2026-01-05T00:00:05.000Z', 15.6],
  ['6165617717104', '2026-01-05T00:00:06.000Z', 10.9],
  ['6165617718104', '2026-01-05T00:00:07.000Z', 15.9],
  ['6165704111104', '2026-01-06T00:00:00.000Z', 99.5],
  ['6165617713104', '2026-01-07T00:00:00.000Z', 10.3],
];

test('a folder of the first edition: ids, edits, deletions and dead letters are as they were, also after a kill', async () => {
  const data = stage.path('data');
  expect(unpack('first-edition', data)).toBe(6);
  // the store is made again from the journal the second time
  for (const lost of [false, true]) {
    const hub = await stage.hub({ data });
    // told once, before it is done
    const told = hub.output.stderr.includes(
      'a part of the data folder is brought to a format that a hub of before cannot read',
    );
    expect(told, hub.output.stderr).toBe(!lost);
    const admin = api(hub, hub.tokens.admin);
    await stored(hub, hub.tokens.admin);
    const path = '/v1.1/Datastreams(1)/Observations?$orderby=phenomenonTime%20asc&$select=id,phenomenonTime,result';
    const { text } = await admin.get(path);
    const rows = [...text.matchAll(/"@iot.id":(\d+),"phenomenonTime":"([^"]+)","result":([\d.]+)/g)];
    expect(rows.map(([, id, time, result]) => [id, time, Number(result)])).toEqual(ROWS);
    expect((await admin.get('/v1.1/Observations?$count=true&$top=0')).json['@iot.count']).toBe(48);
    expect((await admin.get(`/v1.1/Observations(${ROWS[7]![0]})`)).json.result).toBe(10.3);
    const things = await admin.get('/v1.1/Things?$count=true&$select=name');
    expect(things.json['@iot.count']).toBe(2);
    if (!lost) expect((await admin.get('/admin/dead-letters')).json.counts['device.unknown']).toBe(8);
    else {
      // those that waited for their device are Observations when it is registered
      const document = uplinkDevices() as { things: object[]; devices: object[] };
      await admin.import({ things: document.things.slice(3, 4), devices: document.devices.slice(3, 4) });
      const { temperature } = await admin.datastreams(devEuiOf(3));
      const values = await until('they are decoded', async () => {
        const found = await admin.observations(temperature as number);
        return found.length === 8 ? found : null;
      });
      expect(values).toEqual(
        Array.from({ length: 8 }, (_, k) => readingOf(k * 50 + 3)).map((r) => [r.time, r.temperature]),
      );
    }
    await hub.kill();
    const format = JSON.parse(readFileSync(join(data, 'format.json'), 'utf8'));
    expect(format.parts.timeseries).toBeGreaterThanOrEqual(2);
    rmSync(join(data, 'timeseries'), { recursive: true });
  }
}, 60_000);
