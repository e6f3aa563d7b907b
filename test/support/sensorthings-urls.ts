/**
 * Addresses of the SensorThings API made by chance, from the grammar of the standard: every set, relation, option, operator
 * and function. Most are right; of some a piece is torn out or put in. The same seed gives the same addresses.
 */
import { seeded } from './random.ts';
import { FUNCTIONS, GRAMMAR, type Type } from './sensorthings-grammar.ts';

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const WRONG = [
  "'",
  '(',
  ')',
  ',',
  ';',
  '/',
  '=',
  '-',
  '[',
  '$',
  '&',
  '%',
  ' eq ',
  'null',
  '9e999',
  'Ä',
  '\u0000',
  '"',
  '::',
];

/** Addresses behind the version, percent-encoded. `ids`: some that are there, by set. */
export function* generateUrls(seed: number, ids: Readonly<Record<string, readonly string[]>>): Generator<string> {
  const random = seeded(seed);
  const below = (n: number) => Math.floor(random() * n);
  const chance = (p: number) => random() < p;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const some = <T>(list: readonly T[], most: number): T[] => Array.from({ length: 1 + below(most) }, () => pick(list));

  const id = (set: string) => (chance(0.9) && (ids[set]?.length ?? 0) > 0 ? pick(ids[set]!) : String(below(1e6)));
  const instant = () => {
    const text = new Date(Date.UTC(2026, below(12), 1 + below(28), below(24), below(60))).toISOString();
    return pick([text, text.slice(0, 10), text.replace('.000Z', 'Z'), text.replace('.000Z', '+02:00')]);
  };
  const duration = () =>
    pick(["duration'PT1H'", "duration'P1D'", "duration'PT90S'", "duration'P1M'", "duration'-PT5M'"]);
  const place = () => `${(7 + random() * 3).toFixed(3)} ${(48 + random() * 4).toFixed(3)}`;
  const wkt = () =>
    pick([
      () => `POINT(${place()})`,
      () => `LINESTRING(${place()},${place()})`,
      () => `POLYGON((7 48,10 48,10 52,7 52,7 48),(8 49,9 49,9 50,8 49))`,
      () => `MULTIPOINT(${place()},${place()})`,
      () => `GEOMETRYCOLLECTION(POINT(${place()}),LINESTRING(${place()},${place()}))`,
    ])();

  function literal(type: Type): string {
    switch (type) {
      case 'number':
        return pick([String(below(40)), `${below(100) / 4}`, '-3', '1e2', String(2 ** 43 + below(1e6))]);
      case 'string':
        return `'${pick(['a', 'Mast', "it''s", '', 'ö', '%', 'Temperature'])}'`;
      case 'time':
        return chance(0.2) ? `2026-05-01T00:00:00Z/2026-05-0${2 + below(7)}` : instant();
      case 'geometry':
        return `geography'${wkt()}'`;
      case 'boolean':
        return pick(['true', 'false']);
      case 'duration':
        return duration();
      case 'dayTime':
        return '13:30:00';
      case 'json':
        return literal(pick(['number', 'string', 'boolean'] as const));
    }
  }

  /** A path to a property of a type; null: the set has none near. */
  function path(set: string, type: Type, depth: number): string | null {
    const { properties, relations } = GRAMMAR[set]!;
    const own = Object.keys(properties).filter((name) => properties[name] === type);
    if (own.length > 0 && chance(0.75)) return pick(own);
    if (depth === 0) return own.length > 0 ? pick(own) : null;
    const name = pick(Object.keys(relations));
    const further = path(relations[name]!, type, depth - 1);
    return further === null ? null : `${name}/${further}`;
  }

  function value(set: string, type: Type, depth: number): string {
    if (depth > 0 && chance(0.25)) {
      const names = Object.keys(FUNCTIONS[type]);
      if (names.length > 0) return call(set, type, pick(names), depth);
    }
    if (depth > 0 && type === 'number' && chance(0.2)) {
      return `(${value(set, 'number', depth - 1)} ${pick(['add', 'sub', 'mul', 'div', 'mod'])} ${value(set, 'number', depth - 1)})`;
    }
    if (depth > 0 && type === 'time' && chance(0.2))
      return `(${value(set, 'time', depth - 1)} ${pick(['add', 'sub'])} ${duration()})`;
    return (chance(0.7) ? path(set, type, 2) : null) ?? literal(type);
  }

  function call(set: string, type: Type, name: string, depth: number): string {
    const args = FUNCTIONS[type][name]!.map((t) => value(set, t, depth - 1));
    if (name === 'st_relate') args.push(pick(["'T*F**F***'", "'0FFFFFFF2'", "'*********'"]));
    return `${name}(${args.join(',')})`;
  }

  function condition(set: string, depth: number): string {
    if (depth > 0 && chance(0.4)) {
      if (chance(0.25)) return `not (${condition(set, depth - 1)})`;
      return `(${condition(set, depth - 1)} ${pick(['and', 'or'])} ${condition(set, depth - 1)})`;
    }
    if (chance(0.25)) return call(set, 'boolean', pick(Object.keys(FUNCTIONS.boolean)), depth);
    const type = pick(['number', 'string', 'time', 'json', 'dayTime'] as const);
    const left = value(set, type, depth);
    if (chance(0.15)) return `${left} in (${some([type], 3).map(literal).join(',')})`;
    if (chance(0.1)) return `${left} ${pick(['eq', 'ne'])} null`;
    if (type === 'number' && chance(0.3)) return `id eq ${id(set)} or id eq ${id(set)}`;
    return `${left} ${pick(COMPARISONS)} ${chance(0.7) ? literal(type) : value(set, type, depth)}`;
  }

  function options(set: string, depth: number): [string, string][] {
    const { properties, relations } = GRAMMAR[set]!;
    const out: [string, string][] = [];
    const aggregates = depth === 2 && set === 'Observations' && chance(0.25);
    if (chance(0.5)) out.push(['$filter', condition(set, 2)]);
    if (aggregates) {
      if (chance(0.5))
        out.push(['$interval', pick(['PT1H', 'P1D', "P1D,'Europe/Berlin'", 'P1M', 'PT5M', "duration'PT6H'"])]);
      else {
        out.length = 0;
        const items = some(['average', 'min', 'max', 'sum', 'first', 'last', 'p95', 'median'], 3).map(
          (method, i) => `result with ${method} as a${i}`,
        );
        const aggregate = `aggregate(${items},$count as n)`;
        const keys = pick([
          "bucket(phenomenonTime,duration'P1D')",
          'Datastream/id',
          "bucket(phenomenonTime,duration'PT6H','Europe/Berlin'),Datastream/id",
        ]);
        const before = chance(0.4) ? `filter(${condition(set, 1)})/` : '';
        out.push(['$apply', before + (chance(0.3) ? aggregate : `groupby((${keys}),${aggregate})`)]);
      }
      if (chance(0.3)) out.push(['$top', String(below(20))]);
      return out;
    }
    if (chance(0.3)) {
      const keys = some(Object.keys(properties), 2).map((k) => `${k}${pick(['', ' asc', ' desc', ' DESC'])}`);
      out.push(['$orderby', keys.join(',')]);
    }
    if (chance(0.6)) out.push(['$top', String(pick([0, 1, 2, 5, 20, 2147483647]))]);
    if (chance(0.25)) out.push(['$skip', String(below(5))]);
    if (chance(0.3)) out.push(['$count', pick(['true', 'false'])]);
    if (chance(0.25)) {
      const names = Object.keys(properties).filter((p) => !/[/[]/.test(p));
      out.push(['$select', some([...names, ...Object.keys(relations)], 3).join(',')]);
    }
    if (depth > 0 && chance(0.35)) {
      const names = [...new Set(some(Object.keys(relations), 2))];
      out.push(['$expand', names.map((name) => expand(name, relations[name]!, depth - 1)).join(',')]);
    }
    if (depth === 2 && chance(0.12)) out.push(['$resultFormat', pick(['dataArray', 'CSV', 'GeoJSON'])]);
    return out;
  }

  function expand(name: string, set: string, depth: number): string {
    if (chance(0.3)) return name;
    if (chance(0.2)) {
      const further = pick(Object.keys(GRAMMAR[set]!.relations));
      return `${name}/${further}`;
    }
    // A limit keeps the answers of a hundred thousand addresses small.
    const inner = options(set, depth).filter(([option]) => option !== '$top');
    inner.push(['$top', String(below(3))]);
    return `${name}(${inner.map(([option, text]) => `${option}=${text}`).join(';')})`;
  }

  /** The way through entities, and the set that it ends in; null: it ends in one entity or property. */
  function address(): [path: string, set: string, many: boolean] {
    let set = pick(Object.keys(GRAMMAR));
    let text = set;
    let many = true;
    while (chance(0.45)) {
      if (many) {
        text += `(${id(set)})`;
        many = false;
      }
      if (chance(0.35)) break;
      const { relations } = GRAMMAR[set]!;
      const name = pick(Object.keys(relations));
      set = relations[name]!;
      text += `/${name}`;
      many = /s$/.test(name);
    }
    if (!many && chance(0.25)) {
      const name = pick(Object.keys(GRAMMAR[set]!.properties));
      return [`${text}/${name.replace(/\[.*/, '')}${chance(0.3) ? '/$value' : ''}`, set, false];
    }
    if (chance(0.06)) return [`${text}/$ref`, set, many];
    if (many && chance(0.04)) return [`${text}/$count`, set, many];
    return [text, set, many];
  }

  function tear(text: string): string {
    const at = below(text.length + 1);
    switch (below(3)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1 + below(4));
      case 1:
        return text.slice(0, at) + pick(WRONG) + text.slice(at);
      default:
        return text.slice(0, at) + text.slice(below(text.length + 1));
    }
  }

  for (;;) {
    const [where, set, many] = address();
    const asked = options(set, 2).filter(([name]) => many || name === '$select' || name === '$expand');
    const torn = chance(0.15) && asked.length > 0 ? below(asked.length) : -1;
    const query = asked.map(([name, text], i) => {
      const key = chance(0.05) ? name.toUpperCase() : name;
      const encoded = encodeURIComponent(i === torn ? tear(text) : text);
      return `${chance(0.1) ? encodeURIComponent(key) : key}=${chance(0.2) ? encoded.replaceAll('%20', '+') : encoded}`;
    });
    const path = chance(0.02) ? tear(where) : where;
    yield `${encodeURI(path)}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  }
}
