/** The Observation of an @iot.id as this change has it, if its caller may name it. null: there is none. */
import type { Session } from './session.ts';
import { findRow, type StoredRow } from './stored-row.ts';

export async function findPlanned(session: Session, id: bigint): Promise<StoredRow | null> {
  const planned = session.rows.find(id);
  const row = planned === undefined ? await findRow(id, session.parts.source) : planned;
  return row === null || session.stream(row.ds) === undefined ? null : row;
}
