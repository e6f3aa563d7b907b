/** The copier's thread as seen from outside: one task after another. */
import { Worker } from 'node:worker_threads';
import { CodedError } from '../model/index.ts';
import type { Copied, CopyAnswer, CopyTask } from './copier.ts';

export class Copying {
  readonly #worker = new Worker(new URL('./copier.ts', import.meta.url));
  #waiting: PromiseWithResolvers<Copied> | null = null;
  #ended: Error | null = null;

  constructor() {
    this.#worker.on('message', (answer: CopyAnswer) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if (answer.ok) waiting?.resolve(answer.copied);
      else waiting?.reject(new CodedError('hub.storage', answer.error));
    });
    this.#worker.on('error', (error) => this.#end(error as Error));
    this.#worker.on('exit', () => this.#end(new CodedError('hub.busy', 'The copying was ended.')));
  }

  /** Throws CodedError hub.storage with both files where it does not succeed. */
  copy(task: CopyTask): Promise<Copied> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#waiting = Promise.withResolvers<Copied>();
    this.#worker.postMessage(task);
    return this.#waiting.promise;
  }

  /** Also in the middle of a task, which is rejected at once; the thread ends when it is through with its file. */
  end(): void {
    this.#end(new CodedError('hub.busy', 'The backup was ended before it was complete.'));
    void this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
  }
}
