/**
 * Entities over MQTT [STA 13, 14]: what the broker of `gateway/mqtt` asks of the API, which knows what a topic means. hub.ts
 * brings the two together.
 */
import type { Identity } from '../access/index.ts';

export interface TopicDoor {
  /** Does a message on this topic create an Observation (`v1.1/Observations`, `v1.1/Datastreams(1)/Observations` …)? */
  creates(topic: string): boolean;
  /**
   * Creates it. `done` is called when it is durable and readable: only then may the client be acknowledged. An error is of
   * the disk; bad content is kept as a dead letter and is no error.
   */
  create(topic: string, body: Uint8Array, caller: Identity, done: (error: Error | null) => void): void;
  /** null: this client may subscribe to the topic; else the reason why not. Each null is followed by one `leave`. */
  subscribe(topic: string, caller: Identity): string | null;
  leave(topic: string): void;
  /** Told the text for each topic that somebody has subscribed to. Returns the unsubscribe. */
  onNews(listener: (topic: string, body: string) => void): () => void;
}
