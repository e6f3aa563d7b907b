import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketGuard } from './guard.ts';

const limits = { maxConnectBytes: 4096, maxBytesBeforeConnack: 65_536, maxSubscribeBytes: 500, maxPacketBytes: 1000 };

function length(n: number): number[] {
  const bytes: number[] = [];
  let rest = n;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

function packet(type: number, size: number): Buffer {
  return Buffer.concat([Buffer.from([type << 4, ...length(size)]), Buffer.alloc(size, 0xff)]);
}

const connect = packet(1, 20);

describe('the guard in front of the MQTT parser', () => {
  it('lets packets pass however they are cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 300 })),
        (sizes, cuts) => {
          const guard = new PacketGuard(limits);
          guard.admitted = guard.publishes = true;
          const bytes = Buffer.concat([connect, ...sizes.map((size) => packet(3, size))]);
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            expect(guard.take(bytes.subarray(at, at + cut))).toBeNull();
            at += cut;
          }
          // It has found the end of the last packet: one more that is too long is seen at once.
          expect(guard.take(Buffer.from([0x30, ...length(1001)]))).toBe('packet-size');
        },
      ),
    );
  });

  it('wants CONNECT first', () => {
    expect(new PacketGuard(limits).take(packet(3, 5))).toBe('first-packet');
    expect(new PacketGuard(limits).take(Buffer.from('GET / HTTP/1.1\r\n'))).toBe('first-packet');
  });

  it('refuses 256 MB by the announcement alone', () => {
    expect(new PacketGuard(limits).take(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))).toBe('connect-size');
    const guard = new PacketGuard(limits);
    guard.take(connect);
    expect(guard.take(Buffer.from([0x30, 0xff]))).toBeNull();
    expect(guard.take(Buffer.from([0xff]))).toBe('packet-size');
  });

  it('refuses a length of five bytes', () => {
    const guard = new PacketGuard({ ...limits, maxPacketBytes: 268_435_455 });
    guard.take(connect);
    expect(guard.take(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe('malformed-length');
  });

  it('refuses a packet that joins or leaves more topics than one turn should deal with [limit mqtt.maxSubscribeBytes]', () => {
    for (const type of [8, 10]) {
      const guard = new PacketGuard(limits);
      guard.take(connect);
      expect([guard.take(packet(type, 500)), guard.take(packet(3, 1000))]).toEqual([null, null]);
      expect(guard.take(packet(type, 501))).toBe('packet-size');
    }
  });

  it('takes little from a client that is not let in [limit mqtt.maxBytesBeforeConnack]', () => {
    const guard = new PacketGuard(limits);
    guard.take(connect);
    let taken = 0;
    while (guard.take(packet(3, 900)) === null) taken += 900;
    expect(taken).toBeLessThan(65_536);
    expect(taken).toBeGreaterThan(60_000);
  });
});
