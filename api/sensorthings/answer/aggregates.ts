/**
 * What $apply and $interval give: groups instead of Observations. As in OData a group names its Datastream by the id, and as
 * in a dataArray by its address.
 */
import { CodedError } from '../../../services/model/index.ts';
import type { RequestContext, SourceSpan } from '../rows/index.ts';
import { type AggregateRow, SETS } from '../schema/index.ts';
import type { BodyWriter } from './body-writer.ts';
import { nextLink } from './collection.ts';
import { jsonText } from './json-text.ts';
import type { Links } from './links.ts';
import { type CollectionRequest, openPage, writePage } from './page.ts';
import { TimeText } from './time-text.ts';

export async function answerAggregates(
  request: CollectionRequest,
  context: RequestContext,
  links: Links,
  body: BodyWriter,
): Promise<void> {
  const { query, ref } = request;
  if (ref) throw new CodedError('query.option', 'Groups have no addresses: $ref does not go with $apply and $interval');
  const { total, chunks, sources } = await openPage(request, context);
  const times = new TimeText();
  const wanted = [...query.set.properties].filter(([name]) => query.select === null || query.select.has(name));
  const linked = query.aggregate!.perDatastream && (query.select === null || query.select.has('Datastream'));
  await body.write(`{${total === null ? '' : `"@iot.count":${total},`}${sourcesMember(sources, times)}"value":[`);
  const written = await writePage(chunks, request, context, body, {
    separator: ',',
    print: ({ entity }) => {
      const parts = wanted.map(
        ([name, property]) => `${JSON.stringify(name)}:${jsonText(property.get(entity, context.env), times)}`,
      );
      if (linked) {
        const id = (entity as unknown as AggregateRow).datastream;
        const set = context.env.visible('MultiDatastreams').has(id) ? SETS.MultiDatastreams : SETS.Datastreams;
        const link = JSON.stringify(links.self(set, id));
        parts.push(`"${set.single}@iot.navigationLink":${link},"${set.single}":{"@iot.id":${id}}`);
      }
      return `{${parts.join(',')}}`;
    },
  });
  await body.write(`]${nextLink(request, written)}}`);
  await body.end();
}

/** `"@stadtpegel.sources":[…],`: which spans come from hours or days, from Observations as they came, or from nowhere. */
function sourcesMember(sources: readonly SourceSpan[] | null, times: TimeText): string {
  if (sources === null) return '';
  const told = sources.map(({ source, from, to }) => ({
    phenomenonTime: `${times.instant(from)}/${times.instant(to)}`,
    source,
  }));
  return `"@stadtpegel.sources":${JSON.stringify(told)},`;
}
