/**
 * Edits of a step with the rows that they move or change in place. InfluxDB says only when it has a row whether it takes it, so
 * these rows go out first, and what it refuses stays where it stood [change.ts].
 */
import type { EditBatch } from '../../model/index.ts';
import { movesIn } from '../moves.ts';
import type { RejectedEdit } from '../port.ts';
import type { NumberedEdit, RefusedPuts } from '../refused-puts.ts';
import type { ChangedRow, Changes } from './change.ts';
import type { RefusedRow } from './persisting.ts';

/** Some edits of a record; `from`: index of the first one there. */
export interface EditSlice {
  readonly batch: EditBatch;
  readonly from: number;
}

/** So many edits at a time, or those of one record that moves rows. */
export function stepsOf(batches: readonly EditBatch[], most: number): EditSlice[][] {
  const steps: EditSlice[][] = [];
  let size = most;
  for (const { rec, edits } of batches) {
    const whole = movesIn(edits).size > 0;
    for (let from = 0; from < edits.length; ) {
      if (size >= most || (whole && size + edits.length > most)) {
        steps.push([]);
        size = 0;
      }
      const some = whole ? edits : edits.slice(from, from + most - size);
      steps.at(-1)!.push({ batch: { rec, edits: some }, from });
      from += some.length;
      size += some.length;
    }
  }
  return steps;
}

export class Moving {
  /** All of them, each with its place in the record. */
  readonly edits: readonly NumberedEdit[];
  readonly #step: readonly EditSlice[];
  readonly #puts: RefusedPuts;
  /** Record and index of puts that give a row its new place or content. */
  readonly #moves: ReadonlySet<string>;
  readonly #refused = new Map<string, string>();
  #rejected: readonly RejectedEdit[] = [];

  constructor(step: readonly EditSlice[], puts: RefusedPuts) {
    this.#step = step;
    this.#puts = puts;
    this.edits = step.flatMap(({ batch, from }) =>
      puts.standing(batch).edits.map((edit, i) => ({ rec: batch.rec, index: from + i, edit })),
    );
    this.#moves = new Set(
      step.flatMap(({ batch, from }) => [...movesIn(batch.edits).keys()].map((i) => nameOf(batch.rec, from + i))),
    );
  }

  /** What is to be done: nothing of rows that are refused. */
  left(): NumberedEdit[] {
    const done = this.#step.map(({ batch, from }) => {
      const why = (_: unknown, index: number) => this.#refused.get(nameOf(batch.rec, from + index)) ?? null;
      const { left, rejected } = this.#puts.leave(batch, why);
      const numbered = <T extends { readonly index: number }>(one: T): T => ({ ...one, index: from + one.index });
      return { left: left.map(numbered), rejected: rejected.map(numbered) };
    });
    this.#rejected = done.flatMap(({ rejected }) => rejected);
    return done.flatMap(({ left }) => left);
  }

  /** Those that were left out. */
  get rejected(): readonly RejectedEdit[] {
    return this.#rejected;
  }

  /** Rows of a change that are moved or changed in place, and copies that make room for them. */
  rows({ copies, rows, standing }: Changes): Pick<Changes, 'copies' | 'rows'> {
    if (this.#moves.size === 0) return { copies: [], rows: [] };
    const moved = rows.filter(({ row }) => !standing.has(row) && this.#moves.has(this.#nameOf(row)));
    const instants = new Set(moved.map(({ row }) => `${row.ds}@${row.t}`));
    const besides = ({ row }: ChangedRow) => !standing.has(row) && instants.has(`${row.ds}@${row.t}`);
    return { copies: copies.filter(besides), rows: moved };
  }

  refused(rows: readonly RefusedRow[]): boolean {
    const before = this.#refused.size;
    for (const { rec, index, detail } of this.blame(rows)) this.#refused.set(nameOf(rec, index), detail);
    return this.#refused.size > before;
  }

  /** The edits that brought these rows; of a row of a device that gives way the edits of its instant. */
  blame(refused: readonly RefusedRow[]): RejectedEdit[] {
    return refused.flatMap(({ row, detail }) => {
      const blamed = this.#putOf(row) ?? this.#putAt(row);
      return blamed === undefined ? [] : [{ rec: blamed.rec, index: blamed.index, detail }];
    });
  }

  #nameOf(row: RefusedRow['row']): string {
    const put = this.#putOf(row);
    return put === undefined ? '' : nameOf(put.rec, put.index);
  }

  #putOf(row: RefusedRow['row']): NumberedEdit | undefined {
    const own = this.#byInstant(row).filter(({ rec }) => rec === row.rec);
    return own.findLast(({ edit }) => edit.op === 'put' && edit.row.n === row.n) ?? own.at(-1);
  }

  #putAt(row: RefusedRow['row']): NumberedEdit | undefined {
    return this.#byInstant(row)[0];
  }

  readonly #instants = new Map<string, NumberedEdit[]>();

  #byInstant({ ds, t }: RefusedRow['row']): readonly NumberedEdit[] {
    if (this.#instants.size === 0) {
      for (const one of this.edits) {
        if (one.edit.op !== 'put') continue;
        const place = `${one.edit.row.ds}@${one.edit.row.t}`;
        const known = this.#instants.get(place);
        if (known === undefined) this.#instants.set(place, [one]);
        else known.push(one);
      }
    }
    return this.#instants.get(`${ds}@${t}`) ?? [];
  }
}

function nameOf(rec: number, index: number): string {
  return `${rec}/${index}`;
}
