/** The landing page [STA 9.2.1]: what there is and which parts of the standard hold. */
import { SETS } from '../schema/index.ts';
import { CONFORMANCE, MQTT_CONFORMANCE } from './conformance.ts';
import type { Links } from './links.ts';

/** `mqtt`: addresses of brokers, `mqtt://host:1883`, `wss://host/mqtt`; none: nothing goes over MQTT. */
export function landingPage(links: Links, mqtt: readonly string[]): object {
  const brokers = mqtt.length === 0 ? [] : MQTT_CONFORMANCE;
  return {
    serverSettings: {
      conformance: [...CONFORMANCE, ...brokers],
      ...Object.fromEntries(brokers.map((uri) => [uri, { endpoints: mqtt }])),
    },
    value: Object.keys(SETS).map((name) => ({ name, url: `${links.root}/${name}` })),
  };
}
