/** `$resultFormat=dataArray` [STA 12]: Observations as rows of values, one group per Datastream. */
import { CodedError } from '../../../services/model/index.ts';
import type { RequestContext } from '../rows/index.ts';
import { type Observation, SETS } from '../schema/index.ts';
import type { BodyWriter } from './body-writer.ts';
import { type CollectionRequest, openPage } from './collection.ts';
import type { Links } from './links.ts';
import { printValue } from './print-entity.ts';

const DEFAULT = ['@iot.id', 'phenomenonTime', 'resultTime', 'result'];

export async function answerDataArray(
  request: CollectionRequest,
  context: RequestContext,
  links: Links,
  body: BodyWriter,
): Promise<void> {
  const { query } = request;
  if (query.set.name !== 'Observations')
    throw new CodedError('query.option', '$resultFormat=dataArray is for Observations');
  const { properties } = SETS.Observations;
  const names = query.select === null ? DEFAULT : [...query.select].filter((name) => properties.has(name));
  const { total, chunks } = await openPage(request, context);
  const groups = new Map<number, string[]>();
  let printed = 0;
  let length = 0;
  let more = false;
  for await (const chunk of chunks) {
    for (const row of chunk as readonly Observation[]) {
      if (context.pace.due()) await context.pace.breathe();
      if (printed === query.top) {
        more = true;
        break;
      }
      if (length > context.options.responseBytes) {
        // The page ends early; the nextLink goes on from there.
        more = true;
        break;
      }
      const text = JSON.stringify(names.map((name) => printValue(properties.get(name)!.get(row, context.env) ?? null)));
      const group = groups.get(row.datastream);
      if (group === undefined) groups.set(row.datastream, [text]);
      else group.push(text);
      length += text.length;
      printed++;
    }
    if (more) break;
  }
  // `id`, not `@iot.id`, is the component's name in the standard.
  const components = JSON.stringify(names.map((name) => (name === '@iot.id' ? 'id' : name)));
  await body.write(`{${total === null ? '' : `"@iot.count":${total},`}"value":[`);
  let separator = '';
  for (const [datastream, rows] of groups) {
    const link = JSON.stringify(links.self(SETS.Datastreams, datastream));
    await body.write(`${separator}{"Datastream@iot.navigationLink":${link},"components":${components},`);
    await body.write(`"dataArray@iot.count":${rows.length},"dataArray":[${rows.join(',')}]}`);
    separator = ',';
  }
  const next = more ? `,"@iot.nextLink":${JSON.stringify(request.next(query.top, query.skip + printed))}` : '';
  await body.write(`]${next}}`);
  body.end();
}
