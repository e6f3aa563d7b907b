/** The hub's HTTP server on a port of the system's choice, with what a test puts behind it. */
import type express from 'express';
import { Router } from 'express';
import { systemClock } from '../../../services/model/index.ts';
import { telemetry, options as telemetryOptions } from '../../../services/telemetry/index.ts';
import { type HttpServer, type HttpServerPorts, httpServer, options } from '../index.ts';

/** `end` is for afterEach: it stops the servers of the test. */
export function serverStage() {
  const running: (() => Promise<unknown>)[] = [];
  const end = async () => {
    for (const stop of running.splice(0)) await stop();
  };

  async function hub(given: Record<string, unknown> = {}, parts: Partial<HttpServerPorts> = {}) {
    const lines: string[] = [];
    const sink = { write: (line: string) => lines.push(line) };
    const seen = telemetry({ options: telemetryOptions.parse({ processMetrics: false }), clock: systemClock, sink });
    const server: HttpServer = httpServer({
      options: options.parse({ host: '127.0.0.1', port: 0, drainSeconds: 1, ...given }),
      telemetry: seen,
      routers: [],
      upgrades: [],
      statics: null,
      ...parts,
    });
    await server.start();
    running.push(() => server.stop());
    return { server, seen, lines, url: `http://127.0.0.1:${server.port}` };
  }

  return { hub, end, later: (stop: () => Promise<unknown>) => running.push(stop) };
}

export function router(handler: express.RequestHandler): Router {
  const made = Router();
  made.all('/x', handler);
  return made;
}

export const echo = router((req, res) => void res.json({ body: req.body ?? null }));

/** The problem document of an answer. */
export async function problemAt(answer: Response) {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.includes('application/problem+json')) throw new Error(`an answer of type ${type}: ${await answer.text()}`);
  return (await answer.json()) as { code: string; detail: string; status: number; type: string; title: string };
}
