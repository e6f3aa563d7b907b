/** Options of the journal, `journal.*`. */
import { z } from 'zod';

export const options = z.object({
  segmentBytes: z
    .int()
    .min(64 * 1024)
    .max(2 ** 31)
    .default(64 * 1024 * 1024)
    .describe('A segment file is closed and the next one begun when it has grown to this many bytes.')
    .meta({ limit: true }),
  groupBytes: z
    .int()
    .min(4096)
    .default(8 * 1024 * 1024)
    .describe(
      'Records of at most this many bytes are written and synced together; what comes meanwhile waits for the next group.',
    )
    .meta({ limit: true }),
  maxRecordBytes: z
    .int()
    .min(1024)
    .max(2 ** 30)
    .default(64 * 1024 * 1024)
    .describe('A larger record is refused (request.tooLarge).')
    .meta({ limit: true }),
  maxPendingBytes: z
    .int()
    .min(65_536)
    .default(256 * 1024 * 1024)
    .describe(
      'While the disk does not take data, at most this many bytes wait in memory; beyond it records are refused (hub.storage).',
    )
    .meta({ limit: true }),
  stopSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(5)
    .describe(
      'At a stop, how long a disk that takes no data is waited for; then what waits is refused (hub.storage) and its senders keep it.',
    )
    .meta({ limit: true }),
  compressionLevel: z
    .int()
    .min(0)
    .max(19)
    .default(1)
    .describe('zstd level of a group; 0 writes groups uncompressed.')
    .meta({ limit: false }),
  lookupBytes: z
    .int()
    .min(0)
    .default(32 * 1024 * 1024)
    .describe('Groups from which single records were read last stay in memory, up to this many bytes unpacked.')
    .meta({ limit: true }),
  segmentHours: z
    .number()
    .min(0.001)
    .max(100_000)
    .default(24)
    .describe(
      'The open segment is closed after so many hours where a retention class limits raw messages: only closed segments lose some of theirs.',
    )
    .meta({ limit: false }),
  keepBytes: z
    .number()
    .min(0)
    .default(20 * 1024 ** 3)
    .describe(
      'Closed segments are deleted, oldest first, while the journal is larger than this and the stores have caught up; history.classes may take raw messages out of it earlier.',
    )
    .meta({ limit: true }),
  keepDays: z
    .number()
    .min(0)
    .default(90)
    .describe('Closed segments older than this are deleted once the stores have caught up.')
    .meta({ limit: true }),
  maxDeadLetters: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe(
      'More dead letters than this push out the oldest, which is counted; their raw messages stay in the journal.',
    )
    .meta({ limit: true }),
});
export type Options = z.infer<typeof options>;
