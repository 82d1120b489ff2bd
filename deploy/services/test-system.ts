// A small real system with its doors open, for the tests of the doors.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKED_FRAME, PACKED_PRINT } from '../../proto/frames/market.js';
import { Market } from '../app/market/market.js';
import { nextTurn } from '../app/next-turn.js';
import type { RunFlags } from '../app/run-flags.js';
import { readSettings } from '../app/settings.js';
import { System } from '../app/system.js';
import { type ServeOptions, type Services, startServices } from './serve.js';

/** What the small system streams, ascending. */
export const SYMBOLS = [
  'AAPL',
  'AMZN',
  'FB',
  'GOOGL',
  'KO',
  'MSFT',
  'NFLX',
  'PEP',
  'TSLA',
  'XOM',
] as const;

/** Looks at a condition before it is taken for never coming true. */
const LOOKS_MAX = 3_000;

/** The part of a tap test that is used here. */
export interface Teardown {
  teardown(run: () => Promise<void> | void): void;
}

/** A folder of its own, removed after the test. */
export function temporaryFolder(t: Teardown, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process's worth of market, and what its doors serve. */
export interface Life {
  readonly market: Market;
  readonly system: System;
}

/** Ten symbols by these flags, not yet streamed; `onSession` runs at each close. */
export async function startLife(
  flags: RunFlags,
  onSession: (life: Life, done: number) => void = () => {},
): Promise<Life> {
  const system = new System();
  const settings = readSettings({ symbols: SYMBOLS.join(','), to: '2021-01-20', ...flags });
  const market = await Market.start(settings, {
    onEvent: (shard, message) => system.onEvent(shard, message),
    onSession: (_date, done) => onSession({ market, system }, done),
    onRestart() {},
  });
  system.attach(market);
  return { market, system };
}

/** Ten symbols up to a date, at full speed, not yet streamed. */
export function startSmallMarket(
  dataDir: string,
  options: {
    readonly shards?: string;
    /** Portfolios in memory of each shard. */
    readonly residentsMax?: string;
    /** Those whose states it keeps. */
    readonly openedMax?: string;
    readonly to?: string;
    /** File of portfolios. */
    readonly portfolios?: string;
    /** File of alert rules. */
    readonly alerts?: string;
    readonly onSession?: (market: Market, done: number) => void;
  } = {},
): Promise<Life> {
  const { onSession, ...flags } = options;
  return startLife({ dataDir, pace: 'max', shards: '1', ...flags }, ({ market }, done) =>
    onSession?.(market, done),
  );
}

/** Opens the doors of a system on free ports; `folder` is one that holds no web page. */
export function openDoors(
  system: System,
  folder: string,
  options: Partial<ServeOptions> = {},
): Promise<Services> {
  return startServices(system, {
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    nngSub: undefined,
    nngPull: undefined,
    webRoot: join(folder, 'none'),
    ...options,
  });
}

/** An open system and where its doors are. */
export interface OpenSystem extends Life {
  readonly services: Services;
  /** `host:port` of gRPC. */
  readonly grpc: string;
  /** Begin of every URL. */
  readonly http: string;
}

/** The small system, all of it streamed, with its doors open until the test ends. */
export async function openSystem(
  t: Teardown,
  options: Partial<ServeOptions> & {
    readonly isStreamed?: boolean;
    readonly shards?: string;
    readonly portfolios?: string;
  } = {},
): Promise<OpenSystem> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-doors-'));
  const { shards = '1', portfolios } = options;
  const files = portfolios === undefined ? {} : { portfolios };
  const { market, system } = await startSmallMarket(dataDir, { shards, ...files });
  const services = await openDoors(system, dataDir, options);
  t.teardown(async () => {
    await services.close(1_000);
    await market.close(2_000);
    rmSync(dataDir, { recursive: true, force: true });
  });
  if (options.isStreamed !== false) await market.stream();
  return {
    market,
    system,
    services,
    grpc: `127.0.0.1:${services.grpcPort}`,
    http: `http://127.0.0.1:${services.httpPort}`,
  };
}

/** Waits until a condition holds; answers whether it came to hold. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    if (await condition()) return true;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return false;
}

/** A TCP port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      // It listens on TCP, so it has an address with a port.
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Packed records: symbol index, event time, price; of size 100. */
export function packPrints(prints: readonly (readonly [number, number, number])[]): Buffer {
  const bytes = Buffer.alloc(prints.length * PACKED_PRINT.bytes);
  prints.forEach(([index, timeUs, price], at) => {
    const base = at * PACKED_PRINT.bytes;
    bytes.writeUInt32LE(index, base);
    bytes.writeDoubleLE(timeUs, base + PACKED_PRINT.timeUs);
    bytes.writeDoubleLE(price, base + PACKED_PRINT.price);
    bytes.writeDoubleLE(100, base + PACKED_PRINT.size);
  });
  return bytes;
}

/** A numbered frame of packed records of AAPL, as it stands on a socket. */
export function packFrame(sequence: number, prints: Buffer): Buffer {
  const head = Buffer.alloc(PACKED_FRAME.headBytes + 8);
  head.writeUInt32LE(PACKED_FRAME.magic, 0);
  head.writeUInt32LE(prints.length / PACKED_PRINT.bytes, PACKED_FRAME.count);
  head.writeUInt32LE(sequence, PACKED_FRAME.sequenceLow);
  head.writeUInt32LE(8, PACKED_FRAME.symbolsBytes);
  head.write('AAPL', PACKED_FRAME.headBytes);
  return Buffer.concat([head, prints]);
}

/**
 * The market's hash once it stays the same: a thread that has just taken its last frame may still
 * judge the point that came with it.
 */
export async function hashAtRest(market: Market): Promise<string> {
  let before = '';
  for (;;) {
    const hash = await market.hash();
    if (hash === before) return hash;
    before = hash;
    await nextTurn();
  }
}
