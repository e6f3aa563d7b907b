/** The one HTTP server of the hub: other parts bring routers and upgrades, this one brings limits, headers and errors. */
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import express, { type Router } from 'express';
import type { CodedError } from '../../services/model/index.ts';
import type { LogFields, Telemetry } from '../../services/telemetry/index.ts';
import { addressOf } from './address.ts';
import { Admission, LINGERING_AT_MOST } from './admission.ts';
import { jsonBody } from './body.ts';
import { errorHandler, notFound } from './errors.ts';
import { cors, headers } from './headers.ts';
import { inTurn } from './in-turn.ts';
import { listen } from './listen.ts';
import { answerBadTarget, answerMalformed } from './malformed.ts';
import type { Options } from './options.ts';
import { ownPages } from './own-pages.ts';
import { statics } from './statics.ts';
import { toPath } from './target.ts';
import { type Upgrade, upgradeListener } from './upgrades.ts';

export interface Mount {
  /** `/v1.1`, `/admin` */
  readonly path: string;
  readonly router: Router;
  /** `json`: bodies are parsed and bounded before the router; `own` (default): the router reads them itself. */
  readonly body?: 'json' | 'own';
  /** Those who write without a token are asked for one over HTTP Basic too, with the token as password. */
  readonly basic?: boolean;
  /** What it is sent to change goes into the journal: refused while there is no room for it. */
  readonly journaled?: boolean;
  /** Called before the body is read, so that strangers can't make the hub parse one: throws a CodedError to refuse. */
  guard?(request: IncomingMessage): void;
}

export interface HttpServerPorts {
  readonly options: Options;
  readonly telemetry: Telemetry;
  readonly routers: readonly Mount[];
  readonly upgrades: readonly Upgrade[];
  /** Why the journal takes nothing at the moment; null: it does. Left out: it always does. */
  readonly noRoom?: () => CodedError | null;
  /** Folder of the built dashboards; null: the hub runs without them. */
  readonly statics: { readonly folder: string } | null;
}

export interface HttpServer {
  /** Opens the port. Throws a CodedError that says which option to change. */
  start(): Promise<void>;
  /** Takes no more requests, lets answers finish for `drainSeconds`, then closes every connection. */
  stop(): Promise<void>;
  /** The open port; 0 before the start. */
  readonly port: number;
  /** Open connections. */
  readonly connections: number;
  /** Address of a caller behind the configured number of proxies. */
  addressOf(request: IncomingMessage): string;
}

