/** Values as JSON text, made once and shared by all clients. */
import { isoTime, type LiveObservation, QUALITY } from '../../services/model/index.ts';

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

/** Makes the texts of values. It remembers the last time: the channels of one uplink share theirs, and so do whole batches. */
export function liveTexts(): (
  datastream: number,
  t: number,
  result: LiveObservation['result'],
  quality: number,
) => LiveText {
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
  /** UTF-8 JSON of a LiveMessage: one WebSocket text message. */
  readonly json: Buffer;
  /** The same as an event of `text/event-stream` [HTML §9.2]. */
  readonly event: Buffer;
}

/** `values` stays with the frame only where a lagging client may have to pick the latest of them. */
export function frame(type: 'snapshot' | 'observations', values: readonly LiveText[]): Frame {
  const json = Buffer.from(`{"type":"${type}","observations":[${values.map(({ text }) => text).join(',')}]}`);
  let event: Buffer | null = null;
  return {
    values: type === 'snapshot' ? [] : values,
    json,
    get event() {
      event ??= Buffer.concat([Buffer.from('data: '), json, Buffer.from('\n\n')]);
      return event;
    },
  };
}
