/**
 * Deletions that the server still works on though nobody waits for their answer: the request timed out, or the hub that sent it
 * was killed. They would take rows along that are written meanwhile. And those that are waited for though the server does not work
 * on them: what was to be written there waits, too.
 */
import { Fault } from '../threads/fault.ts';
import type { Connection } from './connection.ts';
import { ServerFault } from './server-fault.ts';

/** So often it is looked whether the server works on it … */
const LOOK_MS = 5000;
/** … and so many times in a row it may not, before its answer is given up. */
const LOOKS = 3;

/** Who may not see the queries of 1.x learns nothing. */
export async function isDeleting(connection: Connection, database: string): Promise<boolean> {
  return (await deletes(connection, database)) === true;
}

/** Rejects when the answer never comes: the request or the answer was lost on its way. */
export async function whileItIsDone(
  connection: Connection,
  database: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  let idle = 0;
  const look = async (): Promise<void> => {
    // null: nobody knows, and it is waited for as long as it may take
    idle = (await deletes(connection, database).catch(() => null)) === false ? idle + 1 : 0;
    if (idle < LOOKS) return;
    const detail = 'InfluxDB does not work on a deletion that it has not answered; it is asked again.';
    lost.abort(new ServerFault('store.unavailable', detail, true));
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  try {
    await work(lost.signal);
  } finally {
    clearInterval(timer);
  }
}

/** null: it can't be seen. 2.x deletes before it answers, and 3.x not at all. */
async function deletes(connection: Connection, database: string): Promise<boolean | null> {
  if (connection.dialect.generation !== 1) return null;
  try {
    const [series] = await connection.ask('SHOW QUERIES');
    const { columns = [], values = [] } = series?.[0] ?? {};
    const [query, where] = [columns.indexOf('query'), columns.indexOf('database')];
    return values.some((row) => row[where] === database && /^\s*DELETE\b/i.test(String(row[query])));
  } catch (error) {
    if (error instanceof Fault && error.code === 'store.credentials') return null;
    throw error;
  }
}
