/** Numbers of the embedded broker that are read when somebody asks for /metrics. */
import type { Telemetry } from '../../services/telemetry/index.ts';
import type { EmbeddedBroker } from './embedded/index.ts';

export function mqttMeasures(telemetry: Pick<Telemetry, 'gauge' | 'total'>, broker: EmbeddedBroker): void {
  telemetry.gauge({
    metric: 'mqtt_connections',
    help: 'Connections at the embedded broker.',
    read: () => broker.figures.connections,
  });
  telemetry.gauge({
    metric: 'mqtt_in_flight',
    help: 'Messages at the embedded broker that wait for the disk.',
    read: () => broker.figures.inFlight,
  });
  telemetry.gauge({
    metric: 'mqtt_in_flight_bytes',
    help: 'Their bytes.',
    read: () => broker.figures.inFlightBytes,
  });
  telemetry.gauge({
    metric: 'mqtt_unfinished_bytes',
    help: 'Bytes of packets and frames at the embedded broker that are not complete.',
    read: () => broker.figures.unfinishedBytes,
  });
  telemetry.gauge({
    metric: 'mqtt_topics',
    help: 'Topics of the embedded broker that somebody has subscribed to.',
    read: () => broker.figures.topics,
  });
  telemetry.gauge({
    metric: 'mqtt_subscriptions',
    help: 'Subscriptions to them.',
    read: () => broker.figures.subscriptions,
  });
  telemetry.total({
    metric: 'mqtt_told',
    help: 'Messages of the embedded broker that went out to subscribers.',
    read: () => broker.figures.told,
  });
  telemetry.total({
    metric: 'mqtt_accepted',
    help: 'Messages of the embedded broker that are in the journal.',
    read: () => broker.figures.accepted,
  });
}
