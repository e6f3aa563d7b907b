/**
 * The parts of the hub, put together in groups; `hub.ts` makes the groups, gives them to one another, and starts and stops
 * what they hold. `storage.ts`: what is kept (journal, ledger, store, latest values, catalogue) and the pipeline between.
 * `open-data.ts`: SensorThings, whichever door it comes through. `guard.ts`: who may come in. `doors.ts`: MQTT. `web.ts`: the
 * HTTP server with its routers. `backups.ts`: backups, and the versions of the data folder. `disks.ts`: how much room there is. `status.ts`: what the hub says of itself. `housekeeping.ts`: what is done every few seconds.
 */
export { backupsOf, folderFormat } from './backups.ts';
export { makeFolder } from './data-folder.ts';
export { type Disks, disksOf } from './disks.ts';
export { type Doors, mqttDoors } from './doors.ts';
export type { Ground, Part } from './ground.ts';
export { type Guard, guardOf } from './guard.ts';
export { historyOf, type KeptHistory } from './history.ts';
export { housekeeping } from './housekeeping.ts';
export { type OpenData, openData } from './open-data.ts';
export { seriesNames } from './series-names.ts';
export { reportHealth, statusOf } from './status.ts';
export { type Storage, storageOf } from './storage.ts';
export { type Web, web } from './web.ts';
