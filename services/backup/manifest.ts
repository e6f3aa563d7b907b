/** `manifest.json` of a backup: what is in it, of which hub, and the checksum of each file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../model/index.ts';

export const MANIFEST = 'manifest.json';
/** Folder in the backup that is the image of the data folder. */
export const IMAGE = 'data';

/** How a file looked before it was copied, so that the next backup knows whether it has changed. Milliseconds, bytes. */
const looks = z.object({
  /** Another file under the same name is another one, whatever it looks like. */
  inode: z.number(),
  size: z.number(),
  modified: z.number(),
  /** Of the write-ahead log beside a database; 0: none. */
  logSize: z.number(),
  logModified: z.number(),
  seen: z.number(),
});
export type Looks = z.infer<typeof looks>;

const file = z.object({
  /** Path in the image, with `/`. */
  path: z
    .string()
    .refine((path) => !path.split('/').some((part) => part === '..' || part === '') && !path.includes('\\')),
  bytes: z.number(),
  sha256: z.string().length(64),
  looks: looks.nullable(),
});
export type BackedUpFile = z.infer<typeof file>;

const shape = z.object({
  version: z.literal(1),
  /** Version of the hub that made it. */
  hub: z.string(),
  /** The hub itself, as its data folder has it; hubs of before wrote none. */
  identity: z.uuid().optional(),
  /** The data folder, absolute. */
  data: z.string(),
  began: z.iso.datetime(),
  completed: z.iso.datetime(),
  journal: z.object({ first: z.number(), last: z.number() }),
  /** The store, how far it had come by the copied ledger, and whether its rows are in the backup. */
  store: z.object({ kind: z.string(), stored: z.number(), included: z.boolean(), rows: z.number().nullable() }),
  bytes: z.number(),
  files: z.array(file),
});
export type Manifest = z.infer<typeof shape>;

/** Throws CodedError hub.storage that names the file where it is missing, damaged or of another version. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const detail = missing
      ? `${folder} is no backup: it has no ${MANIFEST}`
      : `${path} cannot be read: ${(cause as Error).message}`;
    throw new CodedError('hub.storage', detail, { cause });
  }
  const parsed = shape.safeParse(content);
  if (parsed.success) return parsed.data;
  const { version } = content as { version?: unknown };
  const newer = typeof version === 'number' && version > 1;
  throw new CodedError(
    'hub.storage',
    newer
      ? `${path} was made by a newer hub (version ${version} of the manifest, this one knows 1); use that hub's restore`
      : `${path} is damaged: ${z.prettifyError(parsed.error)}`,
  );
}
