import { afterEach, describe, expect, test } from 'vitest';
import type { LiveMessage } from '../../services/model/index.ts';
import { idsOf, liveStage } from './testing/index.ts';

const { hub, end } = liveStage();
afterEach(end);

describe('server-sent events', () => {
  async function* eventsOf(answer: Response) {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        if (event.startsWith('data: ')) yield JSON.parse(event.slice(6)) as LiveMessage;
      }
    }
  }
  const open = async (port: number, query = '', headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}/live/events${query}`, { headers });
    return { answer, events: eventsOf(answer) };
  };

  test('carry the same messages, filters and rights as the WebSocket', async () => {
    const { port, publish } = await hub([
      { value: 1 },
      { visibility: 'internal', value: 2 },
      { domain: 'waste', value: 3 },
    ]);
    const { answer, events } = await open(port, '?domain=water');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(idsOf((await events.next()).value!)).toEqual([1]);
    publish([1, 'line\nbreak'], [2, 9], [3, 9]);
    expect((await events.next()).value).toMatchObject({
      type: 'observations',
      observations: [{ datastream: 1, result: 'line\nbreak' }],
    });
    await events.return();
    const operator = await open(port, '', { authorization: 'Bearer admin' });
    expect(idsOf((await operator.events.next()).value!)).toEqual([1, 2, 3]);
    await operator.events.return();
  });

  test('refuse a wrong filter, a wrong token and one client too many', async () => {
    const { port, count } = await hub([{}], { maxConnections: 1 });
    expect((await open(port, '?bbox=1')).answer.status).toBe(400);
    expect((await open(port, '', { authorization: 'Bearer wrong' })).answer.status).toBe(401);
    const { answer, events } = await open(port);
    await events.next();
    expect((await open(port)).answer.status).toBe(503);
    await events.return();
    expect(answer.ok).toBe(true);
    await expect.poll(() => count('live_clients')).toBe(0);
  });

  test('keep quiet streams open with comments', async () => {
    const { port } = await hub([{}], { pingSeconds: 0.05 });
    const { answer } = await open(port);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk as Uint8Array);
      if (text.includes(': ping\n\n')) break;
    }
    expect(text).toContain(': ping\n\n');
  });

  test('end when the hub stops', async () => {
    const { port, doors } = await hub([{}]);
    const { events } = await open(port);
    await events.next();
    await doors.stop();
    expect((await events.next()).done).toBe(true);
  });
});
