/** Subscribing as clients do: Masterportal with mqtt.js over a WebSocket, everybody else with mosquitto_sub over TCP. */
import mqtt from 'mqtt';
import { mosquittoSub, type RunningHub } from '../support/index.ts';
import type { Message } from './case.ts';
import { HOST } from './exchange.ts';

export interface Heard {
  readonly topic: string;
  readonly body: unknown;
}

export interface Subscription {
  /** In the order of their arrival. */
  readonly heard: readonly Heard[];
  end(): Promise<void>;
}

/** Resolves when the hub has taken the subscription. */
export async function subscribe(hub: RunningHub, program: string, { first, headers }: Message): Promise<Subscription> {
  const topics = first.replace(/^SUBSCRIBE /, '').split(' ');
  const qos = Number(headers.get('qos'));
  if (headers.get('over') === 'websocket') return await withBrowser(hub, topics, qos as 0 | 1 | 2);
  const listener = await mosquittoSub(hub, { program, topics, qos });
  return {
    get heard() {
      return listener.heard.map(([topic, body]) => ({ topic, body }));
    },
    end: listener.stop,
  };
}

async function withBrowser({ ports }: RunningHub, topics: string[], qos: 0 | 1 | 2): Promise<Subscription> {
  const heard: Heard[] = [];
  const client = await mqtt.connectAsync(`ws://127.0.0.1:${ports.http}/mqtt`, {
    protocolId: 'MQTT',
    protocolVersion: 4,
    wsOptions: { headers: { host: HOST } },
  });
  client.on('message', (topic, body) => heard.push({ topic, body: JSON.parse(body.toString()) }));
  const granted = await client.subscribeAsync(topics, { qos });
  for (const one of granted) if (one.qos !== qos) throw new Error(`${one.topic} was granted with QoS ${one.qos}`);
  return { heard, end: () => client.endAsync() };
}
