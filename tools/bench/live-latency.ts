/** From the publish of an uplink to its value on the WebSocket, one probe after the other beside a steady load. */
import mqtt from 'mqtt';
import WebSocket from 'ws';
import { eventText, topicOf } from './events.ts';

export interface LiveLatency {
  readonly probes: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Beyond it a probe counts as lost. */
const LOST_MS = 30_000;

/**
 * `device` is one that the load leaves alone; `datastream` belongs to it. `first`: number of the first probe, another one for
 * each call on the same hub: what has come before is a repetition and is not told. Throws where a probe does not arrive.
 */
export async function liveLatency(
  ports: { http: number; mqtt: number },
  token: string,
  device: number,
  datastream: number,
  seconds: number,
  first = 900_000_000,
): Promise<LiveLatency> {
  const socket = new WebSocket(`ws://127.0.0.1:${ports.http}/live?datastream=${datastream}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await new Promise((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('error', reject);
  });
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, { username: 'ingest', password: token });
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let sequence = first; performance.now() < end; sequence++) {
    const lost = AbortSignal.timeout(LOST_MS);
    const arrived = new Promise<void>((resolve, reject) => {
      socket.once('message', () => resolve());
      lost.addEventListener('abort', () => reject(new Error(`probe ${sequence} did not arrive in ${LOST_MS} ms`)));
    });
    const began = performance.now();
    client.publish(topicOf(device), eventText('small', device, sequence, new Date().toISOString()), { qos: 1 });
    await arrived;
    latencies.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  socket.close();
  await client.endAsync();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? Number.NaN;
  return { probes: latencies.length, p50: quantile(0.5), p99: quantile(0.99) };
}
