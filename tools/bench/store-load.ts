/** One load on a hub of the bench of the stores, and the count of what it brought. */
import { devicesOf } from './api-catalogue.ts';
import type { Plan } from './api-rows.ts';
import { load, type Running } from './children.ts';
import { CHANNELS_PER_UPLINK, type EventSize } from './events.ts';
import { ms, number, say } from './say.ts';
import type { StoresBenchOptions } from './store-options.ts';

const CATCH_UP_MS = 600_000;

/** Acknowledged × channels must be what the API counts. Returns what the load tells. */
export async function measure(
  options: StoresBenchOptions,
  plan: Plan,
  hub: Running,
  size: EventSize,
  firstSequence: number,
) {
  const since = new Date().toISOString();
  const { connections, inFlight, seconds, token } = options;
  const result = await load({
    port: hub.ports.mqtt,
    password: token,
    connections,
    inFlight,
    devices: devicesOf(plan.datastreams),
    seconds,
    rate: null,
    size,
    firstSequence,
  });
  const began = performance.now();
  await caughtUp(hub, token);
  const behind = (performance.now() - began) / 1000;
  const expected = result.acknowledged * CHANNELS_PER_UPLINK;
  const count = await countSince(hub, token, since);
  say(
    `durable uplinks, ${result.bodyBytes} bytes, ${CHANNELS_PER_UPLINK} Observations each`,
    `${number(result.perSecond)}/s`,
    `p50 ${ms(result.p50)}, p99 ${ms(result.p99)}; ${number(count)} Observations counted, ${count === expected ? 'equal' : `DIFFERENT from ${number(expected)}`}, stored ${behind.toFixed(1)} s after the last one: ${number(result.acknowledged / (result.seconds + behind))}/s with that`,
  );
  if (count !== expected) process.exitCode = 1;
  return result;
}

async function countSince(hub: Running, token: string, since: string): Promise<number> {
  const path = `/v1.1/Observations?${encodeURI(`$filter=phenomenonTime ge ${since}&$count=true&$top=0`)}`;
  return (await ask(hub, token, path))['@iot.count'];
}

async function caughtUp(hub: Running, token: string): Promise<void> {
  const end = performance.now() + CATCH_UP_MS;
  while ((await ask(hub, token, '/admin/status')).store.behindRecords > 0) {
    if (performance.now() > end) throw new Error('the store does not catch up');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of two shapes
async function ask(hub: Running, token: string, path: string): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${hub.ports.http}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
