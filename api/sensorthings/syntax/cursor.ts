/** Where the parser stands in the tokens of one option. */
import { CodedError } from '../../../services/model/index.ts';
import { syntaxError, type Token, tokenize } from './lexer.ts';

export class Cursor {
  readonly option: string;
  readonly #tokens: readonly Token[];
  readonly #maxDepth: number;
  #next = 0;
  #depth = 0;

  constructor(option: string, text: string, maxDepth: number) {
    this.option = option;
    this.#tokens = tokenize(option, text);
    this.#maxDepth = maxDepth;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'mark' && token.text === text;
  }

  takeMark(text: string): boolean {
    if (!this.isMark(text)) return false;
    this.#next++;
    return true;
  }

  expectMark(text: string, why: string): void {
    if (!this.takeMark(text)) throw this.error(`'${text}' expected ${why}`);
  }

  /** The error at the next token, saying what stands there and what would be right. */
  error(expected: string, token: Token = this.peek()): CodedError {
    const found = token.kind === 'end' ? 'the end' : `'${token.text}'`;
    return syntaxError(this.option, token.at, `${expected}, found ${found}`);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.error('end of the option, an operator or a comma expected');
  }

  /** Bounds recursion: deep nesting must not use up the stack. */
  deeper<T>(step: () => T): T {
    if (++this.#depth > this.#maxDepth) {
      throw new CodedError(
        'query.limit',
        `${this.option}, column ${this.peek().at}: nested deeper than ${this.#maxDepth}`,
      );
    }
    const result = step();
    this.#depth--;
    return result;
  }
}
