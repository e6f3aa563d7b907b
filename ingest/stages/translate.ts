/**
 * From a journal record to readings: open the envelope, find repetitions, identify the device, decode, normalise, check.
 * The live path and reading the journal again both go through here, so they can never disagree.
 */
import { type DeadLetter, decodeMessage, type JournalRecord } from '../../services/journal/index.ts';
import {
  EARLIEST,
  type ErrorCode,
  FUTURE_TOLERANCE,
  LATEST,
  type NetworkEvent,
  QUALITY,
  type RawMessage,
  RESULT,
  type ReadingValue,
  type Source,
  type Uplink,
} from '../../services/model/index.ts';
import type { IngestCounters } from '../counters.ts';
import { type Decoded, decode } from '../decoders/index.ts';
import { type Binding, type Bindings, findTarget, type Target } from './bindings.ts';
import { isRepeatable, type Repetitions } from './repetitions.ts';

/** Where translated things go. */
export interface Sink {
  /** `value` is the result as decoded; `r` its number (NaN for text). */
  reading(
    ds: number,
    t: number,
    type: number,
    r: number,
    value: ReadingValue,
    q: number,
    rec: number,
    receivedAt: number,
  ): void;
  dead(letter: DeadLetter): void;
  event(event: NetworkEvent, receivedAt: number): void;
}

export interface TranslatorPorts {
  readonly sources: ReadonlyMap<string, Source>;
  readonly bindings: Bindings;
  /** null: every record counts (decoding dead letters again). */
  readonly repetitions: Repetitions | null;
  readonly counters: IngestCounters;
  readonly sink: Sink;
  /** Records of which no event is of such a device are passed over. Left out: none are. */
  readonly concerns?: ((device: string, record: JournalRecord) => boolean) | undefined;
}

interface Undecodable {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
}

export class Translator {
  private readonly ports: TranslatorPorts;

  constructor(ports: TranslatorPorts) {
    this.ports = ports;
  }

  translate(record: JournalRecord): void {
    const { concerns } = this.ports;
    const message = decodeMessage(record.body, record.at);
    const source = this.ports.sources.get(message.source);
    if (source === undefined) {
      if (concerns === undefined)
        this.dead(record, message.source, null, 'envelope.source', `There is no source "${message.source}".`);
      return;
    }
    const opened = source.open(message);
    if (!opened.ok) {
      if (concerns === undefined) this.dead(record, message.source, opened.device, opened.code, opened.detail);
      return;
    }
    if (concerns !== undefined && !opened.events.some(({ device }) => concerns(device, record))) return;
    for (const event of opened.events) this.event(record, message, event);
  }

  private event(record: JournalRecord, { source, delivery }: RawMessage, event: NetworkEvent): void {
    const { counters, repetitions, sink } = this.ports;
    if (event.identity !== null && repetitions !== null) {
      const mayRepeat = isRepeatable(event.identity, delivery);
      if (repetitions.seen(event.identity, record.number, record.at, mayRepeat)) {
        counters.repeated += 1;
        return;
      }
    }
    sink.event(event, record.at);
    if (event.kind !== 'up') {
      counters.otherEvents += 1;
      return;
    }
    counters.uplinks += 1;
    const binding = this.ports.bindings.of(event.device, record.number);
    if (binding === undefined) {
      this.dead(record, source, event.device, 'device.unknown', `The device ${event.device} is not registered.`);
      return;
    }
    this.uplink(record, source, event, binding);
  }

  private uplink(record: JournalRecord, source: string, uplink: Uplink, binding: Binding): void {
    let quality = 0;
    let time = uplink.time;
    if (time === null) {
      time = record.at;
      quality |= QUALITY.receiptTime;
    }
    // NaN fails both comparisons
    if (!(time >= EARLIEST && time < LATEST)) {
      this.dead(record, source, uplink.device, 'reading.time', `The time ${time} ms lies outside 1700–2250.`);
      return;
    }
    time = Math.floor(time);
    if (time > record.at + FUTURE_TOLERANCE) {
      quality |= QUALITY.future;
      this.ports.counters.future += 1;
    }
    if (uplink.values !== null) {
      for (const channel of Object.keys(uplink.values)) {
        this.reading(record, source, binding, channel, uplink.values[channel] as ReadingValue, time, quality);
      }
      return;
    }
    let mounted = binding;
    let decoded = decodeAs(mounted, uplink);
    // what could not be decoded then may be a message for the model that somebody named since
    while (!decoded.ok && mounted.later !== undefined) {
      mounted = mounted.later;
      decoded = decodeAs(mounted, uplink);
    }
    if (!decoded.ok) {
      this.dead(record, source, uplink.device, decoded.code, decoded.detail);
      return;
    }
    for (const { channel, value, age } of decoded.readings) {
      this.reading(record, source, mounted, channel, value, age === undefined ? time : time - age, quality);
    }
  }

  private reading(
    record: JournalRecord,
    source: string,
    binding: Binding,
    channel: string,
    value: ReadingValue,
    t: number,
    quality: number,
  ): void {
    const target = findTarget(binding, channel, value);
    // as if it had come a moment before the deletion
    if (target === null) return;
    if (target === undefined) {
      this.dead(
        record,
        source,
        binding.device,
        'reading.channel',
        `The device has no Datastream for its channel "${channel}".`,
      );
      return;
    }
    const { counters, sink } = this.ports;
    if (target.kind === 'number') {
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        this.wrongValue(record, source, binding, channel, target, value);
        return;
      }
      let q = quality;
      if (value < target.min || value > target.max) {
        q |= QUALITY.implausible;
        counters.implausible += 1;
      }
      sink.reading(target.datastream, t, RESULT.number, value, value, q, record.number, record.at);
    } else if (target.kind === 'boolean' && typeof value === 'boolean') {
      sink.reading(target.datastream, t, RESULT.boolean, value ? 1 : 0, value, quality, record.number, record.at);
    } else if (target.kind === 'text' && typeof value === 'string') {
      sink.reading(target.datastream, t, RESULT.text, Number.NaN, value, quality, record.number, record.at);
    } else {
      this.wrongValue(record, source, binding, channel, target, value);
      return;
    }
    counters.observations += 1;
  }

  private wrongValue(
    record: JournalRecord,
    source: string,
    binding: Binding,
    channel: string,
    target: Target,
    value: ReadingValue,
  ): void {
    const code = typeof value === 'number' && target.kind === 'number' ? 'reading.notFinite' : 'reading.type';
    this.dead(
      record,
      source,
      binding.device,
      code,
      `Channel "${channel}" takes a ${target.kind}, not ${typeof value} ${String(value).slice(0, 40)}.`,
    );
  }

  private dead(record: JournalRecord, source: string, device: string | null, code: ErrorCode, detail: string): void {
    this.ports.counters.dead(code);
    this.ports.sink.dead({ record: record.number, at: record.at, source, device, code, detail });
  }
}

function decodeAs({ model }: Binding, { payload, fPort }: Uplink): Decoded | Undecodable {
  if (model != null) return decode(model, payload, fPort);
  const detail =
    model === null
      ? 'The device has no model, and its message brings no mapped values.'
      : 'The hub does not have its model.';
  return { ok: false, code: 'device.model', detail };
}
