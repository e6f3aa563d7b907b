/**
 * The journal: raw messages and catalogue changes, durable and in one order. Start with `port.ts`; `appender.ts` is the
 * group commit, `format.ts` the bytes on disk, `ledger.ts` the checkpoints and dead letters beside it. `scrub.ts` takes
 * content out of closed segments, `gone.ts` is what is left of it.
 */
export { type SegmentPart, segmentParts } from './copy.ts';
export { type ClosedSegment, FileJournal, type FileJournalPorts, type JournalEvents } from './file-journal.ts';
export { decodeGone, encodeGone, hashOfIdentity } from './gone.ts';
export type { Intake } from './intake.ts';
export { journalIntake } from './journal-intake.ts';
export { Ledger } from './ledger.ts';
export type { DeadLetter, LetterCount, LetterFilter, LetterPage } from './letters.ts';
export { decodeMessage, encodeMessage } from './message.ts';
export { type Options as JournalOptions, options as journalOptions } from './options.ts';
export { type Journal, type JournalRecord, RECORD } from './port.ts';
export type { ScrubReport, Verdict } from './scrub.ts';
export { readSome } from './some.ts';
export { journalEvents, journalMeasures, ledgerEvents } from './telemetry.ts';
