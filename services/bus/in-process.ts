/** The bus inside one process: a publish calls every listener at once, without a queue or a timer on the way. */
import type { Bus, LiveListener } from './port.ts';

export interface InProcessBusPorts {
  /** A listener threw: count it. It stays subscribed, and the others still hear the publish. */
  listenerFailed(error: unknown): void;
}

export function inProcessBus(ports: InProcessBusPorts): Bus {
  // Replaced, never changed in place: a listener may subscribe or leave while a publish is under way.
  let listeners: readonly LiveListener[] = [];
  return {
    get listening() {
      return listeners.length > 0;
    },
    publish(observations) {
      if (observations.length === 0) return;
      for (const listener of listeners) {
        try {
          listener(observations);
        } catch (error) {
          ports.listenerFailed(error);
        }
      }
    },
    subscribe(listener) {
      // An own entry for each subscription, so that the same function subscribed twice leaves once.
      const entry: LiveListener = (observations) => listener(observations);
      listeners = [...listeners, entry];
      return () => {
        listeners = listeners.filter((other) => other !== entry);
      };
    },
  };
}
