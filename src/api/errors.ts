/** Every error that the API answers with by itself, before the engine or the shop is asked. */
export const apiErrorTable = {
  BAD_INPUT: {
    status: 400,
    definite: true,
    retryable: false,
    title: 'Bad input',
    detail: 'The input is not valid JSON of the expected shape.',
  },
  UNAUTHENTICATED: {
    status: 401,
    definite: true,
    retryable: false,
    title: 'Unauthenticated',
    detail: 'Open a page of the shop first: it gives you your cookie.',
  },
  CROSS_SITE: {
    status: 403,
    definite: true,
    retryable: false,
    title: 'Call from another site',
    detail: 'A page of another site made this call. Nothing was executed.',
  },
  NOT_FOUND: {
    status: 404,
    definite: true,
    retryable: false,
    title: 'Not found',
    detail: 'There is no such procedure.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    definite: true,
    retryable: false,
    title: 'Method not allowed',
    detail: 'What reads is asked with GET, what changes something with POST. Nothing was executed.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    definite: true,
    retryable: false,
    title: 'Payload too large',
    detail: 'The body is larger than any call needs. Nothing was executed.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    definite: true,
    retryable: false,
    title: 'Unsupported media type',
    detail: 'The body must be application/json. Nothing was executed.',
  },
  INTERNAL: {
    status: 500,
    definite: false,
    retryable: true,
    title: 'Internal error',
    detail: 'Something went wrong on our side. Try again.',
  },
  UNAVAILABLE: {
    status: 503,
    definite: false,
    retryable: true,
    title: 'Temporarily unavailable',
    detail: 'The payment provider can’t be reached just now. Nothing was charged. Try again.',
  },
} as const;

export type ApiErrorCode = keyof typeof apiErrorTable;
