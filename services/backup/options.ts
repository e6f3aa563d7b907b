/** Options `backup.*`. */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../model/index.ts';

export const options = z.object({
  folder: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Folder of the backups, one folder in it for each. Best on another disk than the data. Left out: `backups` beside the data folder.',
    ),
  keep: z
    .int()
    .min(0)
    .max(100_000)
    .default(14)
    .describe('Backups of this data folder that are kept; when a new one is complete, older ones go. 0: all are kept.')
    .meta({ limit: true }),
  share: z
    .boolean()
    .default(true)
    .describe(
      'Files that have not changed since the last backup, and closed journal segments on the same disk, are shared with it by hard links instead of copied.',
    ),
  observations: z
    .boolean()
    .default(false)
    .describe(
      'Copies the Observations of a store that is a server (InfluxDB) into the backup too. Those of the embedded store are always in it.',
    ),
  reserveMiB: z
    .number()
    .min(0)
    .default(512)
    .describe('A backup that would leave less room than this on its disk is not begun (hub.storage).')
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;

/** Where the backups of this data folder are. */
export function backupFolder(data: string, { folder }: Pick<Options, 'folder'>): string {
  return folder ?? join(dirname(resolve(data)), 'backups');
}

/** Folders of the data folder in which only their own parts may write. */
const TAKEN = ['journal', 'timeseries', 'influxdb'];

/** Throws CodedError hub.storage where backups would stand among the hub's own files. */
export function checkBackupFolder(data: string, folder: string): void {
  const inside = relative(resolve(data), resolve(folder));
  if (inside !== '' && !TAKEN.includes(inside.split(sep)[0] as string)) return;
  throw new CodedError(
    'hub.storage',
    `Backups cannot stand in ${folder}, where the hub keeps its own files; name another folder with backup.folder.`,
  );
}
