/** Which statements ask for many Datastreams: each names one measurement and some of its Datastreams, or all of them. */
import type { Known } from './known.ts';
import { ofStreams } from './statements.ts';

export interface Group {
  readonly measurement: string;
  readonly streams: readonly number[];
  /** null: all of the measurement. */
  readonly condition: string | null;
}

/**
 * Groups of `streams` (ascending) of at most `most` Datastreams. A measurement of which all are asked needs no condition; so
 * rows of others may come, too: of those that are dropped and deleted later, and of those that get their first row meanwhile.
 */
export function groupsOf(known: Known, streams: Int32Array, most: number): Group[] {
  const lists = new Map<string, number[]>();
  for (const ds of streams) {
    const measurement = known.measurement(ds);
    if (measurement === null) continue;
    const list = lists.get(measurement);
    if (list === undefined) lists.set(measurement, [ds]);
    else list.push(ds);
  }
  const groups: Group[] = [];
  for (const [measurement, list] of lists) {
    if (list.length === known.size(measurement)) groups.push({ measurement, streams: list, condition: null });
    else {
      for (let at = 0; at < list.length; at += most) {
        const part = list.slice(at, at + most);
        groups.push({ measurement, streams: part, condition: ofStreams(part) });
      }
    }
  }
  return groups;
}

/** The same, each with a condition: nothing comes but rows of these Datastreams. */
export function exactGroupsOf(known: Known, streams: Int32Array, most: number): Group[] {
  return groupsOf(known, streams, most).map((group) => ({ ...group, condition: ofStreams(group.streams) }));
}

/** Rounds in which each measurement comes once, so that its name tells which statement a row belongs to. */
export function roundsOf(groups: readonly Group[]): Group[][] {
  const rounds: Group[][] = [];
  const next = new Map<string, number>();
  for (const group of groups) {
    const round = next.get(group.measurement) ?? 0;
    next.set(group.measurement, round + 1);
    rounds[round] ??= [];
    rounds[round].push(group);
  }
  return rounds;
}

/** Of the column `tags` behind GROUP BY "datastream". */
export function streamOf(tags: string): number {
  return Number(tags.slice('datastream='.length));
}
