/**
 * The senders: a few MQTT connections that publish at QoS 1 at a steady rate, come back by themselves when the hub is gone, and
 * deliver again (DUP) what was not acknowledged, as MQTT asks of them. What waits is bounded: a hub that takes nothing for a
 * while gets less, not more.
 */
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import type { Truth } from './truth.ts';
import { isLate, isTwice, messageOf, type Numbering } from './uplinks.ts';

const CONNECTIONS = 8;
const IN_FLIGHT = 400;
const TICK_MS = 10;
const RECONNECT_MS = 20;
/** A connection that hears nothing for so long is cut and made anew. */
const SILENCE_MS = 120_000;
/** Late ones come after so many others. */
const LATE_BY = 3000;

export interface LoadPorts {
  readonly truth: Truth;
  readonly numbering: Numbering;
  readonly mqttPort: number;
  readonly password: string;
  readonly rate: number;
}

interface Link {
  socket: Socket | null;
  ready: boolean;
  packetId: number;
  /** Packet id ▸ number, of what waits for its PUBACK. */
  readonly waiting: Map<number, number>;
  /** To be delivered again as soon as there is a connection. */
  again: number[];
  rest: Buffer;
  heard: number;
}

export class Load {
  readonly #ports: LoadPorts;
  readonly #links: Link[];
  readonly #late: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  #due = 0;
  #lastTick = 0;
  #stopping = false;
  #pausing = false;
  #finishing = false;
  /** When something was acknowledged last (performance.now), and the longest pause since `mark`. */
  #lastAcknowledged = 0;
  #longestPause = 0;

  constructor(ports: LoadPorts) {
    this.#ports = ports;
    this.#links = Array.from({ length: CONNECTIONS }, () => ({
      socket: null,
      ready: false,
      packetId: 0,
      waiting: new Map<number, number>(),
      again: [],
      rest: Buffer.alloc(0),
      heard: 0,
    }));
  }

  start(): void {
    for (const [i, link] of this.#links.entries()) this.#connect(link, i);
    this.#lastTick = performance.now();
    this.#lastAcknowledged = this.#lastTick;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Sends nothing new and waits until what is on its way is acknowledged; late ones stay behind. False: in vain. */
  async pause(milliseconds: number): Promise<boolean> {
    this.#pausing = true;
    return this.#until(
      () => this.#links.every(({ waiting, again }) => waiting.size + again.length === 0),
      milliseconds,
    );
  }

  resume(): void {
    this.#pausing = false;
    this.#due = 0;
    this.#lastAcknowledged = performance.now();
  }

  /** Sends the late ones, and nothing else any more, and waits until everything is acknowledged. False: in vain. */
  async finish(milliseconds: number): Promise<boolean> {
    this.#finishing = true;
    this.#pausing = false;
    return this.#until(() => this.unanswered === 0, milliseconds);
  }

  stop(): void {
    this.#stopping = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const { socket } of this.#links) socket?.destroy();
  }

  /** Sent and not acknowledged. */
  get unanswered(): number {
    return this.#links.reduce((sum, { waiting, again }) => sum + waiting.size + again.length, this.#late.length);
  }

  /** The longest time without an acknowledgement since the last call, milliseconds. */
  takeLongestPause(): number {
    const now = performance.now();
    const longest = Math.max(this.#longestPause, now - this.#lastAcknowledged);
    this.#longestPause = 0;
    this.#lastAcknowledged = now;
    return longest;
  }

  async #until(done: () => boolean, milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds;
    while (!done() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    return done();
  }

  #tick(): void {
    const { rate, truth } = this.#ports;
    const now = performance.now();
    // after a pause the missed ones are not made up for: sensors don't either
    const missing = (rate * Math.min(now - this.#lastTick, 50)) / 1000;
    this.#due = this.#pausing ? 0 : Math.min(this.#due + missing, rate);
    this.#lastTick = now;
    for (const [i, link] of this.#links.entries()) {
      if (link.ready && link.waiting.size > 0 && now - link.heard > SILENCE_MS) link.socket?.destroy();
      if (link.ready) this.#resend(link);
      let share = Math.ceil(this.#due / (CONNECTIONS - i));
      const packets: Buffer[] = [];
      while (share-- > 0 && this.#due >= 1 && link.ready && link.waiting.size < IN_FLIGHT) {
        this.#due -= 1;
        const number = this.#finishing ? this.#late.shift() : this.#nextNumber(truth);
        if (number === undefined) break;
        packets.push(this.#packet(link, number, false));
        if (isTwice(number)) packets.push(this.#packet(link, number, true));
      }
      if (packets.length > 0) link.socket?.write(Buffer.concat(packets));
    }
  }

  #nextNumber(truth: Truth): number {
    if (this.#late.length > LATE_BY / 31) return this.#late.shift() as number;
    let number = truth.take();
    while (isLate(number)) {
      this.#late.push(number);
      number = truth.take();
    }
    return number;
  }

  #resend(link: Link): void {
    if (link.again.length === 0) return;
    const numbers = link.again.splice(0, Math.max(0, IN_FLIGHT - link.waiting.size));
    link.socket?.write(Buffer.concat(numbers.map((number) => this.#packet(link, number, true))));
  }

  #packet(link: Link, number: number, dup: boolean): Buffer {
    do link.packetId = (link.packetId % 65_535) + 1;
    while (link.waiting.has(link.packetId));
    if (link.waiting.size === 0) link.heard = performance.now();
    link.waiting.set(link.packetId, number);
    const { topic, body } = messageOf(this.#ports.numbering, number);
    return generate({ cmd: 'publish', topic, payload: body, qos: 1, dup, retain: false, messageId: link.packetId });
  }

  #connect(link: Link, index: number): void {
    if (this.#stopping) return;
    const socket = connect({ host: '127.0.0.1', port: this.#ports.mqttPort, noDelay: true });
    link.socket = socket;
    link.rest = Buffer.alloc(0);
    socket.on('connect', () => {
      const clientId = `torture-${index}`;
      const password = Buffer.from(this.#ports.password);
      socket.write(
        generate({
          cmd: 'connect',
          clientId,
          clean: true,
          keepalive: 0,
          protocolId: 'MQTT',
          protocolVersion: 4,
          username: 'torture',
          password,
        }),
      );
    });
    socket.on('data', (bytes: Buffer) => this.#heard(link, bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      link.ready = false;
      link.again.push(...link.waiting.values());
      link.waiting.clear();
      setTimeout(() => this.#connect(link, index), RECONNECT_MS);
    });
  }

  /** CONNACK and PUBACK are four bytes each; nothing else comes. */
  #heard(link: Link, chunk: Buffer): void {
    const bytes = link.rest.length === 0 ? chunk : Buffer.concat([link.rest, chunk]);
    const whole = bytes.length - (bytes.length % 4);
    const now = performance.now();
    link.heard = now;
    for (let at = 0; at < whole; at += 4) {
      if (bytes[at] === 0x20) {
        link.ready = bytes[at + 3] === 0;
        continue;
      }
      const id = bytes.readUInt16BE(at + 2);
      const number = link.waiting.get(id);
      if (number === undefined) continue;
      link.waiting.delete(id);
      this.#ports.truth.acknowledge(number);
      this.#longestPause = Math.max(this.#longestPause, now - this.#lastAcknowledged);
      this.#lastAcknowledged = now;
    }
    link.rest = bytes.subarray(whole);
  }
}
