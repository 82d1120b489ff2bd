// The packages below the bridge, loaded when a server or a client is first made: a shard's thread
// has no use for them, and they are two thirds of what it would load.

import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** The packages. */
export interface GrpcPackages {
  readonly grpc: typeof import('@grpc/grpc-js');
  readonly reflection: typeof import('@grpc/reflection');
  readonly health: typeof import('grpc-health-check');
}

let packages: GrpcPackages | undefined;

/** Gives the packages, the first time after a fifth of a second. */
export function grpcPackages(): GrpcPackages {
  // What `require` gives has no type; each is that of the package it is named by.
  packages ??= {
    grpc: load('@grpc/grpc-js') as GrpcPackages['grpc'],
    reflection: load('@grpc/reflection') as GrpcPackages['reflection'],
    health: load('grpc-health-check') as GrpcPackages['health'],
  };
  return packages;
}

/** Loads what reads and writes messages by their descriptors. */
export function loadDefinitions(): Promise<typeof import('./definition.js')> {
  return import('./definition.js');
}
