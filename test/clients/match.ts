/**
 * How an answer is compared with what a case expects. Everything must be equal, but for what the case leaves open on purpose:
 * `"<any>"` is any value; in a text `<any>` is any text, `<id>` digits, `<time>` an ISO 8601 instant in UTC; an object with the
 * member `"..."` may hold further members, an array whose last element is `"..."` further elements.
 */

const OPEN = '...';
const PLACES: Readonly<Record<string, string>> = {
  any: '[\\s\\S]*',
  id: '\\d+',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,3})?Z',
};

/** One line for each difference, beginning with its path; none: they match. */
export function differences(expected: unknown, actual: unknown, path = 'body'): string[] {
  if (typeof expected === 'string') return textDifferences(expected, actual, path);
  if (Array.isArray(expected)) return arrayDifferences(expected, actual, path);
  if (typeof expected === 'object' && expected !== null) return objectDifferences(expected, actual, path);
  return Object.is(expected, actual) ? [] : [`${path}: ${show(actual)} instead of ${show(expected)}`];
}

/** Does the text fit, `<any>`, `<id>` and `<time>` filled in? */
export function textFits(expected: string, actual: string): boolean {
  const pattern = expected
    .split(/<(any|id|time)>/)
    .map((part, i) => (i % 2 === 1 ? (PLACES[part] as string) : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${pattern}$`).test(actual);
}

function textDifferences(expected: string, actual: unknown, path: string): string[] {
  if (expected === '<any>') return actual === undefined ? [`${path}: is missing`] : [];
  return typeof actual === 'string' && textFits(expected, actual)
    ? []
    : [`${path}: ${show(actual)} instead of ${show(expected)}`];
}

function arrayDifferences(expected: readonly unknown[], actual: unknown, path: string): string[] {
  if (!Array.isArray(actual)) return [`${path}: ${show(actual)} instead of an array`];
  const open = expected.at(-1) === OPEN;
  const wanted = open ? expected.slice(0, -1) : expected;
  const fits = open ? actual.length >= wanted.length : actual.length === wanted.length;
  const found = fits ? [] : [`${path}: ${actual.length} elements instead of ${wanted.length}`];
  return [...found, ...wanted.flatMap((one, i) => differences(one, actual[i], `${path}[${i}]`))];
}

function objectDifferences(expected: object, actual: unknown, path: string): string[] {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual))
    return [`${path}: ${show(actual)} instead of an object`];
  const members = Object.entries(expected).filter(([name]) => name !== OPEN);
  const names = new Set(members.map(([name]) => name));
  const more = OPEN in expected ? [] : Object.keys(actual).filter((name) => !names.has(name));
  return [
    ...members.flatMap(([name, one]) => differences(one, (actual as Record<string, unknown>)[name], `${path}.${name}`)),
    ...more.map((name) => `${path}.${name}: should not be there`),
  ];
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 400);
}
