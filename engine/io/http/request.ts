// One HTTP request of Node's own client, with a bound on time and on bytes.

import { Fault } from '../../core/fault.js';

/** What is asked of a server. */
export interface HttpCall {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Of a POST. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Units: milliseconds. */
  readonly timeoutMs: number;
  /** A longer body is refused without being read to its end. */
  readonly bytesMax: number;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
}

/** What a server answered, whatever its status. */
export interface HttpReply {
  readonly status: number;
  /** Of one header; undefined where it was not sent. */
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/**
 * Asks a server. A redirect is not followed but a failure, for headers may hold a secret; texts
 * of faults name the host alone, for the rest of an address may hold one too.
 * Errors: `http.unreachable`, `http.timed_out`, both retryable, `http.too_large`, `http.stopped`.
 */
export async function httpCall(call: HttpCall): Promise<HttpReply> {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const answer = await fetch(call.url, {
      method: call.method ?? 'GET',
      headers: { ...call.headers },
      ...(call.body !== undefined && { body: call.body }),
      redirect: 'error',
      signal,
    });
    const body = await bodyOf(answer, call.bytesMax);
    return { status: answer.status, header: (name) => answer.headers.get(name) ?? undefined, body };
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (call.signal?.aborted === true) {
      throw new Fault('http.stopped', `expected to go on asking ${hostOf(call.url)}`);
    }
    if (timeout.aborted) {
      const text = `expected an answer of ${hostOf(call.url)} within ${call.timeoutMs} ms`;
      throw new Fault('http.timed_out', text, { retryable: true });
    }
    // The text of the cause is kept out: it may hold the address with its secrets.
    const text = `expected ${hostOf(call.url)} to answer; check the address and the network`;
    throw new Fault('http.unreachable', text, { retryable: true });
  }
}

async function bodyOf(answer: Response, bytesMax: number): Promise<string> {
  if (answer.body === null) return '';
  const reader = answer.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      const text = `expected at most ${bytesMax} bytes of ${hostOf(answer.url)}`;
      throw new Fault('http.too_large', text);
    }
    chunks.push(value);
  }
}

/** Host and port of an address, which hold no secret. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address';
}
