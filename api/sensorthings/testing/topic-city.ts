/** The door of MQTT topics over the small city: a bus to publish on, a catalogue to change, and what was told. */
import { ANONYMOUS, type Identity, NOBODY, type Reader } from '../../../services/access/index.ts';
import { inProcessBus } from '../../../services/bus/index.ts';
import type { LiveObservation, RawMessage } from '../../../services/model/index.ts';
import { answer, BufferedReply, Links } from '../answer/index.ts';
import { Contexts, type Options, options, topicDoor } from '../index.ts';
import type { WriteRequest } from '../write/index.ts';
import { changingCatalogue } from './changing.ts';
import { CITY, cityStore, NOW } from './city.ts';

export const TOPIC_ROOT = 'https://iot.example.org/v1.1';
/** phenomenonTime of live values. */
export const JUST_NOW = NOW - 1000;

export const liveValue = (
  datastream: number,
  result: LiveObservation['result'],
  more: Partial<LiveObservation> = {},
): LiveObservation => ({
  datastream,
  phenomenonTime: JUST_NOW,
  result,
  quality: 0,
  receivedAt: NOW,
  ...more,
});

export async function topicCity(given: { options?: Partial<Options>; audience?: Reader } = {}) {
  const catalogue = changingCatalogue(CITY);
  const store = await cityStore();
  const settings = options.parse(given.options ?? {});
  const clock = { now: () => NOW };
  const latest = { get: () => null, newest: () => undefined, extent: () => undefined };
  const contexts = new Contexts({
    catalogue,
    store,
    latest,
    clock,
    options: settings,
    made: { organisation: 'hub', visibility: 'internal' },
  });
  const defects: unknown[] = [];
  const bus = inProcessBus({ listenerFailed: (error) => defects.push(error) });
  const kept: RawMessage[] = [];
  const written: [WriteRequest, Identity, string][] = [];
  const said = { writes: () => Promise.resolve() as Promise<unknown>, dropped: 0 };
  const door = topicDoor({
    contexts,
    changes: catalogue.feed,
    bus,
    writer: {
      async write(request, caller, links) {
        written.push([request, caller, links.root]);
        await said.writes();
        return { status: 201, created: 'Observations(1)', body: null };
      },
      together: () => Promise.reject(new Error('not here')),
    },
    intake: {
      accept(message, done) {
        kept.push(message);
        done(null);
      },
    },
    clock,
    root: () => TOPIC_ROOT,
    audience: () => given.audience ?? ANONYMOUS,
    events: {
      dropped(count) {
        said.dropped += count;
      },
      failed: (error) => defects.push(error),
    },
  });
  const heard: [topic: string, body: unknown][] = [];
  door.onNews((topic, body) => heard.push([topic, JSON.parse(body)]));
  return {
    ...{ door, catalogue, bus, heard, kept, written, said, defects },
    join(...topics: string[]) {
      for (const topic of topics) if (door.subscribe(topic, NOBODY) !== null) throw new Error(`${topic} was refused`);
    },
    /** What has been told once everything that has happened so far is told. */
    async told(): Promise<typeof heard> {
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      return heard.splice(0);
    },
    /** What GET answers. */
    async get(path: string): Promise<unknown> {
      const [before = '', search = ''] = path.split('?');
      const reply = new BufferedReply(1_000_000);
      await answer(
        `/${before}`,
        search,
        contexts.of(given.audience ?? ANONYMOUS, contexts.pace()),
        new Links(TOPIC_ROOT),
        reply,
      );
      return JSON.parse(reply.body);
    },
  };
}
