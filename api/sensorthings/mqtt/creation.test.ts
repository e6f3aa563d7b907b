import { describe, expect, test } from 'vitest';
import { type Identity, NOBODY } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import { NotYetDurable } from '../../../services/registry/index.ts';
import { NOW, TOPIC_ROOT, topicCity } from '../testing/index.ts';
import { refusedCreations } from './index.ts';

const DEVICE: Identity = { ...NOBODY, name: 'ingest', writes: 'observe' };

describe('what a client publishes on a topic of Observations', () => {
  const send = (door: Awaited<ReturnType<typeof topicCity>>['door'], topic: string, body: string | Buffer) =>
    new Promise<Error | null>((resolve) => door.create(topic, Buffer.from(body as string), DEVICE, resolve));

  test.each([
    ['v1.1/Observations', true],
    ['v1.1/Datastreams(1)/Observations', true],
    ['v1.1/Things(1)/Datastreams(2)/Observations', true],
    ['v1.1/Things', false],
    ['v1.0/Observations', false],
    ['Observations', false],
    ['v1.1/Observations(1)', false],
  ])('%s creates: %s', async (topic, does) => {
    expect((await topicCity()).door.creates(topic)).toBe(does);
  });

  test('is written as a POST there would be, in the name of the client', async () => {
    const { door, kept, written } = await topicCity();
    expect(await send(door, 'v1.1/Datastreams(1)/Observations', '{"result":1}')).toBeNull();
    expect(written).toEqual([
      [
        {
          method: 'POST',
          path: 'Datastreams(1)/Observations',
          search: '',
          contentType: 'application/json',
          prefer: 'minimal',
          body: { result: 1 },
        },
        DEVICE,
        TOPIC_ROOT,
      ],
    ]);
    expect(kept).toEqual([]);
  });

  test('is acknowledged when it is on disk, however long the disk takes nothing, and is not created again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { door, written, kept, said } = await topicCity();
    said.writes = () => Promise.reject(new NotYetDurable(9, promise));
    let answered = false;
    const answer = send(door, 'v1.1/Datastreams(1)/Observations', '{"result":1}').then((error) => {
      answered = true;
      return error;
    });
    for (let turn = 0; turn < 50; turn++) await new Promise((later) => setImmediate(later));
    expect(answered).toBe(false);
    resolve();
    expect(await answer).toBeNull();
    expect([written.length, kept]).toEqual([1, []]);
  });

  test.each([
    ['no JSON', '{', null, 'request.json', 'not valid JSON'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), null, 'request.json', 'not valid UTF-8'],
    [
      'for a Datastream that is not there',
      '{}',
      new CodedError('notFound', 'There is no Datastream with the id 9'),
      'notFound',
      'no Datastream with the id 9',
    ],
    [
      'wrong in a way that names a #',
      '{}',
      new CodedError('request.body', 'C# is # wrong'),
      'request.body',
      'C# is # wrong',
    ],
    ['well but meets a defect', '{}', new TypeError('x is undefined'), 'hub.internal', 'x is undefined'],
  ])(
    'is acknowledged where it is %s, and kept as a dead letter with the reason',
    async (_name, body, failure, code, detail) => {
      const { door, kept, said } = await topicCity();
      if (failure !== null) said.writes = () => Promise.reject(failure);
      expect(await send(door, 'v1.1/Observations', body)).toBeNull();
      expect(kept).toHaveLength(1);
      expect(kept[0]).toMatchObject({ source: 'sensorthings', body: Buffer.from(body as string), receivedAt: NOW });
      const opened = refusedCreations().open(kept[0]!);
      expect(opened).toMatchObject({ ok: false, code });
      expect((opened as { detail: string }).detail).toMatch(/^v1\.1\/Observations: /);
      expect((opened as { detail: string }).detail).toContain(detail);
    },
  );

  test.each(['hub.busy', 'hub.storage'] as const)('is not acknowledged while the hub answers %s', async (code) => {
    const { door, kept, said } = await topicCity();
    said.writes = () => Promise.reject(new CodedError(code, 'later'));
    expect(await send(door, 'v1.1/Observations', '{}')).toMatchObject({ code });
    expect(kept).toEqual([]);
  });
});
