/**
 * The commands `stadtpegel backup`, `restore` and `move`. Each `*.main.ts` is the process: command line, messages, exit code.
 * What they do is in services/backup and in `moving.ts`; `stores.ts` opens the stores that the options name.
 */
export { type MoveReport, type MoveSide, move } from './moving.ts';
