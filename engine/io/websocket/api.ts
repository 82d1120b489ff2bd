// JSON over HTTP: reads a request within bounds, hands it to the routes, writes their answer.

import type uws from 'uwebsockets';
import type { HttpAnswer, WebCounters, WebServerOptions } from './options.js';
import {
  HTML_TYPE,
  isOurHost,
  isSameOrigin,
  JSON_TYPE,
  printBug,
  write,
  writeError,
} from './responses.js';

/** Longest body of a request. */
const BODY_BYTES_MAX = 64 * 1024;

/** Requests at once, from their first line to their answer: those whose body is read count too. */
const PENDING_MAX = 256;

/** Handles the requests below the prefix of the interface. */
export function apiServer(
  options: WebServerOptions,
  counters: WebCounters,
): (response: uws.HttpResponse, request: uws.HttpRequest) => void {
  const { api, host, onBug = printBug } = options;
  let pending = 0;
  return (response, request) => {
    const method = request.getMethod().toUpperCase();
    const path = request.getUrl();
    const query = new URLSearchParams(request.getQuery());
    const problem = problemOf(host, method, request);
    let isGone = false;
    let isReading = false;
    const endReading = (): void => {
      isReading = false;
      pending--;
    };
    response.onAborted(() => {
      isGone = true;
      // A handler goes on without its client, and is pending until it ends.
      if (isReading) endReading();
    });
    if (problem !== undefined || pending >= PENDING_MAX) {
      counters.refused++;
      const text = `expected at most ${PENDING_MAX} requests at once; try again`;
      const [status, code, why] = problem ?? [429, 'http.too_many_requests', text];
      writeError(response, status, code, why);
      return;
    }
    pending++;
    const reply = (answer: HttpAnswer): void => {
      pending--;
      if (isGone) return;
      const isHead = method === 'HEAD';
      const { status } = answer;
      const [type, body] = 'json' in answer ? [JSON_TYPE, answer.json] : [HTML_TYPE, answer.html];
      response.cork(() => write(response, { status, type, body, isHead }));
    };
    const run = (body: string): void => {
      api({ method: method === 'HEAD' ? 'GET' : method, path, query, body }).then(
        reply,
        (error: unknown) => {
          counters.failed++;
          onBug(`${method} ${path}`, error);
          const text = 'expected an answer, the request failed; the log of the server says why';
          reply({ status: 500, json: JSON.stringify({ code: 'http.internal', text }) });
        },
      );
    };
    if (method !== 'POST') {
      run('');
      return;
    }
    isReading = true;
    readBody(response, (body) => {
      if (body !== undefined) {
        isReading = false;
        run(body);
      } else {
        endReading();
        counters.refused++;
        const text = `expected a body of at most ${BODY_BYTES_MAX} bytes`;
        response.cork(() => writeError(response, 413, 'http.too_large', text));
      }
    });
  };
}

/** Why a request is not even looked at: status, code and text. */
function problemOf(
  host: string,
  method: string,
  request: uws.HttpRequest,
): readonly [number, string, string] | undefined {
  if (!isOurHost(host, request)) {
    return [403, 'http.other_host', `expected this server to be called by its own name, ${host}`];
  }
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (method !== 'POST') return [405, 'http.method', `expected GET, HEAD or POST, was ${method}`];
  if (!/^application\/json\s*(;|$)/i.test(request.getHeader('content-type'))) {
    return [415, 'http.bad_type', 'expected a body of content type application/json'];
  }
  if (isSameOrigin(request)) return undefined;
  return [403, 'http.other_origin', 'expected a page of this very server'];
}

function readBody(response: uws.HttpResponse, done: (body: string | undefined) => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  let isDone = false;
  response.onData((chunk, isLast) => {
    if (isDone) return;
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) {
      isDone = true;
      done(undefined);
      return;
    }
    // The chunk is the server's and dies with this call.
    parts.push(Buffer.from(chunk.slice(0)));
    if (!isLast) return;
    isDone = true;
    done(Buffer.concat(parts).toString('utf8'));
  });
}
