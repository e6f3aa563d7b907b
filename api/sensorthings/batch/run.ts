/** Requests of a batch, done one after another, each as if it had come alone. */
import type { Identity } from '../../../services/access/index.ts';
import { CODES, CodedError, type ErrorCode, publicDetail } from '../../../services/model/index.ts';
import { answer, BufferedReply, type Links } from '../answer/index.ts';
import type { Contexts } from '../contexts.ts';
import type { Pace } from '../rows/index.ts';
import type { Writer, Written } from '../write/index.ts';
import { type PartAddress, partAddress } from './address.ts';
import type { Budget, Share } from './budget.ts';
import { References } from './references.ts';
import type { BatchItem, ChangeSet, ItemAnswer, PartAnswer, PartRequest } from './request.ts';
import { isWrite, writeRequest } from './write-request.ts';

export interface BatchPorts {
  readonly contexts: Contexts;
  readonly writer: Writer;
  /** What the answers of all batches may hold. */
  readonly answers: Budget;
  /** A part failed by a defect of the hub, which its client is not told. */
  readonly defect?: (error: unknown) => void;
}

export interface BatchCaller {
  readonly identity: Identity;
  readonly links: Links;
  /** The one that the batch came to. */
  readonly host: string;
  /** Where the request comes from. */
  readonly address: string;
  /** Nobody waits for the answer any more: what has not begun is left undone. */
  readonly gone: () => boolean;
  /** After an error the rest is done too. */
  readonly continueOnError: boolean;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export class BatchRun {
  readonly #ports: BatchPorts;
  readonly #caller: BatchCaller;
  readonly #deadline: number;
  #references = new References();
  /** Ids of requests and change sets that have failed. */
  readonly #failed = new Set<string>();
  readonly #seen = new Set<string>();
  /** Characters that answers may still have. */
  #room: number;
  /** Characters of addresses so far. */
  #urls = 0;
  /** What the answer of the item under way holds. */
  readonly #share: Share;
  #pace: Pace;

  constructor(ports: BatchPorts, caller: BatchCaller) {
    this.#ports = ports;
    this.#caller = caller;
    this.#room = ports.contexts.options.responseBytes;
    this.#share = ports.answers.share();
    this.#pace = ports.contexts.pace();
    this.#deadline = performance.now() + ports.contexts.options.batchMilliseconds;
  }

  /** `tell` gets each answer when it is there; it resolves when its client has taken it. */
  async all(items: readonly BatchItem[], tell: (answered: ItemAnswer) => Promise<void>): Promise<void> {
    for (const item of items) {
      if (this.#caller.gone()) break;
      await this.#breathe();
      try {
        const answered = await this.#item(item);
        await tell(answered);
        if (!this.#caller.continueOnError && this.#hasFailed(answered)) break;
      } finally {
        this.#share.release();
      }
    }
  }

  /** Many small requests must not hold the event loop as one long one. */
  async #breathe(): Promise<void> {
    if (!this.#pace.due()) return;
    await this.#pace.breathe();
    this.#pace = this.#ports.contexts.pace();
  }

  #hasFailed(item: ItemAnswer): boolean {
    return (item.kind === 'one' ? [item.answer] : item.answers).some(({ status }) => status >= 400);
  }

  async #item(item: BatchItem): Promise<ItemAnswer> {
    if (item.kind === 'set') return await this.#set(item);
    const id = item.kind === 'one' ? item.request.id : item.id;
    let one: PartAnswer;
    try {
      if (item.kind === 'wrong') throw item.error;
      this.#mayBegin(item.request);
      one = await this.#one(item.request);
    } catch (error) {
      one = this.#failure(id, error);
    }
    this.#done(id, one.status < 400);
    return { kind: 'one', answer: one };
  }

  #done(id: string | null, well: boolean): void {
    if (id === null) return;
    this.#seen.add(id);
    if (!well) this.#failed.add(id);
  }

