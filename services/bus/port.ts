/** Live values between the parts of the hub. In-process now; the port is drawn for a message broker later. */
import type { LiveObservation } from '../model/index.ts';

export type LiveListener = (observations: readonly LiveObservation[]) => void;

export interface Bus {
  /** True while somebody listens: publishers skip building objects otherwise. */
  readonly listening: boolean;
  publish(observations: readonly LiveObservation[]): void;
  /** Listeners must not block or throw; one that throws is counted and stays subscribed. Returns the unsubscribe. */
  subscribe(listener: LiveListener): () => void;
}
