/** SensorThings, whichever door it comes through: reading in contexts, one writer, and its topics. */
import { apiRoot, Contexts, entityWriter, mqttEndpoints, topicDoor, topicEvents } from '../api/sensorthings/index.ts';
import type { Ground } from './ground.ts';
import type { Guard } from './guard.ts';
import type { Storage } from './storage.ts';

export interface Whereabouts {
  /** Port of the HTTP server, once it listens. */
  readonly httpPort: () => number;
  /** Port of the embedded broker; null: there is none. */
  readonly mqttPort: () => number | null;
}

export type OpenData = ReturnType<typeof openData>;

export function openData(
  { config, clock, seen }: Ground,
  { catalogue, registry, store, overlay, latest, aggregates, journal, bus, intake }: Storage,
  { doorkeeper }: Guard,
  { httpPort, mqttPort }: Whereabouts,
) {
  const endpoints = (root: string) =>
    mqttEndpoints(root, { host: config.mqtt.host, port: mqttPort() }, config.sensorthings.mqttEndpoints);
  const contexts = new Contexts({
    catalogue,
    changes: registry,
    store: overlay,
    capabilities: () => store.capabilities,
    latest,
    aggregates,
    clock,
    options: config.sensorthings,
    made: config.registry,
    busy: () => journal.busy,
    ...(config.mqtt.enabled ? { mqttEndpoints: endpoints } : {}),
  });
  const writer = entityWriter({ registry, contexts });
  const door = topicDoor({
    contexts,
    changes: registry,
    bus,
    writer,
    intake,
    clock,
    root: () => apiRoot(config.sensorthings.publicUrl, { host: config.http.host, port: httpPort() }),
    audience: () => doorkeeper.identify({}, '').reader,
    events: topicEvents(seen),
  });
  return { contexts, writer, door };
}
