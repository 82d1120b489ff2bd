// What faults that last do to disk, network and clients, and how they end.

import type { SimDisk } from './disk.js';
import type { FaultKind } from './faults.js';
import type { SimNetwork } from './network.js';

/** What they befall. */
interface Befallen {
  readonly disk: SimDisk;
  readonly network: SimNetwork;
  /** Has every answer to clients take so much longer. Units: microseconds. */
  readonly slowConsumers: (delayUs: number) => void;
}

/** Has a fault of that size begin; without a size it is over. */
type Fault = (befallen: Befallen, size: number | undefined) => void;

const LASTING = {
  slow_disk: ({ disk }, size) => {
    disk.slowness = size === undefined ? 1 : 2 + size * 20;
  },
  full_disk: ({ disk }, size) => {
    disk.isFull = size !== undefined;
  },
  delay: ({ network }, size = 0) => {
    network.weather.delayUs = Math.floor(size * 1_000);
  },
  drop: ({ network }, size = 0) => {
    network.weather.dropShare = size / 2;
  },
  duplicate: ({ network }, size = 0) => {
    network.weather.duplicateShare = size;
  },
  reorder: ({ network }, size = 0) => {
    network.weather.reorderShare = size;
  },
  slow_consumer: ({ slowConsumers }, size = 0) => {
    slowConsumers(Math.floor(size * 3_000));
  },
} as const satisfies Partial<Record<FaultKind, Fault>>;

/** A kind of fault that lasts. */
type LastingKind = keyof typeof LASTING;

/** Whether faults of a kind last. */
export function isLasting(kind: FaultKind): kind is LastingKind {
  return Object.hasOwn(LASTING, kind);
}

/** Has a fault begin, and gives what ends it. */
export function beginFault(kind: LastingKind, size: number, befallen: Befallen): () => void {
  const fault: Fault = LASTING[kind];
  fault(befallen, size);
  return () => fault(befallen, undefined);
}
