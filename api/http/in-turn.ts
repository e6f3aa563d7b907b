/**
 * Requests of one connection, one after the other. A client may send further ones before the first is answered [RFC 9112
 * §9.3.2], and Node begins with all of them at once: a few hundred connections would have tens of thousands under way.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Of one connection at most `most` requests wait for the first; with more than that it is cut, and `refused` called. */
export function inTurn(most: number, serve: Serve, refused: () => void): Serve {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  const begin = (line: (() => void)[], request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    response.once('close', () => {
      if (socket.destroyed) return;
      const next = line.shift();
      if (next === undefined) waiting.delete(socket);
      else next();
    });
    serve(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    // what the parser still finds in the bytes of a connection that was cut
    if (socket.destroyed) return;
    const line = waiting.get(socket);
    if (line === undefined) {
      const made: (() => void)[] = [];
      waiting.set(socket, made);
      begin(made, request, response);
    } else if (line.length < most) line.push(() => begin(line, request, response));
    else {
      refused();
      socket.destroy();
    }
  };
}
