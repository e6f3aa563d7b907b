/** What the bus tells people. */
import type { Telemetry } from '../telemetry/index.ts';
import type { InProcessBusPorts } from './in-process.ts';

export function busEvents(telemetry: Pick<Telemetry, 'happening'>): InProcessBusPorts {
  const defect = telemetry.happening({
    metric: 'bus_listener_defects',
    help: 'Listeners of live values that threw',
    log: { level: 'error', message: 'a listener of live values failed, which is a defect' },
  });
  return { listenerFailed: (error) => defect({}, { error }) };
}
