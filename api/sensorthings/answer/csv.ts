/**
 * `$resultFormat=CSV` [RFC 4180]: a header, then a line per entity; columns are the properties, with `/` those of expanded
 * entities, as FROST has them. JSON stands in its cell as it is. A file has no nextLink: without $top all rows come, and what
 * would have to end at a limit is cut off so that nobody takes a part for the whole.
 */
import { CodedError, isoTime } from '../../../services/model/index.ts';
import type { Query } from '../plan/index.ts';
import type { RequestContext, ResultNode, SourceSpan } from '../rows/index.ts';
import type { Observation } from '../schema/index.ts';
import type { BodyWriter } from './body-writer.ts';
import { type Column, cellText, columnsOf } from './csv-columns.ts';
import type { Links } from './links.ts';
import { type CollectionRequest, openPage, writePage } from './page.ts';
import { TimeText } from './time-text.ts';

const LINE = '\r\n';

export async function answerCsv(
  request: CollectionRequest,
  context: RequestContext,
  links: Links,
  body: BodyWriter,
): Promise<void> {
  const whole: CollectionRequest = {
    ...request,
    query: { ...request.query, count: false, top: request.query.source.top ?? Number.MAX_SAFE_INTEGER },
  };
  const { query } = whole;
  const columns = columnsOf(query, context, links);
  const { chunks, sources } = await openPage(whole, context);
  if (sources !== null) body.header(SOURCES_HEADER, sourcesText(sources));
  await body.write(columns.map((c) => cellText(c.name)).join(',') + LINE);
  const { limit } = await writePage(chunks, whole, context, body, {
    separator: '',
    print: linePrinter(query, columns),
  });
  if (limit !== null) throw limit;
  await body.end();
}

/** A table has no place for it: which spans come from hours or days that the hub has computed. */
const SOURCES_HEADER = 'Stadtpegel-Sources';

function sourcesText(sources: readonly SourceSpan[]): string {
  return sources.map(({ source, from, to }) => `${source} ${isoTime(from)}/${isoTime(to)}`).join(', ');
}

/** One entity as a file of one line. */
export function csvOf(node: ResultNode, query: Query, context: RequestContext, links: Links): string {
  const columns = columnsOf(query, context, links);
  return columns.map((c) => cellText(c.name)).join(',') + LINE + linePrinter(query, columns)(node);
}

function linePrinter(query: Query, columns: readonly Column[]): (node: ResultNode) => string {
  if (columns.length === 0) throw new CodedError('query.option', '$select names nothing that has a column in CSV');
  const any = (node: ResultNode) => {
    let line = columns[0]!.cell(node);
    for (let i = 1; i < columns.length; i++) line += `,${columns[i]!.cell(node)}`;
    return line + LINE;
  };
  if (query.set.name !== 'Observations' || query.select !== null || query.expand.length > 0) return any;
  // most rows are plain readings: id, phenomenonTime, resultTime, result, and nothing in the others
  const times = new TimeText();
  const rest = ','.repeat(columns.length - 4) + LINE;
  return (node) => {
    const row = node.entity as Observation;
    if (!row.isPlain) return any(node);
    const time = times.instant(row.t);
    return `${row.idText},${time},${time},${row.result ?? ''}${rest}`;
  };
}
