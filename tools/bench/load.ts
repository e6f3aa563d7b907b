/**
 * The load: MQTT 3.1.1 connections that publish at QoS 1 with a window of messages in flight, written by hand because a
 * client library would cost more than the hub under test. Runs in a process of its own, see `load-process.ts`.
 */
import { connect, type Socket } from 'node:net';
import { type EventSize, eventText, topicOf } from './events.ts';

export interface LoadPlan {
  readonly port: number;
  readonly password: string;
  readonly connections: number;
  /** Messages without a PUBACK per connection. */
  readonly inFlight: number;
  readonly devices: number;
  readonly seconds: number;
  readonly size: EventSize;
  /** Messages per second over all connections; null: as fast as acknowledged. */
  readonly rate: number | null;
  /** First sequence number: runs against the same hub must not repeat themselves. */
  readonly firstSequence: number;
}

export interface LoadResult {
  readonly acknowledged: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly bodyBytes: number;
  readonly nextSequence: number;
}

const CONNACK = 4;

class Publisher {
  private readonly socket: Socket;
  private readonly plan: LoadPlan;
  private readonly next: () => number;
  private readonly acknowledgedOne: (milliseconds: number) => void;
  private readonly sent = new Float64Array(65_536);
  private packetId = 0;
  private rest: Buffer = Buffer.alloc(0);
  private connected = false;
  inFlight = 0;
  stopped = false;
  ready: Promise<void>;

  constructor(plan: LoadPlan, index: number, next: () => number, acknowledged: (milliseconds: number) => void) {
    this.plan = plan;
    this.next = next;
    this.acknowledgedOne = acknowledged;
    this.socket = connect({ host: '127.0.0.1', port: plan.port, noDelay: true });
    this.socket.write(connectPacket(`bench-${process.pid}-${index}`, plan.password));
    let resolve: () => void = () => undefined;
    this.ready = new Promise((done, failed) => {
      resolve = done;
      this.socket.on('error', failed);
      this.socket.on('close', () => failed(new Error('the hub closed a connection of the load')));
    });
    this.socket.on('data', (bytes: Buffer) => {
      if (!this.connected) {
        if (bytes[0] !== 0x20 || bytes[3] !== 0)
          throw new Error(`the hub refused the connection: ${bytes.toString('hex')}`);
        this.connected = true;
        resolve();
        if (bytes.length === CONNACK) return;
        this.acknowledgements(bytes.subarray(CONNACK));
        return;
      }
      this.acknowledgements(bytes);
    });
  }

  send(count: number): void {
    const packets: Buffer[] = [];
    const time = new Date().toISOString();
    const now = performance.now();
    for (let i = 0; i < count; i++) {
      const sequence = this.next();
      const device = sequence % this.plan.devices;
      this.packetId = (this.packetId % 65_535) + 1;
      this.sent[this.packetId] = now;
      packets.push(publishPacket(topicOf(device), this.packetId, eventText(this.plan.size, device, sequence, time)));
    }
    this.inFlight += count;
    this.socket.write(packets.length === 1 ? (packets[0] as Buffer) : Buffer.concat(packets));
  }

  end(): void {
    this.socket.removeAllListeners('close');
    this.socket.end(Buffer.from([0xe0, 0]));
  }

  /** PUBACKs are four bytes each; a chunk may end in the middle of one. */
  private acknowledgements(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const now = performance.now();
    const count = bytes.length >> 2;
    for (let i = 0; i < count; i++) {
      this.acknowledgedOne(now - (this.sent[bytes.readUInt16BE(i * 4 + 2)] as number));
    }
    this.rest = bytes.subarray(count * 4);
    this.inFlight -= count;
    if (!this.stopped && this.plan.rate === null && count > 0) this.send(count);
  }
}

export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  let sequence = plan.firstSequence;
  let acknowledged = 0;
  const latencies = new Float64Array(2_000_000);
  const next = () => sequence++;
  const note = (milliseconds: number) => {
    latencies[acknowledged % latencies.length] = milliseconds;
    acknowledged += 1;
  };
  const publishers = Array.from({ length: plan.connections }, (_, i) => new Publisher(plan, i, next, note));
  await Promise.all(publishers.map((publisher) => publisher.ready));
  const began = performance.now();
  if (plan.rate === null) for (const publisher of publishers) publisher.send(plan.inFlight);
  else await pace(plan, publishers, began);
  const end = began + plan.seconds * 1000;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, end - performance.now())));
  for (const publisher of publishers) publisher.stopped = true;
  const deadline = performance.now() + 60_000;
  while (publishers.some((publisher) => publisher.inFlight > 0)) {
    if (performance.now() > deadline) throw new Error('PUBACKs are missing after a minute');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - began) / 1000;
  for (const publisher of publishers) publisher.end();
  const sorted = latencies.slice(0, Math.min(acknowledged, latencies.length)).sort();
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
  return {
    acknowledged,
    seconds,
    perSecond: acknowledged / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
    max: quantile(1),
    bodyBytes: Buffer.byteLength(eventText(plan.size, 1, plan.firstSequence, new Date().toISOString())),
    nextSequence: sequence,
  };
}

/** Sends at an even rate, a few messages a millisecond, spread over the connections. */
async function pace(plan: LoadPlan, publishers: readonly Publisher[], began: number): Promise<void> {
  const rate = plan.rate as number;
  let sent = 0;
  let turn = 0;
  const end = began + plan.seconds * 1000;
  while (performance.now() < end) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; sent < due; sent++) (publishers[turn++ % publishers.length] as Publisher).send(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function connectPacket(clientId: string, password: string): Buffer {
  const fields = [
    Buffer.from([0, 4]),
    Buffer.from('MQTT'),
    Buffer.from([4, 0xc2, 0, 60]),
    text(clientId),
    text('ingest'),
    text(password),
  ];
  return packet(0x10, Buffer.concat(fields));
}

function publishPacket(topic: string, id: number, body: string): Buffer {
  const topicBytes = topic.length;
  const length = 2 + topicBytes + 2 + body.length;
  const header = length < 128 ? 2 : length < 16_384 ? 3 : 4;
  const buffer = Buffer.allocUnsafe(header + length);
  buffer[0] = 0x32;
  let at = 1;
  for (let rest = length; ; rest >>= 7) {
    buffer[at++] = rest > 127 ? (rest & 127) | 128 : rest;
    if (rest <= 127) break;
  }
  at = buffer.writeUInt16BE(topicBytes, at);
  at += buffer.write(topic, at, 'latin1');
  at = buffer.writeUInt16BE(id, at);
  buffer.write(body, at, 'latin1');
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function packet(type: number, body: Buffer): Buffer {
  if (body.length > 127) throw new RangeError('a longer length is not needed here');
  return Buffer.concat([Buffer.from([type, body.length]), body]);
}
