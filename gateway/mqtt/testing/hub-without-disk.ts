/**
 * For tests only, run as a process of its own: a hub whose journal never answers, so that it can be killed between delivery
 * and acknowledgement. Prints a line per message. Arguments: URL of the broker.
 */
import { chirpstack, options as chirpstackOptions } from '../../chirpstack/index.ts';
import { externalBroker } from '../external/index.ts';
import { brokerOptions } from '../external/options.ts';
import { countedHappenings } from './index.ts';

const broker = externalBroker({
  broker: brokerOptions.parse({ url: process.argv[2], connections: 1 }),
  sources: [chirpstack(chirpstackOptions.parse({}))],
  intake: { accept: (message) => void process.stdout.write(`${Buffer.from(message.body).toString()}\n`) },
  clock: { now: () => Date.now() },
  happenings: countedHappenings().happenings,
});
await broker.start();
