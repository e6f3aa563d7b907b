/** `POST /admin/import` and its single forms: organisations, things, devices. */
import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import { CodedError } from '../../services/model/index.ts';
import type { AdminPorts } from './ports.ts';

const KINDS = ['organisations', 'things', 'devices'] as const;

function objectOf(body: unknown): object {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new CodedError('request.body', 'the body must be a JSON object');
  }
  // An empty body would be a valid import of nothing; who sends one has forgotten the document.
  if (Object.keys(body).length === 0) throw new CodedError('request.body', 'the body is empty');
  return body;
}

/** The registry knows a single form as a document of one: its paths must read as the caller wrote them. */
function asSingle(error: unknown, kind: string): unknown {
  if (!(error instanceof CodedError)) return error;
  const detail = error.message.replaceAll(`${kind}[0].`, '').replaceAll(`${kind}[0]`, 'the body');
  return new CodedError(error.code, detail, { cause: error });
}

export function changes({ registry, authorize }: Pick<AdminPorts, 'registry' | 'authorize'>): Router {
  const router = Router();
  const by = (request: IncomingMessage) => authorize(request).name;
  router.post('/import', async (request, response) => {
    response.json(await registry.import(objectOf(request.body), by(request)));
  });
  for (const kind of KINDS) {
    router.post(`/${kind}`, async (request, response) => {
      const document = { [kind]: [objectOf(request.body)] };
      const report = await registry.import(document, by(request)).catch((error: unknown) => {
        throw asSingle(error, kind);
      });
      response.json(report);
    });
  }
  return router;
}
