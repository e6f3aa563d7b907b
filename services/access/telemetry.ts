/** What access tells people: who was turned away, and that the hub is open. */
import type { Telemetry } from '../telemetry/index.ts';
import type { AccessPorts } from './access.ts';

export interface AccessEvents extends Pick<AccessPorts, 'refused'> {
  /** The sentences of `openDoors`, at the start. */
  opened(warnings: readonly string[]): void;
}

export function accessEvents(telemetry: Pick<Telemetry, 'happening'>): AccessEvents {
  const refused = telemetry.happening({
    metric: 'access_refused',
    help: 'Wrong tokens, and addresses that showed too many of them',
    labels: ['reason'],
    log: { level: 'warn', message: 'somebody showed a wrong token' },
  });
  const open = telemetry.happening({
    metric: 'access_open_doors',
    help: 'Options that let callers in without a token, counted at the start',
    log: { level: 'warn', message: 'this hub is open to callers without a token' },
  });
  return {
    refused: (reason) => refused({ reason }),
    opened(warnings) {
      if (warnings.length > 0) open({}, { count: warnings.length, fields: { warnings: warnings.join(' ') } });
    },
  };
}
