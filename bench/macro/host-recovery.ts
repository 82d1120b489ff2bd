// A host that comes back: from its journal of a million events to the first answer of a portfolio.

import { join } from 'node:path';
import { Market } from '../../deploy/app/market/market.js';
import { readSettings } from '../../deploy/app/settings.js';
import { type Address, Journal } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { pause } from '../lib/clock.js';
import { portfolioConfigs } from '../lib/many-portfolios.js';
import { withScratch } from '../lib/scratch.js';

const EVENTS = 1_000_000;
const PORTFOLIOS = 1_000;

/** What each deposit is. Units: millionths of a dollar. */
const DEPOSIT = 100_000_000n;

/** Longest wait of one question, and most tries. Units of the first: microseconds. */
const ASK_US = 60_000_000;
const TRIES = 5_000;

/**
 * Writes the journal, closes it, and times the way back: its reading, the first start, which folds
 * every event and keeps what they come to, and the next one.
 */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    await write(join(folder, 'store'));
    const reading = await read(join(folder, 'store'));
    const first = await start(folder);
    return { seconds: await start(folder), first, reading };
  });
}

/** Starts the host and closes it. Units: seconds from the start to the first answer. */
async function start(folder: string): Promise<number> {
  const settings = readSettings({ dataDir: folder, shards: '1', pace: '2' });
  const portfolios = { ...settings.portfolios, portfolios: portfolioConfigs(PORTFOLIOS) };
  const started = performance.now();
  const market = await Market.start(
    { ...settings, portfolios },
    { onEvent() {}, onSession() {}, onRestart() {} },
  );
  await answered(market);
  const took = performance.now() - started;
  market.stop();
  await market.close(60_000);
  return took / 1000;
}

/** Deposits of every portfolio in turn. */
async function write(folder: string): Promise<void> {
  const journal = Journal.open(folder);
  const addresses = portfolioConfigs(PORTFOLIOS).map(({ id }): Address => `portfolio/${id}`);
  for (let round = 0; round < EVENTS / PORTFOLIOS; round++) {
    await journal.append(
      addresses.map((address) => ({
        address,
        sequence: round + 1,
        event: { kind: 'cash_moved', commandId: `${address}-${round}`, amount: DEPOSIT },
        cause: 'bench',
        timeUs: round,
        place: 0,
      })),
    );
  }
  await journal.close();
}

/** Time to open the journal and read every event back. Units: seconds. */
async function read(folder: string): Promise<number> {
  const started = performance.now();
  const journal = Journal.open(folder, { readOnly: true });
  let events = 0;
  for (const records of journal.recordsOfAll().values()) events += records.length;
  const took = performance.now() - started;
  await journal.close();
  if (events !== EVENTS) throw new Error(`expected ${EVENTS} events, was ${events}`);
  return took / 1000;
}

async function answered(market: Market): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const question = { kind: 'show_portfolio' };
    const reply = await market.shards.asks.ask('portfolio/p0', question, ASK_US);
    if (reply.kind === 'replied') return;
    await pause(1);
  }
  throw new Error('expected an answer, was none');
}
