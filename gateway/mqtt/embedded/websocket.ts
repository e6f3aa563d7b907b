/** MQTT over WebSocket, for browsers: subprotocol `mqtt` [MQTT 3.1.1 §6]. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Sender, Unfinished } from './unfinished.ts';

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

export interface WebSocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/**
 * `accept` gets the bytes of the connection and the request that asked for it; `arriving` hears how many bytes of a frame that
 * is not complete there are, 0 when it is, and that a client is gone.
 */
export function webSocketDoor(
  maxFrameBytes: number,
  arriving: Pick<Unfinished<Sender>, 'note' | 'forget'>,
  cut: (stream: Duplex, reason: Parameters<Sender['cut']>[0]) => void,
  accept: (stream: Duplex, request: IncomingMessage) => void,
): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  return {
    upgrade(request, socket, head) {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes('mqtt')) {
        socket.end(BAD_REQUEST);
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        const stream = createWebSocketStream(client);
        const sender: Sender = { cut: (reason) => cut(stream, reason) };
        let bytes = 0;
        // before ws takes them: it tells only of messages that are complete
        socket.prependListener('data', (chunk: Uint8Array) => {
          bytes += chunk.length;
          arriving.note(sender, bytes, bytes === chunk.length);
        });
        client.prependListener('message', () => {
          bytes = 0;
          arriving.note(sender, 0, true);
        });
        socket.once('close', () => arriving.forget(sender));
        accept(stream, request);
      });
    },
    close: () => server.close(),
  };
}
