// Kills the real process again and again, and counts what it lost and what it did twice.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { type SluiceProcess, sluiceCommand, startProcess } from '../deploy/e2e/sluice-process.js';
import { createGrpcClient, Journal, nextRandom } from '../engine/index.js';
import {
  GetPortfolioRequestSchema,
  Portfolio,
} from '../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { type Book, emptyBook, sendCommands } from './crash-clients.js';
import { scriptFlags, wholeOf } from './script-flags.js';

const KILLS = 20;
const KILLS_LONG = 200;

const HELP = `npm run crash [-- OPTIONS]   kill the real process again and again, count what it lost

  --kills N   lives, each ended with SIGKILL at a random moment (${KILLS}; --long: ${KILLS_LONG})
  --long      the long mode
  --seed N    what moments and commands follow from (random)
  --json      the counts as JSON, before the last lines
  --help

The last line tells how many commands were acknowledged, found again, lost and doubled. Exit code 1
where one was lost or doubled, none was acknowledged, or a portfolio does not hold what its commands
make.
`;

/** Portfolios that commands go to; the symbols that the market has leave most of their cash. */
const PORTFOLIOS = ['pair-coke-pepsi', 'travel', 'megacaps', 'dow-elders'];

/**
 * A small market that streams for as long as a life lasts. No dividend of KO falls into it, so that
 * cash comes from commands alone.
 */
const MARKET = '--symbols KO,PEP,XOM --warmup 30 --to 2021-02-26 --pace 4 --shards 1'.split(' ');

/** Longest time a life is left to work. Units: milliseconds. */
const LIFE_MS = 500;

/**
 * Share of lives that are counted from their first acknowledged command, and the longest wait for
 * it: on a busy machine all the others end before it.
 */
const ANSWERED_SHARE = 0.75;
const ANSWER_MS = 30_000;

/** Share of lives that are killed while they start, and the longest such life. */
const EARLY_SHARE = 0.15;
const EARLY_MS = 1_200;

/** Result of a drill. */
interface Verdict {
  readonly seed: number;
  readonly kills: number;
  readonly acknowledged: number;
  readonly found: number;
  readonly lost: number;
  readonly doubled: number;
  /** Commands whose answer never came but that are there, once: their senders may ask again. */
  readonly unanswered: number;
  /** Portfolios whose cash or shares are not what the journal's commands make. */
  readonly wrong: readonly string[];
}

/** What the journal holds of the drill's commands; read on from where it was read before. */
class Findings {
  readonly counts = new Map<string, number>();
  #position = 0;

