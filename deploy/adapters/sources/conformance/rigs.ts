// The other side of every source: loopback vendors, files made of the tape, peers that push.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { createGrpcClient, openFrameSender } from '../../../../engine/index.js';
import { PACKED_PRINT } from '../../../../proto/frames/market.js';
import {
  IngestRequestSchema,
  MarketData,
} from '../../../../proto/gen/sluice/market/v1/market_pb.js';
import { manualClock } from '../clock.js';
import { leanSource } from '../files/lean.js';
import { lobsterSource } from '../files/lobster.js';
import { type TableFormat, tableSource } from '../files/tables.js';
import { packFrame, packPrints } from '../packing.js';
import { grpcSource, nanomsgSource } from '../push-sources.js';
import type { LiveSession, MarketDataSource } from '../source.js';
import { alpaca } from '../vendors/alpaca.js';
import { alphaVantage } from '../vendors/alpha-vantage.js';
import { binance } from '../vendors/binance.js';
import { coinbase } from '../vendors/coinbase.js';
import { interactiveBrokers } from '../vendors/interactive-brokers.js';
import { polygon } from '../vendors/polygon.js';
import { type Vendor, vendorSource } from '../vendors/vendor.js';
import { yahoo } from '../vendors/yahoo.js';
import type { Peer, Rig } from './checks.js';
import { LoopbackVendor, type Wire } from './loopback-vendor.js';
import { TAPE_START_US, tapeOf } from './tape.js';
import { writeLean, writeLobster, writeTables } from './tape-files.js';
import { binanceWire, coinbaseWire } from './wires-crypto.js';
import {
  alpacaWire,
  alphaVantageWire,
  interactiveBrokersWire,
  polygonWire,
  yahooWire,
} from './wires-stocks.js';

/** When the clocks of rigs stand: years after the tape. Units: milliseconds. */
const NOW_MS = TAPE_START_US / 1000 + 5 * 365 * 86_400_000;

/** Makes the rigs of every source by its name. */
export const RIGS: Readonly<Record<string, () => Promise<Rig>>> = {
  alpaca: () => vendorRig(alpaca, alpacaWire),
  polygon: () => vendorRig(polygon, polygonWire),
  yahoo: () => vendorRig(yahoo, yahooWire),
  'alpha-vantage': () => vendorRig(alphaVantage, alphaVantageWire),
  'interactive-brokers': () => vendorRig(interactiveBrokers, interactiveBrokersWire),
  coinbase: () => vendorRig(coinbase, coinbaseWire),
  binance: () => vendorRig(binance, binanceWire),
  lean: leanRig,
  lobster: lobsterRig,
  csv: () => tableRig('csv'),
  parquet: () => tableRig('parquet'),
  arrow: () => tableRig('arrow'),
  'nanomsg-pull': () => nanomsgRig('pull'),
  'nanomsg-sub': () => nanomsgRig('sub'),
  grpc: grpcRig,
};

async function vendorRig(vendor: Vendor, wire: Wire): Promise<Rig> {
  const tape = tapeOf(wire.symbol);
  const clock = manualClock(NOW_MS);
  const other = await LoopbackVendor.start(wire, tape);
  const source = vendorSource(vendor, other.settings, { clock });
  const rig = { source, tape, clock, vendor: other, close: () => other.close() };
  return wire.stream === undefined ? rig : { ...rig, peer: vendorPeer(other) };
}

function vendorPeer(vendor: LoopbackVendor): Peer {
  const { tape } = vendor;
  let last = 0;
  return {
    isJoined: () => vendor.subscribed > 0,
    send(index, kind) {
      last = index;
      vendor.visible = index + 1;
      vendor.send(kind === 'trade' ? tape.trades[index]! : tape.quotes[index]!);
    },
    again: () => vendor.send(tape.trades[last]!),
    lose(index) {
      vendor.visible = index + 1;
    },
    garbage: () => vendor.say('{"what":'),
    cut: () => vendor.cut(),
  };
}

