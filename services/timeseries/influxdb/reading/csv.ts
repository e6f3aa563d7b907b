/**
 * InfluxDB's CSV answers, piece by piece as they come: tables one after the other, each with a line of column names, an empty
 * line between them. Go's writer makes them: a cell in quotes may hold commas, newlines and doubled quotes.
 */

export interface TableSink {
  /** A table begins. */
  header(columns: readonly string[]): void;
  row(cells: readonly string[]): void;
}

export class CsvReader {
  readonly #sink: TableSink;
  /** What is left of the text so far: the beginning of a line. */
  #rest = '';
  #atHeader = true;

  constructor(sink: TableSink) {
    this.#sink = sink;
  }

  push(text: string): void {
    const all = this.#rest === '' ? text : this.#rest + text;
    let at = 0;
    for (;;) {
      const end = all.indexOf('\n', at);
      if (end === -1) break;
      const line = all.slice(at, end);
      if (!line.includes('"')) {
        this.#line(line === '' || line === '\r' ? null : (line.endsWith('\r') ? line.slice(0, -1) : line).split(','));
        at = end + 1;
        continue;
      }
      const quoted = quotedLine(all, at);
      if (quoted === null) break;
      this.#line(quoted.cells);
      at = quoted.next;
    }
    this.#rest = all.slice(at);
  }

  /** Nothing comes any more. false: the text ended within a line. */
  end(): boolean {
    return this.#rest === '';
  }

  #line(cells: readonly string[] | null): void {
    if (cells === null) this.#atHeader = true;
    else if (this.#atHeader) {
      this.#atHeader = false;
      this.#sink.header(cells);
    } else this.#sink.row(cells);
  }
}

/** The cells of a line with quotes, and where the next line begins; null: its end has not come yet. */
function quotedLine(text: string, from: number): { readonly cells: readonly string[]; readonly next: number } | null {
  const cells: string[] = [];
  for (let at = from; ; ) {
    let cell: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      // a quote at the very end may be the first of two
      if (end === -1 || end + 1 >= text.length) return null;
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const start = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
      const end = text[at] === '\n' && at > start && text[at - 1] === '\r' ? at - 1 : at;
      cell = text.slice(start, end);
    }
    cells.push(cell);
    if (text[at] === '\r') at++;
    if (at >= text.length) return null;
    const separator = text[at++];
    if (separator === '\n') return { cells, next: at };
    if (separator !== ',')
      throw new SyntaxError(`An answer of InfluxDB is no CSV: "${separator}" behind a quoted cell`);
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); ; at = text.indexOf('"', at + 2)) {
    if (at === -1 || text[at + 1] !== '"') return at;
  }
}
