/** Facts of Datastreams: from memory, else asked of the server and remembered. */
import { intervalEnd } from '../../extra.ts';
import { millisecondsOf } from '../instants.ts';
import type { StreamFacts } from './facts.ts';
import { groupsOf, streamOf } from './groups.ts';
import { ALL_TIMES, type Span, timesIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { RowTable } from './rows.ts';
import { ROW, where } from './statements.ts';

/** Datastreams that are asked for at a time, so that what is found can be kept though some of them change meanwhile. */
const AT_ONCE = 2000;

/** Of those that have rows. */
export async function gatherFacts(store: ReaderStore, streams: Int32Array): Promise<Map<number, StreamFacts>> {
  const { known } = store;
  const found = new Map<number, StreamFacts>();
  const unknown: number[] = [];
  for (const ds of streams) {
    const facts = known.facts.get(ds);
    if (facts === undefined) unknown.push(ds);
    else if (facts.count > 0) found.set(ds, facts);
  }
  for (let at = 0; at < unknown.length; at += AT_ONCE) {
    const asked = Int32Array.from(unknown.slice(at, at + AT_ONCE));
    const settle = known.facts.observe();
    let gathered: Map<number, StreamFacts> | null = null;
    try {
      gathered = await ask(store, asked);
    } finally {
      settle(gathered);
    }
    for (const [ds, facts] of gathered) if (facts.count > 0) found.set(ds, facts);
  }
  return found;
}

/** Of all that are asked: those without rows, too. */
async function ask(store: ReaderStore, streams: Int32Array): Promise<Map<number, StreamFacts>> {
  const { known } = store;
  const found = new Map<number, StreamFacts>();
  for (const ds of streams)
    found.set(ds, {
      count: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      end: Number.NEGATIVE_INFINITY,
    });
  const exact = streams.filter((ds) => known.hidden.within(ds));
  await byServer(store, exact.length === 0 ? streams : streams.filter((ds) => !known.hidden.within(ds)), found);
  await byRow(store, exact, found);
  return found;
}

async function byServer(
  { known, requests, asker, from, options }: ReaderStore,
  streams: Int32Array,
  found: Map<number, StreamFacts>,
): Promise<void> {
  const statements: string[] = [];
  for (const { measurement, condition } of groupsOf(known, streams, options.readSeries)) {
    for (const part of known.parts(ALL_TIMES)) {
      const rows = `FROM ${from(part.where, measurement)}${where(condition, timesIn(part))} GROUP BY "datastream"`;
      statements.push(`SELECT count("record"), max("end") ${rows}`);
      for (const selector of ['first', 'last']) statements.push(`SELECT ${selector}("record") ${rows}`);
    }
  }
  const asked = new Set(streams);
  let at = { tags: 0, time: 0, count: 0, max: 0, first: 0, last: 0 };
  const sink = {
    header: (columns: readonly string[]): void => {
      const of = (name: string): number => columns.indexOf(name);
      at = {
        tags: of('tags'),
        time: of('time'),
        count: of('count'),
        max: of('max'),
        first: of('first'),
        last: of('last'),
      };
    },
    row: (cells: readonly string[]): void => {
      const ds = streamOf(cells[at.tags]!);
      const facts = found.get(ds);
      if (facts === undefined || !asked.has(ds)) return;
      if (at.count !== -1) {
        facts.count += Number(cells[at.count]);
        if (cells[at.max] !== '') facts.end = Math.max(facts.end, Number(cells[at.max]));
        return;
      }
      const t = millisecondsOf(cells[at.time]!);
      if (at.first !== -1) facts.first = Math.min(facts.first, t);
      else facts.last = Math.max(facts.last, t);
    },
  };
  await requests.ask(statements, sink, asker);
}

async function byRow(
  { known, requests, asker, from, options }: ReaderStore,
  streams: Int32Array,
  found: Map<number, StreamFacts>,
): Promise<void> {
  const statements: string[] = [];
  const all: Span = ALL_TIMES;
  for (const { measurement, condition } of groupsOf(known, streams, options.readSeries)) {
    for (const part of known.parts(all))
      statements.push(`SELECT ${ROW} FROM ${from(part.where, measurement)}${where(condition, timesIn(part))}`);
  }
  const asked = new Set(streams);
  const table = new RowTable(({ ds, t, n, rec, x }) => {
    const facts = found.get(ds);
    if (facts === undefined || !asked.has(ds) || known.hidden.has(ds, t, n, rec)) return;
    facts.count++;
    facts.first = Math.min(facts.first, t);
    facts.last = Math.max(facts.last, t);
    facts.end = Math.max(facts.end, intervalEnd(x) ?? facts.end);
  });
  await requests.ask(statements, table, asker);
}