  async read(dataDir: string): Promise<void> {
    const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
    for (const { position, event } of journal.records(this.#position)) {
      this.#position = position;
      if (!('eventId' in event)) continue;
      const id = String(event.eventId);
      this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
    }
    await journal.close();
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Starts a process, lets clients work, and kills it. */
async function liveAndDie(
  life: number,
  { dataDir, book, random }: { dataDir: string; book: Book; random: () => number },
): Promise<void> {
  const resumes = random() < 0.5 ? ['--resume'] : [];
  const sluice = startProcess(sluiceCommand(dataDir, [...MARKET, ...resumes]));
  if (life > 1 && random() < EARLY_SHARE) {
    await wait(random() * EARLY_MS);
    sluice.kill('SIGKILL');
    await sluice.ended;
    return;
  }
  const port = await listening(sluice);
  let isOver = false;
  let onAcknowledged = (): void => {};
  const answered = new Promise<void>((resolve) => {
    onAcknowledged = resolve;
  });
  const working = sendCommands(port, book, {
    life,
    portfolios: PORTFOLIOS,
    random,
    isOver: () => isOver,
    onAcknowledged,
  });
  if (random() < ANSWERED_SHARE) {
    await Promise.race([answered, sleep(ANSWER_MS, undefined, { ref: false })]);
  }
  await wait(50 + random() * LIFE_MS);
  sluice.kill('SIGKILL');
  await sluice.ended;
  isOver = true;
  await working;
}

async function listening(sluice: SluiceProcess): Promise<number> {
  const port = await sluice.listening;
  if (port === undefined)
    throw new Error(`expected the process to start, it said:\n${sluice.said()}`);
  return port;
}

interface Holding {
  /** Units: millionths of a dollar. */
  readonly cash: bigint;
  readonly shares: bigint;
}

/** What each portfolio holds, as the process itself tells. */
async function holdings(dataDir: string): Promise<ReadonlyMap<string, Holding>> {
  const sluice = startProcess(sluiceCommand(dataDir, MARKET));
  const client = createGrpcClient(Portfolio, `127.0.0.1:${await listening(sluice)}`, 20_000);
  const found = new Map<string, Holding>();
  for (const id of PORTFOLIOS) {
    const { summary, positions } = await client.call(
      'get',
      create(GetPortfolioRequestSchema, { id }),
    );
    const shares = positions.find(({ symbol }) => symbol === 'KO')?.quantity ?? '0';
    found.set(id, { cash: millionths(summary?.cash ?? '0'), shares: BigInt(shares) });
  }
  client.close();
  sluice.kill('SIGTERM');
  await sluice.ended;
  return found;
}

function millionths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

/** Portfolios that do not hold what they held before, and every command found, once. */
function wrongHoldings(
  before: ReadonlyMap<string, Holding>,
  after: ReadonlyMap<string, Holding>,
  book: Book,
  findings: Findings,
): string[] {
  return PORTFOLIOS.filter((portfolio) => {
    let { cash, shares } = before.get(portfolio)!;
    for (const { id, kind, portfolio: of } of book.sent.values()) {
      if (of !== portfolio || !findings.counts.has(id)) continue;
      if (kind === 'trade') shares++;
      cash += kind === 'cash' ? 100_000_000n : -10_000_000n;
    }
    const now = after.get(portfolio)!;
    return now.cash !== cash || now.shares !== shares;
  });
}

/** A whole number of a flag. */
function whole(name: string, text: string): number {
  return wholeOf('crash', name, text, 0xffff_ffff);
}

async function drill(kills: number, seed: number): Promise<Verdict> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-crash-'));
  try {
    const state = Uint32Array.of(seed);
    const random = (): number => nextRandom(state);
    const book = emptyBook();
    const findings = new Findings();
    const before = await holdings(dataDir);
    for (let life = 1; life <= kills; life++) {
      await liveAndDie(life, { dataDir, book, random });
      await findings.read(dataDir);
      process.stderr.write(
        `life ${life}: ${book.sent.size} sent, ${book.acknowledged.size} acknowledged\n`,
      );
    }
    const wrong = wrongHoldings(before, await holdings(dataDir), book, findings);
    const acknowledged = [...book.acknowledged.keys()];
    const found = acknowledged.filter((id) => findings.counts.has(id)).length;
    const twice = [...findings.counts].flatMap(([id, count]) => (count > 1 ? [id] : []));
    return {
      seed,
      kills,
      acknowledged: acknowledged.length,
      found,
      lost: acknowledged.length - found,
      doubled: new Set([...twice, ...book.acceptedTwice]).size,
      unanswered: [...findings.counts.keys()].filter((id) => !book.acknowledged.has(id)).length,
      wrong,
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const values = scriptFlags('crash', HELP, {
  kills: { type: 'string' },
  long: { type: 'boolean' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
});
const kills = whole('kills', values.kills ?? String(values.long === true ? KILLS_LONG : KILLS));
const seed = whole('seed', values.seed ?? String(1 + Math.floor(Math.random() * 0x7fff_ffff)));
console.error(`crash: ${kills} kills, seed ${seed}`);
const startedMs = performance.now();
const verdict = await drill(kills, seed);
const { acknowledged, found, lost, doubled, unanswered, wrong } = verdict;
if (values.json === true) {
  console.log(JSON.stringify({ ...verdict, seconds: (performance.now() - startedMs) / 1000 }));
}
for (const portfolio of wrong) console.log(`${portfolio} does not hold what its commands make`);
console.log(`seed ${seed}; ${unanswered} more are there once although their answer never came`);
console.log(
  `${kills} kills: ${acknowledged} acknowledged, ${found} found, ${lost} lost, ${doubled} doubled`,
);
if (acknowledged === 0) console.error('expected commands to be acknowledged, was none');
if (lost + doubled + wrong.length > 0 || acknowledged === 0) process.exitCode = 1;
