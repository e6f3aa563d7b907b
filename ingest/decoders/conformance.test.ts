import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QUANTITIES, type ReadingValue } from '../../services/model/index.ts';
import { type Decoded, type DeviceModel, decode, models, type Vector } from './index.ts';

const all = [...models.values()];
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** What must hold for any bytes at all. */
function checkSane(model: DeviceModel, decoded: Decoded) {
  if (!decoded.ok) {
    expect(decoded.code).toMatch(/^decode\.(port|truncated|unknown|invalid)$/);
    expect(decoded.detail).not.toBe('');
    return;
  }
  for (const { channel, value } of decoded.readings) {
    const declared = Object.hasOwn(model.channels, channel) ? model.channels[channel] : undefined;
    if (declared === undefined) throw new Error(`${model.id} invented the channel ${channel}`);
    const { kind } = QUANTITIES[declared.quantity];
    expect(typeof value).toBe(kind === 'text' ? 'string' : kind);
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${model.id} ${channel}: ${value}`);
  }
}

function readingsOf(decoded: Decoded): Record<string, ReadingValue> {
  if (!decoded.ok) throw new Error(`${decoded.code}: ${decoded.detail}`);
  const found: Record<string, ReadingValue> = {};
  for (const { channel, value } of decoded.readings) {
    if (channel in found) throw new Error(`${channel} twice`);
    found[channel] = value;
  }
  return found;
}

test('every model file is in the catalogue under its path', () => {
  const here = import.meta.dirname;
  const shared = new Set(['index.ts', 'protocol-v2.ts', 'frame.ts', 'battery.ts']);
  const files = readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'codec')
    .flatMap(({ name }) => readdirSync(`${here}/${name}`).map((file) => ({ name, file })))
    .filter(({ file }) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !shared.has(file))
    .map(({ name, file }) => `${name}/${file.slice(0, -3)}`);
  expect([...models.keys()].sort()).toEqual(files.sort());
  expect(files.length).toBeGreaterThanOrEqual(12);
});

test('the catalogue has three models each for parking, water, climate and waste', () => {
  for (const domain of ['parking', 'water', 'climate', 'waste']) {
    expect(all.filter((model) => model.domain === domain).length, domain).toBeGreaterThanOrEqual(3);
  }
});

describe.each(all)('$id', (model) => {
  const vectors: readonly Vector[] = model.vectors;

  test.each(vectors.map((vector) => [vector.name, vector] as const))(
    '%s',
    (_name, { hex, fPort, expect: want, fails }) => {
      expect(hex).toMatch(/^([0-9a-f]{2})*$/);
      const decoded = decode(model, bytesOf(hex), fPort);
      checkSane(model, decoded);
      if (fails !== undefined) expect(decoded).toMatchObject({ ok: false, code: `decode.${fails}` });
      else expect(readingsOf(decoded)).toEqual(want);
    },
  );

  test('shows every channel in some vector', () => {
    const seen = new Set(vectors.flatMap((vector) => Object.keys(vector.expect ?? {})));
    expect([...seen].sort()).toEqual(Object.keys(model.channels).sort());
  });

  test('shows a frame that must fail, and names each vector once', () => {
    expect(vectors.some((vector) => vector.fails !== undefined)).toBe(true);
    expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
  });

  test('describes itself', () => {
    expect(model.id).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
    expect(new URL(model.source.url).protocol).toBe('https:');
    expect(model.revision).toBeGreaterThanOrEqual(1);
    for (const text of [model.name, model.summary, model.source.title, model.source.revision])
      expect(text).not.toBe('');
    expect([...model.uplink.channels].sort()).toEqual(Object.keys(model.channels).sort());
  });

  test('reads nothing from an empty frame', () => {
    for (const fPort of new Set(vectors.map((vector) => vector.fPort))) {
      const decoded = decode(model, new Uint8Array(0), fPort);
      if (decoded.ok) expect(decoded.readings).toEqual([]);
    }
  });

  const ports = [...new Set(vectors.map((vector) => vector.fPort))];
  const frames = vectors.map((vector) => bytesOf(vector.hex));
  const port = fc.oneof(fc.constantFrom(...ports), fc.integer({ min: 0, max: 255 }));

  test('survives arbitrary bytes', () => {
    fc.assert(
      fc.property(port, fc.uint8Array({ maxLength: 64 }), (fPort, bytes) =>
        checkSane(model, decode(model, bytes, fPort)),
      ),
      { numRuns: 300 },
    );
  });

  test('survives its own frames with bytes changed, cut and added', () => {
    const change = fc.record({
      frame: fc.constantFrom(...frames),
      at: fc.nat(40),
      byte: fc.nat(255),
      length: fc.nat(48),
    });
    fc.assert(
      fc.property(fc.constantFrom(...ports), change, (fPort, { frame, at, byte, length }) => {
        const bytes = new Uint8Array(length);
        bytes.set(frame.subarray(0, length));
        if (at < length) bytes[at] = byte;
        checkSane(model, decode(model, bytes, fPort));
        checkSane(model, decode(model, frame.subarray(0, Math.min(length, frame.length)), fPort));
      }),
      { numRuns: 300 },
    );
  });

  test('reads a frame in the middle of a larger buffer as it reads it alone', () => {
    for (const { hex, fPort } of vectors) {
      const frame = bytesOf(hex);
      const buffer = new Uint8Array(frame.length + 64).fill(0xff);
      buffer.set(frame, 32);
      expect(decode(model, buffer.subarray(32, 32 + frame.length), fPort)).toEqual(decode(model, frame, fPort));
    }
  });
});
