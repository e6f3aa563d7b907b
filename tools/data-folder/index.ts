/**
 * A hub's data folder as if it had taken in all of this itself, made with the hub's own parts: changes in the journal, the
 * registry's snapshot of them, rows in the store, the ledger's checkpoint behind both. For benches, and for tests that need
 * fixed ids and times.
 */
export { type DataFolderParts, makeDataFolder, type Put } from './data-folder.ts';
