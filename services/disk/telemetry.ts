/** What people are told of the disks: one line when a reserve is used up, one when there is room again. */
import type { Telemetry } from '../telemetry/index.ts';
import type { DiskEvents, DiskGuard, Reserve } from './disk-guard.ts';

const MIB = 1024 * 1024;

/** One for all guards of the process. */
export function diskEvents(telemetry: Pick<Telemetry, 'happening' | 'log'>): DiskEvents {
  const count = telemetry.happening({
    metric: 'disk_reserve_used_up',
    help: 'Times that a disk had less free space than its reserve: messages (nothing is acknowledged), files (nothing is stored)',
    labels: ['reserve'],
  });
  const unknown = telemetry.happening({
    metric: 'disk_space_unknown',
    help: 'Times that the system did not tell how much space is free',
    log: { level: 'warn', message: 'the system does not tell how much of the disk is free' },
  });
  const fields = (folder: string, freeBytes: number) => ({ folder, freeMiB: Math.floor(freeBytes / MIB) });
  return {
    began(reserve, folder, freeBytes) {
      count({ reserve });
      telemetry.log.error(BEGAN[reserve], fields(folder, freeBytes));
    },
    ended: (reserve, folder, freeBytes) => telemetry.log.info(ENDED[reserve], fields(folder, freeBytes)),
    unknown: (folder, error) => unknown({}, { error, fields: { folder } }),
  };
}

const BEGAN: Readonly<Record<Reserve, string>> = {
  messages: 'the disk is nearly full (disk.reserveMiB): nothing is acknowledged until there is room',
  files: 'the disk is nearly full (disk.filesMiB): nothing is stored until there is room',
};
const ENDED: Readonly<Record<Reserve, string>> = {
  messages: 'the disk has room again: messages are taken',
  files: 'the disk has room again: the store catches up',
};

/** Free space and /readyz of the disks, by the name that each has: `data`, `store`. */
export function diskMeasures(
  telemetry: Pick<Telemetry, 'gauge' | 'health'>,
  guards: Readonly<Record<string, DiskGuard>>,
): void {
  const all = Object.entries(guards);
  telemetry.gauge({
    metric: 'disk_free_bytes',
    help: 'Free space on the disk of the data folder, and of the store',
    labels: ['disk'],
    read: () => all.map(([disk, guard]) => [{ disk }, guard.free ?? 0] as const),
  });
  for (const [disk, guard] of all) {
    telemetry.health.register(`disk ${disk}`, () => {
      const [messages, files] = [guard.lack('messages'), guard.lack('files')];
      if (messages !== null) return { ok: false, detail: messages.message };
      if (files !== null) return { ok: true, degraded: true, detail: files.message };
      return {
        ok: true,
        detail: guard.free === null ? 'not looked at yet' : `${Math.floor(guard.free / MIB)} MiB free`,
      };
    });
  }
}
