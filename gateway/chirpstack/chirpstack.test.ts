import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Opened, RawMessage } from '../../services/model/index.ts';
import { plain, recordedCases } from '../envelope/testing/index.ts';
import { chirpstack, options } from './index.ts';

const source = chirpstack(options.parse({}));
const cases = recordedCases(source, new URL('./testcases/', import.meta.url));

function message(topic: string, body: unknown): RawMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { source: 'chirpstack', topic, body: Buffer.from(text), receivedAt: 0, delivery: 0 };
}

describe('the source chirpstack', () => {
  it.each(cases)('opens the recorded case $name', ({ message, expected }) => {
    expect(plain(source.open(message))).toEqual(expected);
  });

  it('has visited every recorded case', () => {
    expect(cases.length).toBe(35);
  });

  it('reads the time to the millisecond, independently computed', () => {
    const up = cases.find((one) => one.name === 'up')!;
    const opened = source.open(up.message) as Extract<Opened, { ok: true }>;
    expect(opened.events[0]!.time).toBe(Date.parse('2026-03-14T09:26:53.589Z'));
  });

  it('keeps no more gateways than the option says [limit chirpstack.maxReceptions]', () => {
    const up = cases.find((one) => one.name === 'up')!;
    const opened = chirpstack(options.parse({ maxReceptions: 2 })).open(up.message);
    expect(opened).toMatchObject({ events: [{ receptions: [{ rssi: -57 }, { rssi: -112 }] }] });
  });

  it('answers any JSON on any event with a value, never by throwing', () => {
    const kinds = ['up', 'join', 'status', 'ack', 'txack', 'log', 'location', 'integration', 'x'];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.jsonValue(), (kind, body) => {
        const opened = source.open(message(`application/a/device/24e124136d123456/event/${kind}`, body));
        expect(typeof opened.ok).toBe('boolean');
      }),
    );
  });

  it('finds the field that was replaced by something of another type', () => {
    const up = JSON.parse(Buffer.from(cases.find((one) => one.name === 'up')!.message.body).toString());
    let visited = 0;
    for (const field of ['deduplicationId', 'time', 'deviceInfo', 'fCnt', 'fPort', 'data', 'rxInfo']) {
      for (const wrong of [true, { a: 1 }, [[]], field === 'fCnt' || field === 'fPort' ? 'x' : 7]) {
        if (field === 'deviceInfo' && typeof wrong === 'object' && !Array.isArray(wrong)) continue;
        const topic = 'application/a/device/24e124136d123456/event/up';
        const opened = source.open(message(topic, { ...up, [field]: wrong }));
        const device = field === 'deviceInfo' ? null : '24e124136d123456';
        const detail = expect.stringContaining(field);
        expect(opened).toMatchObject({ ok: false, code: 'envelope.shape', detail, device });
        visited++;
      }
    }
    expect(visited).toBe(27);
  });
});
