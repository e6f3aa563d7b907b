/** Answers ▸ the form in which the batch came. */
import { STATUS_CODES } from 'node:http';
import type { ItemAnswer, PartAnswer } from './request.ts';

/** Prints one answer after the other, so that those before need not be kept. */
export interface BatchPrinter {
  readonly contentType: string;
  item(item: ItemAnswer): string;
  end(): string;
}

/** [STA 11.3] `name` gives boundaries that no body holds. */
export function multipartPrinter(name: () => string): BatchPrinter {
  const boundary = `batch_${name()}`;
  const part = (item: ItemAnswer) => {
    if (item.kind === 'one') return printPart(item.answer);
    const inner = `changeset_${name()}`;
    const id = item.id === null ? '' : `Content-ID: ${item.id}\r\n`;
    const parts = item.answers.map((one) => wrapped(printPart(one), inner)).join('');
    return `Content-Type: multipart/mixed; boundary=${inner}\r\n${id}\r\n${parts}${closing(inner)}`;
  };
  return {
    contentType: `multipart/mixed; boundary=${boundary}`,
    item: (item) => wrapped(part(item), boundary),
    end: () => closing(boundary),
  };
}

function wrapped(part: string, boundary: string): string {
  return `--${boundary}\r\n${part}\r\n`;
}

function closing(boundary: string): string {
  return `--${boundary}--\r\n`;
}

function printPart({ id, status, headers, body }: PartAnswer): string {
  const head = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];
  if (id !== null) head.push(`Content-ID: ${id}`);
  const inner = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (const [name, value] of headers) inner.push(`${name}: ${value}`);
  if (body !== '') inner.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${head.join('\r\n')}\r\n\r\n${inner.join('\r\n')}\r\n\r\n${body}`;
}

/** [OData JSON Format 4.01 §19.2] `location` stands beside `headers` too, where clients of FROST look. */
export function jsonPrinter(): BatchPrinter {
  let before = '{"responses":[';
  const next = (text: string) => {
    const printed = before + text;
    before = ',';
    return printed;
  };
  return {
    contentType: 'application/json; charset=utf-8',
    item: (item) =>
      item.kind === 'one'
        ? next(printResponse(item.answer, null))
        : item.answers.map((one) => next(printResponse(one, item.id))).join(''),
    end: () => (before === ',' ? ']}' : `${before}]}`),
  };
}

function printResponse({ id, status, headers, body }: PartAnswer, group: string | null): string {
  const location = headers.get('Location');
  const head = {
    id,
    ...(group === null ? {} : { atomicityGroup: group }),
    status,
    ...(location === undefined ? {} : { location }),
    ...(headers.size === 0 ? {} : { headers: Object.fromEntries([...headers].map(([k, v]) => [k.toLowerCase(), v])) }),
  };
  if (body === '') return JSON.stringify(head);
  // as text: ids beyond 2^53 must stay exact
  const isJson = /^application\/([\w.]+\+)?json\b/.test(headers.get('Content-Type') ?? '');
  return `${JSON.stringify(head).slice(0, -1)},"body":${isJson ? body : JSON.stringify(body)}}`;
}
