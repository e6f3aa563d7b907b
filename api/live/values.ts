/** Values as JSON text, made once and shared by all clients. */
import { isoTime, type LiveMessage, type LiveObservation, QUALITY } from '../../services/model/index.ts';

/** One value ready to send. */
export interface LiveText {
  readonly datastream: number;
  /** phenomenonTime, milliseconds since 1970. */
  readonly t: number;
  /** JSON of a LiveValue. */
  readonly text: string;
}

const FLAGS = Object.entries(QUALITY);

function qualityText(quality: number): string {
  if (quality === 0) return '';
  const names = FLAGS.filter(([, bit]) => (quality & bit) !== 0).map(([name]) => name);
  return names.length === 0 ? '' : `,"quality":${JSON.stringify(names)}`;
}

export type LiveTexts = (datastream: number, t: number, result: LiveObservation['result'], quality: number) => LiveText;

/** Makes the texts of values. It remembers the last time: the channels of one uplink share theirs, and so do whole batches. */
export function liveTexts(): LiveTexts {
  let lastTime = 0;
  let lastText = isoTime(0);
  return (datastream, t, result, quality) => {
    if (t !== lastTime) {
      lastText = isoTime(t);
      lastTime = t;
    }
    // Most results are numbers, and those need no general printer.
    const value =
      typeof result === 'number' && Number.isFinite(result) ? `${result}` : (JSON.stringify(result) ?? 'null');
    const text = `{"datastream":${datastream},"phenomenonTime":"${lastText}","result":${value}${qualityText(quality)}}`;
    return { datastream, t, text };
  };
}

/** A message to clients, in the bytes of each transport; buffers are shared by all who get it. */
export interface Frame {
  readonly values: readonly LiveText[];
  /** It speaks of the catalogue, and no later value makes up for it. */
  readonly notice: boolean;
  /** UTF-8 JSON of a LiveMessage: one WebSocket text message. */
  readonly json: Buffer;
  /** The same as an event of `text/event-stream` [HTML §9.2]. */
  readonly event: Buffer;
}

/**
 * `values` stays with the frame: a lagging client picks the latest of them. `skipped`: values before these that the client does
 * not get.
 */
export function frame(type: 'observations', values: readonly LiveText[], skipped = 0): Frame {
  const texts = values.map(({ text }) => text).join(',');
  const json = Buffer.from(
    `{"type":"${type}","observations":[${texts}]${skipped === 0 ? '' : `,"skipped":${skipped}`}}`,
  );
  return made(json, values, false);
}

const SNAPSHOT = Buffer.from('{"type":"snapshot","observations":[');
const COMMA = Buffer.from(',');
const SNAPSHOT_END = Buffer.from(']}');

/** `parts`: texts of values with commas in between, none of them empty. */
export function snapshotFrame(parts: readonly Buffer[]): Frame {
  const pieces = parts.flatMap((part, i) => (i === 0 ? [part] : [COMMA, part]));
  return made(Buffer.concat([SNAPSHOT, ...pieces, SNAPSHOT_END]), [], false);
}

/** A client's last message was wrong. */
export function errorFrame(code: string, detail: string): Frame {
  return made(Buffer.from(JSON.stringify({ type: 'error', code, detail })), [], false);
}

export function noticeFrame(message: Extract<LiveMessage, { type: 'gone' | 'changed' }>): Frame {
  return made(Buffer.from(JSON.stringify(message)), [], true);
}

export function latestFrame(values: readonly LiveText[], none: readonly number[]): Frame {
  const texts = values.map(({ text }) => text).join(',');
  return made(Buffer.from(`{"type":"latest","observations":[${texts}],"none":[${none.join(',')}]}`), [], true);
}

function made(json: Buffer, values: readonly LiveText[], notice: boolean): Frame {
  let event: Buffer | null = null;
  return {
    values,
    notice,
    json,
    get event() {
      event ??= Buffer.concat([Buffer.from('data: '), json, Buffer.from('\n\n')]);
      return event;
    },
  };
}
