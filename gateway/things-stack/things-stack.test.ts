import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../../services/model/index.ts';
import { plain, recordedCases } from '../envelope/testing/index.ts';
import { options, thingsStack } from './index.ts';

const source = thingsStack(options.parse({}));
const cases = recordedCases(source, new URL('./testcases/', import.meta.url));

const identity = (name: string) => {
  const opened = source.open(cases.find((one) => one.name === name)!.message) as Extract<Opened, { ok: true }>;
  return opened.events[0]!.identity;
};

describe('the source things-stack', () => {
  it.each(cases)('opens the recorded case $name', ({ message, expected }) => {
    expect(plain(source.open(message))).toEqual(expected);
  });

  it('has visited every recorded case', () => {
    expect(cases.length).toBe(21);
  });

  it('gives a message the same identity over MQTT, over a webhook and without a tenant', () => {
    expect(identity('up')).not.toBeNull();
    expect(identity('up-over-webhook')).toBe(identity('up'));
    expect(identity('up-without-tenant')).toBe(identity('up'));
  });

  it('keeps no more gateways than the option says [limit thingsStack.maxReceptions]', () => {
    const up = cases.find((one) => one.name === 'up')!;
    const json = JSON.parse(Buffer.from(up.message.body).toString());
    const [metadata] = json.uplink_message.rx_metadata;
    json.uplink_message.rx_metadata = Array.from({ length: 5 }, () => metadata);
    const message = { ...up.message, body: Buffer.from(JSON.stringify(json)) };
    const opened = thingsStack(options.parse({ maxReceptions: 2 })).open(message) as Extract<Opened, { ok: true }>;
    expect(opened.events[0]).toMatchObject({ receptions: [{}, {}] });
  });

  it('answers any JSON with a value, never by throwing', () => {
    const ids = { device_id: 'd', application_ids: { application_id: 'a' } };
    const keys = ['uplink_message', 'join_accept', 'downlink_ack', 'downlink_failed', 'location_solved'];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), fc.jsonValue(), (key, part, whole) => {
        for (const body of [whole, { end_device_ids: ids, [key]: part }]) {
          const opened = source.open({
            source: 'things-stack',
            topic: 'http:',
            body: Buffer.from(JSON.stringify(body)),
            receivedAt: 0,
            delivery: 0,
          });
          expect(typeof opened.ok).toBe('boolean');
        }
      }),
    );
  });
});
