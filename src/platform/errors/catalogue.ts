/**
 * Every error that a client can meet, in one place; docs/errors.md is generated from it.
 * `{name}` in a detail stands for a field given with the error.
 */
interface Problem {
  /** HTTP status. */
  status: number;
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  title: string;
  /** What failed in this occurrence and how to mend it. */
  detail: string;
  /** Whether the same request can succeed later without being changed. */
  retryable: boolean;
  /** Fields that are members of the problem beside the standard ones. */
  members?: readonly string[];
}

/** Answers to a request: `code` → problem (RFC 9457). */
export const problems = {
  'malformed-json': {
    status: 400,
    title: 'The body is not valid JSON',
    detail: '{reason}. Send one JSON object in UTF-8 (RFC 8259), without duplicate members.',
    retryable: false,
  },
  'invalid-parameter': {
    status: 400,
    title: 'A request parameter is not valid',
    detail: "'{parameter}' {reason}.",
    retryable: false,
    members: ['parameter'],
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor is not valid',
    detail: 'The cursor was not made by this service for these filters. Start again without a cursor.',
    retryable: false,
  },
  'idempotency-key-invalid': {
    status: 400,
    title: 'The Idempotency-Key is not valid',
    detail: 'An Idempotency-Key has 1 to 255 visible ASCII characters, bare or as a quoted string.',
    retryable: false,
  },
  unauthenticated: {
    status: 401,
    title: 'A valid API key is needed',
    detail: 'Send `Authorization: Bearer <api key>` with a key that is neither expired nor revoked.',
    retryable: false,
  },
  'insufficient-scope': {
    status: 403,
    title: 'The API key lacks a scope',
    detail: "This request needs the scope '{requiredScope}'.",
    retryable: false,
    members: ['requiredScope'],
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: 'Nothing is found at this address.',
    retryable: false,
  },
  'template-not-found': {
    status: 404,
    title: 'The template is not found',
    detail:
      "There is no template '{template}'. Register it with PUT /v1/templates/{name}, or name a version that exists.",
    retryable: false,
    members: ['pointer'],
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    detail: 'This address answers {allow}.',
    retryable: false,
  },
  'not-acceptable': {
    status: 406,
    title: 'No acceptable representation',
    detail: 'This address answers with {mediaType}; let Accept include it.',
    retryable: false,
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    detail: 'The body was not complete in time. Send the request again.',
    retryable: true,
  },
  'idempotency-in-progress': {
    status: 409,
    title: 'A request with this Idempotency-Key is in progress',
    detail: 'Another request with the same key has not finished yet. Send it again after Retry-After.',
    retryable: true,
  },
  'report-not-ready': {
    status: 409,
    title: 'The report is not ready',
    detail: 'The report is {currentStatus}; its file can be downloaded once it has succeeded.',
    retryable: true,
    members: ['currentStatus'],
  },
  'report-not-successful': {
    status: 409,
    title: 'The report has no file',
    detail: 'The report is {currentStatus}, so there will be no file. Its resource says why.',
    retryable: false,
    members: ['currentStatus'],
  },
  'report-not-cancelable': {
    status: 409,
    title: 'The report can no longer be canceled',
    detail: 'The report is {currentStatus} already.',
    retryable: false,
    members: ['currentStatus'],
  },
  'report-deleted': {
    status: 410,
    title: 'The report was deleted',
    detail: 'The report was deleted at {deletedAt}. Request it again.',
    retryable: false,
  },
  'api-key-in-use': {
    status: 409,
    title: 'A key cannot revoke itself',
    detail: 'This is the key that the request was made with. Revoke it with another one, so that nobody is locked out.',
    retryable: false,
  },
  'api-key-not-rotatable': {
    status: 409,
    title: 'The API key cannot be rotated',
    detail: 'The key was rotated before, or it has expired. Rotate the key in replacedBy, or make a new one.',
    retryable: false,
  },
  'file-expired': {
    status: 410,
    title: 'The file has expired',
    detail: 'The file was kept until {expiredAt}. Request the report again.',
    retryable: false,
  },
  'link-expired': {
    status: 410,
    title: 'The link has expired',
    detail: 'The link could be used until {expiredAt}. Ask whoever made it for a new one.',
    retryable: false,
  },
  'precondition-failed': {
    status: 412,
    title: 'A precondition failed',
    detail: 'The resource is not in the state that the condition of the request asks for.',
    retryable: false,
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'The body may have at most {maxBytes} bytes. Send large data as an upload (POST /v1/uploads).',
    retryable: false,
    members: ['maxBytes'],
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type is not supported',
    detail: 'This address takes {accepted}, in UTF-8 and without a content encoding.',
    retryable: false,
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The range is not satisfiable',
    detail: 'The file has {size} bytes.',
    retryable: false,
  },
  'validation-failed': {
    status: 422,
    title: 'The request is not valid',
    detail: 'The request has {count} fault(s); see errors.',
    retryable: false,
    members: ['errors'],
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    detail: 'This key was sent with another body before. Use a new key for a new request.',
    retryable: false,
  },
  'webhook-url-refused': {
    status: 422,
    title: 'The URL of the webhook endpoint is refused',
    detail: 'The URL is refused because {reason}.',
    retryable: false,
    members: ['errors'],
  },
  'webhook-endpoint-disabled': {
    status: 422,
    title: 'The webhook endpoint is disabled',
    detail: 'Nothing is sent to a disabled endpoint. Enable it first: PATCH it with {"status": "enabled"}.',
    retryable: false,
  },
  'quota-exceeded': {
    status: 429,
    title: 'Too many requests',
    detail: '{reason}. Wait as Retry-After says.',
    retryable: true,
  },
  'bad-request': {
    status: 400,
    title: 'The request is not valid HTTP',
    detail: 'The request line, a header or the framing of the body could not be understood.',
    retryable: false,
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    detail: 'The request line and the headers may have 16 KiB together.',
    retryable: false,
  },
  'internal-error': {
    status: 500,
    title: 'Something failed on our side',
    detail: 'The request could not be handled. Tell the operator the requestId.',
    retryable: true,
  },
  'temporary-reduced-capacity': {
    status: 503,
    title: 'Too many reports are waiting',
    detail: 'As many reports are waiting as this service takes on. Send it again after Retry-After.',
    retryable: true,
  },
  'service-unavailable': {
    status: 503,
    title: 'The service is unavailable for the moment',
    detail:
      'A part that this request needs does not answer. Send it again after Retry-After, with the same Idempotency-Key.',
    retryable: true,
  },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

/** Why a report failed: `error.code` of a report → what it means. A failure that is not retryable fails the report at once. */
export const failures = {
  data_invalid: { title: 'A value of the data does not fit its declared type', retryable: false },
  data_source_error: { title: 'The data could not be read', retryable: true },
  data_too_large: { title: 'The report reads more rows than are allowed', retryable: false },
  template_error: { title: 'The definition cannot be carried out with this data', retryable: false },
  render_timeout: { title: 'The render took longer than one attempt may', retryable: true },
  render_out_of_memory: { title: 'The render needed more memory than it may have', retryable: true },
  output_too_large: { title: 'The file has more pages or bytes than are allowed', retryable: false },
  render_error: { title: 'The render broke off with an unexpected error', retryable: true },
  worker_lost: { title: 'The worker that rendered the report stopped answering', retryable: true },
  deadline_exceeded: { title: 'The report was not finished before its deadline', retryable: false },
  storage_unavailable: { title: 'The finished file could not be stored', retryable: true },
} as const satisfies Record<string, { title: string; retryable: boolean }>;

export type FailureCode = keyof typeof failures;

/** The URI reference that names a problem or failure type; it can be opened in the service. */
export function typeOf(code: ProblemCode | FailureCode): string {
  return `/problems/${code.replaceAll('_', '-')}`;
}
