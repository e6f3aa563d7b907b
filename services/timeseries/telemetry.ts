/** What the store tells people: that it has ended, which only a new start mends. */
import type { CodedError } from '../model/index.ts';
import type { Telemetry } from '../telemetry/index.ts';

/** For the `onLost` of the store in files. */
export function partitionsLost(telemetry: Pick<Telemetry, 'happening'>): (partitions: readonly string[]) => void {
  const lost = telemetry.happening({
    metric: 'partitions_lost',
    help: 'Files with Observations that were there at the last start and are not any more',
    log: {
      level: 'error',
      message:
        'files with Observations are lost; what the journal still has is written again, the rest is in backups (docs/guides/backup.md)',
    },
  });
  return (partitions) =>
    lost({}, { count: partitions.length, fields: { partitions: partitions.slice(0, 20).join(', ') } });
}

/** For a store's `onFailure`. */
export function storeEnded(telemetry: Pick<Telemetry, 'happening'>): (error: CodedError) => void {
  const ended = telemetry.happening({
    metric: 'store_ended',
    help: 'Times that the time-series store ended by itself',
    log: {
      level: 'error',
      message: 'the time-series store ended by itself; uplinks are kept in the journal until the hub is started again',
    },
  });
  return (error) => ended({}, { error });
}
