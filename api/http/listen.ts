/** Opens the port; says in one line what to do when that fails. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../../services/model/index.ts';

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use by another program; choose another with the option http.port`;
    case 'EACCES':
      return `port ${port} needs rights that this user does not have; choose one from 1024 with the option http.port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine; change the option http.host`;
    default:
      return `cannot listen on ${host} port ${port}: ${error.message}`;
  }
}

/** The port that was opened. Throws a CodedError. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => {
      reject(new CodedError('hub.listen', explain(cause, host, port), { cause }));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
