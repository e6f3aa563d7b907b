/**
 * Reading from InfluxDB, in a thread of its own. Start with `reader.ts`, the half of the port that reads, seen from the main
 * thread; `reading.ts` is the thread's work, `requests.ts` how a statement is asked so that its answer is certainly whole.
 */
export type { FromWriter, PlaceColumns, SeriesColumns } from './protocol.ts';
export { InfluxReader, type InfluxReaderPorts } from './reader.ts';
