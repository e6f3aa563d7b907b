/**
 * Observations that clients create over MQTT [STA 13.2]. MQTT 3.1.1 can't say that a message was wrong: so it is
 * acknowledged, and kept as a dead letter that says why.
 */
import type { Identity } from '../../../services/access/index.ts';
import { CodedError, type ErrorCode } from '../../../services/model/index.ts';
import { NotYetDurable } from '../../../services/registry/index.ts';
import { Links } from '../answer/index.ts';
import { parseBody } from '../write/index.ts';
import type { TopicPorts } from './ports.ts';
import { REFUSED, refusedTopic } from './source.ts';
import { VERSION } from './topic.ts';

type Done = (error: Error | null) => void;

/** For these the client is not acknowledged: it keeps the message and sends it again. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['hub.busy', 'hub.storage']);

/** `v1.1/Observations`, and the Observations of one entity. Asked for every message of every device. */
export function isCreation(topic: string): boolean {
  return topic.startsWith(VERSION) && topic.endsWith('/Observations');
}

export function create(
  topic: string,
  body: Uint8Array,
  caller: Identity,
  { writer, intake, clock, root, contexts }: Pick<TopicPorts, 'writer' | 'intake' | 'clock' | 'root' | 'contexts'>,
  done: Done,
): void {
  const refuse = (error: unknown) => {
    // a full disk: the acknowledgement waits, however long; creating it again would be another Observation
    if (error instanceof NotYetDurable) {
      error.durable.then(() => done(null), refuse);
      return;
    }
    if (error instanceof CodedError && PASSING.has(error.code)) {
      done(error);
      return;
    }
    const why = error instanceof CodedError ? error : new CodedError('hub.internal', String(error), { cause: error });
    intake.accept(
      { source: REFUSED, topic: refusedTopic(topic, why), body, receivedAt: clock.now(), delivery: 0 },
      done,
    );
  };
  const request = {
    method: 'POST',
    path: topic.slice(VERSION.length),
    search: '',
    contentType: 'application/json',
    prefer: 'minimal',
  } as const;
  Promise.try(() =>
    writer.write({ ...request, body: parseBody(body, contexts.options) }, caller, new Links(root())),
  ).then(() => done(null), refuse);
}
