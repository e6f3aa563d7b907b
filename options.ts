/** Every option of the hub, composed of what the parts declare. The options page and .env.example are made from it. */
import { z } from 'zod';
import { options as admin } from './api/admin/index.ts';
import { options as http } from './api/http/index.ts';
import { options as live } from './api/live/index.ts';
import { options as sensorthings } from './api/sensorthings/index.ts';
import { options as chirpstack } from './gateway/chirpstack/index.ts';
import { options as webhooks } from './gateway/http/index.ts';
import { options as mqtt } from './gateway/mqtt/index.ts';
import { options as thingsStack } from './gateway/things-stack/index.ts';
import { ingestOptions as ingest } from './ingest/index.ts';
import { options as access } from './services/access/index.ts';
import { backupOptions as backup } from './services/backup/index.ts';
import { diskOptions as disk } from './services/disk/index.ts';
import { options as history } from './services/history/index.ts';
import { journalOptions as journal } from './services/journal/index.ts';
import { options as registry } from './services/registry/index.ts';
import { options as telemetry } from './services/telemetry/index.ts';
import { options as timeseries } from './services/timeseries/index.ts';

export const schema = z.object({
  data: z.string().min(1).default('./data').describe('Folder of everything that the hub keeps.'),
  http: http.prefault({}),
  mqtt: mqtt.prefault({}),
  chirpstack: chirpstack.prefault({}),
  thingsStack: thingsStack.prefault({}),
  webhooks: webhooks.prefault({}),
  access: access.prefault({}),
  disk: disk.prefault({}),
  journal: journal.prefault({}),
  registry: registry.prefault({}),
  ingest: ingest.prefault({}),
  timeseries: timeseries.prefault({}),
  history: history.prefault({}),
  backup: backup.prefault({}),
  sensorthings: sensorthings.prefault({}),
  live: live.prefault({}),
  admin: admin.prefault({}),
  telemetry: telemetry.prefault({}),
});
export type Config = z.infer<typeof schema>;

/** Short names on the command line. */
export const aliases = { port: 'http.port', 'mqtt-port': 'mqtt.port' } as const;
