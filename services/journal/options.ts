/** Options of the journal, `journal.*`. */
import { z } from 'zod';

export const options = z.object({
  segmentBytes: z
    .int()
    .min(64 * 1024)
    .max(2 ** 31)
    .default(64 * 1024 * 1024)
    .describe('A segment file is closed and the next one begun when it has grown to this many bytes.'),
  groupBytes: z
    .int()
    .min(4096)
    .default(8 * 1024 * 1024)
    .describe(
      'Records of at most this many bytes are written and synced together; what comes meanwhile waits for the next group.',
    ),
  maxRecordBytes: z
    .int()
    .min(1024)
    .max(2 ** 30)
    .default(64 * 1024 * 1024)
    .describe('A larger record is refused (request.tooLarge).'),
  maxPendingBytes: z
    .int()
    .min(65_536)
    .default(256 * 1024 * 1024)
    .describe(
      'While the disk does not take data, at most this many bytes wait in memory; beyond it records are refused (hub.storage).',
    ),
  compressionLevel: z.int().min(0).max(19).default(1).describe('zstd level of a group; 0 writes groups uncompressed.'),
  lookupBytes: z
    .int()
    .min(0)
    .default(32 * 1024 * 1024)
    .describe('Groups from which single records were read last stay in memory, up to this many bytes unpacked.'),
  keepBytes: z
    .number()
    .min(0)
    .default(20 * 1024 ** 3)
    .describe(
      'Closed segments are deleted, oldest first, while the journal is larger than this and the stores have caught up.',
    ),
  keepDays: z
    .number()
    .min(0)
    .default(90)
    .describe('Closed segments older than this are deleted once the stores have caught up.'),
  maxDeadLetters: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe(
      'More dead letters than this push out the oldest, which is counted; their raw messages stay in the journal.',
    ),
});
export type Options = z.infer<typeof options>;
