// Serves and calls protobuf-es services over grpc-js: one bridge for every service.

import {
  create,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import {
  Client,
  credentials,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { Fault } from '../../core/fault.js';

/** Longest message taken: a packed batch of 4 MiB with room for its head. */
const RECEIVE_BYTES_MAX = 8 * 1024 * 1024;

/** What a handler throws to answer with a status. */
export class CallRefused extends Error {
  readonly status: CallStatus;

  constructor(callStatus: CallStatus, code: string, text: string) {
    super(`${code}: ${text}`);
    this.status = callStatus;
  }
}

/** Statuses a handler may answer with. Source: gRPC status codes. */
export type CallStatus =
  | 'NOT_FOUND'
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE';

/** A stream to one client. */
export interface Outlet<Out> {
  /** Sends a message; resolves once the client has room for the next. False once it has gone. */
  send(message: Out): Promise<boolean>;
  /** True once the client has gone or the server closes. */
  isClosed(): boolean;
  /** Calls back once, when the client has gone. */
  onClosed(listener: () => void): void;
}

type In<M extends DescMethod> = MessageShape<M['input']>;
type Out<M extends DescMethod> = MessageShape<M['output']>;

/** The handler that a method needs, by its kind. */
export type Handler<M extends DescMethod> = M extends { methodKind: 'unary' }
  ? (request: In<M>) => Out<M> | Promise<Out<M>>
  : M extends { methodKind: 'server_streaming' }
    ? (request: In<M>, outlet: Outlet<Out<M>>) => Promise<void>
    : M extends { methodKind: 'client_streaming' }
      ? (requests: AsyncIterable<In<M>>) => Promise<Out<M>>
      : never;

/** Handlers of every method of a service: the build fails until there is one for each. */
export type Handlers<S extends DescService> = {
  readonly [Name in keyof S['method']]: Handler<S['method'][Name]>;
};

/** A service with its handlers, types forgotten. */
export interface BoundService {
  readonly service: DescService;
  readonly handlers: Readonly<Record<string, unknown>>;
}

/** Ties handlers to their service. */
export function bind<S extends DescService>(service: S, handlers: Handlers<S>): BoundService {
  return { service, handlers };
}

/** A running server. */
export interface GrpcServer {
  readonly port: number;
  /** Lets open calls end until the deadline, then cuts them off. */
  close(deadlineMs: number): Promise<void>;
}

/** Starts a server with health and reflection. Errors: `grpc.port_busy`. */
export async function startGrpcServer(
  services: readonly BoundService[],
  options: { readonly host: string; readonly port: number },
): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
    'grpc.max_concurrent_streams': 1_000,
  });
  const closers = new Set<() => void>();
  for (const bound of services) addService(server, bound, closers);
  const health = new HealthImplementation({ '': 'SERVING' });
  for (const { service } of services) health.setStatus(service.typeName, 'SERVING');
  health.addToServer(server);
  reflection(services).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    const address = `${options.host}:${options.port}`;
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else {
        const text = `expected ${address} to be free for gRPC: ${error.message}; stop the other program or choose another --grpc-port`;
        reject(new Fault('grpc.port_busy', text, { cause: error }));
      }
    });
  });
  return {
    port,
    close: (deadlineMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.forceShutdown(), deadlineMs);
        for (const closer of closers) closer();
        server.tryShutdown(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function addService(server: Server, bound: BoundService, closers: Set<() => void>): void {
  const implementation: Record<string, unknown> = {};
  for (const method of bound.service.methods) {
    implementation[method.name] = implement(method, bound.handlers[method.localName], closers);
  }
  // grpc-js checks the shape of an implementation against the definition at run time.
  server.addService(definitionOf(bound.service), implementation as never);
}

function implement(method: DescMethod, handler: unknown, closers: Set<() => void>): unknown {
  switch (method.methodKind) {
    case 'unary':
      return (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => {
        void answer(done, () => (handler as (request: unknown) => unknown)(call.request));
      };
    case 'client_streaming':
      return (call: ServerReadableStream<unknown, unknown>, done: sendUnaryData<unknown>) => {
        void answer(done, () => (handler as (requests: unknown) => unknown)(call));
      };
    case 'server_streaming':
      return (call: ServerWritableStream<unknown, unknown>) => {
        const outlet = outletOf(call, closers);
        (handler as (request: unknown, outlet: Outlet<unknown>) => Promise<void>)(
          call.request,
          outlet,
        ).then(
          () => call.end(),
          (error: unknown) => call.destroy(statusOf(error)),
        );
      };
    case 'bidi_streaming':
      return (call: ServerDuplexStream<unknown, unknown>) => {
        call.destroy(Object.assign(new Error('not served'), { code: status.UNIMPLEMENTED }));
      };
  }
}

async function answer(done: sendUnaryData<unknown>, run: () => unknown): Promise<void> {
  try {
    done(null, await run());
  } catch (error) {
    done(statusOf(error));
  }
}

function outletOf(
  call: ServerWritableStream<unknown, unknown>,
  closers: Set<() => void>,
): Outlet<unknown> {
  let closed = false;
  const listeners: (() => void)[] = [];
  const close = (): void => {
    if (closed) return;
    closed = true;
    closers.delete(close);
    for (const listener of listeners) listener();
  };
  closers.add(close);
  call.on('cancelled', close);
  call.on('close', close);
  call.on('error', close);
  return {
    isClosed: () => closed,
    onClosed: (listener) => {
      if (closed) listener();
      else listeners.push(listener);
    },
    async send(message) {
      if (closed) return false;
      if (!call.write(message)) {
        await new Promise<void>((resolve) => {
          call.once('drain', resolve);
          listeners.push(resolve);
        });
      }
      return !closed;
    },
  };
}

function statusOf(error: unknown): Error & { code: number } {
  if (error instanceof CallRefused) return Object.assign(error, { code: status[error.status] });
  const text = error instanceof Fault ? `${error.code}: ${error.message}` : 'internal error';
  const code = error instanceof Fault && error.retryable ? status.UNAVAILABLE : status.INTERNAL;
  return Object.assign(new Error(text, { cause: error }), { code });
}

function definitionOf(service: DescService): ServiceDefinition {
  const definition: Record<string, MethodDefinition<unknown, unknown>> = {};
  for (const method of service.methods) {
    const { requestSerialize, requestDeserialize } = codec(method.input, 'request');
    const { responseSerialize, responseDeserialize } = codec(method.output, 'response');
    definition[method.name] = {
      path: `/${service.typeName}/${method.name}`,
      requestStream: method.methodKind === 'client_streaming',
      responseStream: method.methodKind === 'server_streaming',
      requestSerialize: requestSerialize!,
      requestDeserialize: requestDeserialize!,
      responseSerialize: responseSerialize!,
      responseDeserialize: responseDeserialize!,
    };
  }
  return definition as ServiceDefinition;
}

function codec(
  schema: DescMessage,
  side: 'request' | 'response',
): Partial<MethodDefinition<unknown, unknown>> {
  const serialize = (message: unknown): Buffer =>
    Buffer.from(toBinary(schema, message as MessageShape<DescMessage>));
  const deserialize = (bytes: Buffer): unknown => fromBinary(schema, bytes);
  return side === 'request'
    ? { requestSerialize: serialize, requestDeserialize: deserialize }
    : { responseSerialize: serialize, responseDeserialize: deserialize };
}

function reflection(services: readonly BoundService[]): ReflectionService {
  const files = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (files.has(file.name)) return;
    for (const dependency of file.dependencies) add(dependency);
    files.set(file.name, file);
  };
  for (const { service } of services) add(service.file);
  const set = create(FileDescriptorSetSchema, {
    file: [...files.values()].map((file) => file.proto),
  });
  const bytes = Buffer.from(toBinary(FileDescriptorSetSchema, set));
  return new ReflectionService(loadFileDescriptorSetFromBuffer(bytes));
}

/** A client of one service: unary calls only, by method name. */
export interface GrpcClient<S extends DescService> {
  call<Name extends keyof S['method'] & string>(
    name: Name,
    request: In<S['method'][Name]>,
  ): Promise<Out<S['method'][Name]>>;
  close(): void;
}

/** Connects to a service. Errors of calls: `grpc.unavailable`, `grpc.refused`. */
export function createGrpcClient<S extends DescService>(
  service: S,
  address: string,
  deadlineMs = 5_000,
): GrpcClient<S> {
  const client = new Client(address, credentials.createInsecure());
  const definition = definitionOf(service);
  return {
    call: (name, request) =>
      new Promise((resolve, reject) => {
        const method = service.method[name]!;
        const { path, requestSerialize, responseDeserialize } = definition[method.name]!;
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          { deadline: Date.now() + deadlineMs },
          (error, response) => {
            // The method's own deserializer made it.
            if (error === null) resolve(response as never);
            else reject(clientFault(address, error));
          },
        );
      }),
    close: () => client.close(),
  };
}

function clientFault(address: string, error: { code?: number; details?: string }): Fault {
  if (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED) {
    const text = `expected a running system at ${address}; start one with npm start, or name another with --address`;
    return new Fault('grpc.unavailable', text, { retryable: true, cause: error });
  }
  return new Fault('grpc.refused', error.details ?? 'the call was refused', { cause: error });
}
