/**
 * Which uplinks were seen lately, by identity. Two generations of a Map: when the younger is full or old, it takes the
 * place of the older one. What is forgotten here is still stored once, because the store reports the occupied row.
 */
import { DELIVERY } from '../../services/model/index.ts';

export class Repetitions {
  private readonly windowMs: number;
  private readonly entries: number;
  private young = new Map<string, number>();
  private old = new Map<string, number>();
  private since = 0;

  constructor(windowMs: number, entries: number) {
    this.windowMs = windowMs;
    this.entries = entries;
  }

  /**
   * True when this identity was seen before; else it is remembered. `at` is the receipt in milliseconds. An identity that a
   * replay meets again under its own record number is no repetition. `mayRepeat` false: only remember (see `isRepeatable`).
   */
  seen(identity: string, record: number, at: number, mayRepeat: boolean): boolean {
    if (this.windowMs === 0) return false;
    if (at - this.since > this.windowMs || this.young.size >= this.entries) {
      this.old = at - this.since > 2 * this.windowMs ? new Map() : this.young;
      this.young = new Map();
      this.since = at;
    }
    const before = this.young.get(identity) ?? this.old.get(identity);
    if (before !== undefined && mayRepeat) return before !== record;
    this.young.set(identity, record);
    return false;
  }
}

/**
 * Identities that begin with `~` are hashes of the content, for networks that number nothing. Equal content is a repetition
 * only where the transport says that it may be one: a sensor is free to report the same value twice.
 */
export function isRepeatable(identity: string, delivery: number): boolean {
  return !identity.startsWith('~') || (delivery & (DELIVERY.dup | DELIVERY.reconnected)) !== 0;
}
