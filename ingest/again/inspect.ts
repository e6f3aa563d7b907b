/** One dead letter in full: its message as it came, what the network's envelope says, and what the hub would make of it now. */
import { type DeadLetter, decodeMessage, type Journal, RECORD } from '../../services/journal/index.ts';
import {
  CODES,
  DELIVERY,
  type Edit,
  type ErrorCode,
  type NetworkEvent,
  REMEDIES,
  type ReadingValue,
} from '../../services/model/index.ts';
import type { IngestPorts, LedgerPort } from '../ports.ts';
import type { Binding, Bindings } from '../stages/bindings.ts';
import { editsIn } from '../stages/edits.ts';
import type { Sink, Translator } from '../stages/translate.ts';

export interface InspectPorts extends Pick<IngestPorts, 'sources'> {
  readonly journal: Pick<Journal, 'get' | 'first'>;
  readonly ledger: Pick<LedgerPort, 'deadLetter'>;
  readonly bindings: Pick<Bindings, 'of'>;
  readonly translator: (sink: Sink) => Translator;
  /** Bytes of a body that are shown. */
  readonly shownBytes: number;
}

export interface InspectedLetter extends DeadLetter {
  readonly title: string;
  readonly remedy: string;
  readonly message: InspectedMessage | { readonly kept: false; readonly reason: string };
  /** Where the record is a change over the API: how many edits of Observations it has, and the first ones. */
  readonly change?: { readonly edits: number; readonly first: readonly Edit[] };
  /** What the envelope holds; empty where it cannot be opened. */
  readonly events: readonly InspectedEvent[];
  /** What it would yield if it came now; null where its message is gone. */
  readonly now: {
    readonly readings: readonly InspectedReading[];
    readonly deadLetters: readonly { readonly code: ErrorCode; readonly detail: string }[];
  } | null;
}

export interface InspectedMessage {
  readonly kept: true;
  readonly topic: string;
  readonly receivedAt: number;
  readonly delivery: readonly string[];
  readonly bytes: number;
  /** null: it is no UTF-8. */
  readonly text: string | null;
  readonly hex: string;
  /** Text and hex are only the beginning. */
  readonly cut: boolean;
}

export interface InspectedEvent {
  readonly kind: NetworkEvent['kind'];
  readonly device: string;
  readonly deviceName: string | null;
  /** Milliseconds; null: the receipt counts. */
  readonly time: number | null;
  readonly identity: string | null;
  readonly fPort?: number;
  readonly fCnt?: number | null;
  readonly payloadHex?: string;
  readonly values?: Readonly<Record<string, ReadingValue>> | null;
  /** Is the device registered for this record? The model that reads it; null: it brings mapped values, or is not known. */
  readonly registered: boolean;
  readonly model: string | null;
}

export interface InspectedReading {
  readonly datastream: number;
  readonly time: number;
  readonly result: ReadingValue;
  /** QUALITY bits. */
  readonly quality: number;
}

const SHOWN_EDITS = 100;

/** null: there is no such dead letter. */
export async function inspect(ports: InspectPorts, number: number): Promise<InspectedLetter | null> {
  const { journal, ledger } = ports;
  const letter = ledger.deadLetter(number);
  if (letter === null) return null;
  const about = { ...letter, title: CODES[letter.code].title, remedy: REMEDIES[letter.code] };
  const record = await journal.get(number);
  if (record === null || record.kind !== RECORD.message) {
    const reason =
      record?.kind === RECORD.change
        ? 'This record is a change over the API, no message of a network.'
        : record !== null
          ? 'The content of this record is gone, by age or by order.'
          : number < journal.first
            ? `The journal keeps records from ${journal.first} on; this message is gone.`
            : 'The journal is damaged at this record; the message cannot be read.';
    const batch = record === null ? null : editsIn(record);
    const change =
      batch === null ? {} : { change: { edits: batch.edits.length, first: batch.edits.slice(0, SHOWN_EDITS) } };
    return { ...about, message: { kept: false, reason }, ...change, events: [], now: null };
  }
  const message = decodeMessage(record.body, record.at);
  const opened = ports.sources.find(({ id }) => id === message.source)?.open(message);
  const readings: InspectedReading[] = [];
  const deadLetters: { code: ErrorCode; detail: string }[] = [];
  const translator = ports.translator({
    reading: (datastream, time, _type, _r, result, quality) => readings.push({ datastream, time, result, quality }),
    dead: ({ code, detail }) => deadLetters.push({ code, detail }),
    event: () => undefined,
  });
  translator.translate(record);
  const shown = message.body.subarray(0, ports.shownBytes);
  return {
    ...about,
    message: {
      kept: true,
      topic: message.topic,
      receivedAt: record.at,
      delivery: Object.entries(DELIVERY)
        .filter(([, bit]) => (message.delivery & bit) !== 0)
        .map(([name]) => name),
      bytes: message.body.length,
      text: textOf(shown, shown.length < message.body.length),
      hex: Buffer.from(shown).toString('hex'),
      cut: shown.length < message.body.length,
    },
    events:
      opened?.ok === true ? opened.events.map((event) => eventOf(event, ports.bindings.of(event.device, number))) : [],
    now: { readings, deadLetters },
  };
}

function textOf(bytes: Uint8Array, cut: boolean): string | null {
  try {
    // the last character of a part may be cut
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

function eventOf(event: NetworkEvent, binding: Binding | undefined): InspectedEvent {
  const { kind, device, deviceName, time, identity } = event;
  const base = { kind, device, deviceName, time, identity };
  const read = { registered: binding !== undefined, model: binding?.model?.id ?? null };
  if (event.kind !== 'up') return { ...base, ...read };
  const { fPort, fCnt, payload, values } = event;
  return { ...base, fPort, fCnt, payloadHex: Buffer.from(payload).toString('hex'), values, ...read };
}
