/** The hub under test, in a process of its own, with tokens that the bench knows and more options as JSON. Asked for `block` it tells its longest one. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { hub } from '../../hub.ts';
import { schema } from '../../options.ts';

const [folder, token, more = '{}'] = process.argv.slice(2) as [string, string, string?];
const running = hub(
  schema.parse({
    data: folder,
    http: { port: 0, host: '127.0.0.1', bodyBytes: 16 * 1024 * 1024 },
    mqtt: { port: 0 },
    access: { adminToken: token, ingestToken: token },
    telemetry: { level: 'warn' },
    ...JSON.parse(more),
  }),
);
await running.start();
process.send?.({ http: running.ports.http, mqtt: running.ports.mqtt });
process.once('SIGTERM', () => {
  void running.stop().then(() => process.exit(0));
});

const RESOLUTION_MS = 1;
let delay: ReturnType<typeof monitorEventLoopDelay> | null = null;
process.on('message', (asked) => {
  if (asked !== 'block') return;
  // watching costs a little: only who asks pays
  const block = delay === null ? 0 : Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
  process.send?.({ block });
  delay ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  delay.reset();
});
