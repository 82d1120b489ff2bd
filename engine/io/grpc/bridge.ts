// Serves protobuf-es services over grpc-js: one bridge for every service, with health, reflection.

import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { Server, ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { Fault } from '../../core/fault.js';
import { CallRefused, type CallSite, implement, type Outlet } from './calls.js';
import type { In, Out } from './definition.js';
import { grpcPackages, loadDefinitions } from './packages.js';

export { CallRefused, type CallStatus, type Outlet } from './calls.js';
export { createGrpcClient, type GrpcClient } from './client.js';

/** Longest message taken: a packed batch of 4 MiB with room for its head. */
const RECEIVE_BYTES_MAX = 8 * 1024 * 1024;

/** How the package's own refusal of a longer one begins. Source: grpc-js, stream-decoder. */
const TOO_LONG = 'Received message';

/** Calls open at once on one connection. */
const STREAMS_MAX = 1_000;

/** A connection is asked for a sign of life this often, or a peer that vanished would stay. */
const KEEPALIVE_MS = 60_000;

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

/** Where a server listens. */
export interface GrpcServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Told of what a handler threw that is neither a refusal nor a fault; else printed. */
  readonly onBug?: (where: string, error: unknown) => void;
  /** Told of each call that ends because a message was longer than is taken: no handler sees it. */
  readonly onTooLong?: () => void;
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
  options: GrpcServerOptions,
): Promise<GrpcServer> {
  const { grpc, reflection, health: healthCheck } = grpcPackages();
  const definitions = await loadDefinitions();
  // What the package would print, such as a busy port, is told by our faults.
  grpc.setLogVerbosity(grpc.logVerbosity.NONE);
  const server = new grpc.Server({
    'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
    'grpc.max_concurrent_streams': STREAMS_MAX,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    interceptors: options.onTooLong === undefined ? [] : [watchLengths(options.onTooLong)],
  });
  const site: CallSite = { closers: new Set(), onBug: options.onBug ?? printBug };
  for (const bound of services)
    server.addService(definitions.definitionOf(bound.service), implementationOf(bound, site));
  const health = new healthCheck.HealthImplementation({ '': 'SERVING' });
  for (const { service } of services) health.setStatus(service.typeName, 'SERVING');
  health.addToServer(server);
  new reflection.ReflectionService(
    packageOf(definitions.descriptorsOf(services.map(({ service }) => service))),
  ).addToServer(server);
  const port = await listen(server, options);
  return {
    port,
    close(deadlineMs) {
      health.setStatus('', 'NOT_SERVING');
      for (const { service } of services) health.setStatus(service.typeName, 'NOT_SERVING');
      return shutDown(server, site, deadlineMs);
    },
  };
}

/**
 * Reads what ends each call: the package tells nobody of a message that it did not take, and its
 * caller in words of its own.
 */
function watchLengths(onTooLong: () => void): ServerInterceptor {
  const { RESOURCE_EXHAUSTED } = grpcPackages().grpc.status;
  return (_method, call) => {
    const send = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      const isOfPackage = status.details?.startsWith(TOO_LONG) === true;
      if (!isOfPackage || status.code !== RESOURCE_EXHAUSTED) {
        send(status);
        return;
      }
      onTooLong();
      const was = /\((\d+) vs/.exec(status.details)?.[1];
      const text = `expected a message of at most ${RECEIVE_BYTES_MAX} bytes, was ${was ?? 'more'}`;
      const { message } = new CallRefused('RESOURCE_EXHAUSTED', 'grpc.too_long', text);
      send({ ...status, details: message });
    };
    // The chain calls nothing but the interface, which is also that of the class it asks for.
    return call as ServerInterceptingCall;
  };
}

/** Our own files: the loader's are made anew and lack the imports between them. */
function packageOf(fileDescriptorProtos: readonly Buffer[]): PackageDefinition {
  // Reflection reads nothing but the files of each entry.
  return { files: { fileDescriptorProtos } } as unknown as PackageDefinition;
}

function printBug(where: string, error: unknown): void {
  console.error(`bug in ${where}:`, error);
}

function implementationOf({ service, handlers }: BoundService, site: CallSite): never {
  const implementation: Record<string, unknown> = {};
  for (const method of service.methods) {
    implementation[method.name] = implement(method, handlers[method.localName], site);
  }
  // grpc-js checks the shape of an implementation against the definition at run time.
  return implementation as never;
}

function listen(server: Server, { host, port }: GrpcServerOptions): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const insecure = grpcPackages().grpc.ServerCredentials.createInsecure();
  return new Promise((resolve, reject) => {
    server.bindAsync(address, insecure, (error, bound) => {
      if (error === null) {
        resolve(bound);
        return;
      }
      const text = `expected ${address} to be free for gRPC: ${error.message}; stop the other program or choose another --grpc-port`;
      reject(new Fault('grpc.port_busy', text, { cause: error }));
    });
  });
}

function shutDown(server: Server, site: CallSite, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), deadlineMs);
    for (const close of [...site.closers]) close();
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
