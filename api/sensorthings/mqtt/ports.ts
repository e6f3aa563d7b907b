/** What entities over MQTT need from the rest of the hub. */
import type { Reader } from '../../../services/access/index.ts';
import type { Bus } from '../../../services/bus/index.ts';
import type { Intake } from '../../../services/journal/index.ts';
import type { Clock } from '../../../services/model/index.ts';
import type { ChangeFeed } from '../../../services/registry/index.ts';
import type { Contexts } from '../contexts.ts';
import type { Writer } from '../write/index.ts';

export interface TopicPorts {
  readonly contexts: Contexts;
  readonly changes: ChangeFeed;
  readonly bus: Bus;
  readonly writer: Writer;
  /** For what can't be created: it is kept as a dead letter. */
  readonly intake: Intake;
  readonly clock: Clock;
  /** Absolute address of the API, with the version: a topic does not say by which host its reader reaches the hub. */
  readonly root: () => string;
  /** Who is told: what this reader may see. A topic tells everybody the same, so it is anybody without a token. */
  readonly audience: () => Reader;
  readonly events?: TopicEvents;
}

export interface TopicEvents {
  /** News that came faster than they can be told: not told. */
  dropped?(count: number): void;
  /** A defect: one piece of news was not told. */
  failed?(error: unknown): void;
}
