/** The limit of every answer: the same bytes from memory, by a bare HTTP server of Node. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const body = readFileSync(process.argv[2] as string);
const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ http: address.port, mqtt: 0 });
});
process.once('SIGTERM', () => process.exit(0));
