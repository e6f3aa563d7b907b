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

/** `device` is one that the load leaves alone; `datastream` belongs to it. */
export async function liveLatency(
  ports: { http: number; mqtt: number },
  token: string,
  device: number,
  datastream: number,
  seconds: number,
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
  for (let sequence = 900_000_000; performance.now() < end; sequence++) {
    const arrived = new Promise<void>((resolve) => socket.once('message', () => resolve()));
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
