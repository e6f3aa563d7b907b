import type { CityThing, Position } from '../data/index.ts';

/** Things that lie together: what a visitor calls a town. */
export interface Town {
  readonly id: string;
  /** What most of its Things name as their town or owner, else the name of one of them. */
  readonly name: string;
  /** false: nobody has named it, and `name` is a Thing's. */
  readonly named: boolean;
  readonly things: ReadonlySet<number>;
  /** South-west and north-east corner. */
  readonly bounds: readonly [Position, Position];
}

/** Degrees; about 11 km from south to north, 7 km from west to east in Germany. */
const CELL = 0.1;

/**
 * Towns found from where the Things stand, so that a new town needs no configuration: neighbouring occupied cells of a
 * coarse grid belong together. The largest first. Things without a position are in none.
 */
export function townsOf(things: Iterable<CityThing>): Town[] {
  const cells = new Map<string, CityThing[]>();
  for (const thing of things) {
    if (thing.position === null) continue;
    const key = `${Math.floor(thing.position[0] / CELL)} ${Math.floor(thing.position[1] / CELL)}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [thing]);
    else cell.push(thing);
  }
  const towns: Town[] = [];
  const names = new Set<string>();
  while (cells.size > 0) {
    const members = takeIsland(cells);
    const own = nameOf(members);
    const name = unused(own ?? landmark(members), names);
    names.add(name);
    towns.push({
      id: slug(name),
      name,
      named: own !== null,
      things: new Set(members.map((thing) => thing.id)),
      bounds: boundsOf(members),
    });
  }
  return towns.sort((a, b) => b.things.size - a.things.size);
}

function takeIsland(cells: Map<string, CityThing[]>): CityThing[] {
  const found: CityThing[] = [];
  const [first] = cells.keys();
  const open = [first!];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const cell = cells.get(key);
    if (cell === undefined) continue;
    cells.delete(key);
    found.push(...cell);
    const [x, y] = key.split(' ').map(Number) as [number, number];
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) open.push(`${x + dx} ${y + dy}`);
  }
  return found;
}

/** What most members say: the town that they name, else their organisation. null: they name none. */
function nameOf(members: readonly CityThing[]): string | null {
  const votes = new Map<string, number>();
  for (const thing of members) {
    const { town } = thing.properties;
    const name = titled(typeof town === 'string' ? town : (thing.organisation ?? ''));
    if (name !== '') votes.set(name, (votes.get(name) ?? 0) + 1);
  }
  let best: string | null = null;
  let most = 0;
  for (const [name, count] of votes) {
    if (count > most) {
      best = name;
      most = count;
    }
  }
  return best;
}

/** The Thing that has been there longest. */
function landmark(members: readonly CityThing[]): string {
  return members.reduce((first, thing) => (thing.id < first.id ? thing : first)).name;
}

function titled(text: string): string {
  return text
    .replaceAll(/[-_]+/g, ' ')
    .replaceAll(/(^|\s)(\p{Ll})/gu, (_, gap: string, letter: string) => gap + letter.toUpperCase());
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name} ${n}`;
  return free;
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, '-');
}

function boundsOf(members: readonly CityThing[]): [Position, Position] {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const { position } of members) {
    if (position === null) continue;
    west = Math.min(west, position[0]);
    east = Math.max(east, position[0]);
    south = Math.min(south, position[1]);
    north = Math.max(north, position[1]);
  }
  return [
    [west, south],
    [east, north],
  ];
}
