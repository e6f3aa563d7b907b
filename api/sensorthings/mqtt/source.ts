/**
 * Messages that were to create an Observation and could not: they stand in the journal, and the pipeline makes dead letters
 * of them. The reason was known when the message came (another Datastream may have its id by now), so it goes with it: behind
 * a `#` in the topic, which no published topic holds [MQTT 3.1.1 §3.3.2.1].
 */
import { CODES, type CodedError, type ErrorCode, type Source } from '../../../services/model/index.ts';

/** Name of the source: what an operator finds in the list of dead letters. */
export const REFUSED = 'sensorthings';

const MAX_TOPIC = 1000;
const MAX_DETAIL = 1000;

export function refusedTopic(topic: string, { code, message }: CodedError): string {
  return `${topic.slice(0, MAX_TOPIC)}#${code} ${message.slice(0, MAX_DETAIL)}`;
}

/** Claims no topic of its own: its messages come from the door of the API. */
export function refusedCreations(): Source {
  return {
    id: REFUSED,
    topicFilters: [],
    open({ topic }) {
      const [where = '', ...rest] = topic.split('#');
      const [code = '', ...words] = rest.join('#').split(' ');
      const detail = `${where}: ${words.join(' ')}`;
      return { ok: false, code: isCode(code) ? code : 'hub.internal', detail, device: null };
    },
  };
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(CODES, text);
}
