/** An Observation as queries see it: one row of the store, its rare parts read when asked for. */
import { type EntityId, QUALITY, RESULT } from '../../../services/model/index.ts';
import type { Rows } from '../../../services/timeseries/index.ts';
import { exactNumber, observationId } from '../observation-id.ts';
import { Time } from '../syntax/index.ts';

interface Extra {
  readonly v?: unknown;
  readonly e?: number;
  readonly rt?: number;
  readonly vt?: unknown;
  readonly p?: unknown;
  /** Microseconds below the millisecond. */
  readonly us?: number;
}
const NOTHING: Extra = {};
const FLAGS = Object.entries(QUALITY);

export class Observation {
  readonly datastream: EntityId;
  /** Start of phenomenonTime, milliseconds since 1970. */
  readonly t: number;
  readonly tie: number;
  readonly #assigned: number;
  readonly #number: number;
  readonly #type: number;
  readonly #quality: number;
  readonly #text: string | undefined;
  #extra: Extra | undefined;

  constructor(rows: Rows, i: number) {
    this.datastream = rows.ds[i]!;
    this.t = rows.t[i]!;
    this.tie = rows.n[i]!;
    this.#assigned = rows.id[i]!;
    this.#number = rows.r[i]!;
    this.#type = rows.type[i]!;
    this.#quality = rows.q[i]!;
    this.#text = rows.x.get(i);
  }

  get extra(): Extra {
    this.#extra ??= this.#text === undefined ? NOTHING : (JSON.parse(this.#text) as Extra);
    return this.#extra;
  }

  /** Exact: a bigint beyond 2^53. */
  get id(): number | bigint {
    return exactNumber(observationId({ ds: this.datastream, t: this.t, id: this.#assigned }));
  }

  get phenomenonTime(): Time {
    return new Time(this.t, this.extra.e ?? this.t);
  }

  get resultTime(): Time | null {
    return this.extra.rt === undefined ? null : new Time(this.extra.rt);
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

  /** Names of the flags; null: none. */
  get quality(): readonly string[] | null {
    if (this.#quality === 0) return null;
    return FLAGS.filter(([, bit]) => (this.#quality & bit) !== 0).map(([name]) => name);
  }
}
