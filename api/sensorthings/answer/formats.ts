/** What `$resultFormat` may ask for. */
import { CodedError } from '../../../services/model/index.ts';
import type { Query } from '../plan/index.ts';
import type { RequestContext, ResultNode } from '../rows/index.ts';
import type { BodyWriter } from './body-writer.ts';
import { answerCollection } from './collection.ts';
import { answerCsv, csvOf } from './csv.ts';
import { answerDataArray } from './data-array.ts';
import { answerGeoJson, geoJsonOf } from './geojson.ts';
import type { Links } from './links.ts';
import type { CollectionRequest } from './page.ts';
import { Printer } from './printer.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

export interface Format {
  /** As the client writes it. */
  readonly name: string;
  readonly type: string;
  collection(request: CollectionRequest, context: RequestContext, links: Links, body: BodyWriter): Promise<void>;
  /** The text of one entity. */
  one(node: ResultNode, query: Query, context: RequestContext, links: Links): string;
}

export const FORMATS = {
  json: {
    name: 'default',
    type: JSON_TYPE,
    collection: answerCollection,
    one: (node, query, context, links) => new Printer(query, context, links).print(node),
  },
  dataArray: {
    name: 'dataArray',
    type: JSON_TYPE,
    collection: answerDataArray,
    one: () => {
      throw new CodedError('query.option', '$resultFormat=dataArray is for sets of Observations, this is one entity');
    },
  },
  csv: { name: 'CSV', type: 'text/csv; charset=utf-8', collection: answerCsv, one: csvOf },
  geoJson: { name: 'GeoJSON', type: 'application/geo+json', collection: answerGeoJson, one: geoJsonOf },
} as const satisfies Readonly<Record<string, Format>>;

/** @throws CodedError query.unsupported for a format that there is not. */
export function formatOf(text: string | undefined): Format {
  const wanted = (text ?? FORMATS.json.name).toLowerCase();
  const format = Object.values(FORMATS).find((f) => f.name.toLowerCase() === wanted);
  if (format !== undefined) return format;
  const known = Object.values(FORMATS).map((f) => f.name);
  throw new CodedError('query.unsupported', `$resultFormat=${text} is not supported; there are ${known.join(', ')}`);
}