async function fileRig(
  write: (folder: string) => Promise<void>,
  make: (folder: string) => MarketDataSource,
): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-source-'));
  await write(folder);
  return {
    source: make(folder),
    tape: tapeOf('AAPL'),
    clock: manualClock(NOW_MS),
    isReusable: true,
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function leanRig(): Promise<Rig> {
  return fileRig(async (folder) => writeLean(folder, tapeOf('AAPL')), leanSource);
}

function lobsterRig(): Promise<Rig> {
  return fileRig(async (folder) => writeLobster(folder, tapeOf('AAPL')), lobsterSource);
}

function tableRig(format: TableFormat): Promise<Rig> {
  return fileRig(
    (folder) => writeTables(format, folder, tapeOf('AAPL')),
    (folder) => tableSource(format, folder),
  );
}

/** A peer that sends numbered batches of one print. */
function pushPeer(
  send: (
    frame: Buffer<ArrayBuffer>,
    batch: { readonly sequence: bigint; readonly index: number },
  ) => void,
  isJoined: (probe: () => void) => boolean,
): Peer {
  const tape = tapeOf('AAPL');
  let sequence = 0n;
  let quoted = -1;
  let last = { frame: Buffer.alloc(0), sequence: 0n, index: 0 };
  const probe = (): void => {
    const trade = { ...tape.trades[0]!, symbol: 'PROBE' };
    const batch = packPrints([{ trade, bid: 0, ask: 0 }]);
    send(packFrame(batch, ++sequence), { sequence, index: 0 });
  };
  return {
    isJoined: () => isJoined(probe),
    send(index, kind) {
      // A quote travels beside the trade of its place.
      if (kind === 'quote') {
        quoted = index;
        return;
      }
      const { bid, ask } = index === quoted ? tape.quotes[index]! : { bid: 0, ask: 0 };
      const batch = packPrints([{ trade: tape.trades[index]!, bid, ask }]);
      last = { frame: packFrame(batch, ++sequence), sequence, index };
      send(last.frame, last);
    },
    again: () => send(last.frame, last),
    lose() {
      sequence++;
    },
    garbage: () => send(Buffer.from('what'), { sequence: 0n, index: 0 }),
  };
}

async function nanomsgRig(kind: 'pull' | 'sub'): Promise<Rig> {
  const url = `tcp://127.0.0.1:${await freePort()}`;
  const sender = openFrameSender(kind === 'pull' ? 'push' : 'pub', url);
  const source = nanomsgSource(kind, url);
  let open: LiveSession | undefined;
  const peer = pushPeer(
    (frame) => sender.send(frame),
    (probe) => {
      // Only a frame that arrives tells that a SUB socket has been joined.
      if (kind === 'sub' && open?.counters.messages === 0) probe();
      return kind === 'pull' || (open?.counters.messages ?? 0) > 0;
    },
  );
  return {
    source: {
      ...source,
      live: (subscription, sink) => {
        open = source.live!(subscription, sink);
        return open;
      },
    },
    tape: tapeOf('AAPL'),
    clock: manualClock(NOW_MS),
    peer,
    close: async () => sender.close(),
  };
}

async function grpcRig(): Promise<Rig> {
  const port = await freePort();
  const source = grpcSource('127.0.0.1', port);
  const client = createGrpcClient(MarketData, `127.0.0.1:${port}`);
  const tape = tapeOf('AAPL');
  let sent: Promise<unknown> = Promise.resolve();
  const peer = pushPeer(
    (frame, { sequence, index }) => {
      const isWhole = frame.length > 4;
      const bytes = isWhole ? frame.subarray(frame.length - PACKED_PRINT.bytes) : frame;
      const symbols = [tape.trades[index]!.symbol];
      const batch = { source: 'peer', sequence, symbols, prints: Uint8Array.from(bytes) };
      const request = create(IngestRequestSchema, batch);
      // One behind the other, so that they arrive in their order.
      sent = sent.then(() => client.send('ingest', [request]));
      sent.catch(() => {});
    },
    () => true,
  );
  return {
    source,
    tape,
    clock: manualClock(NOW_MS),
    peer,
    async close() {
      await sent.catch(() => {});
      client.close();
    },
  };
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      // It listens on TCP, so it has an address with a port.
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
