/** Well-known text [OGC 06-103r4 §7] ▸ Geometry. Z and M values are read and left aside. */
import { Geometry, type Position } from './geometry.ts';

const HEAD =
  /^\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s*(?:ZM|Z|M)?\s*(?=\()/i;
type Nested = Position | Nested[];

/** null: not WKT of a supported geometry. */
export function parseWkt(text: string): Geometry | null {
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
      return isLine(group) ? new Geometry({ lines: [group] }) : null;
    case 'POLYGON':
      return isPolygon(group) ? new Geometry({ polygons: [group] }) : null;
    case 'MULTIPOINT': {
      // Both `(1 2, 3 4)` and `((1 2), (3 4))` are in use.
      const flat = group.map((g) => (isLine(g) && g.length === 1 ? g[0]! : g));
      return isLine(flat) ? new Geometry({ points: flat }) : null;
    }
    case 'MULTILINESTRING':
      return isPolygon(group) ? new Geometry({ lines: group }) : null;
    default:
      return group.every(isPolygon) ? new Geometry({ polygons: group as Position[][][] }) : null;
  }
}

function isPosition(n: Nested): n is Position {
  return typeof n[0] === 'number';
}
function isLine(n: Nested): n is Position[] {
  return !isPosition(n) && (n as Nested[]).every(isPosition);
}
function isPolygon(n: Nested): n is Position[][] {
  return !isPosition(n) && (n as Nested[]).every(isLine);
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
