/** Where the parser stands in the tokens of one option. */
import { CodedError } from '../../../services/model/index.ts';
import { syntaxError, type Token, tokenize } from './lexer.ts';

/** Operators of other languages, and what does the same here. */
const MEANT: Readonly<Record<string, string>> = {
  '=': "equal is eq: name eq 'x'",
  like: "a part of a text is found by contains(name,'x'), startswith(name,'x') or endswith(name,'x')",
  between: 'write result ge 1 and result le 2',
  is: 'a value that is missing is found by: name eq null',
};

export interface SyntaxLimits {
  /** Nesting of parentheses and calls. */
  readonly expressionDepth: number;
  /** Operators, and steps of paths, of one option. */
  readonly expressionOperators: number;
}

export class Cursor {
  readonly option: string;
  readonly #tokens: readonly Token[];
  readonly #limits: SyntaxLimits;
  #next = 0;
  #depth = 0;
  #operators = 0;

  constructor(option: string, text: string, limits: SyntaxLimits) {
    this.option = option;
    this.#tokens = tokenize(option, text);
    this.#limits = limits;
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
    const meant = Object.hasOwn(MEANT, token.text.toLowerCase()) ? `; ${MEANT[token.text.toLowerCase()]}` : '';
    return syntaxError(this.option, token.at, `${expected}, found ${found}${meant}`);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.error('end of the option, an operator or a comma expected');
  }

  /** Bounds recursion too: `a or b or c` is a tree as deep as it has operators. */
  countOperator({ at }: Token): void {
    const { expressionOperators } = this.#limits;
    if (++this.#operators > expressionOperators) {
      const detail = `more than ${expressionOperators} operators (sensorthings.expressionOperators); many ids are asked for by: id in (1,2,3)`;
      throw new CodedError('query.limit', `${this.option}, column ${at}: ${detail}`);
    }
  }

  /** Bounds recursion: deep nesting must not use up the stack. */
  deeper<T>(step: () => T): T {
    if (++this.#depth > this.#limits.expressionDepth) {
      throw new CodedError(
        'query.limit',
        `${this.option}, column ${this.peek().at}: nested deeper than ${this.#limits.expressionDepth} (sensorthings.expressionDepth)`,
      );
    }
    const result = step();
    this.#depth--;
    return result;
  }
}
