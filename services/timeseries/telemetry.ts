/** What the store tells people: that it has ended, which only a new start mends. */
import type { CodedError } from '../model/index.ts';
import type { Telemetry } from '../telemetry/index.ts';

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
