/** What can happen at the MQTT doors, counted and logged in one place. */
import type { Happening, Telemetry } from '../../services/telemetry/index.ts';

export interface MqttHappenings {
  /** A publish that no source claims: acknowledged, not kept. Its topic stands in the line. */
  readonly unclaimed: Happening<'door'>;
  /** A client was turned away: credential, publish, unread, connections, address, connect-timeout, packet-size, … */
  readonly refused: Happening<'reason'>;
  /** A connected client was lost: reset, silent for too long, not reading, or not speaking MQTT. Devices do that all day. */
  readonly clientLost: Happening<never>;
  /** A subscription that is not allowed. */
  readonly subscriptionRefused: Happening<never>;
  /** The journal did not take a message: it was not acknowledged, the network sends it again. */
  readonly notStored: Happening<'door'>;
  /** The journal can never take a message (too large): it was acknowledged, or it would come again for ever. */
  readonly lost: Happening<'door'>;
  /** A retained message was passed over: it is the last known value, no reading. */
  readonly retainedIgnored: Happening<never>;
  /** A connection to another broker was lost or not made. */
  readonly disconnected: Happening<'broker'>;
  readonly connected: Happening<'broker'>;
}

export function mqttHappenings(telemetry: Pick<Telemetry, 'happening'>): MqttHappenings {
  const warn = (message: string) => ({ level: 'warn' as const, message });
  return {
    unclaimed: telemetry.happening({
      metric: 'mqtt_unclaimed',
      help: 'Messages on topics that no source claims; acknowledged, not kept.',
      labels: ['door'],
      log: warn('A message was published on a topic that no source claims'),
    }),
    refused: telemetry.happening({
      metric: 'mqtt_clients_refused',
      help: 'MQTT clients that were turned away, by reason.',
      labels: ['reason'],
      log: warn('An MQTT client was turned away'),
    }),
    clientLost: telemetry.happening({
      metric: 'mqtt_clients_lost',
      help: 'MQTT clients whose connection ended without DISCONNECT, by their or our doing.',
    }),
    subscriptionRefused: telemetry.happening({
      metric: 'mqtt_subscriptions_refused',
      help: 'Subscriptions at the embedded broker that are not allowed.',
      log: warn('A subscription was refused'),
    }),
    notStored: telemetry.happening({
      metric: 'mqtt_not_stored',
      help: 'Messages that the journal did not take; they were not acknowledged.',
      labels: ['door'],
      log: warn('A message could not be stored; it was not acknowledged and will come again'),
    }),
    lost: telemetry.happening({
      metric: 'mqtt_lost',
      help: 'Messages that the journal can never take; acknowledged, because they would come again for ever.',
      labels: ['door'],
      log: { level: 'error', message: 'A message can never be stored and is lost' },
    }),
    retainedIgnored: telemetry.happening({
      metric: 'mqtt_retained_ignored',
      help: 'Retained messages of other brokers that were passed over: they are no readings.',
    }),
    disconnected: telemetry.happening({
      metric: 'mqtt_broker_disconnected',
      help: 'Connections to other brokers that were lost or not made.',
      labels: ['broker'],
      log: warn('No connection to the MQTT broker'),
    }),
    connected: telemetry.happening({
      metric: 'mqtt_broker_connected',
      help: 'Connections to other brokers that were made.',
      labels: ['broker'],
      log: { level: 'info', message: 'Connected to the MQTT broker' },
    }),
  };
}