  #mayBegin({ dependsOn }: Pick<PartRequest, 'dependsOn'>): void {
    const { batchMilliseconds } = this.#ports.contexts.options;
    if (performance.now() > this.#deadline) {
      const detail = `the batch took longer than ${batchMilliseconds} ms (sensorthings.batchMilliseconds); send the rest in another`;
      throw new CodedError('query.limit', detail);
    }
    for (const id of dependsOn) {
      if (this.#failed.has(id)) throw new CodedError('request.dependency', `the request ${id.slice(0, 80)} has failed`);
      if (!this.#seen.has(id))
        throw new CodedError('request.body', `dependsOn names ${id.slice(0, 80)}, which is no request before this one`);
    }
  }

  async #one(request: PartRequest): Promise<PartAnswer> {
    const address = this.#address(request, this.#references);
    if (!isWrite(request.method)) return await this.#read(request, address);
    const { identity, links } = this.#caller;
    const { options } = this.#ports.contexts;
    const asked = writeRequest(request, address, this.#references, options);
    const written = await this.#ports.writer.write(asked, identity, links);
    this.#references.note(request.id, written.created ?? asked.path);
    return this.#answerOf(request.id, written);
  }

  /** [STA 11.2.1] One change: all or nothing. */
  async #set(set: ChangeSet): Promise<ItemAnswer> {
    const { identity, links } = this.#caller;
    const { options } = this.#ports.contexts;
    const references = this.#references.fork();
    let at: PartRequest | undefined;
    try {
      for (const request of set.requests) this.#mayBegin({ dependsOn: outside(request, set) });
      const written = await this.#ports.writer.together(identity, links, async (one) => {
        const out: Written[] = [];
        for (const request of set.requests) {
          at = request;
          const address = this.#address(request, references);
          if (!isWrite(request.method))
            throw new CodedError(
              'request.method',
              `a change set holds writes only, not ${request.method.slice(0, 20)}`,
            );
          const asked = writeRequest(request, address, references, options);
          const made = await one(asked);
          references.note(request.id, made.created ?? asked.path);
          out.push(made);
        }
        at = undefined;
        return out;
      });
      this.#references = references;
      for (const { id } of [set, ...set.requests]) this.#done(id, true);
      // their bodies are there only now: what is printed is what stands on the disk
      return { kind: 'set', id: set.id, answers: set.requests.map(({ id }, i) => this.#answerOf(id, written[i]!)) };
    } catch (error) {
      for (const { id } of [set, ...set.requests]) this.#done(id, false);
      return { kind: 'one', answer: this.#failure(at?.id ?? set.id, error) };
    }
  }

  #address({ url, method }: PartRequest, references: References): PartAddress {
    const { batchUrlLength, batchUrlsLength } = this.#ports.contexts.options;
    if (url.length > batchUrlLength)
      throw new CodedError('query.limit', `the address is longer than ${batchUrlLength} characters`);
    this.#urls += url.length;
    if (this.#urls > batchUrlsLength) {
      const detail = `the addresses of the batch are longer than ${batchUrlsLength} characters (sensorthings.batchUrlsLength)`;
      throw new CodedError('query.limit', detail);
    }
    const { path, search } = partAddress(url, this.#caller.links.root, this.#caller.host);
    if (/^(\$|%24)batch$/i.test(path)) throw new CodedError('request.method', 'a batch holds no batch');
    if (!isWrite(method) && method !== 'GET' && method !== 'HEAD')
      throw new CodedError('request.method', `${method.slice(0, 20)} is not possible here`);
    return { path: references.inPath(path), search };
  }

  async #read({ id, method }: PartRequest, { path, search }: PartAddress): Promise<PartAnswer> {
    const { contexts } = this.#ports;
    const pace = contexts.pace();
    await pace.begin();
    const reply = new BufferedReply(this.#room, (characters) => this.#share.grow(characters));
    const { identity, address, links } = this.#caller;
    await answer(`/${path}`, search, contexts.of(identity.reader, pace, address), links, reply);
    this.#room -= reply.length;
    const headers = new Map([...reply.headers].map(([name, value]) => [capitals(name), value]));
    return { id, status: reply.code, headers, body: method === 'HEAD' ? '' : reply.body };
  }

  #answerOf(id: string | null, { status, created, body }: Written): PartAnswer {
    const headers = new Map<string, string>();
    if (created !== null) headers.set('Location', `${this.#caller.links.root}/${created}`);
    if (body !== null) headers.set('Content-Type', JSON_TYPE);
    this.#room -= body?.length ?? 0;
    this.#share.add(body?.length ?? 0);
    return { id, status, headers, body: body ?? '' };
  }

  #failure(id: string | null, error: unknown): PartAnswer {
    const known = error instanceof CodedError && error.code !== 'hub.internal';
    if (!known) this.#ports.defect?.(error);
    const code: ErrorCode = known ? error.code : 'hub.internal';
    const detail = publicDetail(code, known ? error.message : '');
    const { status, title } = CODES[code];
    const body = JSON.stringify({ type: `/docs/errors#${code}`, title, status, detail, code, message: detail });
    return { id, status, headers: new Map([['Content-Type', 'application/problem+json']]), body };
  }
}

/** Of a change set every request has gone well or none has, so only others can be missing. */
function outside({ dependsOn }: PartRequest, set: ChangeSet): readonly string[] {
  return dependsOn.filter((id) => !set.requests.some((request) => request.id === id));
}

function capitals(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (first) => first.toUpperCase());
}
