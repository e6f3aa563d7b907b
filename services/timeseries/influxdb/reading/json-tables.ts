/**
 * InfluxDB's JSON answers as tables of text, like those of CSV. Only for 3.x, whose CSV is ambiguous: a JSON answer is held as a
 * whole, and is known to be whole when it can be read. Numbers keep their text, because times in nanoseconds exceed 2^53.
 */
import type { TableSink } from './csv.ts';

interface JsonAnswer {
  readonly error?: unknown;
  readonly results?: readonly { readonly error?: unknown; readonly series?: readonly JsonTable[] }[];
}

interface JsonTable {
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values?: readonly (readonly unknown[])[];
}

/** Returns what InfluxDB says is wrong; null: nothing. Throws SyntaxError where the text is not whole. */
export function readJsonTables(text: string, sink: TableSink): string | null {
  const answer = JSON.parse(text, withText as (key: string, value: unknown) => unknown) as JsonAnswer;
  const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) return String(error);
  for (const { series = [] } of answer.results ?? []) {
    for (const { name = '', tags = {}, columns, values = [] } of series) {
      sink.header(['name', 'tags', ...columns]);
      const told = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
      // what is grouped by comes as a column from some of them
      const grouped = told.length === 0 ? columns.indexOf('datastream') : -1;
      for (const row of values) {
        const tag = grouped === -1 ? told.join(',') : `datastream=${cell(row[grouped])}`;
        sink.row([name, tag, ...row.map(cell)]);
      }
    }
  }
  return null;
}

/** A number as it stands in the text. */
function withText(_: string, value: unknown, context: { readonly source: string }): unknown {
  return typeof value === 'number' ? context.source : value;
}

function cell(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
