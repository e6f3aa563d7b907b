/** Is a row stored at all? Reading messages again brings nothing back that is too old or was erased. */
import type { Keeping } from '../store/kept.ts';

export function isKept(keeping: Keeping | undefined, datastream: number, t: number): boolean {
  return keeping === undefined || (t >= keeping.keptFrom(datastream) && !keeping.erased(datastream, t));
}
