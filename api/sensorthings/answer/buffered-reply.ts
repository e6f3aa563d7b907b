/** A Reply that is kept: a part of a `$batch`, the text of a message over MQTT. */
import { CodedError } from '../../../services/model/index.ts';
import type { Reply } from './reply.ts';

export class BufferedReply implements Reply {
  readonly #limit: number;
  readonly #taken: (characters: number) => void;
  readonly #pieces: string[] = [];
  /** Characters so far. */
  length = 0;
  code = 200;
  /** By their names in lower case. */
  readonly headers = new Map<string, string>();
  /** Nothing leaves before its end: after an error another status can stand in its place. */
  readonly started = false;

  /** `limit`: characters of the body; beyond it `write` throws query.limit. `taken` hears of each piece, and may throw. */
  constructor(limit: number, taken: (characters: number) => void = () => {}) {
    this.#limit = limit;
    this.#taken = taken;
  }

  status(code: number): void {
    this.code = code;
  }

  header(name: string, value: string): void {
    this.headers.set(name.toLowerCase(), value);
  }

  async write(text: string): Promise<void> {
    this.length += text.length;
    if (this.length > this.#limit) {
      throw new CodedError('query.limit', `The answer is larger than ${this.#limit} bytes; set a smaller $top`);
    }
    this.#taken(text.length);
    this.#pieces.push(text);
  }

  end(): void {}

  get body(): string {
    return this.#pieces.join('');
  }
}
