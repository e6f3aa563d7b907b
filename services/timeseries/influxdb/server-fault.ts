/** What went wrong with a request to InfluxDB, in the hub's codes and in words for who runs it. */
import type { ErrorCode } from '../../model/index.ts';
import { Fault } from '../threads/fault.ts';

export class ServerFault extends Fault {
  /** Whether the server may have done it all the same. */
  readonly perhapsDone: boolean;
  constructor(code: ErrorCode, detail: string, perhapsDone: boolean, options?: ErrorOptions) {
    super(code, detail, options);
    this.name = 'ServerFault';
    this.perhapsDone = perhapsDone;
  }
}

/** The request has not left this machine. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'ERR_INVALID_URL',
]);

/** The transport's error for an answer beyond 2xx. */
interface Answered {
  readonly statusCode: number;
  readonly body?: string;
}

export function isAnswer(error: unknown): error is Answered {
  return error instanceof Error && typeof (error as Partial<Answered>).statusCode === 'number';
}

/** Is it InfluxDB that answers so, and not somebody between? */
export function isInfluxAnswer({ body = '' }: Answered): boolean {
  try {
    const json = JSON.parse(body) as { error?: unknown; message?: unknown } | null;
    return typeof (json?.message ?? json?.error) === 'string';
  } catch {
    return false;
  }
}

/** InfluxDB's own words: 1.x says `error`, 2.x `code` and `message`. */
export function wordsOf(error: unknown): string {
  if (!isAnswer(error)) return error instanceof Error ? error.message || error.name : String(error);
  const body = (error.body ?? '').trim();
  try {
    const json = JSON.parse(body) as { error?: unknown; message?: unknown };
    const said = json.message ?? json.error;
    if (typeof said === 'string') return shortened(said);
  } catch {
    // a proxy's page, or CSV
  }
  const csv = /^error\r?\n"?(.*?)"?\s*$/s.exec(body);
  return shortened(csv?.[1]?.replaceAll('""', '"') ?? (body === '' ? `status ${error.statusCode}` : body));
}

function shortened(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/** `missing`: what to do where database, bucket or policy is not there. */
export function serverFault(error: unknown, server: string, missing: string): Fault {
  if (error instanceof Fault) return error;
  const words = wordsOf(error);
  const cause = { cause: error };
  if (isAnswer(error)) {
    const { statusCode } = error;
    if (statusCode === 401 || statusCode === 403) {
      const detail = `${server} does not accept the hub: ${words}. Look at timeseries.influxdb.token, or username and password, and at what they may do.`;
      return new ServerFault('store.credentials', detail, false, cause);
    }
    if (statusCode === 404 || isMissing(words))
      return new ServerFault('store.missing', `${server}: ${words}. ${missing}`, false, cause);
    // a query that is no InfluxQL: nobody but the hub can mend that
    const code = statusCode === 400 || statusCode === 422 ? 'hub.internal' : 'store.unavailable';
    return new ServerFault(code, `${server} answers ${statusCode}: ${words}${helpFor(words)}`, true, cause);
  }
  const code = (error as { code?: unknown } | null)?.code;
  const detail = `${server} can't be reached: ${words}`;
  return new ServerFault('store.unavailable', detail, !(typeof code === 'string' && UNSENT.has(code)), cause);
}

function helpFor(words: string): string {
  if (!/no space left on device/i.test(words)) return '';
  return '. Its disk is full: make room, then restart InfluxDB 1.x, which takes nothing before [docs/guides/influxdb.md].';
}

/** 1.x answers 500 for a policy that is not there, and 200 with an error inside for a query. */
export function isMissing(words: string): boolean {
  return /(database|retention policy|bucket) .*not found|not found: /i.test(words);
}
