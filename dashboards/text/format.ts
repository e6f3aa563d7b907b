/** Numbers and times as people write them. */

/** Digits after the decimal sign by unit symbol; what is not here gets up to two. */
const DIGITS: Readonly<Record<string, number>> = {
  '°C': 1,
  '%': 0,
  m: 2,
  cm: 0,
  mm: 1,
  hPa: 0,
  kPa: 2,
  'm/s': 1,
  '°': 0,
  'W/m²': 0,
  lx: 0,
  ppm: 0,
  'µg/m³': 0,
  dB: 0,
  'dB(A)': 0,
  'dB[A]': 0,
  min: 0,
  '': 0,
  'µS/cm': 0,
};

/** From here on a number is written with a power of ten: so many digits nobody counts. */
const HUGE = 1e12;
/** What rounds to nothing with two digits. */
const TINY = 0.005;

/** 1,5 · 10³⁰⁰ in German, 1.5 × 10³⁰⁰ in English. */
function scientific(value: number, lang: string): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(2).split('e');
  const digits = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(Number(mantissa));
  const raised = [...String(Number(exponent))].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]));
  return `${digits} ${lang.startsWith('de') ? '·' : '×'} 10${raised.join('')}`;
}

export function numberText(value: number, symbol: string, lang: string): string {
  if (Math.abs(value) >= HUGE) return scientific(value, lang);
  // A unit with digits of its own has its reasons: 0.001 °C is none.
  const own = symbol !== '' && Object.hasOwn(DIGITS, symbol);
  if (value !== 0 && Math.abs(value) < TINY && !own) return scientific(value, lang);
  const fixed = Object.hasOwn(DIGITS, symbol) ? DIGITS[symbol] : undefined;
  const whole = symbol === '' && !Number.isInteger(value);
  const format = new Intl.NumberFormat(lang, {
    minimumFractionDigits: whole ? 0 : (fixed ?? 0),
    maximumFractionDigits: whole ? 2 : (fixed ?? 2),
  });
  // A change of −0.4 cm must not be printed as −0.
  const text = format.format(value);
  return /[1-9]/.test(text) ? text : format.format(0);
}

/** With the unit; a space between, but for the degree of an angle [DIN 1301, SI brochure 5.4.3]. */
export function quantityText(value: number, symbol: string, lang: string): string {
  const number = numberText(value, symbol, lang);
  if (symbol === '') return number;
  return symbol === '°' ? `${number}°` : `${number} ${symbol}`;
}

/** Decimals that an axis shows at most. */
const AXIS_DIGITS = 6;

/** Numbers of an axis, all with as many decimals as the one that needs most: 0,5 and 1,0, not 0,5 and 1. */
export function axisTexts(values: readonly number[], lang: string): string[] {
  const most = Math.max(0, ...values.map(Math.abs));
  if (most >= HUGE || (most > 0 && most < TINY))
    return values.map((value) => (value === 0 ? '0' : scientific(value, lang)));
  // The steps are sums: 0.1 + 0.2 is meant as 0.3.
  const shortOf = (value: number) => Number(value.toFixed(AXIS_DIGITS));
  const digits = Math.max(0, ...values.map((value) => `${shortOf(value)}`.split('.')[1]?.length ?? 0));
  const format = new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return values.map((value) => format.format(shortOf(value) || 0));
}

/** "vor 3 Min.", "2 hr. ago"; the nearest full unit. Below a minute, and for clocks that are ahead: `now`. */
export function agoText(ms: number, lang: string, now: string): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return now;
  const format = new Intl.RelativeTimeFormat(lang, { style: 'short' });
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 48 * 60) return format.format(-Math.floor(minutes / 60), 'hour');
  return format.format(-Math.floor(minutes / 1440), 'day');
}

export function timeText(at: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
}
