/** The partitions of a store, in the order of time, opened when they are read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../threads/fault.ts';
import { Calendar, type Span } from './calendar.ts';
import { OpenFiles } from './open-files.ts';
import type { StoreFacts, WorkerSettings } from './protocol.ts';
import { ReadablePartition } from './readable-partition.ts';

export class Partitions {
  readonly #calendar: Calendar;
  readonly #open: OpenFiles<ReadablePartition>;
  /** Opened partitions that were read since the last release. */
  readonly #read = new Map<string, ReadablePartition>();
  #spans: readonly Span[] = [];

  constructor({ folder, options }: WorkerSettings, facts: StoreFacts) {
    this.#calendar = new Calendar(facts.weeksFrom, facts.weeksTo);
    const open = (name: string) => {
      const file = join(folder, `${name}.db`);
      // the word that all of it was due may be on its way
      return new ReadablePartition(file, existsSync(file) ? options.readerCacheMiB : null);
    };
    this.#open = new OpenFiles(options.readerOpenPartitions, open);
    for (const name of facts.partitions) this.add(name);
  }

  /** The oldest first. */
  get all(): readonly Span[] {
    return this.#spans;
  }

  add(name: string): void {
    const span = this.#calendar.parse(name);
    if (span === null) throw new Fault('hub.internal', `${name} is no partition of this store`);
    this.#spans = [...this.#spans, span].sort((a, b) => a.from - b.from);
  }

  /** The file is gone: whoever reads it still finds nothing there. */
  remove(name: string): void {
    this.#open.drop(name);
    this.#read.delete(name);
    this.#spans = this.#spans.filter((span) => span.name !== name);
  }

  /** Those that can have rows in [from, to], both inclusive. */
  within(from: number, to: number): Span[] {
    return this.#spans.filter((span) => span.from <= to && span.to > from);
  }

  named(name: string): Span | null {
    return this.#spans.find((span) => span.name === name) ?? null;
  }

  /** Ask again at every step: a partition that others pushed out has been closed. */
  open(span: Span): ReadablePartition {
    if (!this.#spans.some(({ name }) => name === span.name)) return new ReadablePartition(span.name, null);
    const partition = this.#open.get(span.name);
    this.#read.set(span.name, partition);
    return partition;
  }

  /** Ends the snapshots of this turn. */
  release(): void {
    for (const [name, partition] of this.#read) {
      try {
        partition.release();
      } catch {
        // a damaged file; who read it was told so, and who reads it next opens it again
        this.#open.drop(name);
      }
    }
    this.#read.clear();
  }

  close(): void {
    this.#open.close();
  }
}
