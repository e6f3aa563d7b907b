/** The door between the broker and the API: which topics there are, what they tell, what they create [STA 13, 14]. */
import type { TopicDoor } from '../../../services/bus/index.ts';
import { CodedError, publicDetail } from '../../../services/model/index.ts';
import { create, isCreation } from './creation.ts';
import { News } from './news.ts';
import type { TopicPorts } from './ports.ts';
import { parseTopic, type TopicContext } from './topic.ts';
import { TopicIndex } from './topic-index.ts';

export function topicDoor(ports: TopicPorts): TopicDoor {
  const { contexts, clock } = ports;
  const { options } = contexts;
  const index = new TopicIndex();
  const queries: TopicContext['queries'] = new Map();
  let listeners: readonly ((topic: string, body: string) => void)[] = [];
  const news = new News(ports, index, (topic, body) => {
    for (const listener of listeners) listener(topic, body);
  });
  return {
    creates: isCreation,
    create: (topic, body, caller, done) => create(topic, body, caller, ports, done),
    // Who asks makes no difference: a topic tells what anybody may see, and of what is hidden it tells nothing.
    subscribe(topic) {
      const known = index.get(topic);
      if (known !== undefined) {
        known.count++;
        return null;
      }
      try {
        news.joined(
          index.add(parseTopic(topic, { options, now: clock.now(), maxSegments: options.topicSegments, queries })),
        );
      } catch (error) {
        if (error instanceof CodedError) return publicDetail(error.code, error.message);
        throw error;
      }
      return null;
    },
    leave(topic) {
      const known = index.get(topic);
      if (known === undefined || --known.count > 0) return;
      index.remove(known);
      news.left();
    },
    onNews(listener) {
      const own = (topic: string, body: string) => listener(topic, body);
      listeners = [...listeners, own];
      return () => {
        listeners = listeners.filter((other) => other !== own);
      };
    },
  };
}
