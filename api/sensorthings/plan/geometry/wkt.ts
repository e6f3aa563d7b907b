/** Well-known text [OGC 06-103r4 §7] ▸ Geometry. Z and M values are read and left aside. */
import { Geometry, type Position } from './geometry.ts';

const HEAD =
  /^\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s*(?:ZM|Z|M)?\s*(?=\()/i;
type Nested = Position | Nested[];

/** null: not WKT of a supported geometry. */
export function parseWkt(text: string): Geometry | null {
  const collection = /^\s*(?:SRID=\d+;)?\s*GEOMETRYCOLLECTION\s*(?:ZM|Z|M)?\s*\((.*)\)\s*$/is.exec(text);
  return collection === null ? parseOne(text) : parseCollection(collection[1]!);
}

/** What stands between the outer parentheses: geometries with commas between them. Collections inside are not read. */
function parseCollection(text: string): Geometry | null {
  const parts = text.split(/,(?=\s*[A-Z])/i).map(parseOne);
  const all = parts.filter((p) => p !== null);
  if (all.length < parts.length) return null;
  return new Geometry({
    points: all.flatMap((g) => g.points),
    lines: all.flatMap((g) => g.lines),
    polygons: all.flatMap((g) => g.polygons),
  });
}

function parseOne(text: string): Geometry | null {
  const head = HEAD.exec(text);
  if (head === null) return null;
  const reader = new Reader(text, head[0].length);
  const group = reader.group(0);
  if (group === null || !reader.atEnd()) return null;
  return build(head[1]!.toUpperCase(), group);
}

function build(type: string, group: Nested[]): Geometry | null {
  switch (type) {
    case 'POINT':
      return group.length === 1 && isPosition(group[0]!) ? new Geometry({ points: [group[0]] }) : null;
    case 'LINESTRING':
      return isPath(group) ? new Geometry({ lines: [group] }) : null;
    case 'POLYGON':
      return isArea(group) ? new Geometry({ polygons: [group] }) : null;
    case 'MULTIPOINT': {
      // Both `(1 2, 3 4)` and `((1 2), (3 4))` are in use.
      const flat = group.map((g) => (isLine(g) && g.length === 1 ? g[0]! : g));
      return isLine(flat) ? new Geometry({ points: flat }) : null;
    }
    case 'MULTILINESTRING':
      return group.every(isPath) ? new Geometry({ lines: group }) : null;
    default:
      return group.every(isArea) ? new Geometry({ polygons: group }) : null;
  }
}

function isPosition(n: Nested): n is Position {
  return typeof n[0] === 'number';
}
function isLine(n: Nested): n is Position[] {
  return !isPosition(n) && (n as Nested[]).every(isPosition);
}
/** A way from somewhere to somewhere else. */
function isPath(n: Nested): n is Position[] {
  return isLine(n) && n.length >= 2 && n.some((p) => p[0] !== n[0]![0] || p[1] !== n[0]![1]);
}
/** Rings of at least three corners; one that does not come back to its start is closed. */
function isArea(n: Nested): n is Position[][] {
  return !isPosition(n) && (n as Nested[]).every((ring) => isLine(ring) && new Set(ring.map(String)).size >= 3);
}

class Reader {
  readonly #text: string;
  #at: number;
  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }
  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (m !== null) this.#at += m[0].length;
    return m;
  }
  atEnd(): boolean {
    return this.#match(/\s*$/y) !== null;
  }
  /** `( item, item … )`; an item is a group or numbers. */
  group(depth: number): Nested[] | null {
    if (depth > 3 || this.#match(/\s*\(/y) === null) return null;
    const items: Nested[] = [];
    do {
      const item = this.#match(/\s*(?=\()/y) === null ? this.#position() : this.group(depth + 1);
      if (item === null) return null;
      items.push(item);
    } while (this.#match(/\s*,/y) !== null);
    return this.#match(/\s*\)/y) === null ? null : items;
  }
  #position(): Position | null {
    const m = this.#match(/\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s+([+-]?[\d.]+(?:e[+-]?\d+)?)(?:\s+[+-]?[\d.]+){0,2}/iy);
    const x = Number(m?.[1]);
    const y = Number(m?.[2]);
    return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
  }
}
