/** One `$batch` [STA 11]: read as a whole before anything is done, so that a body that was cut off does nothing. */
import { randomUUID } from 'node:crypto';
import type { Identity } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import { parseBody } from '../write/index.ts';
import { jsonPrinter, multipartPrinter } from './print.ts';
import { readJson } from './read-json.ts';
import { readMultipart } from './read-multipart.ts';
import type { BatchItem } from './request.ts';
import { type BatchCaller, type BatchPorts, BatchRun } from './run.ts';
import { isWrite } from './write-request.ts';

export interface BatchBody {
  /** With its parameters, as it came. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** `Prefer`, as it came; '' where there was none. */
  readonly prefer: string;
}

/** Where the answer goes. */
export interface BatchReply {
  /** Before the first `write`. */
  type(contentType: string): void;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

const TEXT = new TextDecoder('utf-8', { fatal: true });
/** Levels of the batch around the body of a request: the object, the list, the request. */
const AROUND = 3;

/** @throws CodedError where the batch can't be read; failures of its requests stand in the answer. */
export async function answerBatch(
  { contentType, bytes, prefer }: BatchBody,
  caller: Omit<BatchCaller, 'continueOnError'>,
  ports: BatchPorts,
  reply: BatchReply,
): Promise<void> {
  const { batchRequests, bodyDepth, bodyNodes } = ports.contexts.options;
  const isMultipart = /^multipart\/mixed\b/i.test(contentType);
  if (!isMultipart && !/^application\/json\b/i.test(contentType))
    throw new CodedError('request.mediaType', 'a batch is multipart/mixed or application/json');
  const items = isMultipart
    ? readMultipart(decoded(bytes), contentType, batchRequests)
    : readJson(parseBody(bytes, { bodyDepth: bodyDepth + AROUND, bodyNodes }), batchRequests);
  askForToken(items, caller.identity);
  const printer = isMultipart ? multipartPrinter(randomUUID) : jsonPrinter();
  reply.type(printer.contentType);
  const run = new BatchRun(ports, { ...caller, continueOnError: continues(prefer) });
  await run.all(items, (answered) => reply.write(printer.item(answered)));
  await reply.write(printer.end());
  await reply.end();
}

/** All requests are done, as FROST does; `continue-on-error=false` stops at the first failure [OData 4.01 Part 1 §8.2.8.3]. */
function continues(prefer: string): boolean {
  return !/(?:^|[,;\s])(?:odata\.)?continue-on-error\s*=\s*"?false\b/i.test(prefer);
}

/** Clients that show their token only when they are asked must be asked before something is done by halves. */
function askForToken(items: readonly BatchItem[], { writes, name }: Identity): void {
  if (writes !== 'nothing' || name !== 'anonymous') return;
  const methods = items.flatMap((item) =>
    item.kind === 'one' ? [item.request.method] : item.kind === 'set' ? item.requests.map(({ method }) => method) : [],
  );
  if (methods.some(isWrite)) throw new CodedError('access.token', 'this batch writes, which needs a token');
}

function decoded(bytes: Uint8Array): string {
  try {
    return TEXT.decode(bytes);
  } catch (cause) {
    throw new CodedError('request.body', 'the body is not UTF-8', { cause });
  }
}
