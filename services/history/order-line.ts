/** The lines of `orders.jsonl`. Times are milliseconds since 1970. */

/** What an order covers. */
export interface Scope {
  /** Ascending; null: all. */
  readonly datastreams: readonly number[] | null;
  /** Keys of devices whose raw messages it covers wherever they were mounted. */
  readonly devices: readonly string[];
  /** phenomenonTimes, inclusive and exclusive; null: open. */
  readonly from: number | null;
  readonly to: number | null;
}

interface Said {
  readonly at: number;
  /** Name of the token that asked for it. */
  readonly by: string;
  readonly reason: string;
}

export interface ErasureOrder extends Scope, Said {
  readonly id: string;
  readonly datastreams: readonly number[];
  readonly to: number;
  /** The journal's last record as it was given: what came until then has to be stored before it is carried out. */
  readonly record: number;
  /** In the words of who asked: a device, a Thing, Datastreams. */
  readonly asked: Readonly<Record<string, unknown>>;
}

export interface ErasureDone {
  readonly at: number;
  /** The text that can be filed: JSON. */
  readonly receipt: string;
  /** Hexadecimal, of the text's UTF-8 bytes. */
  readonly sha256: string;
}

export type OrderLine = {
  /** Identity of the hub that it was given to; hubs of before did not write it. */
  readonly hub?: string;
} & (
  | ({ readonly kind: 'freeze'; readonly id: string } & Scope & Said)
  | ({ readonly kind: 'lift'; readonly id: string } & Said)
  | ({ readonly kind: 'erasure' } & ErasureOrder)
  | ({ readonly kind: 'erased'; readonly id: string } & ErasureDone)
  /** A backup from before the order was put in place: it is to be carried out again, before anything is served. */
  | { readonly kind: 'again'; readonly id: string; readonly at: number }
);
