/** The hub under torture: a process of its own whose clock can be set from outside. Takes its options as JSON. */
import { hub } from '../../hub.ts';
import { schema } from '../../options.ts';

let ahead = 0;
const running = hub(schema.parse(JSON.parse(process.argv[2] as string)), { clock: { now: () => Date.now() + ahead } });
process.on('message', (message: { readonly ahead: number } | 'memory') => {
  if (message === 'memory') process.send?.(memory());
  else ahead = message.ahead;
});
process.on('disconnect', () => process.exit(0));
await running.start();
process.send?.('started');
process.once('SIGTERM', () => {
  void running.stop().then(() => process.exit(0));
});

/** After a collection, where the process was started with --expose-gc. */
function memory(): object {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate').length;
  return { heap: heapUsed / 1e6, external: external / 1e6, resident: rss / 1e6, handles };
}
