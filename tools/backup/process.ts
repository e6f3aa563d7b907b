/** What the three commands do alike: expected failures are one line and exit code 1, a signal ends them in order. */
import { CodedError } from '../../services/model/index.ts';

export async function runCommand(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const end = (): void => {
    // asked a second time: at once
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', end);
  try {
    await work(stop.signal);
  } catch (error) {
    console.error(error instanceof CodedError ? error.message : error);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  } finally {
    // the channel to bin/stadtpegel.mjs would keep this process alive
    if (process.connected) process.disconnect();
  }
}
