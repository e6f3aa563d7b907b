/** `/live/events`: live values as server-sent events [HTML §9.2], for clients without WebSocket, e.g. `curl -N`. */
import { type Response, Router } from 'express';
import { queryOf } from '../http/index.ts';
import type { CutReason } from './client.ts';
import { filterOfQuery } from './filter.ts';
import type { Subscription } from './streams.ts';
import type { Frame } from './values.ts';
import type { TransportPorts } from './websocket.ts';

export interface EventDoor {
  readonly router: Router;
  /** Comment lines keep proxies from closing quiet streams. */
  ping(): void;
  close(): void;
}

export function eventDoor(ports: Omit<TransportPorts, 'clock'>): EventDoor {
  const { streams, unsent, admission, readerOf, addressOf } = ports;
  const open = new Set<Response>();
  const router = Router();
  router.get('/events', (request, response) => {
    const reader = readerOf(request);
    const filter = filterOfQuery(queryOf(request.originalUrl));
    const head = {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    };
    if (request.method === 'HEAD') {
      response.writeHead(200, head).end();
      return;
    }
    const place = admission.enter(addressOf(request));
    // a quiet stream is no stalled answer: pings and `slowSeconds` find those who do not read
    request.socket.setTimeout(0);
    response.writeHead(200, head);
    response.write('retry: 3000\n\n');
    open.add(response);
    let subscription: Subscription | undefined;
    const settle = () => subscription?.client.settle();
    const cut = (reason: CutReason) => {
      ports.cut(reason);
      response.destroy();
    };
    const held = unsent.holder(() => cut('crowd'));
    const pipe = {
      write: ({ event }: Frame) => {
        const left = held.hold(event);
        response.write(event, () => {
          left();
          settle();
        });
      },
      get buffered() {
        return response.writableLength;
      },
      cut,
    };
    response.on('error', () => {}); // 'close' follows
    response.once('close', () => {
      open.delete(response);
      subscription?.leave();
      held.drop();
      place.leave();
    });
    subscription = streams.join(filter, reader, pipe);
  });
  return {
    router,
    ping() {
      for (const response of open) if (response.writableLength === 0) response.write(': ping\n\n');
    },
    close() {
      // What is queued for a client that reads goes out; the rest ends with the server's connections.
      for (const response of open) response.end();
    },
  };
}
