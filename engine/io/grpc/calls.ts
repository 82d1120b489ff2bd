// Runs one call on its handler: answers, streams no faster than the client reads, statuses.

import type { DescMethod } from '@bufbuild/protobuf';
import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js';
import { Fault } from '../../core/fault.js';
import { grpcPackages } from './packages.js';

/** Statuses a handler may answer with. Source: gRPC status codes. */
export type CallStatus =
  | 'NOT_FOUND'
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE';

/** What a handler throws to answer with a status; the details read `code: text`. */
export class CallRefused extends Error {
  readonly status: CallStatus;

  constructor(callStatus: CallStatus, code: string, text: string) {
    super(`${code}: ${text}`);
    this.status = callStatus;
  }
}

/** A stream to one client. */
export interface Outlet<Out> {
  /** Sends a message; resolves once it is on its way. False once the client has gone. */
  send(message: Out): Promise<boolean>;
  /** True once the client has gone or the server closes. */
  isClosed(): boolean;
  /** Calls back once, when the client has gone, unless the returned function is called before. */
  onClosed(listener: () => void): () => void;
}

/** What the calls of one server share. */
export interface CallSite {
  /** Ends each open stream; called when the server closes. */
  readonly closers: Set<() => void>;
  /** Told of what a handler threw that is neither a refusal nor a fault. */
  readonly onBug: (where: string, error: unknown) => void;
}

/** The implementation of a method as grpc-js wants it. */
export function implement(method: DescMethod, handler: unknown, site: CallSite): unknown {
  const where = `${method.parent.typeName}/${method.name}`;
  const failed = (error: unknown): StatusError => statusOf(error, where, site);
  switch (method.methodKind) {
    case 'unary':
      return (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => {
        // `Handlers` typed it by the method's kind where it was bound; likewise below.
        const unary = handler as (request: unknown) => unknown;
        void answer(done, failed, () => unary(call.request));
      };
    case 'client_streaming':
      return (call: ServerReadableStream<unknown, unknown>, done: sendUnaryData<unknown>) => {
        // Reading the stream one message at a time is what holds the client up.
        const upload = handler as (requests: AsyncIterable<unknown>) => unknown;
        const ended = (error: unknown): StatusError =>
          isCutOff(error) ? gone(where) : failed(error);
        void answer(done, ended, () => upload(call));
      };
    case 'server_streaming':
      return (call: ServerWritableStream<unknown, unknown>) => {
        // See `unary`.
        const stream = handler as (request: unknown, outlet: Outlet<unknown>) => Promise<void>;
        stream(call.request, outletOf(call, site.closers)).then(
          () => call.end(),
          // Not `destroy`: a destroyed stream never sends its status, so the client would wait.
          (error: unknown) => call.emit('error', failed(error)),
        );
      };
    case 'bidi_streaming':
      return (call: ServerDuplexStream<unknown, unknown>) => {
        const error = new Error(`expected a method that is served, was ${where}`);
        call.emit(
          'error',
          Object.assign(error, { code: grpcPackages().grpc.status.UNIMPLEMENTED }),
        );
      };
  }
}

async function answer(
  done: sendUnaryData<unknown>,
  failed: (error: unknown) => StatusError,
  run: () => unknown,
): Promise<void> {
  try {
    done(null, await run());
  } catch (error) {
    done(failed(error));
  }
}

function outletOf(
  call: ServerWritableStream<unknown, unknown>,
  closers: Set<() => void>,
): Outlet<unknown> {
  let isClosed = false;
  const listeners = new Set<() => void>();
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    closers.delete(close);
    for (const listener of listeners) listener();
    listeners.clear();
  };
  closers.add(close);
  call.on('cancelled', close);
  call.on('close', close);
  call.on('error', close);
  call.on('finish', close);
  const onClosed = (listener: () => void): (() => void) => {
    if (isClosed) listener();
    else listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    isClosed: () => isClosed,
    onClosed,
    async send(message) {
      if (isClosed) return false;
      await new Promise<void>((resolve) => {
        let forget = (): void => {};
        // Called once the transport has taken the message: so at most one waits for a slow client,
        // where `drain` would let sixteen of them grow old.
        call.write(message, () => {
          forget();
          resolve();
        });
        forget = onClosed(resolve);
      });
      return !isClosed;
    },
  };
}

type StatusError = Error & { code: number };

/** Whether a stream ended before its time: the client left, or sent what is no message. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** The status of a client that has its own already, or is not there to be told. */
function gone(where: string): StatusError {
  const text = `grpc.cut_off: expected ${where} to be sent whole messages up to its end`;
  return Object.assign(new Error(text), { code: grpcPackages().grpc.status.CANCELLED });
}

function statusOf(error: unknown, where: string, site: CallSite): StatusError {
  const { status } = grpcPackages().grpc;
  if (error instanceof CallRefused) return Object.assign(error, { code: status[error.status] });
  if (error instanceof Fault) {
    const code = error.retryable ? status.UNAVAILABLE : status.INTERNAL;
    return Object.assign(new Error(`${error.code}: ${error.message}`), { code });
  }
  site.onBug(where, error);
  // What broke is told to the operator; a stranger learns only that something did.
  const text = `grpc.internal: expected ${where} to answer, it failed; the server's log says why`;
  return Object.assign(new Error(text), { code: status.INTERNAL });
}
