/** Brings a complete backup into another folder, and its orders beside it. */
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { keepOrders, ordersOf, removeOld, verifyBackup } from '../../services/backup/index.ts';
import { CodedError } from '../../services/model/index.ts';

export interface CopiedBackup {
  /** Of the copy, which has been compared with its checksums. */
  readonly folder: string;
  /** Older copies of this hub's backups that went. */
  readonly removed: readonly string[];
}

/** `keep`: backups of this hub that stay there; 0: all. */
export async function copyBackup(backup: string, to: string, keep: number): Promise<CopiedBackup> {
  const name = basename(backup);
  const partial = join(to, `.${name}.partial`);
  try {
    await mkdir(to, { recursive: true });
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o700 });
    await cp(backup, partial, { recursive: true, preserveTimestamps: true });
    const { identity, data } = await verifyBackup(partial);
    await rename(partial, join(to, name));
    if (identity !== undefined)
      await keepOrders(join(dirname(backup), ordersOf(identity)), join(to, ordersOf(identity)));
    return { folder: join(to, name), removed: await removeOld(to, data, keep) };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (cause instanceof CodedError) throw cause;
    const detail = `${backup} was made, but cannot be copied to ${to}: ${(cause as Error).message}`;
    throw new CodedError('hub.storage', detail, { cause });
  }
}
