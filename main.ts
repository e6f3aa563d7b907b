/** The process of the hub: reads the options, starts, says where it is, stops on a signal. `hub.ts` is what it starts. */
import { fileURLToPath } from 'node:url';
import { buildIfMissing } from './build-dashboards.ts';
import { type Hub, hub } from './hub.ts';
import { aliases, schema } from './options.ts';
import { loadConfig, usage } from './services/config/index.ts';
import { CodedError } from './services/model/index.ts';

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(usage(schema, aliases));
  process.exit(0);
}
const loaded = loadConfig(schema, { argv, aliases });
if (!loaded.ok) {
  for (const problem of loaded.problems) console.error(problem);
  process.exit(2);
}
const dashboards = fileURLToPath(new URL('./dashboards/dist', import.meta.url));
const running = hub(loaded.config, { dashboards });
try {
  await running.start();
} catch (error) {
  // expected failures are one line; a defect shows where it is
  console.error(error instanceof CodedError ? error.message : error);
  tellTokens(running);
  await running.stop().catch(() => undefined);
  process.exit(1);
}

let stopping = false;
const stop = () => {
  if (stopping) process.exit(130);
  stopping = true;
  running.stop().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// the process that started this one is gone: go too, or the ports stay taken
process.on('disconnect', stop);
// behind the signals: whoever reads this may send one at once
greet(running);
buildIfMissing(dashboards);

function greet(started: Hub): void {
  const { http, mqtt } = started.ports;
  console.log(
    `Stadtpegel is running.\n  map       http://localhost:${http}/\n  operator  http://localhost:${http}/operator\n  API       http://localhost:${http}/v1.1`,
  );
  if (mqtt !== null) console.log(`  MQTT      mqtt://localhost:${mqtt}`);
  console.log(`  store     ${started.storePlace}`);
  for (const warning of started.warnings) console.log(`\n  WARNING: ${warning}`);
  tellTokens(started);
}

/** Also after a start that failed behind it: nobody can read them again. */
function tellTokens({ madeTokens }: Hub): void {
  const made = Object.entries(madeTokens);
  if (made.length === 0) return;
  console.log('\nThese tokens are shown once; keep them safe:');
  for (const [scope, token] of made) console.log(`  ${scope.padEnd(8)}  ${token}`);
}
