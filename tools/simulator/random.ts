/**
 * Chance that can be repeated: numbers worked out from a seed and from what they are for, never from the order in which
 * somebody asked. So one device more in the city changes nothing for the others, and the same seed gives the same city.
 */

/** FNV-1a over UTF-16 code units, 32 bits, mixed with a seed. */
export function hashText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return finish(hash);
}

/** Mixes three integers to 32 bits. */
export function mix(a: number, b: number, c = 0): number {
  let hash = finish((a ^ Math.imul(b | 0, 0x9e3779b1)) | 0);
  hash = finish((hash ^ Math.imul(c | 0, 0x85ebca77)) | 0);
  return hash;
}

function finish(value: number): number {
  let x = value | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** Evenly spread in [0, 1). */
export function unit(a: number, b: number, c = 0): number {
  return mix(a, b, c) / 4_294_967_296;
}

/** Normally distributed, mean 0, standard deviation 1 (Box–Muller). */
export function gauss(a: number, b: number, c = 0): number {
  const u = 1 - unit(a, b, c);
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * unit(a ^ 0x5bd1e995, b, c));
}

/** Noise without jumps in [-1, 1] along x: a new value at every whole number, a smooth way between them. */
export function smoothNoise(seed: number, x: number): number {
  const whole = Math.floor(x);
  const part = x - whole;
  const ease = part * part * (3 - 2 * part);
  const from = unit(seed, whole);
  return (from + (unit(seed, whole + 1) - from) * ease) * 2 - 1;
}

/** A UUID (version 4 in form) that belongs to the given numbers. */
export function seededUuid(a: number, b: number, c: number): string {
  const hex = (n: number) =>
    mix(mix(a, b, n), c, n)
      .toString(16)
      .padStart(8, '0');
  const h = hex(1) + hex(2) + hex(3) + hex(4);
  const variant = (8 + (Number.parseInt(h[16]!, 16) & 3)).toString(16);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
}
