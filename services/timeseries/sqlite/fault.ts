/** Failures of database files and of the file system, in words that name the file. */
import { Fault } from '../threads/fault.ts';

/** Runs `work` on a database file; whatever SQLite or the file system says becomes a Fault that names the file. */
export function onFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    // SQLite's errors have an errcode, the file system's an errno
    const disk = error instanceof Error && ('errcode' in error || 'errno' in error);
    const message = error instanceof Error ? error.message : String(error);
    throw new Fault(disk ? 'hub.storage' : 'hub.internal', `${file}: ${message}`, { cause: error });
  }
}
