/** What backups, and upgrades of a data folder, tell people. */

import type { Clock } from '../model/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import type { BackupEvents, Backups } from './backups.ts';
import type { Upgrade } from './format.ts';

export function backupEvents(telemetry: Pick<Telemetry, 'happening'>): BackupEvents {
  const made = telemetry.happening({
    metric: 'backups',
    help: 'Backups that were completed',
    log: { level: 'info', message: 'a backup is complete' },
  });
  const failed = telemetry.happening({
    metric: 'backup_failures',
    help: 'Backups that failed, and orders that could not be written beside them',
    log: { level: 'error', message: 'a backup failed; the next one begins anew' },
  });
  return {
    made: ({ folder, bytes, sharedBytes, milliseconds, store }) => {
      const observations = store.included
        ? 'in the backup'
        : `not in the backup: ${store.kind} has to be backed up, too`;
      made({}, { fields: { folder, bytes, sharedBytes, milliseconds, observations } });
    },
    failed: (error) => failed({}, { error }),
  };
}

export function backupMeasures(
  telemetry: Pick<Telemetry, 'gauge'>,
  backups: Pick<Backups, 'completed'>,
  clock: Clock,
): void {
  telemetry.gauge({
    metric: 'backup_age_seconds',
    help: 'Time since the last backup was complete; missing where there is none',
    read: () => (backups.completed === null ? [] : (clock.now() - backups.completed) / 1000),
  });
}

export function upgradeEvents(telemetry: Pick<Telemetry, 'happening'>): (upgrade: Upgrade) => void {
  const begins = telemetry.happening({
    metric: 'data_folder_upgrades',
    help: 'Parts of the data folder that were brought to the format of this hub',
    log: { level: 'info', message: 'a part of the data folder is brought to the format of this hub' },
  });
  const final = telemetry.happening({
    metric: 'data_folder_final_upgrades',
    help: 'Those of them that a hub of before cannot read any more',
    log: {
      level: 'warn',
      message: 'a part of the data folder is brought to a format that a hub of before cannot read',
    },
  });
  return ({ part, from, to, what, back }) => {
    if (back === null) begins({}, { fields: { part, from, to, what } });
    else final({}, { fields: { part, from, to, what, back } });
  };
}
