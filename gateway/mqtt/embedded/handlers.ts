/** Who may connect and subscribe, and on which terms. */
import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { MqttHappenings } from '../happenings.ts';
import type { Options } from '../options.ts';
import type { Connections } from './connections.ts';
import type { Credential } from './credential.ts';

export interface HandlerPorts {
  verify(credential: Credential): boolean | Promise<boolean>;
  maySubscribe?(filter: string): boolean;
  readonly options: Options;
  readonly happenings: MqttHappenings;
}

export type Handlers = Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizeSubscribe'>;

/** The decisions that aedes asks for, but for publishing. */
export function handlers(
  { options, verify, maySubscribe, happenings }: HandlerPorts,
  connections: Connections,
): Handlers {
  const refuse = (client: Client, done: (error: AuthenticateError | null, success: boolean) => void) => {
    connections.refuse(client.conn, 'credential');
    done(null, false);
  };
  return {
    preConnect(_client, packet: ConnectPacket, done) {
      // A session would queue messages for a client that is away, without bound. Publishers need none.
      packet.clean = true;
      const keepalive = packet.keepalive ?? 0;
      const max = options.maxKeepaliveSeconds;
      packet.keepalive = keepalive === 0 || keepalive > max ? max : keepalive;
      done(null, true);
    },
    authenticate(client, username, password, done) {
      const connection = connections.of(client.conn);
      if (connection === undefined) return;
      const admit = () => {
        connection.guard.admitted = true;
        connections.name(connection, client.id);
        done(null, true);
      };
      if (password === undefined || password.length === 0) {
        if (connection.local) admit();
        else refuse(client, done);
        return;
      }
      const credential = { username: username ?? null, password: password.toString(), address: connection.address };
      Promise.try(verify, credential).then(
        (valid) => (valid ? admit() : refuse(client, done)),
        () => refuse(client, done),
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const { topic } = subscription;
      if (topic.startsWith('v1.1/') && maySubscribe?.(topic) === true) {
        done(null, subscription);
        return;
      }
      happenings.subscriptionRefused({}, { fields: { topic: topic.slice(0, 200), client: client.id } });
      // Answered with 0x80 in SUBACK [§3.9.3]; an error would close the connection.
      done(null, null);
    },
  };
}
