/** Publishes events at QoS 1 and keeps count. Never more than `inFlight` without their acknowledgement. */
import mqtt, { type MqttClient } from 'mqtt';
import type { NetworkMessage } from './world.ts';

export interface SenderOptions {
  readonly url: string;
  readonly clientId: string;
  readonly inFlight: number;
  /** Milliseconds. */
  readonly patience: number;
}

export interface SenderCounts {
  readonly sent: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly reconnects: number;
}

export class Sender {
  readonly #options: SenderOptions;
  #client: MqttClient | null = null;
  #sent = 0;
  #acknowledged = 0;
  #failed = 0;
  #reconnects = 0;
  #closing = false;
  #waiting: (() => void)[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get counts(): SenderCounts {
    return { sent: this.#sent, acknowledged: this.#acknowledged, failed: this.#failed, reconnects: this.#reconnects };
  }

  get connected(): boolean {
    return this.#client?.connected === true;
  }

  /** Throws an Error that says what to do when there is no broker. */
  async start(): Promise<void> {
    const { url, clientId, patience } = this.#options;
    try {
      const client = await mqtt.connectAsync(
        url,
        { clientId, clean: true, reconnectPeriod: 1000, connectTimeout: patience, keepalive: 30 },
        false,
      );
      client.on('reconnect', () => {
        this.#reconnects++;
      });
      // without a listener an error ends the process; the client connects again by itself
      client.on('error', () => {});
      this.#client = client;
    } catch (error) {
      const address = url.replace(/\/\/[^@/]*@/, '//');
      throw new Error(
        `no MQTT broker answers at ${address} (${reason(error)}): start the hub (npm start) or say --mqtt`,
        { cause: error },
      );
    }
  }

  /** Resolves as soon as the event is on its way; before that it waits until one more may be in flight. */
  async publish(message: NetworkMessage): Promise<void> {
    while (!this.#closing && this.#sent - this.#acknowledged - this.#failed >= this.#options.inFlight) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const client = this.#client;
    if (client === null || this.#closing) return;
    this.#sent++;
    client.publish(message.topic, JSON.stringify(message.event()), { qos: 1 }, (error) => {
      if (error == null) this.#acknowledged++;
      else this.#failed++;
      this.#waiting.shift()?.();
    });
  }

  /** Resolves when everything sent is acknowledged, or the patience is over. */
  async drained(): Promise<void> {
    const end = performance.now() + this.#options.patience;
    while (this.#sent > this.#acknowledged + this.#failed && performance.now() < end) {
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        new Promise<void>((resolve) => setTimeout(resolve, 100).unref()),
      ]);
    }
  }

  /** Sends nothing more, waits for what is under way as long as the patience lasts, disconnects. */
  async stop(): Promise<void> {
    this.#closing = true;
    await this.drained();
    const client = this.#client;
    this.#client = null;
    await client?.endAsync(true);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The short reason of a network error: its code where there is one. */
export function reason(error: unknown): string {
  const found = error as { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown[] } | null;
  if (found?.cause !== undefined) return reason(found.cause);
  if (Array.isArray(found?.errors) && found.errors.length > 0) return reason(found.errors[0]);
  return String(found?.code || found?.message || error);
}
