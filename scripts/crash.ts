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
import {
  differences,
  firstShares,
  type Holding,
  holdingAfter,
  holdingOf,
} from './crash-commands.js';
import { type Controls, sendControls, untouched, wrongControls } from './crash-controls.js';
import { scriptFlags, wholeOf } from './script-flags.js';

const KILLS = 20;
const KILLS_LONG = 200;

const HELP = `npm run crash [-- OPTIONS]   kill the real process again and again, count what it lost

  --kills N   lives, each ended with SIGKILL at a random moment (${KILLS}; --long: ${KILLS_LONG})
  --long      the long mode
  --seed N    what moments and commands follow from (random)
  --json      the counts as JSON, before the last lines
  --help

Commands of every kind, overrides and the kill switch are sent meanwhile. The last line tells how
many commands were acknowledged, found again, lost and doubled. Exit code 1 where one was lost or
doubled, none was acknowledged, a portfolio does not hold what its commands make, or a control was
lost.
`;

/**
 * Portfolios that commands go to: the symbols that the market has leave most of their cash, and
 * none holds PEP.
 */
const PORTFOLIOS = ['sector-energy', 'travel', 'megacaps', 'dow-elders'];

/**
 * A small market that streams for as long as a life lasts. No dividend of KO and PEP falls into it,
 * so that cash comes from commands alone.
 */
const MARKET = '--symbols KO,PEP,XOM --warmup 30 --to 2021-02-26 --pace 4'.split(' ');

/** Ways to hold portfolios, which change no result: a life has one of them. */
const WAYS = [
  '--shards 1',
  '--shards 2',
  '--shards 1 --residents-max 2',
  '--shards 1 --opened-max 1',
].map((flags) => flags.split(' '));

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
  /** Overrides that were acknowledged. */
  readonly overrides: number;
  /** What portfolios hold that the journal's commands do not make; controls that are lost. */
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

/** What all lives of a drill have in common. */
interface Drill {
  readonly dataDir: string;
  readonly book: Book;
  readonly controls: Controls;
  readonly random: () => number;
}

/** Starts a process, lets clients work, and kills it. */
async function liveAndDie(life: number, { dataDir, book, controls, random }: Drill): Promise<void> {
  const resumes = random() < 0.5 ? ['--resume'] : [];
  const way = WAYS[Math.floor(random() * WAYS.length)]!;
  const sluice = startProcess(sluiceCommand(dataDir, [...MARKET, ...way, ...resumes]));
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
  const working = Promise.all([
    sendCommands(port, book, {
      life,
      portfolios: PORTFOLIOS,
      random,
      isOver: () => isOver,
      onAcknowledged,
    }),
    sendControls(port, controls, () => isOver),
  ]);
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

interface Told {
  readonly holdings: ReadonlyMap<string, Holding>;
  readonly wrong: readonly string[];
}

/** What each portfolio holds, and what is wrong with the controls, as the process itself tells. */
async function lookOn(dataDir: string, controls: Controls): Promise<Told> {
  const sluice = startProcess(sluiceCommand(dataDir, [...MARKET, ...WAYS[0]!]));
  const port = await listening(sluice);
  const client = createGrpcClient(Portfolio, `127.0.0.1:${port}`, 20_000);
  const found = new Map<string, Holding>();
  for (const id of PORTFOLIOS) {
    for (const request of firstShares(id)) await client.call('command', request);
    const detail = await client.call('get', create(GetPortfolioRequestSchema, { id }));
    found.set(id, holdingOf(detail));
  }
  client.close();
  const wrong = await wrongControls(port, controls);
  sluice.kill('SIGTERM');
  await sluice.ended;
  return { holdings: found, wrong };
}

/** What portfolios hold that is not what they held before, and every command found, once. */
function wrongHoldings(
  before: ReadonlyMap<string, Holding>,
  after: ReadonlyMap<string, Holding>,
  book: Book,
  findings: Findings,
): string[] {
  return PORTFOLIOS.flatMap((portfolio) => {
    const kinds = [...book.sent.values()]
      .filter((sent) => sent.portfolio === portfolio && findings.counts.has(sent.id))
      .map(({ kind }) => kind);
    const expected = holdingAfter(before.get(portfolio)!, kinds);
    return differences(expected, after.get(portfolio)!).map((text) => `${portfolio}, ${text}`);
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
    const controls = untouched();
    const before = await lookOn(dataDir, controls);
    for (let life = 1; life <= kills; life++) {
      await liveAndDie(life, { dataDir, book, controls, random });
      await findings.read(dataDir);
      process.stderr.write(
        `life ${life}: ${book.sent.size} sent, ${book.acknowledged.size} acknowledged\n`,
      );
    }
    const after = await lookOn(dataDir, controls);
    const wrong = [
      ...wrongHoldings(before.holdings, after.holdings, book, findings),
      ...after.wrong,
    ];
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
      overrides: controls.overrides.size,
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
const { acknowledged, found, lost, doubled, unanswered, overrides, wrong } = verdict;
if (values.json === true) {
  console.log(JSON.stringify({ ...verdict, seconds: (performance.now() - startedMs) / 1000 }));
}
for (const text of wrong) console.log(text);
console.log(
  `seed ${seed}; ${unanswered} more are there once although their answer never came; ` +
    `${overrides} overrides`,
);
console.log(
  `${kills} kills: ${acknowledged} acknowledged, ${found} found, ${lost} lost, ${doubled} doubled`,
);
if (acknowledged === 0) console.error('expected commands to be acknowledged, was none');
if (lost + doubled + wrong.length > 0 || acknowledged === 0) process.exitCode = 1;
