// Stores the journal and a snapshot of this release, for every later build to replay.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { PORTFOLIO_VERSION } from '../actors/portfolio/index.js';
import { Market } from '../deploy/app/market/market.js';
import { inRepository } from '../deploy/app/paths.js';
import { readSettings } from '../deploy/app/settings.js';
import { System } from '../deploy/app/system.js';
import { hashOfBooks, storeRelease } from '../deploy/release/stored-release.js';
import { releaseVersion } from '../deploy/release/version.js';
import { type Address, fromJson, Journal, type Snapshot } from '../engine/index.js';
import {
  CashMovementSchema,
  type CommandRequest,
  CommandRequestSchema,
  TradeSchema,
} from '../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** Symbols and portfolios of the stored run: few, so that it stays small. */
const SYMBOLS = ['AAPL', 'KO', 'MSFT', 'XOM'];
const PORTFOLIOS = ['megacaps', 'sector-energy'];

/** Time in which shards stop. Units: milliseconds. */
const STOP_MS = 2_000;

await main();

async function main(): Promise<void> {
  const version = releaseVersion();
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-release-'));
  try {
    const snapshots = await runOnce(dataDir);
    const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
    const hash = hashOfBooks(journal, SYMBOLS, snapshots);
    const hashOfEvents = hashOfBooks(journal, SYMBOLS, new Map());
    const events = journal.position;
    await journal.close();
    const folder = inRepository('deploy', 'release', 'fixtures', version);
    const release = { version, symbols: SYMBOLS, snapshots, hash, hashOfEvents, events };
    storeRelease(folder, release, join(dataDir, 'store', 'journal.mdb'));
    console.log(`${version}: ${events} events, books ${hash}`);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Commands, a replay, a look at the portfolios, more commands; gives what was seen. */
async function runOnce(dataDir: string): Promise<Map<Address, Snapshot>> {
  const system = new System();
  const market = await Market.start(
    readSettings({
      dataDir,
      symbols: SYMBOLS.join(','),
      warmup: '60',
      pace: 'max',
      shards: '1',
      to: '2021-01-12',
    }),
    {
      onEvent: (shard, message) => system.onEvent(shard, message),
      onSession() {},
      onRestart() {},
    },
  );
  system.attach(market);
  for (const command of commands('first')) await system.portfolios.command(command);
  await market.stream();
  const snapshots = new Map<Address, Snapshot>();
  for (const [address, text] of await market.shards.asks.fingerprint(0)) {
    const sequence = market.journal.events(address).length;
    if (sequence === 0) continue;
    snapshots.set(address, { state: fromJson(text), version: PORTFOLIO_VERSION, sequence });
  }
  for (const command of commands('second')) await system.portfolios.command(command);
  await market.close(STOP_MS);
  return snapshots;
}

/** Every kind of command, twice over: cash both ways, whole and broken shares, fees, a repeat. */
function commands(round: string): CommandRequest[] {
  return PORTFOLIOS.flatMap((portfolio) => [
    cash(portfolio, `${round}-in`, '125000.25', 'deposit'),
    cash(portfolio, `${round}-out`, '1000.000001', 'withdraw'),
    trade(portfolio, `${round}-buy`, { symbol: 'AAPL', side: 'buy', quantity: '12' }),
    trade(portfolio, `${round}-part`, {
      symbol: 'KO',
      side: 'buy',
      quantity: '7.125',
      price: '48.31',
      fee: '0.35',
    }),
    trade(portfolio, `${round}-sell`, { symbol: 'AAPL', side: 'sell', quantity: '5', fee: '1' }),
    cash(portfolio, `${round}-in`, '125000.25', 'deposit'),
  ]);
}

function cash(portfolio: string, commandId: string, amount: string, direction: string) {
  const value = create(CashMovementSchema, { amount, direction });
  return create(CommandRequestSchema, { portfolio, commandId, command: { case: 'cash', value } });
}

function trade(
  portfolio: string,
  commandId: string,
  fields: { symbol: string; side: string; quantity: string; price?: string; fee?: string },
) {
  const value = create(TradeSchema, fields);
  return create(CommandRequestSchema, { portfolio, commandId, command: { case: 'trade', value } });
}
