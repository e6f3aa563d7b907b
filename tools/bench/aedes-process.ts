/** The limit of every hub that uses aedes: aedes alone, acknowledging at once. */
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ http: 0, mqtt: address.port });
});
process.once('SIGTERM', () => process.exit(0));
