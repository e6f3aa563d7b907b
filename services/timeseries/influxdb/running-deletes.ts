/**
 * Deletions that the server still works on though nobody waits for their answer: the request timed out, or the hub that sent it
 * was killed. They would take rows along that are written meanwhile.
 */
import { Fault } from '../threads/fault.ts';
import type { Connection } from './connection.ts';

/** 2.x deletes before it answers, and 3.x not at all; who may not see the queries of 1.x learns nothing. */
export async function isDeleting(connection: Connection, database: string): Promise<boolean> {
  if (connection.dialect.generation !== 1) return false;
  try {
    const [series] = await connection.ask('SHOW QUERIES');
    const { columns = [], values = [] } = series?.[0] ?? {};
    const [query, where] = [columns.indexOf('query'), columns.indexOf('database')];
    return values.some((row) => row[where] === database && /^\s*DELETE\b/i.test(String(row[query])));
  } catch (error) {
    if (error instanceof Fault && error.code === 'store.credentials') return false;
    throw error;
  }
}
