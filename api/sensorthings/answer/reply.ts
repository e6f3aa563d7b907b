/** Where an answer goes: an HTTP response, or a part of a `$batch`. What has been written cannot be taken back. */
export interface Reply {
  /** Before the first `write`. */
  status(code: number): void;
  /** Before the first `write`. */
  header(name: string, value: string): void;
  /** A piece of the body; resolves when there is room for more. */
  write(text: string): Promise<void>;
  end(): void;
  /** Something of the body is on its way: the status stands. */
  readonly started: boolean;
}
