/**
 * The journal: raw messages and catalogue changes, durable and in one order. Start with `port.ts`; `appender.ts` is the
 * group commit, `format.ts` the bytes on disk, `ledger.ts` the checkpoints and dead letters beside it.
 */
export { FileJournal, type FileJournalPorts, type JournalEvents } from './file-journal.ts';
export type { Intake } from './intake.ts';
export { journalIntake } from './journal-intake.ts';
export { type DeadLetter, type DeadLetterFilter, Ledger } from './ledger.ts';
export { decodeMessage, encodeMessage } from './message.ts';
export { type Options as JournalOptions, options as journalOptions } from './options.ts';
export { type Journal, type JournalRecord, RECORD } from './port.ts';
export { journalEvents, ledgerEvents } from './telemetry.ts';
