/** Plays the steps of a case against a running hub, as the client would: what one answer gave, the next request may name. */
import type { Case, Message } from './case.ts';
import { replyDifferences, send, target } from './exchange.ts';
import { differences } from './match.ts';
import { walk } from './walkers.ts';

export interface Stage {
  readonly port: number;
  readonly adminToken: string;
}

/** Not sent: `save` keeps the id of what was created, `follow` walks on along nextLinks as that client does. */
const OURS = new Set(['save', 'follow']);

/** What was not as expected, one line each. */
export async function play(stage: Stage, { steps }: Case): Promise<string[]> {
  const known = new Map([
    ['admin', stage.adminToken],
    ['basic', Buffer.from(`admin:${stage.adminToken}`).toString('base64')],
  ]);
  const found: string[] = [];
  for (const [i, { request, expected }] of steps.entries()) {
    const problems = await step(stage, filled(request, known), filled(expected, known), known);
    found.push(...problems.map((problem) => `step ${i + 1}: ${problem}`));
    if (problems.length > 0) break;
  }
  return found;
}

async function step(stage: Stage, request: Message, expected: Message, known: Map<string, string>): Promise<string[]> {
  const { method, path } = target(request);
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !OURS.has(name)));
  const client = request.headers.get('follow');
  if (client !== undefined) {
    const walked = await walk(client, path, async (next) => {
      const reply = await send(stage.port, method, next, headers, '');
      if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text.slice(0, 300)} for ${next}`);
      return JSON.parse(reply.text) as Record<string, unknown>;
    });
    return differences(JSON.parse(expected.body), walked, 'walk');
  }
  const reply = await send(stage.port, method, path, headers, request.body);
  const save = request.headers.get('save');
  // as FROST's Python client does it: between the first parentheses of Location
  const id = /\(([^)]+)\)/.exec(String(reply.headers.location ?? ''))?.[1];
  if (save !== undefined && id !== undefined) known.set(save, id);
  return replyDifferences(expected, reply);
}

export function filled(message: Message, known: ReadonlyMap<string, string>): Message {
  const fill = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (whole, name) => known.get(name) ?? whole);
  const headers = [...message.headers].map(([name, value]): [string, string] => [name, fill(value)]);
  return { first: fill(message.first), headers: new Map(headers), body: fill(message.body) };
}
