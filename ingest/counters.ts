/** What passed through ingest, as plain numbers that metrics read. Nothing is dropped without a row here. */
export class IngestCounters {
  uplinks = 0;
  /** Joins, states, acknowledgements … */
  otherEvents = 0;
  observations = 0;
  /** The same uplink again: stored once, counted here. */
  repeated = 0;
  /** Further readings of an instant that was taken. */
  ties = 0;
  /** Rows that the store had already, after a restart. */
  replayed = 0;
  /** Rows and edits that the store refused for good: dead letters. */
  rejected = 0;
  /** Rows that were not stored because their retention class keeps nothing so old. */
  expired = 0;
  /** Rows that were not stored because they were erased by order. */
  erased = 0;
  /** Dead letters that were decoded after all. */
  requeued = 0;
  readonly deadLetters = new Map<string, number>();
  /** Readings by quality flag. */
  implausible = 0;
  future = 0;

  dead(code: string): void {
    this.deadLetters.set(code, (this.deadLetters.get(code) ?? 0) + 1);
  }
}
