/** Whose messages the records of the journal are: devices, and the Datastreams that they fed when the message came. */
import { decodeMessage, type JournalRecord } from '../journal/index.ts';
import type { Source } from '../model/index.ts';
import { type CatalogueReader, rightOnes } from '../registry/index.ts';

/** One event of a message. */
export interface Owner {
  readonly device: string;
  /** Empty: nobody has registered the device. */
  readonly datastreams: readonly number[];
  /** Milliseconds since 1970, as the network or the payload says it; null: it does not. */
  readonly time: number | null;
  readonly identity: string | null;
}

export interface OwnersPorts {
  readonly sources: readonly Source[];
  readonly catalogue: Pick<CatalogueReader, 'devices' | 'formerMountings'>;
}

const NOBODY: readonly Owner[] = [];

export class MessageOwners {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #catalogue: OwnersPorts['catalogue'];

  constructor({ sources, catalogue }: OwnersPorts) {
    this.#sources = new Map(sources.map((source) => [source.id, source]));
    this.#catalogue = catalogue;
  }

  /** Of a record of kind `message`. Empty: the message can't be read, or names no device. */
  of(record: JournalRecord): readonly Owner[] {
    const message = decodeMessage(record.body, record.at);
    const opened = this.#sources.get(message.source)?.open(message);
    if (opened?.ok !== true) return NOBODY;
    return opened.events.map(({ device, time, identity }) => ({
      device,
      time,
      identity,
      datastreams: this.#fedBy(device, record.number),
    }));
  }

  #fedBy(device: string, record: number): readonly number[] {
    const { devices, formerMountings } = this.#catalogue;
    const former = rightOnes(formerMountings.call(this.#catalogue, device)).find(({ until }) => record < until);
    return Object.values(former?.datastreams ?? devices.get(device)?.datastreams ?? {});
  }
}
