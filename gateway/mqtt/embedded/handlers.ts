/** Who may connect and subscribe, and on which terms. */
import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { Identity } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { Options } from '../options.ts';
import { ownClientId } from './client-id.ts';
import type { Connections } from './connections.ts';
import type { Credential } from './credential.ts';
import type { Subscribers } from './subscribers.ts';

export interface HandlerPorts {
  /** null, or an error with a code of `access`: turned away. */
  identify(credential: Credential): Identity | null | Promise<Identity | null>;
  readonly options: Options;
  readonly happenings: MqttHappenings;
}

export type Handlers = Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizeSubscribe'>;

/** CONNACK "server unavailable" [MQTT 3.1.1 §3.2.2.3]: come again later. */
const UNAVAILABLE = 3;

/** The decisions that aedes asks for, but for publishing. */
export function handlers(
  { options, identify, happenings }: HandlerPorts,
  connections: Connections,
  subscribers: Subscribers,
): Handlers {
  type Done = (error: AuthenticateError | null, success: boolean) => void;
  const refuse = (client: Client, reason: string, done: Done) => {
    connections.refuse(client.conn, reason);
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
      const { address, local } = connection;
      const shown = password === undefined || password.length === 0 ? null : password.toString();
      const anonymous = shown === null && !local;
      if (anonymous && !options.anonymousSubscribe) {
        refuse(client, 'credential', done);
        return;
      }
      Promise.try(identify, { username: username ?? null, password: shown, address, local }).then(
        (identity) => {
          if (identity === null) refuse(client, 'credential', done);
          else {
            client.id = ownClientId(client.id, { ...connection, identity, anonymous });
            if (connections.letIn(connection, client, identity, anonymous)) done(null, true);
            else refuse(client, 'anonymous', done);
          }
        },
        (error) => {
          if (error instanceof CodedError && error.code === 'access.attempts') {
            connections.refuse(client.conn, 'attempts');
            done(Object.assign(new Error('too many wrong passwords'), { returnCode: UNAVAILABLE }), false);
          } else refuse(client, 'credential', done);
        },
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const connection = connections.of(client.conn);
      const { topic } = subscription;
      if (connection !== undefined) connections.changes(connection, 1);
      const reason = connection === undefined ? 'closed' : subscribers.join(connection, topic);
      if (reason === null) {
        done(null, subscription);
        return;
      }
      happenings.subscriptionRefused({}, { fields: { topic: topic.slice(0, 200), client: client.id, reason } });
      // Answered with 0x80 in SUBACK [MQTT 3.1.1 §3.9.3]; an error would close the connection.
      done(null, null);
    },
  };
}
