// How responses are written and whose requests are answered.

import type uws from 'uwebsockets';

/** Type of every JSON answer. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Content type of pages. */
export const HTML_TYPE = 'text/html; charset=utf-8';

/**
 * What a page may do: run and ask this server alone, and be framed by none. Styles may stand within
 * it: drawings and reports bring theirs along.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every response. */
const SAFETY: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Content-Security-Policy', PAGE_POLICY],
];

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  304: 'Not Modified',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** One response; `headers` beside the content type and the safety headers. */
export interface Written {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** True for HEAD: the length is told, the body is not sent. */
  readonly isHead?: boolean;
}

/** Writes a response in one piece. */
export function write(response: uws.HttpResponse, written: Written): void {
  const { status, type, body, headers = {}, isHead = false } = written;
  response.writeStatus(`${status} ${REASONS[status] ?? ''}`.trim());
  if (status !== 304) response.writeHeader('Content-Type', type);
  for (const [name, value] of SAFETY) response.writeHeader(name, value);
  if (headers['Cache-Control'] === undefined) response.writeHeader('Cache-Control', 'no-cache');
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
  if (status === 304) response.endWithoutBody();
  else if (isHead) response.endWithoutBody(Buffer.byteLength(body));
  else response.end(body);
}

/** Writes an error as JSON. */
export function writeError(
  response: uws.HttpResponse,
  status: number,
  code: string,
  text: string,
): void {
  write(response, { status, type: JSON_TYPE, body: JSON.stringify({ code, text }) });
}

/** True without an Origin header (not a browser), or when it names this very host. */
export function isSameOrigin(request: uws.HttpRequest): boolean {
  const origin = request.getHeader('origin');
  if (origin === '') return true;
  return origin.replace(/^https?:\/\//, '') === request.getHeader('host');
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * True unless a server of this machine alone is asked under another machine's name: then a page
 * from outside has pointed its own name here to be of our origin (DNS rebinding).
 */
export function isOurHost(listeningOn: string, request: uws.HttpRequest): boolean {
  const named = listeningOn.includes(':') ? `[${listeningOn}]` : listeningOn;
  return !LOOPBACK.test(named) || LOOPBACK.test(request.getHeader('host'));
}

/** Tells of a bug where nobody else wants to hear of it. */
export function printBug(where: string, error: unknown): void {
  console.error(`bug in ${where}:`, error);
}
