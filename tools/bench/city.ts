/** Registers the devices of the bench over the hub's own API. */
import { devEui, MODEL } from './events.ts';

const AT_ONCE = 500;

export async function register(base: string, token: string, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, to - first) }, (_, i) => first + i);
    const response = await fetch(`${base}/admin/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        organisations: [{ id: 'bench', name: 'Bench' }],
        things: indexes.map((i) => ({
          key: `bench/${i}`,
          name: `Mast ${i}`,
          organisation: 'bench',
          location: { type: 'Point', coordinates: [7 + (i % 100) / 1000, 51 + Math.floor(i / 100) / 1000] },
        })),
        devices: indexes.map((i) => ({
          key: devEui(i),
          organisation: 'bench',
          thing: `bench/${i}`,
          model: MODEL,
          visibility: 'public',
          publish: ['battery'],
        })),
      }),
    });
    if (!response.ok) throw new Error(`registering devices: ${response.status} ${await response.text()}`);
  }
}

/** Observations that the API counts. */
export async function countObservations(base: string, token: string): Promise<number> {
  const response = await fetch(`${base}/v1.1/Observations?$count=true&$top=0`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`counting: ${response.status} ${await response.text()}`);
  return Number(((await response.json()) as { '@iot.count': number })['@iot.count']);
}

/** Waits until the API counts this many; returns the seconds that took. */
export async function waitForCount(
  base: string,
  token: string,
  expected: number,
  seconds: number,
): Promise<{ count: number; seconds: number }> {
  const began = performance.now();
  for (;;) {
    const count = await countObservations(base, token);
    const waited = (performance.now() - began) / 1000;
    if (count >= expected || waited > seconds) return { count, seconds: waited };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
