/** `$resultFormat=dataArray` [STA 12]: Observations as rows of values, one group per stream. */
import { CodedError } from '../../../services/model/index.ts';
import type { RequestContext } from '../rows/index.ts';
import { type Observation, type PropertyDef, SETS } from '../schema/index.ts';
import type { BodyWriter } from './body-writer.ts';
import { nextLink } from './collection.ts';
import { jsonText } from './json-text.ts';
import type { Links } from './links.ts';
import { type CollectionRequest, openPage } from './page.ts';
import { TimeText } from './time-text.ts';

const DEFAULT = ['@iot.id', 'phenomenonTime', 'resultTime', 'result'];

/** Rows are joined to texts of about this many characters: as single texts they would live on and be copied about. */
const PIECE = 48 * 1024;

class Group {
  rows = 0;
  readonly pieces: string[] = [];
  #open: string[] = [];
  #length = 0;

  add(row: string): void {
    this.rows++;
    this.#open.push(row);
    this.#length += row.length;
    if (this.#length >= PIECE) this.close();
  }

  close(): void {
    if (this.#open.length > 0) this.pieces.push(this.#open.join(','));
    this.#open = [];
    this.#length = 0;
  }
}

/** @throws CodedError query.option for other sets, and for $expand: a row has no place for it. */
export async function answerDataArray(
  request: CollectionRequest,
  context: RequestContext,
  links: Links,
  body: BodyWriter,
): Promise<void> {
  const { query } = request;
  if (query.set.name !== 'Observations')
    throw new CodedError('query.option', '$resultFormat=dataArray is for Observations');
  if (query.expand.length > 0)
    throw new CodedError('query.option', '$expand does not go with $resultFormat=dataArray; leave one of them out');
  const { properties } = SETS.Observations;
  const names = query.select === null ? DEFAULT : [...query.select].filter((name) => properties.has(name));
  const print = rowPrinter(names, context);
  const { total, chunks } = await openPage(request, context);
  const groups = new Map<number, Group>();
  let group = new Group();
  let last = Number.NaN;
  let lastRow: Observation | null = null;
  let printed = 0;
  let length = 0;
  let more = false;
  try {
    for await (const chunk of chunks as AsyncIterable<readonly Observation[]>) {
      for (const row of chunk) {
        if (context.pace.stepDue()) await context.pace.breathe();
        // At its limit the page ends early; the nextLink goes on from there.
        more = printed === query.top || length > context.options.responseBytes;
        if (more) break;
        if (row.datastream !== last) {
          last = row.datastream;
          group = groups.get(last) ?? new Group();
          groups.set(last, group);
        }
        const text = print(row);
        group.add(text);
        length += text.length;
        printed++;
        lastRow = row;
      }
      if (more) break;
    }
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'query.limit' || printed === 0) throw error;
    more = true;
  }
  // `id`, not `@iot.id`, is the component's name in the standard.
  const components = JSON.stringify(names.map((name) => (name === '@iot.id' ? 'id' : name)));
  await body.write(`{${total === null ? '' : `"@iot.count":${total},`}"value":[`);
  let separator = '';
  for (const [stream, group] of groups) {
    group.close();
    const set = context.view.set('MultiDatastreams').has(stream) ? SETS.MultiDatastreams : SETS.Datastreams;
    const link = JSON.stringify(links.self(set, stream));
    await body.write(`${separator}{"${set.single}@iot.navigationLink":${link},"components":${components},`);
    await body.write(`"dataArray@iot.count":${group.rows},"dataArray":[`);
    for (const [i, piece] of group.pieces.entries()) await body.write(i === 0 ? piece : `,${piece}`);
    await body.write(']}');
    separator = ',';
  }
  await body.write(`]${nextLink(request, { printed, more, last: lastRow })}}`);
  await body.end();
}

function rowPrinter(names: readonly string[], { env }: RequestContext): (row: Observation) => string {
  const times = new TimeText();
  const defs = names.map((name): PropertyDef => SETS.Observations.properties.get(name)!);
  const any = (row: Observation) => `[${defs.map((p) => jsonText(p.get(row, env), times)).join(',')}]`;
  const plain: Readonly<Record<string, (row: Observation, time: string) => string>> = {
    '@iot.id': (row) => row.idText,
    phenomenonTime: (_, time) => time,
    resultTime: (_, time) => time,
    result: (row) => String(row.result),
  };
  if (names.length === 0 || !names.every((name) => Object.hasOwn(plain, name))) return any;
  if (names === DEFAULT) {
    return (row) => {
      if (!row.isPlain) return any(row);
      const time = times.instant(row.t);
      return `[${row.idText},"${time}","${time}",${row.result}]`;
    };
  }
  const [first, ...others] = names.map((name) => plain[name]!);
  return (row) => {
    if (!row.isPlain) return any(row);
    const time = `"${times.instant(row.t)}"`;
    let out = `[${first!(row, time)}`;
    for (const part of others) out += `,${part(row, time)}`;
    return `${out}]`;
  };
}
