/**
 * The disks that the hub writes to, and when it stops before they are full. Start with `disk-guard.ts`; the journal, the
 * embedded store and the snapshots ask it before they write.
 */
export { type DiskEvents, DiskGuard, type DiskGuardPorts, type DiskRoom, type Reserve } from './disk-guard.ts';
export { keepToOwner } from './keep-to-owner.ts';
export { makePath } from './make-path.ts';
export { type Options as DiskOptions, options as diskOptions } from './options.ts';
export { diskEvents, diskMeasures } from './telemetry.ts';
