/**
 * One MQTT 3.1.1 connection, packet by packet: a client library hides what these tests look at (which message was
 * acknowledged, what a broken packet does) and sends again what was not acknowledged.
 */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';
import { createWebSocketStream, WebSocket } from 'ws';

export interface MqttConnection {
  /** Publishes at QoS 1; `acknowledged` is called at its PUBACK. */
  publish(topic: string, body: string | Buffer, acknowledged: () => void, dup?: boolean): void;
  /** Publishes at QoS 1 and waits for the PUBACK. */
  deliver(topic: string, body: string | Buffer): Promise<void>;
  /** Bytes as they are. */
  raw(bytes: Uint8Array): void;
  /** Messages without a PUBACK. */
  readonly inFlight: number;
  readonly closed: boolean;
  /** Resolves when the connection is closed, by whomever. */
  readonly gone: Promise<void>;
  close(): void;
}

export interface MqttLogin {
  /** On loopback. */
  readonly port?: number;
  /** Address of a WebSocket, instead of a port. */
  readonly webSocket?: string;
  readonly clientId: string;
  readonly password?: string;
}

/** Connects and waits for CONNACK. Throws when the broker refuses or closes. */
export async function mqttConnection({ port, webSocket, clientId, password }: MqttLogin): Promise<MqttConnection> {
  const { socket, left } = opened(port, webSocket);
  const waiting = new Map<number, () => void>();
  let packetId = 0;
  let closed = false;
  const gone = new Promise<void>((resolve) => {
    left(() => {
      closed = true;
      resolve();
    });
  });
  const incoming = parser({ protocolVersion: 4 });
  socket.on('data', (bytes: Buffer) => incoming.parse(bytes));
  await admitted(socket, gone, incoming, {
    cmd: 'connect',
    clientId,
    clean: true,
    keepalive: 60,
    protocolId: 'MQTT',
    protocolVersion: 4,
    ...(password === undefined ? {} : { username: 'test', password: Buffer.from(password) }),
  });
  incoming.on('packet', (packet: Packet) => {
    if (packet.cmd !== 'puback') return;
    const acknowledged = waiting.get(packet.messageId as number);
    waiting.delete(packet.messageId as number);
    acknowledged?.();
  });
  const self: MqttConnection = {
    publish(topic, body, acknowledged, dup = false) {
      packetId = (packetId % 65_535) + 1;
      waiting.set(packetId, acknowledged);
      socket.write(generate({ cmd: 'publish', topic, payload: body, qos: 1, dup, retain: false, messageId: packetId }));
    },
    deliver: (topic, body) =>
      new Promise((resolve, reject) => {
        void gone.then(() => reject(new Error('the connection was closed before the PUBACK')));
        self.publish(topic, body, resolve);
      }),
    raw: (bytes) => void socket.write(bytes),
    get inFlight() {
      return waiting.size;
    },
    get closed() {
      return closed;
    },
    gone,
    close: () => void socket.end(Buffer.from([0xe0, 0])),
  };
  return self;
}

/** The bytes of the connection, and the end of it: the stream around a WebSocket doesn't tell that of itself. */
function opened(port = 0, webSocket?: string): { socket: Duplex; left: (listener: () => void) => void } {
  if (webSocket === undefined) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    return { socket, left: (listener) => void socket.once('close', listener) };
  }
  const client = new WebSocket(webSocket, 'mqtt');
  return { socket: createWebSocketStream(client), left: (listener) => void client.once('close', listener) };
}

async function admitted(
  socket: Duplex,
  gone: Promise<void>,
  incoming: ReturnType<typeof parser>,
  packet: IConnectPacket,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    void gone.then(() => reject(new Error('the broker closed the connection')));
    incoming.on('error', reject);
    incoming.once('packet', (answer: Packet) => {
      if (answer.cmd === 'connack' && answer.returnCode === 0) resolve();
      else reject(new Error(`the broker refused: ${JSON.stringify(answer)}`));
    });
    socket.write(generate(packet));
  });
}
