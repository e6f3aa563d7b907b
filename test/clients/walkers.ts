/** How clients go on from a first answer: each follows nextLinks in its own way, and a link must lead all of them right. */

export interface Walk {
  /** Addresses that were asked, in order, without the host. */
  readonly requests: readonly string[];
  /** Entities that the client has at the end, by their place: `value`, `value/Datastreams`, … */
  readonly counts: Readonly<Record<string, number>>;
}

type Json = Record<string, unknown>;
type Ask = (path: string) => Promise<Json>;
type Walker = (path: string, ask: Ask) => Promise<unknown[]>;

const MOST_REQUESTS = 50;

const WALKERS: Readonly<Record<string, Walker>> = {
  /**
   * Masterportal keeps a queue of every nextLink, also nested ones, and leaves out a link whose $top is given and not greater
   * than its $skip: it takes $top for all that the client wants, not for the size of a page.
   */
  async masterportal(path, ask) {
    const result: unknown[] = [];
    const queue: { link: string; into: unknown[] }[] = [];
    const collect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, value] of Object.entries(node)) {
        const at = name.indexOf('@iot.nextLink');
        if (at < 0) collect(value);
        else
          queue.push({
            link: String(value),
            into: (node as Record<string, unknown[]>)[name.slice(0, at)] as unknown[],
          });
        if (at >= 0) delete (node as Json)[name];
      }
    };
    for (let next: { link: string; into: unknown[] } | undefined = { link: path, into: result }; next !== undefined; ) {
      const answer = await ask(pathOf(next.link));
      const found = (Array.isArray(answer.value) ? answer.value : [answer]) as unknown[];
      next.into.push(...found);
      if (answer['@iot.nextLink'] !== undefined) queue.push({ link: String(answer['@iot.nextLink']), into: next.into });
      collect(found);
      do next = queue.shift();
      while (next !== undefined && isDone(next.link));
    }
    return result;
  },

  /** Grafana's data source puts what stands behind the last question mark behind the address that it began with. */
  async grafana(path, ask) {
    const base = path.split(/[?]+/)[0] as string;
    const result: unknown[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer = await ask(next);
      result.push(...(answer.value as unknown[]));
      const link = answer['@iot.nextLink'] as string | undefined;
      next = link === undefined ? undefined : `${base}?${link.split(/[?]+/).at(-1)}`;
    }
    return result;
  },

  /** FROST's Python client, VC Map, QGIS: the link as it is, at the top level only. */
  async plain(path, ask) {
    const result: unknown[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer = await ask(next);
      result.push(...(answer.value as unknown[]));
      const link = answer['@iot.nextLink'] as string | undefined;
      next = link === undefined ? undefined : pathOf(link);
    }
    return result;
  },
};

/** Walks as the client does. Throws when it does not come to an end. */
export async function walk(client: string, path: string, ask: Ask): Promise<Walk> {
  const walker = WALKERS[client];
  if (walker === undefined) throw new Error(`nobody walks like ${client}`);
  const requests: string[] = [];
  const entities = await walker(path, async (next) => {
    requests.push(next);
    if (requests.length > MOST_REQUESTS) throw new Error(`still walking after ${requests.slice(0, 5).join('\n')} …`);
    return await ask(next);
  });
  const counts: Record<string, number> = {};
  count('value', entities, counts);
  return { requests, counts };
}

function count(place: string, entities: readonly unknown[], counts: Record<string, number>): void {
  counts[place] = (counts[place] ?? 0) + entities.length;
  for (const entity of entities as Json[])
    for (const [name, value] of Object.entries(entity)) {
      // names of sets and related entities begin with a capital, properties don't
      if (!/^[A-Z]\w*$/.test(name)) continue;
      count(`${place}/${name}`, Array.isArray(value) ? value : [value], counts);
    }
}

const pathOf = (link: string): string => link.replace(/^https?:\/\/[^/]+/, '');

function isDone(link: string): boolean {
  const top = Number(/[$|%24]top=([0-9]+)/.exec(link)?.[1] ?? 0);
  const skip = Number(/[$|%24]skip=([0-9]+)/.exec(link)?.[1] ?? 0);
  return top > 0 && top <= skip;
}
