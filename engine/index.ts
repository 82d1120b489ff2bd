// The engine's only door.

export * from './columns/columns.js';
export * from './core/address.js';
export * from './core/assert.js';
export * from './core/behaviour.js';
export * from './core/fault.js';
export * from './core/limits.js';
export * from './core/random.js';
export * from './core/turn.js';
export * from './io/arrow/export.js';
export * from './io/duckdb/duckdb.js';
export * from './io/grpc/bridge.js';
export * from './io/nng/sockets.js';
export * from './io/websocket/server.js';
export * from './journal/journal.js';
export { fromJson, type StoredRecord, toJson } from './journal/record.js';
export * from './observe/histogram.js';
export type { AnyBehaviour } from './runtime/cell.js';
export { type Effect, TurnRecorder } from './runtime/effect.js';
export type { Envelope, Reply } from './runtime/envelope.js';
export * from './runtime/system.js';
export * from './shard/gate.js';
export * from './shard/placement.js';
export * from './shard/pool.js';
export * from './shard/program.js';
export * from './shard/ring.js';
export * from './wire/frame.js';
