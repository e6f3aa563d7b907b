/** The reader's thread, seen from the main thread: started, told what the writer knows, and asked. */
import { CodedError } from '../../../model/index.ts';
import type { Options } from '../../options.ts';
import type { Capabilities } from '../../port.ts';
import { withinSpan } from '../../span.ts';
import { Asking } from '../../threads/asking.ts';
import { Thread } from '../../threads/thread.ts';
import type { InfluxOptions } from '../options.ts';
import type { FromWriter, ReaderNews, ToReader } from './protocol.ts';
import type { ReadingSettings } from './reading.ts';

export interface InfluxReaderPorts {
  readonly influxdb: InfluxOptions;
  readonly limits: Pick<Options, 'windowRows' | 'aggregateValues' | 'factsMiB' | 'maxScans'>;
  readonly capabilities: () => Capabilities;
  /** The thread ended by itself. */
  readonly failed: (error: CodedError) => void;
  /** An answer came from another store than the known one: look who is there. */
  readonly doubt: () => void;
  /** No request is under way since the writer said that it deletes. */
  readonly still: () => void;
}

export class InfluxReader {
  readonly #ports: InfluxReaderPorts;
  /** The port's questions. */
  readonly asking: Asking;
  #thread: Thread<ToReader, ReaderNews> | null = null;

  constructor(ports: InfluxReaderPorts) {
    this.#ports = ports;
    this.asking = new Asking({
      thread: () => this.#running(),
      maxScans: ports.limits.maxScans,
      within: (span) => withinSpan(ports.capabilities(), span),
    });
  }

  async start(): Promise<void> {
    const { influxdb, limits, failed, doubt, still } = this.#ports;
    const settings: ReadingSettings = { influxdb, limits };
    const url = new URL('./worker.ts', import.meta.url);
    const thread = new Thread<ToReader, ReaderNews>({
      url,
      settings,
      failed,
      news: ({ kind }) => (kind === 'doubt' ? doubt() : still()),
    });
    try {
      await thread.ready;
    } catch (error) {
      await thread.kill();
      throw error;
    }
    this.#thread = thread;
  }

  /** Scans under way reject with hub.busy. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.stop();
  }

  /** What the writer knows; before the write that it belongs to is answered. */
  tell(message: FromWriter, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread?.say(message, transfer);
  }

  #running(): Thread<ToReader, ReaderNews> {
    if (this.#thread === null) throw new CodedError('hub.busy', 'The time-series store is not running.');
    return this.#thread;
  }
}
