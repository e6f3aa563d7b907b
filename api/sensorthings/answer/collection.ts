/** A set as the client gets it: `{"@iot.count", "value": […], "@iot.nextLink"}` [STA 9.3.3]. */
import type { RequestContext } from '../rows/index.ts';
import type { BodyWriter } from './body-writer.ts';
import type { Links } from './links.ts';
import { type CollectionRequest, openPage, type Written, writePage } from './page.ts';
import { Printer } from './printer.ts';

export async function answerCollection(
  request: CollectionRequest,
  context: RequestContext,
  links: Links,
  body: BodyWriter,
): Promise<void> {
  const { query } = request;
  const { total, chunks } = await openPage(request, context);
  const printer = new Printer(query, context, links);
  await body.write(`{${total === null ? '' : `"@iot.count":${total},`}"value":[`);
  const written = await writePage(chunks, request, context, body, {
    separator: ',',
    print: (node) => (request.ref ? printer.printRef(node.entity) : printer.print(node)),
  });
  await body.write(`]${nextLink(request, written)}}`);
  await body.end();
}

/** The member with which a JSON answer goes on; nothing on the last page. */
export function nextLink(
  { query, next }: CollectionRequest,
  { printed, more, last }: Pick<Written, 'printed' | 'more' | 'last'>,
): string {
  return more && query.top > 0 ? `,"@iot.nextLink":${JSON.stringify(next(query.skip + printed, last))}` : '';
}
