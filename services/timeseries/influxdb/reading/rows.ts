/** The rows in an answer, as the port wants their columns [../README.md]. */
import { FIRST_HIGH_SLOT, millisecondsOf, slotOf } from '../instants.ts';
import type { TableSink } from './csv.ts';

/** A row as it comes out of the answer; one object for all of them. */
export interface FoundRow {
  /** Its measurement. */
  name: string;
  /** Its time, nanoseconds, as InfluxDB printed it. */
  time: string;
  ds: number;
  t: number;
  n: number;
  r: number;
  type: number;
  rec: number;
  q: number;
  id: number;
  x: string | null;
}

/** RESULT of the model, which the threads don't import. */
const BOOLEAN = 1;
const NONE = 4;

export class RowTable implements TableSink {
  readonly #take: (row: FoundRow) => void;
  #at = new Map<string, number>();
  #columns: readonly number[] = [];

  /** `take` gets the same object again and again. */
  constructor(take: (row: FoundRow) => void) {
    this.#take = take;
  }

  readonly #row: FoundRow = { name: '', time: '', ds: 0, t: 0, n: 0, r: 0, type: 0, rec: 0, q: 0, id: 0, x: null };

  header(columns: readonly string[]): void {
    this.#at = new Map(columns.map((name, i) => [name, i]));
    const record = this.#at.get('record') ?? this.#at.get('last') ?? this.#at.get('first') ?? -1;
    const names = ['name', 'tags', 'time', 'datastream', 'value', 'state', 'kind', 'quality', 'extra', 'tie', 'id'];
    this.#columns = [record, ...names.map((name) => this.#at.get(name) ?? -1)];
  }

  row(cells: readonly string[]): void {
    const [record, name, tags, time, datastream, value, state, kind, quality, extra, tie, id] = this
      .#columns as number[];
    const cell = (at: number): string => (at === -1 ? '' : cells[at]!);
    const row = this.#row;
    row.name = cells[name!]!;
    row.time = cells[time!]!;
    row.ds = Number(datastream === -1 ? cells[tags!]!.slice('datastream='.length) : cells[datastream!]);
    row.t = millisecondsOf(row.time);
    const slot = slotOf(row.time);
    row.n = slot < FIRST_HIGH_SLOT ? slot : Number(cell(tie!));
    row.rec = Number(cell(record!));
    row.q = Number(cell(quality!));
    row.id = Number(cell(id!));
    row.x = cell(extra!) || null;
    const told = cell(kind!);
    const flag = cell(state!);
    const number = cell(value!);
    row.type = told !== '' ? Number(told) : flag !== '' ? BOOLEAN : number !== '' ? 0 : NONE;
    row.r = row.type === 0 ? (number === '' ? Number.NaN : Number(number)) : Number.NaN;
    if (row.type === BOOLEAN) row.r = flag === 'true' ? 1 : 0;
    this.#take(row);
  }
}
