/** A client of the API as the bench measures it: milliseconds to the last byte, uncompressed, page after page. */
import { Agent, get } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

export interface Page {
  readonly value: readonly unknown[];
  readonly '@iot.count'?: number;
  readonly '@iot.nextLink'?: string;
}

export interface Bodies {
  readonly bodies: readonly Buffer[];
  /** Of all pages together. */
  readonly milliseconds: number;
}

export interface Fetched extends Bodies {
  readonly pages: readonly Page[];
  readonly bytes: number;
}

/** Fetches an address and all that its nextLinks lead to. Throws for anything but 200. */
export async function fetchBodies(url: string): Promise<Bodies> {
  const bodies: Buffer[] = [];
  let milliseconds = 0;
  for (let next: string | undefined = url; next !== undefined; next = nextLinkOf(bodies.at(-1) as Buffer)) {
    const page = await fetchPage(next);
    bodies.push(page.body);
    milliseconds += page.milliseconds;
  }
  return { bodies, milliseconds };
}

/** Fetches an address, and not what follows it. Throws for anything but 200. */
export async function fetchPage(url: string): Promise<{ readonly body: Buffer; readonly milliseconds: number }> {
  const began = performance.now();
  const body = await fetchOne(url);
  return { body, milliseconds: performance.now() - began };
}

/** The same, read as JSON. */
export async function fetchAll(url: string): Promise<Fetched> {
  const fetched = await fetchBodies(url);
  const pages = fetched.bodies.map((body) => JSON.parse(body.toString('utf8')) as Page);
  return { ...fetched, pages, bytes: fetched.bodies.reduce((sum, body) => sum + body.length, 0) };
}

/** It is the last member: reading megabytes of JSON for it would take the hub's own time, on the same cores. */
function nextLinkOf(body: Buffer): string | undefined {
  return /"@iot\.nextLink":"([^"]+)"\}$/.exec(body.toString('utf8', Math.max(0, body.length - 4096)))?.[1];
}

function fetchOne(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(chunks);
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${response.statusCode} ${body.toString('utf8').slice(0, 300)} for ${url}`));
      });
    }).once('error', reject);
  });
}
