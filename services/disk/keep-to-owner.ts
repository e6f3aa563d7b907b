/** Files of the hub hold readings and names of people: they are nobody's but the user's that the hub runs as. */
import { chmodSync } from 'node:fs';

/** For files that somebody else opens, such as SQLite, which gives its logs the same rights. A file system without rights is left so. */
export function keepToOwner(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    // another user's file, or a file system that knows no rights: the operator's decision
  }
}
