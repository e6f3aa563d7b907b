/** A request that failed: what the hub answered, or that it did not. */
export class HubError extends Error {
  /** HTTP status; 0: no answer at all. */
  readonly status: number;
  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'HubError';
    this.status = status;
  }
}

/** GET a JSON document. Throws HubError: no answer in time, a status that is not 2xx, or a body that is not JSON. */
export async function getJson(url: URL, timeout: number, signal?: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(timeout);
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ? AbortSignal.any([limit, signal]) : limit });
  } catch (cause) {
    throw new HubError(0, `No answer from ${url.pathname}`, { cause });
  }
  if (!response.ok) throw new HubError(response.status, `${url.pathname} answered ${response.status}`);
  try {
    return await response.json();
  } catch (cause) {
    throw new HubError(response.status, `${url.pathname} did not answer with JSON`, { cause });
  }
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
