/** What the registry tells people: one function per happening, which logs and counts together. */
import type { Telemetry } from '../telemetry/index.ts';
import type { RegistryPorts } from './journaled-registry.ts';

export function registryEvents(
  telemetry: Pick<Telemetry, 'happening'>,
): Required<Pick<RegistryPorts, 'snapshotFailed' | 'listenerFailed'>> {
  const snapshot = telemetry.happening({
    metric: 'registry_snapshot_failures',
    help: 'Snapshots of the registry that could not be written; the journal has everything',
    log: { level: 'warn', message: "the registry's snapshot could not be written; the journal has everything" },
  });
  const listener = telemetry.happening({
    metric: 'registry_listener_defects',
    help: 'Listeners of changes of the catalogue that threw',
    log: { level: 'error', message: 'a listener of changes of the catalogue failed, which is a defect' },
  });
  return {
    snapshotFailed: (error) => snapshot({}, { error }),
    listenerFailed: (error) => listener({}, { error }),
  };
}
