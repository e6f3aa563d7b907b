import { expect, test } from 'vitest';
import { defineDevice, i16be, layout, tagged, u8 } from './index.ts';

const description = {
  id: 'test/device',
  name: 'Device',
  summary: 'For tests.',
  domain: 'climate',
  revision: 1,
  source: { title: 'none', url: 'https://example.org/', revision: '1' },
} as const;
const uplink = layout(i16be('temperature', 10), u8('humidity'));
const channels = { temperature: { quantity: 'airTemperature' }, humidity: { quantity: 'relativeHumidity' } } as const;
const vector = {
  name: 'one',
  from: 'hand-worked',
  fPort: 1,
  hex: '00d729',
  expect: { temperature: 21.5, humidity: 41 },
} as const;

// Each definition below with `@ts-expect-error` must be refused by the compiler: `npm run typecheck` fails if it isn't.
test('a model is its literal', () => {
  const model = defineDevice({ ...description, channels, uplink, vectors: [vector] });
  expect(model.channels).toBe(channels);
  expect(model.uplink.channels).toEqual(['temperature', 'humidity']);
});

test('the compiler refuses a channel that the codec does not declare', () => {
  const model = defineDevice({
    ...description,
    channels: {
      temperature: { quantity: 'airTemperature' },
      humidity: { quantity: 'relativeHumidity' },
      // @ts-expect-error the codec has no battery
      battery: { quantity: 'batteryLevel' },
    },
    uplink,
    vectors: [vector],
  });
  expect(Object.keys(model.channels)).toContain('battery');
});

test('the compiler refuses a codec with a channel that the model does not describe', () => {
  const model = defineDevice({
    ...description,
    // @ts-expect-error humidity is missing
    channels: { temperature: { quantity: 'airTemperature' } },
    uplink,
    vectors: [vector],
  });
  expect(Object.keys(model.channels)).not.toContain('humidity');
});

test('the compiler refuses a quantity that there is not', () => {
  const model = defineDevice({
    ...description,
    channels: {
      // @ts-expect-error no such quantity
      temperature: { quantity: 'heat' },
      humidity: { quantity: 'relativeHumidity' },
    },
    uplink,
    vectors: [vector],
  });
  expect(model.id).toBe('test/device');
});

test('the compiler refuses a model without vectors', () => {
  const model = defineDevice({
    ...description,
    channels,
    uplink,
    // @ts-expect-error at least one
    vectors: [],
  });
  expect(model.vectors).toHaveLength(0);
});

test('the compiler refuses a vector that names an unknown channel', () => {
  const model = defineDevice({
    ...description,
    channels,
    uplink,
    vectors: [
      {
        name: 'typo',
        from: 'hand-worked',
        fPort: 1,
        hex: '00d729',
        // @ts-expect-error the codec has no temprature
        expect: { temprature: 21.5 },
      },
    ],
  });
  expect(model.vectors).toHaveLength(1);
});

test('the compiler refuses a vector that both expects and fails', () => {
  const model = defineDevice({
    ...description,
    channels,
    uplink,
    vectors: [
      // @ts-expect-error either or
      { ...vector, fails: 'truncated' },
    ],
  });
  expect(model.vectors).toHaveLength(1);
});

test('the compiler knows the channels of tagged values', () => {
  const model = defineDevice({
    ...description,
    channels: { level: { quantity: 'fillLevel' } },
    uplink: tagged({ '01': u8('level') }),
    vectors: [{ name: 'half', from: 'hand-worked', fPort: 1, hex: '0132', expect: { level: 50 } }],
  });
  expect(model.uplink.channels).toEqual(['level']);
});
