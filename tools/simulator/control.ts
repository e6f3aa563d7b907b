/**
 * The button: a small HTTP server on the loopback address. `POST /incidents/<name>` starts an incident, `GET /` says what is
 * on. Pages of other origins are refused, so that no web site that somebody looks at can press it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { INCIDENT_NAMES, INCIDENTS, type IncidentName, isIncident } from './incidents.ts';

export interface ControlPorts {
  /** 0: the system picks one. */
  readonly port: number;
  /** false: not now. */
  startIncident(name: IncidentName): boolean;
  status(): object;
}

export class Control {
  readonly #ports: ControlPorts;
  readonly #server: Server;

  constructor(ports: ControlPorts) {
    this.#ports = ports;
    this.#server = createServer((request, response) => {
      const [status, body] = this.#answer(request);
      reply(response, status, body);
    });
  }

  /** Resolves to the address. Throws an Error that says what to do when the port is taken. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(
          new Error(
            `port ${this.#ports.port} for the buttons can't be opened (${error.code}): say --control <port> or --control off`,
            { cause: error },
          ),
        );
      });
      this.#server.listen(this.#ports.port, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage): readonly [number, object] {
    request.resume();
    const { origin } = request.headers;
    if (origin !== undefined && !/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)) {
      return [403, { error: 'only pages of this machine may press the buttons' }];
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/' && request.method === 'GET') {
      return [200, { ...this.#ports.status(), incidents: INCIDENTS }];
    }
    const name = /^\/incidents\/([A-Za-z]+)$/.exec(path)?.[1];
    if (name === undefined || !isIncident(name)) {
      return [404, { error: `known incidents: ${INCIDENT_NAMES.join(', ')}` }];
    }
    if (request.method !== 'POST') return [405, { error: 'POST starts the incident' }];
    if (!this.#ports.startIncident(name))
      return [409, { error: 'not now: another incident is on, or the history is still being sent' }];
    return [202, { started: name }];
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(body)}\n`);
}
