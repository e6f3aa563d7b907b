/** An Observation as queries see it: one row of the store, its rare parts read when asked for. */
import { type EditedRow, type EntityId, QUALITY, RESULT, type RowExtra } from '../../../services/model/index.ts';
import type { Rows } from '../../../services/timeseries/index.ts';
import { exactNumber, layoutText, observationId } from '../observation-id.ts';
import { Time } from '../syntax/index.ts';

const NOTHING: RowExtra = {};
const FLAGS = Object.entries(QUALITY);

export class Observation {
  /** Its Datastream or MultiDatastream. */
  readonly datastream: EntityId;
  /** Start of phenomenonTime, milliseconds since 1970. */
  readonly t: number;
  readonly tie: number;
  /** Number of the journal record that brought it. */
  readonly record: number;
  readonly #assigned: number;
  readonly #number: number;
  readonly #type: number;
  readonly #quality: number;
  readonly #text: string | undefined;
  #extra: RowExtra | undefined;

  constructor(rows: Rows, i: number) {
    this.datastream = rows.ds[i]!;
    this.t = rows.t[i]!;
    this.tie = rows.n[i]!;
    this.record = rows.rec[i]!;
    this.#assigned = rows.id[i]!;
    this.#number = rows.r[i]!;
    this.#type = rows.type[i]!;
    this.#quality = rows.q[i]!;
    this.#text = rows.x.get(i);
  }

  /** `rec`: the record that brought it. */
  static of({ ds, t, n, r, type, q, id, x }: EditedRow, rec: number): Observation {
    const rare = new Map(x === null ? [] : [[0, JSON.stringify(x)]]);
    const row = { ds: [ds], t: [t], n: [n], r: [r ?? Number.NaN], type: [type], rec: [rec], q: [q], id: [id] };
    return new Observation({ length: 1, ...row, x: rare }, 0);
  }

  /** RESULT */
  get type(): number {
    return this.#type;
  }

  /** The result as a number, booleans as 0 and 1; NaN: it is none. */
  get number(): number {
    return this.#number;
  }

  get extra(): RowExtra {
    this.#extra ??= this.#text === undefined ? NOTHING : (JSON.parse(this.#text) as RowExtra);
    return this.#extra;
  }

  /** Exact: a bigint beyond 2^53. Kept for life: a row that was moved tells where it stood before. */
  get id(): number | bigint {
    const [ds, t] = (this.#assigned === 0 && this.extra.k) || [this.datastream, this.t];
    return exactNumber(observationId({ ds, t, id: this.#assigned }));
  }

  /** The digits of the id. */
  get idText(): string {
    if (this.#assigned !== 0) return String(this.#assigned);
    const { k } = this.extra;
    return k === undefined ? layoutText(this.datastream, this.t) : layoutText(k[0], k[1]);
  }

  /** An instant with a number, a boolean or nothing as its result, and nothing to say beside: most rows are so. */
  get isPlain(): boolean {
    return this.#text === undefined && this.#quality === 0;
  }

  get phenomenonTime(): Time {
    const { e, us } = this.extra;
    return new Time(this.t, e ?? this.t, us);
  }

  /** Of a device's reading it is the phenomenonTime; null: it came over the API without one. */
  get resultTime(): Time | null {
    const { rt } = this.extra;
    return rt === null ? null : new Time(rt ?? this.t);
  }

  get validTime(): Time | null {
    const { vt } = this.extra;
    return vt === undefined ? null : new Time(vt[0], vt[1]);
  }

  /** As it was given, else the names of the hub's own flags; null: neither. */
  get resultQuality(): unknown {
    return this.extra.rq ?? this.quality;
  }

  /** The JSON type is kept as it was sent [docs/semantics.md]. */
  get result(): unknown {
    switch (this.#type) {
      case RESULT.number:
        return this.#number;
      case RESULT.boolean:
        return this.#number !== 0;
      case RESULT.none:
        return null;
      default:
        return this.extra.v ?? null;
    }
  }

  /** Names of the hub's flags; null: none. */
  get quality(): readonly string[] | null {
    if (this.#quality === 0) return null;
    return FLAGS.filter(([, bit]) => (this.#quality & bit) !== 0).map(([name]) => name);
  }
}

/** Stands for every Observation of a stream in conditions that read nothing but the stream: `Datastream/name eq 'x'`. */
export function anyObservationOf(stream: EntityId): Observation {
  return Observation.of({ ds: stream, t: 0, n: 0, r: null, type: RESULT.none, q: 0, id: 0, x: null }, 0);
}