export function httpServer(ports: HttpServerPorts): HttpServer {
  const { options, telemetry, routers, upgrades, statics: site } = ports;
  const answered = telemetry.happening({ metric: 'http_requests', help: 'HTTP answers', labels: ['route', 'status'] });
  const failed = telemetry.happening({
    metric: 'http_defects',
    help: 'Requests that failed by a defect of the hub',
    log: { level: 'error', message: 'a request failed by a defect of the hub' },
  });
  const refused = telemetry.happening({
    metric: 'http_connections_refused',
    help: 'Connections refused: http.maxConnections (connections), http.maxConnectionsPerAddress (address), a flood (flood), http.maxPipelined (pipeline)',
    labels: ['reason'],
    log: { level: 'warn', message: 'too many HTTP connections, or too many requests at once on one' },
  });
  const stalled = telemetry.happening({
    metric: 'http_connections_stalled',
    help: 'Connections cut because nothing moved for http.stallSeconds',
  });
  const defect = (error: unknown, request?: LogFields) =>
    failed({}, { error, ...(request === undefined ? {} : { fields: request }) });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', options.trustedProxies);
  let stopping = false;
  app.use((_request, response, next) => {
    if (stopping) response.setHeader('Connection', 'close');
    // An answer that was under way when the hub stopped leaves its kept-alive connection idle: close it then.
    response.once('finish', () => stopping && setImmediate(() => server.closeIdleConnections()));
    next();
  });
  app.use(headers(options), cors(options));
  const counted = (route: string): express.RequestHandler => {
    return (_request, response, next) => {
      response.once('finish', () => answered({ route, status: String(response.statusCode) }));
      next();
    };
  };
  const room: express.RequestHandler = (request, _response, next) => {
    const lack = changes(request) ? (ports.noRoom?.() ?? null) : null;
    if (lack !== null) throw lack;
    next();
  };
  for (const mount of routers) {
    const guard: express.RequestHandler = (request, response, next) => {
      response.locals.basic = mount.basic === true;
      mount.guard?.(request);
      next();
    };
    const before = [counted(mount.path), guard, ...(mount.journaled === true ? [room] : [])];
    app.use(mount.path, ...before, ...(mount.body === 'json' ? jsonBody(options) : []), mount.router);
  }
  app.use(counted('/'), ownPages(telemetry, options));
  if (site !== null) app.use(statics(site.folder));
  app.use(notFound);
  app.use(errorHandler((error, { method, path, id }) => defect(error, { method, path, request: id })));

  const server = createServer(
    {
      maxHeaderSize: options.headerBytes,
      headersTimeout: options.headersSeconds * 1000,
      requestTimeout: options.requestSeconds * 1000,
      keepAliveTimeout: options.keepAliveSeconds * 1000,
      // Node checks the two time-outs above only this often (default 30 s).
      connectionsCheckingInterval: Math.min(5000, options.headersSeconds * 1000),
      noDelay: true,
    },
    inTurn(
      options.maxPipelined,
      (request, response) => (toPath(request) ? app(request, response) : answerBadTarget(response)),
      () => refused({ reason: 'pipeline' }),
    ),
  );
  // beyond those that are admitted and those that are being refused the system closes them without a word
  server.maxConnections = options.maxConnections + options.reservedConnections + LINGERING_AT_MOST;
  // a kept-alive connection between two requests has the shorter keepAliveTimeout instead
  server.timeout = options.stallSeconds * 1000;
  const answering = new WeakSet<Socket>();
  server.on('request', ({ socket }, response) => {
    answering.add(socket);
    response.once('close', () => answering.delete(socket));
  });
  server.on('timeout', (socket) => {
    if (answering.has(socket)) stalled({});
    socket.destroy();
  });
  server.on('clientError', (error, socket) => {
    const status = answerMalformed(error, socket);
    // it never came to a route
    if (status !== null) answered({ route: 'none', status: String(status) });
  });
  server.on('drop', () => refused({ reason: 'flood' }));
  // Upgraded sockets leave the server's own book-keeping; without this `stop` would wait for them for ever.
  const upgraded = new Set<Duplex>();
  const upgrade = upgradeListener(upgrades, defect);
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    toPath(request);
    upgrade(request, socket, head);
  });
  const admission = new Admission(options);
  // in front of the server's own listener, so that nothing of a refused connection is parsed
  const serve = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    const reason = admission.enter(socket);
    if (reason !== null) refused({ reason }, { fields: { address: socket.remoteAddress } });
    else for (const each of serve) each.call(server, socket);
  });
  telemetry.gauge({ metric: 'http_connections', help: 'Open HTTP connections', read: () => admission.open });

  let port = 0;
  return {
    get port() {
      return port;
    },
    get connections() {
      return admission.open;
    },
    addressOf: (request) => addressOf(request, options.trustedProxies),
    async start() {
      port = await listen(server, options.host, options.port);
      // A connection that can't be accepted (no file handles left) must not end the process.
      server.on('error', (error) => defect(error));
    },
    async stop() {
      if (!server.listening) return;
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const end = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, options.drainSeconds * 1000);
      await closed;
      clearTimeout(end);
      port = 0;
    },
  };
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A $batch may hold reads alone; its writes wait for the disk, `registry.acknowledgeSeconds` at the most. */
function changes({ method, path }: express.Request): boolean {
  return !READING.has(method) && !path.endsWith('/$batch');
}
