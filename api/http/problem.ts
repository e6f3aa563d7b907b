/** Errors ▸ problem documents [RFC 9457]. */
import { CODES, CodedError, type ErrorCode, publicDetail } from '../../services/model/index.ts';

export interface Problem {
  /** Relative to the hub: the page that explains the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  /** The same as `detail`: clients of FROST, its Python client among them, read this name [RFC 9457 §3.2]. */
  readonly message: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

export function problem(code: ErrorCode, detail: string): Problem {
  const { title, status } = CODES[code];
  return { type: `/docs/errors#${code}`, title, status, detail, code, message: detail };
}

/** What body-parser and express put on their errors [http-errors]. */
interface HttpError {
  readonly status: number;
  readonly type?: string;
  readonly message: string;
  readonly limit?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function isHttpError(error: unknown): error is HttpError {
  const status = (error as Partial<HttpError> | null)?.status;
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500;
}

/** What body-parser, express and its server of files say by status alone. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'notFound',
  415: 'request.mediaType',
  416: 'request.range',
};

/** The problem of anything thrown. Of a defect it says nothing but that it is one: details are for the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof CodedError) return problem(error.code, publicDetail(error.code, error.message));
  if (!isHttpError(error)) return problem('hub.internal', 'see the log of the hub');
  switch (error.type) {
    case 'entity.parse.failed':
      return problem('request.json', error.message);
    case 'entity.too.large':
      return problem('request.tooLarge', `the limit is ${error.limit} bytes (http.bodyBytes)`);
    case 'request.size.invalid':
      return problem('request.body', 'the body is shorter or longer than its Content-Length');
    default:
      return problem(BY_STATUS[error.status] ?? 'request.body', error.message);
  }
}

/** How long the file is of which there is no such range [RFC 9110 §15.5.17]; null: it is about something else. */
export function lengthOf(error: unknown): string | null {
  return (isHttpError(error) && error.headers?.['Content-Range']) || null;
}

/** Seconds after which the same request may succeed [RFC 9110 §10.2.3]; null: it says nothing about that. */
export function retryAfter({ status, code }: Problem, error: unknown): number | null {
  if (status !== 503 && status !== 429) return null;
  if (error instanceof CodedError && error.retryAfter !== null) return Math.max(1, Math.ceil(error.retryAfter));
  return RETRY_AFTER[code] ?? 10;
}

/** A queue is short soon; a disk or a store has to be mended by somebody. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = { 'hub.busy': 1 };
