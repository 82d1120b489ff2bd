// A typed client of any service: unary calls, streams read and streams sent.

import type { DescService } from '@bufbuild/protobuf';
import type { Client, ClientWritableStream } from '@grpc/grpc-js';
import { Fault } from '../../core/fault.js';
import type { In, MethodsOf, Out } from './definition.js';
import { grpcPackages, loadDefinitions } from './packages.js';

/** Longest message taken from a server. */
const RECEIVE_BYTES_MAX = 64 * 1024 * 1024;

/** A client of one service; methods by their names in TypeScript. */
export interface GrpcClient<S extends DescService> {
  /**
   * Calls a unary method. Errors: `grpc.unavailable` where nothing was sent, `grpc.refused`;
   * `grpc.timed_out`, `grpc.connection_lost` where it may have been done.
   */
  call<Name extends MethodsOf<S, 'unary'>>(
    name: Name,
    request: In<S['method'][Name]>,
  ): Promise<Out<S['method'][Name]>>;
  /** Reads a server's stream as it is iterated; leaving the loop cancels. Errors: as `call`. */
  stream<Name extends MethodsOf<S, 'server_streaming'>>(
    name: Name,
    request: In<S['method'][Name]>,
  ): AsyncIterable<Out<S['method'][Name]>>;
  /** Sends a stream no faster than the server takes it. Errors: as `call`. */
  send<Name extends MethodsOf<S, 'client_streaming'>>(
    name: Name,
    requests: Iterable<In<S['method'][Name]>> | AsyncIterable<In<S['method'][Name]>>,
  ): Promise<Out<S['method'][Name]>>;
  close(): void;
}

/**
 * Connects to a service at `host:port`. The deadline is that of unary calls.
 * Units: milliseconds.
 */
export function createGrpcClient<S extends DescService>(
  service: S,
  address: string,
  deadlineMs = 5_000,
): GrpcClient<S> {
  const { grpc } = grpcPackages();
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
  });
  const loaded = loadDefinitions().then(({ definitionOf }) => definitionOf(service));
  const methodOf = async (name: string) => (await loaded)[service.method[name]!.name]!;
  const fault = (error: StatusLike): Fault => faultOf(client, { address, deadlineMs }, error);
  // Each method's own codec made or takes the messages that are cast below.
  return {
    async call(name, request) {
      const { path, requestSerialize, responseDeserialize } = await methodOf(name);
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          { deadline: Date.now() + deadlineMs },
          (error, response) => {
            // The method's own codec made it.
            if (error === null) resolve(response as never);
            else reject(fault(error));
          },
        );
      });
    },
    async *stream(name, request) {
      const { path, requestSerialize, responseDeserialize } = await methodOf(name);
      const call = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
      );
      try {
        // The method's own codec made each.
        for await (const message of call) yield message as never;
      } catch (error) {
        throw fault(error as StatusLike);
      } finally {
        call.cancel();
      }
    },
    async send(name, requests) {
      const { path, requestSerialize, responseDeserialize } = await methodOf(name);
      return new Promise((resolve, reject) => {
        const call = client.makeClientStreamRequest(
          path,
          requestSerialize,
          responseDeserialize,
          (error, response) => {
            // The method's own codec made it.
            if (error === null) resolve(response as never);
            else reject(fault(error));
          },
        );
        writeAll(call, requests).catch((error: unknown) => {
          call.cancel();
          reject(error);
        });
      });
    },
    close: () => client.close(),
  };
}

async function writeAll(
  call: ClientWritableStream<unknown>,
  requests: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<void> {
  let hasEnded = false;
  let wake = (): void => {};
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  call.on('status', end);
  call.on('error', end);
  call.on('drain', () => wake());
  for await (const request of requests) {
    if (hasEnded) return;
    if (call.write(request)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (hasEnded) resolve();
    });
  }
  call.end();
}

/** What grpc-js puts on the error of a failed call. */
interface StatusLike {
  readonly code?: number;
  readonly details?: string;
}

/**
 * Only what was never sent is surely not done. Without a connection nothing was: it is being looked
 * for, or was refused.
 */
function faultOf(
  client: Client,
  { address, deadlineMs }: { readonly address: string; readonly deadlineMs: number },
  error: StatusLike,
): Fault {
  const { status, connectivityState } = grpcPackages().grpc;
  const isLate = error.code === status.DEADLINE_EXCEEDED;
  const isAway = isLate || error.code === status.UNAVAILABLE || error.code === status.CANCELLED;
  // A system that is there says so with a reason of its own.
  if (!isAway || /^[a-z]+\.[a-z_]+: /.test(error.details ?? '')) {
    return new Fault('grpc.refused', error.details ?? 'the call was refused', { cause: error });
  }
  const state = client.getChannel().getConnectivityState(false);
  const { CONNECTING, TRANSIENT_FAILURE } = connectivityState;
  const why = { retryable: true, cause: error };
  if (state === CONNECTING || state === TRANSIENT_FAILURE) {
    const text = `expected a running system at ${address}; start one with sluice run, or name another with --address`;
    return new Fault('grpc.unavailable', text, why);
  }
  const open = 'what it was asked may have been done';
  return isLate
    ? new Fault('grpc.timed_out', `expected ${address} to answer in ${deadlineMs} ms; ${open}`, why)
    : new Fault('grpc.connection_lost', `expected an answer, ${address} hung up; ${open}`, why);
}
