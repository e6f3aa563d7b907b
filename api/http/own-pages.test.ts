import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CODES } from '../../services/model/index.ts';
import { echo, serverStage } from './testing/index.ts';

const { hub, end, later } = serverStage();
afterEach(end);

describe('pages of the hub about itself', () => {
  test('ready means that every part is', async () => {
    const { url, seen } = await hub();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    seen.health.register('store', () => ({ ok: false, detail: 'disk full' }));
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      ok: false,
      degraded: true,
      parts: { store: { ok: false, detail: 'disk full' } },
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('metrics come in the format of Prometheus and count the answers by route', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo }] });
    await fetch(`${url}/a/x`);
    await fetch(`${url}/a/absent`);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    expect(text).toContain('stadtpegel_http_requests_total{route="/a",status="200"} 1');
    expect(text).toContain('stadtpegel_http_requests_total{route="/a",status="404"} 1');
    const closed = await hub({ metrics: false });
    expect((await fetch(`${closed.url}/metrics`)).status).toBe(404);
  });

  test('the page of the error codes says of each what it means and what to do', async () => {
    const { url } = await hub();
    const text = await (await fetch(`${url}/docs/errors`)).text();
    expect(text).toContain('<th>What to do</th>');
    expect(text.match(/<tr id="/g)).toHaveLength(Object.keys(CODES).length);
    expect(text).toContain('<td>Send <code>Authorization: Bearer &lt;token></code>.</td>');
  });

  test('the dashboards read name, languages, simulation and base map', async () => {
    const { url } = await hub({ site: { simulation: true, centre: [7.08, 51.17], zoom: 12 } });
    expect(await (await fetch(`${url}/config.json`)).json()).toEqual({
      name: 'Stadtpegel',
      languages: ['de', 'en'],
      simulation: true,
      baseMap: null,
      centre: [7.08, 51.17],
      zoom: 12,
    });
    const mapped = await hub({ site: { baseMapStyle: 'https://maps.example/style.json' } });
    expect(await (await fetch(`${mapped.url}/config.json`)).json()).toMatchObject({
      baseMap: { style: 'https://maps.example/style.json', attribution: '© GeoBasis-DE / BKG, CC BY 4.0' },
    });
  });

  test('dashboards are served, hashed files for ever, pages fresh, the operator’s in no frame, nothing outside the folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dist-'));
    later(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'dist/assets'), { recursive: true });
    await writeFile(join(folder, 'dist/index.html'), '<title>map</title>');
    await writeFile(join(folder, 'dist/assets/index-DiwrgTda.js'), 'export {}');
    await writeFile(join(folder, 'dist/operator.html'), '<title>operator</title>');
    await writeFile(join(folder, 'dist/site-manifest.json'), '{}');
    await writeFile(join(folder, 'secret'), 'no');
    const { url } = await hub(
      { frameAncestors: ['https://city.example'] },
      { statics: { folder: join(folder, 'dist') } },
    );
    const page = await fetch(`${url}/`);
    expect(await page.text()).toBe('<title>map</title>');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'self' https://city.example");
    const operator = await fetch(`${url}/operator`);
    expect(await operator.text()).toBe('<title>operator</title>');
    expect(operator.headers.get('cache-control')).toBe('no-cache');
    expect(operator.headers.get('content-security-policy')).toMatch(/; frame-ancestors 'none'$/);
    const asset = await fetch(`${url}/assets/index-DiwrgTda.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect((await fetch(`${url}/site-manifest.json`)).headers.get('cache-control')).toBe('no-cache');
    const outside = await new Promise((resolve) => {
      request(`${url}/`, { path: '/..%2fsecret' }, (answer) => resolve(answer.resume().statusCode)).end();
    });
    expect([400, 403, 404]).toContain(outside);
  });
});
