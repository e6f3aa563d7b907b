/** mosquitto_sub as a listener: what it hears, as JSON, and when its subscriptions stand. */
import { spawn } from 'node:child_process';
import { api } from './api.ts';
import { cleanEnvironment, type RunningHub } from './hub-process.ts';
import { until } from './until.ts';

export interface MosquittoListener {
  /** `[topic, body]`, in the order of their arrival. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  readonly heard: (readonly [topic: string, body: any])[];
  /** With which QoS each of them came. */
  readonly qos: readonly number[];
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Path of mosquitto_sub. */
  readonly program: string;
  readonly topics: readonly string[];
  readonly qos: number;
  /** Left out: it connects without a credential. */
  readonly password?: string;
}

/** Resolves when the hub has the subscriptions; rejects when mosquitto_sub ends, as it does when all of them are refused. */
export async function mosquittoSub(hub: RunningHub, options: MosquittoOptions): Promise<MosquittoListener> {
  const { program, topics, qos, password } = options;
  const admin = api(hub, hub.tokens.admin);
  const subscriptions = async () => (await admin.get('/admin/status')).json.mqtt.subscriptions as number;
  const before = await subscriptions();
  const login = password === undefined ? [] : ['-u', 'test', '-P', password];
  const to = [
    '-h',
    '127.0.0.1',
    '-p',
    String(hub.ports.mqtt),
    '-V',
    '311',
    '-q',
    String(qos),
    '-F',
    '%q %t %p',
    ...login,
  ];
  const child = spawn(program, [...to, ...topics.flatMap((topic) => ['-t', topic])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
  });
  const heard: [string, unknown][] = [];
  const granted: number[] = [];
  let text = '';
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    const lines = (text + piece).split('\n');
    text = lines.pop() as string;
    for (const line of lines) {
      const cut = line.indexOf(' ', 2);
      granted.push(Number(line[0]));
      heard.push([line.slice(2, cut), JSON.parse(line.slice(cut + 1))]);
    }
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const refused = ended.then((): never => {
    throw new Error(`mosquitto_sub ended: ${said}`);
  });
  refused.catch(() => undefined);
  const standing = until(
    `the hub has ${topics.length} more subscriptions`,
    async () => (await subscriptions()) >= before + topics.length,
    5000,
  );
  await Promise.race([standing, refused]);
  return {
    heard,
    qos: granted,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      // the next one counts from here
      await until('the hub has forgotten them', async () => (await subscriptions()) <= before, 5000);
    },
  };
}
