/** A client of `/live` that keeps what it was told. */
import { WebSocket } from 'ws';

export interface LiveClient {
  /** Every message, in order. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  readonly messages: any[];
  /** `[datastream, phenomenonTime, result]` of everything but snapshots. */
  readonly values: [number, string, unknown][];
  send(text: string | Buffer): void;
  /** Code with which the connection ended; null: it is open. */
  readonly ended: number | null;
  close(): void;
}

/** Opens `/live` and waits for the first message. `token`: '' sends none. */
export async function liveClient({ base }: { readonly base: string }, query = '', token = ''): Promise<LiveClient> {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${base.replace('http', 'ws')}/live${query}`, { headers });
  const messages: LiveClient['messages'] = [];
  let ended: number | null = null;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', () => resolve());
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    socket.on('close', (code) => {
      ended = code;
      reject(new Error(`/live closed with ${code}`));
    });
  });
  return {
    messages,
    get values() {
      return messages
        .filter(({ type }) => type === 'observations')
        .flatMap(({ observations }) => observations)
        .map(
          ({ datastream, phenomenonTime, result }) => [datastream, phenomenonTime, result] as [number, string, unknown],
        );
    },
    send: (text) => socket.send(text),
    get ended() {
      return ended;
    },
    close: () => socket.close(),
  };
}
