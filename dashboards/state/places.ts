import type { CityThing, Position } from '../data/index.ts';
import { domainOf } from './measure.ts';

/** Things of one domain at one place: a car park with its bays. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly things: readonly CityThing[];
  /** The middle of its Things. */
  readonly position: Position;
}

/**
 * Which Things stand together: those with the same `properties.place`, or whose names begin the same up to a comma
 * ("Rathaus, Stellplatz 4"), of one domain and owner. Any other Thing is a place of its own.
 */
export function placesOf(things: Iterable<CityThing>): Place[] {
  const groups = new Map<string, CityThing[]>();
  for (const thing of things) {
    const domain = domainOf(thing);
    if (thing.position === null || domain === null) continue;
    const id = `${domain} ${groupOf(thing)}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [thing]);
    else group.push(thing);
  }
  return [...groups].map(([id, members]) => ({
    id,
    name: nameOf(members),
    domain: domainOf(members[0]!)!,
    things: members,
    position: middle(members),
  }));
}

function groupOf(thing: CityThing): string {
  const { place } = thing.properties;
  const [first, ...more] = segments(thing.name);
  const name = typeof place === 'string' ? place : more.length > 0 ? first : `#${thing.id}`;
  // The same name of a place may stand in two towns.
  return `${thing.organisation} ${thing.position!.map(Math.round).join(' ')} ${name}`;
}

/** What the Things call their place themselves, else the beginning of their names. */
function nameOf(members: readonly CityThing[]): string {
  const { properties, name } = members[0]!;
  return typeof properties.place === 'string' ? properties.place : (segments(name)[0] ?? name);
}

/** "Rathaus, Stellplatz 4" ▸ Rathaus | Stellplatz 4 */
function segments(name: string): string[] {
  return name.split(/\s*[,·–:]\s+|\s+-\s+/).filter((part) => part !== '');
}

function middle(members: readonly CityThing[]): Position {
  let x = 0;
  let y = 0;
  for (const { position } of members) {
    x += position![0];
    y += position![1];
  }
  return [x / members.length, y / members.length];
}
