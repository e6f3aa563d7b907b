/** A connection that is written to byte by byte. */
import { connect } from 'node:net';

/** Connects, sends, and waits until the hub closes; returns what it said. */
export async function closedAfter(bytes: Uint8Array, port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1');
  });
  // a reset is a way of closing too
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(bytes);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    socket.destroy();
  }, 5000);
  await closed;
  clearTimeout(timer);
  if (late) throw new Error('the hub left the connection open');
  return said;
}
