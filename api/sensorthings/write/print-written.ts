/** The answer's body: the entity as GET shows it from now on. */
import { CodedError } from '../../../services/model/index.ts';
import { type Links, Printer } from '../answer/index.ts';
import { planQuery } from '../plan/index.ts';
import { expandNodes, newNode, type RequestContext } from '../rows/index.ts';
import { type Entity, Observation, SETS } from '../schema/index.ts';
import type { WritableSet } from './shapes.ts';
import type { StoredRow } from './stored-row.ts';

/** What is to be shown. Of an Observation its row: the store need not be asked for what was just written. */
export type Shown =
  | { readonly set: Exclude<WritableSet, 'Observations'>; readonly id: number }
  | { readonly set: 'Observations'; readonly row: StoredRow };

/** null: the caller may not see what it wrote, it is gone again, or the store can't say all of it now. */
export async function printWritten(shown: Shown, context: RequestContext, links: Links): Promise<string | null> {
  const entity = visible(shown, context);
  if (entity === undefined) return null;
  const { options, env } = context;
  const query = planQuery(SETS[shown.set], {}, { options, now: env.now });
  const node = newNode(entity);
  try {
    await expandNodes([node], query, context);
  } catch (error) {
    // it is written and durable: that it can't be shown is no failure of the request
    if (error instanceof CodedError) return null;
    throw error;
  }
  return new Printer(query, context, links).print(node);
}

function visible(shown: Shown, { env, view }: RequestContext): Entity | undefined {
  if (shown.set !== 'Observations') return view.set(shown.set).get(shown.id);
  return env.stream(shown.row.ds) === undefined ? undefined : Observation.of(shown.row, shown.row.rec ?? 0);
}

/** Of CreateObservations [STA 12.2]: an address for each row, or what is wrong with it. */
export function printRows(rows: readonly (bigint | CodedError)[], links: Links): string {
  const texts = rows.map((row) =>
    typeof row === 'bigint' ? `"${links.root}/Observations(${row})"` : JSON.stringify(`error: ${row.message}`),
  );
  return `[${texts.join(',')}]`;
}
