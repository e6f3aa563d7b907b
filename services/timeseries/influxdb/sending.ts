/**
 * Lines on their way to InfluxDB: a few requests at once, each of so many lines. What InfluxDB refuses is looked for until the
 * guilty lines are known; the good ones of a request that it refuses in part are stored by it, or sent again, which is no harm.
 */
import type { Connection, Refusal } from './connection.ts';
import type { Where } from './generations.ts';
import type { InfluxOptions } from './options.ts';

export interface Sending {
  readonly connection: Pick<Connection, 'write'>;
  readonly options: Pick<InfluxOptions, 'batchLines' | 'batchBytes' | 'parallelRequests' | 'refusedRequests'>;
}

export interface Parcel {
  readonly where: Where;
  readonly lines: readonly string[];
}

/** Lines of a parcel that InfluxDB refuses, with what it says of them. */
export type Refused = ReadonlyMap<number, string>;

/**
 * Resolves when every line is stored or refused; what is refused of parcel k stands in result k. Rejects with a ServerFault
 * when no request is under way any more; then some lines may be stored.
 */
export async function send(parcels: readonly Parcel[], { connection, options }: Sending): Promise<Refused[]> {
  const results = parcels.map(() => new Map<number, string>());
  const effort = { left: options.refusedRequests };
  const parts = pieces(parcels, options);
  let failure: unknown = null;
  const work = async (): Promise<void> => {
    for (let part = parts.next(); part.done !== true && failure === null; part = parts.next()) {
      const { index, from, to } = part.value;
      const numbers = Array.from({ length: to - from }, (_, k) => from + k);
      const { where, lines } = parcels[index]!;
      try {
        await store(connection, where, lines, numbers, results[index]!, effort);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: options.parallelRequests }, work));
  if (failure !== null) throw failure;
  return results;
}

async function store(
  connection: Sending['connection'],
  where: Where,
  lines: readonly string[],
  part: readonly number[],
  refused: Map<number, string>,
  effort: { left: number },
): Promise<void> {
  const waiting: (readonly number[])[] = [part];
  for (let some = waiting.pop(); some !== undefined; some = waiting.pop()) {
    const refusal = await connection.write(some.map((i) => lines[i]!).join('\n'), where);
    if (refusal === null) continue;
    effort.left--;
    const { detail } = refusal;
    if (some.length === 1 || allGuilty(refusal, some.length)) for (const i of some) refused.set(i, detail);
    else if (effort.left <= 0)
      for (const i of some) refused.set(i, `One of ${some.length} lines, or several: ${detail}`);
    else waiting.push(...split(some, lines, refusal));
  }
}

/** What is wrong mostly concerns a whole measurement; else halves. */
function split(part: readonly number[], lines: readonly string[], { status }: NonNullable<Refusal>): number[][] {
  if (status !== 413) {
    const groups = [...Map.groupBy(part, (i) => measurementOf(lines[i]!)).values()];
    if (groups.length > 1) return groups;
  }
  const middle = part.length >> 1;
  return [part.slice(middle), part.slice(0, middle)];
}

/** Up to the first comma or space that is not escaped. */
function measurementOf(line: string): string {
  return /^(?:\\.|[^, ])*/.exec(line)![0];
}

/** InfluxDB says how many lines of a request it has left out. */
function allGuilty(refusal: NonNullable<Refusal>, lines: number): boolean {
  const dropped = /partial write: .* dropped=(\d+)$/s.exec(refusal.detail)?.[1];
  return refusal.status !== 413 && dropped !== undefined && Number(dropped) === lines;
}

function* pieces(
  parcels: readonly Parcel[],
  { batchLines, batchBytes }: Sending['options'],
): Generator<{ readonly index: number; readonly from: number; readonly to: number }> {
  for (const [index, { lines }] of parcels.entries()) {
    let from = 0;
    let bytes = 0;
    for (let i = 0; i < lines.length; i++) {
      // characters, not bytes: nearly all of them are one
      bytes += lines[i]!.length + 1;
      if (i > from && (i - from >= batchLines || bytes > batchBytes)) {
        yield { index, from, to: i };
        from = i;
        bytes = lines[i]!.length + 1;
      }
    }
    if (lines.length > from) yield { index, from, to: lines.length };
  }
}
