/** One GET, from its address and options to the body. */
import type { Response } from 'express';
import { CodedError } from '../../../services/model/index.ts';
import { planQuery } from '../plan/index.ts';
import { expandNodes, newNode, type RequestContext } from '../rows/index.ts';
import { parseOptions, parseQueryString, parseResourcePath, type QueryOptions, Time } from '../syntax/index.ts';
import { resolveAddress, type Target } from './address.ts';
import { BodyWriter } from './body-writer.ts';
import { answerCollection } from './collection.ts';
import { answerDataArray } from './data-array.ts';
import { landingPage } from './landing.ts';
import type { Links } from './links.ts';
import { printNode, printRef, printTime, printValue } from './print-entity.ts';

/** `path` from the version on, `search` behind the question mark, both as they came. */
export async function answer(
  path: string,
  search: string,
  context: RequestContext,
  links: Links,
  res: Response,
): Promise<void> {
  const parameters = parseQueryString(search);
  const options = parseOptions(parameters, context.options.expressionDepth);
  const target = await resolveAddress(parseResourcePath(path), context);
  switch (target.kind) {
    case 'landing':
      res.json(landingPage(links));
      return;
    case 'property':
      answerProperty(target, res);
      return;
    case 'entity':
      await answerEntity(target, options, context, links, res);
      return;
    case 'set': {
      const address = links.root + path.replace(/\/+$/, '');
      const query = planQuery(target.set, options, { options: context.options, now: context.env.now });
      const request = {
        query,
        members: target.members,
        ref: target.ref,
        next: (top: number, skip: number) => links.next(address, parameters, top, skip),
      };
      const format = formatOf(options.resultFormat);
      await (format === 'dataArray' ? answerDataArray : answerCollection)(
        request,
        context,
        links,
        new BodyWriter(res, context.options.stallSeconds),
      );
    }
  }
}

function formatOf(text: string | undefined): 'dataArray' | null {
  if (text === undefined || text.toLowerCase() === 'default') return null;
  if (text.toLowerCase() === 'dataarray') return 'dataArray';
  throw new CodedError('query.unsupported', `$resultFormat=${text} is not supported; there is dataArray`);
}

async function answerEntity(
  { set, entity, ref }: Extract<Target, { kind: 'entity' }>,
  options: QueryOptions,
  context: RequestContext,
  links: Links,
  res: Response,
): Promise<void> {
  if (options.filter !== undefined) throw new CodedError('query.option', '$filter is for sets, this is one entity');
  if (ref) {
    res.json(printRef(set, entity, links));
    return;
  }
  const query = planQuery(set, options, { options: context.options, now: context.env.now });
  const node = newNode(entity);
  await expandNodes([node], query, context);
  const text = JSON.stringify(printNode(node, query, context.env, links));
  if (text.length > context.options.responseBytes) {
    throw new CodedError(
      'query.limit',
      `The answer is larger than ${context.options.responseBytes} bytes; set a smaller $top`,
    );
  }
  res.type('application/json').send(text);
}

/** No value is 204, `$value` is plain text [STA 9.2.4, 9.2.5]. */
function answerProperty({ name, value, raw }: Extract<Target, { kind: 'property' }>, res: Response): void {
  if (value === null) res.status(204).end();
  else if (!raw) res.type('application/json').send(JSON.stringify({ [name]: printValue(value) }));
  else res.type('text/plain').send(plain(value));
}

function plain(value: unknown): string {
  if (value instanceof Time) return printTime(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
