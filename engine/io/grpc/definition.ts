// Service descriptors as grpc-js definitions, and as the files that reflection serves.

import {
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { decoderOf } from './decode.js';
import { encoderOf } from './encode.js';

/** Message that a method takes. */
export type In<M extends DescMethod> = MessageShape<M['input']>;

/** Message that a method answers with, or a stream of which it answers with. */
export type Out<M extends DescMethod> = MessageShape<M['output']>;

/** Names of a service's methods of one kind. */
export type MethodsOf<S extends DescService, Kind extends DescMethod['methodKind']> = {
  [Name in keyof S['method']]: S['method'][Name] extends { methodKind: Kind } ? Name : never;
}[keyof S['method']] &
  string;

/** One method's path and codecs. */
export type Method = MethodDefinition<unknown, unknown>;

/** The definition of a service, keyed by the methods' names in the .proto file. */
export function definitionOf(service: DescService): Record<string, Method> & ServiceDefinition {
  const definition: Record<string, Method> = {};
  for (const method of service.methods) {
    definition[method.name] = {
      path: `/${service.typeName}/${method.name}`,
      requestStream: isStreamed(method, 'client_streaming'),
      responseStream: isStreamed(method, 'server_streaming'),
      requestSerialize: encoder(method.input),
      requestDeserialize: decoder(method.input),
      responseSerialize: encoder(method.output),
      responseDeserialize: decoder(method.output),
    };
  }
  return definition;
}

function isStreamed(method: DescMethod, kind: DescMethod['methodKind']): boolean {
  return method.methodKind === kind || method.methodKind === 'bidi_streaming';
}

function encoder(schema: DescMessage): (message: unknown) => Buffer {
  const encode = encoderOf(schema);
  // Handlers and callers are typed by the same descriptor.
  return (message) => encode(message as MessageShape<DescMessage>);
}

function decoder(schema: DescMessage): (bytes: Buffer) => unknown {
  return decoderOf(schema);
}

/** The files of all services with what they import, each once, imports first; each encoded. */
export function descriptorsOf(services: readonly DescService[]): Buffer[] {
  const files = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (files.has(file.name)) return;
    for (const dependency of file.dependencies) add(dependency);
    files.set(file.name, file);
  };
  for (const service of services) add(service.file);
  return [...files.values()].map(({ proto }) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, proto)),
  );
}
