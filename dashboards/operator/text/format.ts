/** Times, spans and sizes as people say them. */

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A span in its largest unit, with the next one below where the first is small: 2 h 5 min, 12 h, 3 d 4 h. */
export function spanText(milliseconds: number, tag: string): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const at = UNITS.findIndex(([, size]) => seconds >= size);
  if (at < 0) return unit(0, 'second', tag);
  const [name, size] = UNITS[at] as (typeof UNITS)[number];
  const count = Math.floor(seconds / size);
  const next = UNITS[at + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1]);
  if (next === undefined || rest === 0 || count >= 10) return unit(count, name, tag);
  return `${unit(count, name, tag)} ${unit(rest, next[0], tag)}`;
}

function unit(count: number, name: string, tag: string): string {
  return new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'short' }).format(count);
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** By 1,024 [IEC 80000-13], as the options of the hub count. */
export function bytesText(bytes: number, tag: string): string {
  let value = bytes;
  let at = 0;
  while (Math.round(value) >= 1024 && at < SIZES.length - 1) {
    value /= 1024;
    at++;
  }
  const digits = at === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(value)} ${SIZES[at]}`;
}

/** Day and clock; the year only where it is not this one. */
export function momentText(at: number, now: number, tag: string): string {
  const otherYear = new Date(at).getFullYear() !== new Date(now).getFullYear();
  return new Intl.DateTimeFormat(tag, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(otherYear ? { year: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
}

/** Up to a second, for comparing with logs. */
export function exactText(at: number, tag: string): string {
  return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** `2026-03-01T12:00` of a form, by this browser's clock, as the API takes it; null: it is empty or no time. */
export function isoOfInput(value: string): string | null {
  const at = value === '' ? Number.NaN : new Date(value).getTime();
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** The way back. */
export function inputOfIso(iso: string | undefined): string {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at)) return '';
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
