/** All connections to one broker: how many, how they are called, start and stop. */
import { topicMatcher } from '../../envelope/index.ts';
import { brokerConnection, type ConnectionFigures } from './connection.ts';
import type { ExternalPorts } from './ports.ts';

export interface ExternalBroker {
  /** Begins to connect and returns; a broker that is away is tried again for ever. Throws when a certificate can't be read. */
  start(): Promise<void>;
  /** Waits for what is on its way to the disk; what was not acknowledged comes again at the next start. */
  stop(): Promise<void>;
  readonly figures: { readonly connected: number; readonly accepted: number };
}

export function externalBroker(ports: ExternalPorts): ExternalBroker {
  const { broker, sources } = ports;
  const matcher = topicMatcher(sources);
  const filters = [...new Set(broker.filters ?? sources.flatMap((source) => source.topicFilters))];
  // Two connections without a shared subscription would get every message twice.
  const count = broker.share === '' ? 1 : broker.connections;
  const subscriptions = broker.share === '' ? filters : filters.map((filter) => `$share/${broker.share}/${filter}`);
  const connections = Array.from({ length: count }, (_, i) =>
    brokerConnection({ ...ports, matcher, subscriptions, clientId: `${broker.name}-${i + 1}` }),
  );
  const sum = (of: (figures: ConnectionFigures) => number) =>
    connections.reduce((total, connection) => total + of(connection.figures), 0);
  return {
    async start() {
      for (const connection of connections) connection.start();
    },
    async stop() {
      await Promise.all(connections.map((connection) => connection.stop()));
    },
    get figures() {
      return { connected: sum(({ connected }) => (connected ? 1 : 0)), accepted: sum(({ accepted }) => accepted) };
    },
  };
}
