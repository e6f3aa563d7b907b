/** MQTT over WebSocket, for browsers: subprotocol `mqtt` [MQTT 3.1.1 §6]. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

export interface WebSocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** `accept` gets the bytes of the connection and the request that asked for it. */
export function webSocketDoor(
  maxFrameBytes: number,
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
        accept(createWebSocketStream(client), request);
      });
    },
    close: () => server.close(),
  };
}
