/** What can go wrong with news over MQTT, counted and logged in one place. */
import type { Telemetry } from '../../../services/telemetry/index.ts';
import type { TopicEvents } from './ports.ts';

export function topicEvents(telemetry: Pick<Telemetry, 'happening'>): TopicEvents {
  const dropped = telemetry.happening({
    metric: 'mqtt_news_dropped',
    help: 'Changes that were not told over MQTT, because more than sensorthings.topicQueue waited.',
    log: { level: 'warn', message: 'More happens than can be told over MQTT; some of it was not told' },
  });
  const failed = telemetry.happening({
    metric: 'mqtt_news_defects',
    help: 'Changes that were not told over MQTT by a defect of the hub.',
    log: { level: 'error', message: 'A change could not be told over MQTT, which is a defect' },
  });
  return { dropped: (count) => dropped({}, { count }), failed: (error) => failed({}, { error }) };
}
