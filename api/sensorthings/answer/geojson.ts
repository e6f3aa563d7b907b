/**
 * `$resultFormat=GeoJSON` [RFC 7946]: a FeatureCollection with a Feature per entity, its properties on one level. Foreign
 * members say how many there are (`@iot.count`) and where it goes on (`@iot.nextLink`).
 */
import type { Query } from '../plan/index.ts';
import type { RequestContext, ResultNode } from '../rows/index.ts';
import type { BodyWriter } from './body-writer.ts';
import { nextLink } from './collection.ts';
import { flatten } from './flatten.ts';
import { geometryOf } from './geometry-of.ts';
import { jsonText } from './json-text.ts';
import type { Links } from './links.ts';
import { type CollectionRequest, openPage, writePage } from './page.ts';
import { TimeText } from './time-text.ts';

export async function answerGeoJson(
  request: CollectionRequest,
  context: RequestContext,
  _links: Links,
  body: BodyWriter,
): Promise<void> {
  const { total, chunks } = await openPage(request, context);
  await body.write(`{"type":"FeatureCollection",${total === null ? '' : `"@iot.count":${total},`}"features":[`);
  const written = await writePage(chunks, request, context, body, {
    separator: ',',
    print: featurePrinter(request.query, context),
  });
  await body.write(`]${nextLink(request, written)}}`);
  await body.end();
}

/** One entity as a collection of one. */
export function geoJsonOf(node: ResultNode, query: Query, context: RequestContext): string {
  return `{"type":"FeatureCollection","features":[${featurePrinter(query, context)(node)}]}`;
}

function featurePrinter(query: Query, context: RequestContext): (node: ResultNode) => string {
  const times = new TimeText();
  return (node) => {
    let properties = '';
    flatten(node, query, context, (path, value) => {
      properties += `${properties === '' ? '' : ','}${JSON.stringify(path)}:${jsonText(value, times)}`;
    });
    const geometry = JSON.stringify(geometryOf(node, query, context));
    return `{"type":"Feature","geometry":${geometry},"properties":{${properties}}}`;
  };
}
