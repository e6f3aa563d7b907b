/**
 * The one table of error codes. A code is what people search for, so it never changes its meaning. `status` is the HTTP
 * status where a code reaches a client; `fault` says who can mend it; `retry` whether the same call may succeed later.
 */
interface CodeRow {
  readonly title: string;
  readonly status: number;
  readonly fault: 'device' | 'network' | 'operator' | 'client' | 'hub';
  readonly retry: boolean;
}

export const CODES = {
  // messages from networks: they become dead letters
  'envelope.json': { title: 'The message is not valid JSON', status: 400, fault: 'network', retry: false },
  'envelope.shape': {
    title: 'The message lacks a field or has one of the wrong type',
    status: 400,
    fault: 'network',
    retry: false,
  },
  'envelope.base64': { title: 'The payload is not valid base64', status: 400, fault: 'network', retry: false },
  'envelope.topic': {
    title: 'The topic does not say which event this is',
    status: 400,
    fault: 'network',
    retry: false,
  },
  'envelope.source': {
    title: 'No source of this name is configured any more',
    status: 400,
    fault: 'operator',
    retry: true,
  },
  'envelope.size': { title: 'The message is larger than the limit', status: 413, fault: 'network', retry: false },
  'device.unknown': { title: 'The device is not registered', status: 404, fault: 'operator', retry: true },
  'device.model': {
    title: 'The device has no model, or one that the hub does not know',
    status: 409,
    fault: 'operator',
    retry: true,
  },
  'decode.port': { title: 'The model gives this FPort no meaning', status: 422, fault: 'device', retry: true },
  'decode.truncated': { title: 'The frame ends in the middle of a field', status: 422, fault: 'device', retry: true },
  'decode.unknown': {
    title: 'The frame holds a field that the model does not know',
    status: 422,
    fault: 'device',
    retry: true,
  },
  'decode.invalid': { title: 'The frame breaks a rule of its model', status: 422, fault: 'device', retry: true },
  'decode.crash': {
    title: 'The decoder failed, which is a defect of the decoder',
    status: 500,
    fault: 'hub',
    retry: true,
  },
  'reading.notFinite': { title: 'The reading is not a finite number', status: 422, fault: 'device', retry: true },
  'reading.type': { title: 'The reading has another type than its channel', status: 422, fault: 'device', retry: true },
  'reading.channel': {
    title: 'The device has no Datastream for this channel',
    status: 422,
    fault: 'operator',
    retry: true,
  },
  'reading.time': { title: 'The time lies outside 1700–2250', status: 422, fault: 'device', retry: false },
  // requests over HTTP
  'request.json': { title: 'The body is not valid JSON', status: 400, fault: 'client', retry: false },
  'request.body': { title: 'The body has a wrong or missing field', status: 400, fault: 'client', retry: false },
  'request.tooLarge': { title: 'The request is larger than the limit', status: 413, fault: 'client', retry: false },
  'request.head': {
    title: 'The head of the request is larger than the limit',
    status: 431,
    fault: 'client',
    retry: false,
  },
  'request.late': { title: 'The request has not come in time', status: 408, fault: 'client', retry: true },
  'request.method': { title: 'The resource does not know this method', status: 405, fault: 'client', retry: false },
  'request.range': { title: 'The file has no such range', status: 416, fault: 'client', retry: false },
  'request.host': { title: 'The request names no valid host', status: 400, fault: 'client', retry: false },
  'request.conflict': { title: 'The request contradicts what is there', status: 409, fault: 'client', retry: false },
  'request.dependency': {
    title: 'A request that this one depends on has failed',
    status: 424,
    fault: 'client',
    retry: false,
  },
  'request.unsupported': { title: 'The hub cannot do this yet', status: 501, fault: 'hub', retry: false },
  'query.syntax': { title: 'The query cannot be read', status: 400, fault: 'client', retry: false },
  'query.option': { title: 'The query option has a wrong value', status: 400, fault: 'client', retry: false },
  'query.property': {
    title: 'The query names something that does not exist',
    status: 400,
    fault: 'client',
    retry: false,
  },
  'query.type': {
    title: 'The query compares or computes what does not fit together',
    status: 400,
    fault: 'client',
    retry: false,
  },
  'query.unsupported': { title: 'The hub does not support this query option', status: 501, fault: 'hub', retry: false },
  'query.limit': { title: 'The query goes beyond a limit', status: 400, fault: 'client', retry: false },
  'access.token': { title: 'A valid token is needed', status: 401, fault: 'client', retry: false },
  'access.denied': { title: 'The token does not allow this', status: 403, fault: 'client', retry: false },
  notFound: { title: 'There is nothing here', status: 404, fault: 'client', retry: false },
  'request.mediaType': {
    title: 'The body has a media type or encoding that the hub does not read',
    status: 415,
    fault: 'client',
    retry: false,
  },
  'access.attempts': { title: 'Too many wrong tokens from this address', status: 429, fault: 'client', retry: true },
  // the time-series store
  'store.rejected': { title: 'The store refused this row', status: 422, fault: 'operator', retry: true },
  'store.unavailable': {
    title: 'The time-series store cannot be reached',
    status: 503,
    fault: 'operator',
    retry: true,
  },
  'store.credentials': {
    title: 'The time-series store does not accept the hub',
    status: 503,
    fault: 'operator',
    retry: true,
  },
  'store.missing': {
    title: 'The time-series store has no such database or bucket',
    status: 503,
    fault: 'operator',
    retry: true,
  },
  'store.replaced': {
    title: 'Another time-series store stands in the place of the known one',
    status: 503,
    fault: 'operator',
    retry: true,
  },
  'store.foreign': {
    title: 'The time-series store is that of another hub, or ahead of this one',
    status: 503,
    fault: 'operator',
    retry: true,
  },
  'store.unsupported': { title: 'This time-series store cannot do that', status: 501, fault: 'operator', retry: false },
  // the hub itself
  'hub.listen': { title: 'The hub cannot open a port', status: 503, fault: 'operator', retry: true },
  'hub.busy': { title: 'The hub is at a limit; try again', status: 503, fault: 'hub', retry: true },
  'hub.storage': { title: 'The hub cannot write to its disk', status: 503, fault: 'operator', retry: true },
  'hub.full': { title: 'The hub holds as many entities as it may', status: 507, fault: 'operator', retry: true },
  'hub.internal': { title: 'A defect in the hub', status: 500, fault: 'hub', retry: true },
} as const satisfies Record<string, CodeRow>;

export type ErrorCode = keyof typeof CODES;

/** An expected failure with a code: thrown off the hot path, answered as an RFC 9457 problem document. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which it may succeed, where they are known; null: they are not. */
  readonly retryAfter: number | null;
  constructor(code: ErrorCode, detail: string, options?: ErrorOptions & { readonly retryAfter?: number }) {
    super(detail, options);
    this.name = 'CodedError';
    this.code = code;
    this.retryAfter = options?.retryAfter ?? null;
  }
  get status(): number {
    return CODES[this.code].status;
  }
}
