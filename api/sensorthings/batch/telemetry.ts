/** What batches tell people: their clients are not told of a defect of the hub. */
import type { Telemetry } from '../../../services/telemetry/index.ts';

/** For `defect` of the API's ports. */
export function batchDefect(telemetry: Pick<Telemetry, 'happening'>): (error: unknown) => void {
  const defect = telemetry.happening({
    metric: 'batch_defects',
    help: 'Requests of a $batch that failed by a defect of the hub',
    log: { level: 'error', message: 'a request of a $batch failed by a defect of the hub' },
  });
  return (error) => defect({}, { error });
}
