/** Does the server answer anything at all? A query that takes long is one thing, a server that hangs another. */
import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';

/** So long a server may take for `/ping`, milliseconds. */
export const PING_MS = 4000;
/** One that did not answer is only asked for so long whether it is back, milliseconds … */
export const BACK_MS = 200;
/** … and this is remembered for so long. */
const KNOWN_MS = 1000;

export class Alive {
  readonly #url: string;
  readonly #tls: RequestOptions;
  #asking: Promise<string | null> | null = null;
  #last: { readonly at: number; readonly why: string } | null = null;

  constructor(url: string, tls: RequestOptions) {
    this.#url = `${url.replace(/\/+$/, '')}/ping`;
    this.#tls = tls;
  }

  /** Why it was found away a moment ago; null: it was not. */
  get away(): string | null {
    return this.#last !== null && performance.now() - this.#last.at < KNOWN_MS ? this.#last.why : null;
  }

  /**
   * Why it does not answer; null: it does. Asks on a connection of its own: those of the pool may all wait for answers. Who asks at
   * the same time gets one answer.
   */
  ask(milliseconds = PING_MS): Promise<string | null> {
    this.#asking ??= this.#ping(milliseconds).then((why) => {
      this.#asking = null;
      this.#last = why === null ? null : { at: performance.now(), why };
      return why;
    });
    return this.#asking;
  }

  #ping(milliseconds: number): Promise<string | null> {
    return new Promise((resolve) => {
      const send = this.#url.startsWith('https:') ? requestHttps : requestHttp;
      // any answer will do, also one that asks for a login
      const asked = send(this.#url, { ...this.#tls, agent: false }, (response) => {
        response.resume();
        done(null);
      });
      const late = () => done(`it hangs: no answer to /ping within ${milliseconds} ms`);
      const timer = setTimeout(late, milliseconds);
      const done = (why: string | null): void => {
        clearTimeout(timer);
        asked.destroy();
        resolve(why);
      };
      asked.on('error', (error) => done(error.message));
      asked.end();
    });
  }
}
