// `sluice run`: warms a market, streams it, serves it, reports on it.

import type { FunnelCounted } from '../../actors/funnel/index.js';
import { Fault } from '../../engine/index.js';
import { systemClock } from '../adapters/sources/clock.js';
import { Market } from '../app/market/market.js';
import type { MarketOptions } from '../app/market-options.js';
import { residentMb } from '../app/resident.js';
import { invalid, readSettings } from '../app/settings.js';
import { System } from '../app/system.js';
import type { RunningBooks } from '../books/start-books.js';
import type { RawRecorder } from '../recorder/raw-recorder.js';
import { type Services, startServices } from '../services/serve.js';
import { type SourceFeed, startSourceFeed } from '../services/source-feed.js';
import { storeLastRun } from './last-run.js';
import { type LiveFeed, liveFeed } from './live-source.js';
import { dateText, leave, say } from './output.js';
import { tryPorts } from './ports.js';
import { Progress } from './progress.js';
import { closeRaw, openRaw, rawBytesOf } from './raw-record.js';
import {
  type BooksReady,
  type BooksWanted,
  booksWanted,
  readyBooks,
  streamBooks,
} from './run-books.js';
import { checkReport, doorsOf, killFlag, placeOf, type RunOptions } from './run-options.js';
import { reportOn, tellReport, tellWarm } from './run-report.js';

/** Longest time a graceful stop may take. Units: milliseconds. */
const STOP_MS = 4_000;

/** A second signal this soon is the shell's copy of the first. Units: milliseconds. */
const SAME_SIGNAL_MS = 1_000;

/** A market with its views, running inside this process. */
interface Embedded {
  readonly market: Market;
  readonly system: System;
}

/** Starts a market and its views. */
async function startEmbedded(
  settings: MarketOptions,
  onSession: (date: number, done: number, of: number) => void,
  onCounted: (counted: FunnelCounted, alerts: number) => void,
): Promise<Embedded> {
  const system = new System();
  const market = await Market.start(settings, {
    onEvent(shard, message) {
      system.onEvent(shard, message);
      if (message.kind !== 'published' || message.event.kind !== 'funnel_counted') return;
      const counted = message.event as FunnelCounted;
      if (counted.isClose && counted.pointIndex > 0) onCounted(counted, alertCount(system));
    },
    onSession,
    onLog: (where, { level, area, text }) => say(`${level} ${where} ${area}: ${text}`),
    onRestart: (shard, fault) => say(`shard ${shard} was replaced: ${fault.message}`),
    onStarted: (shard, count, of) => say(`shard ${shard}: ${count} of ${of} portfolios in memory`),
  });
  system.attach(market);
  return { market, system };
}

/** Alerts raised so far, those of earlier runs too. */
function alertCount(system: System): number {
  return system.risk.alerts(Number.MAX_SAFE_INTEGER).stamp;
}

/** Runs the command. */
export async function run(options: RunOptions): Promise<void> {
  const started = performance.now();
  const settings = readSettings(options);
  const doors = doorsOf(options);
  const rawBytesMax = rawBytesOfRun(options);
  let raw: RawRecorder | undefined;
  const live = liveFeed(options, settings.symbols, {
    environment: process.env,
    onRaw: rawBytesMax === undefined ? undefined : (message) => raw?.take(message),
  });
  const drill = killFlag(options.killShard, settings.shardCount);
  const ready = await tryWorld(options, doors, booksWanted(options));
  const progress = new Progress(options.quiet !== true);
  say('sluice: loading bars and warming actors on history ...');
  let rssMbMax = 0;
  const { market, system } = await startEmbedded(
    settings,
    (date) => {
      rssMbMax = Math.max(rssMbMax, residentMb());
      if (drill !== undefined && drill.date === date) market.shards.kill(drill.shard);
    },
    (counted, alerts) => progress.session(counted, alerts),
  );
  let services: Services | undefined;
  let sourceFeed: SourceFeed | undefined;
  let books: RunningBooks | undefined;
  const stop = stopper(async () => {
    market.stop();
    progress.stop();
    const source = sourceFeed && closeSource(sourceFeed).then(() => raw && closeRaw(raw));
    const closing = [source, services?.close(STOP_MS / 2)];
    await Promise.all([...closing, books?.close(STOP_MS / 2)]);
    // Commands have changed portfolios since the replay ended.
    if (market.state === 'finished' && services !== undefined) {
      const untilMs = performance.now() + STOP_MS / 2;
      await keepRun(market, system, () => performance.now() < untilMs);
    }
    await market.close(STOP_MS / 2);
  });
  try {
    if (drill !== undefined) holdToSession(market, drill.date);
    if (ready !== undefined) books = streamBooks(system, ready, settings.shardCount);
    if (options.once !== true) {
      services = await startServices(system, doors);
      // Whoever reads that it listens may already want it to stop.
      stop.listen();
      announce(services, doors.host);
      raw = await openRaw(settings.recordDir, rawBytesMax);
      if (live !== undefined) sourceFeed = feedFrom(live, system);
    }
    tellWarm(market, seconds(started));
    progress.begin(market.endDay - market.firstDay, alertCount(system));
    await market.stream();
    progress.stop();
    if (options.once === true) await books?.finished;
    rssMbMax = Math.max(rssMbMax, residentMb());
    const isWanted = (): boolean => !stop.isStopping();
    const report = await reportOn(market, system, rssMbMax, isWanted);
    if (report === undefined) return;
    await keepRun(market, system, isWanted);
    tellReport(report, options);
    if (services !== undefined && isWanted()) {
      say('sluice: the replay is over; dashboard and services stay up until Ctrl-C');
      await stop.stopped();
    }
  } finally {
    await stop.now();
    if (live !== undefined || ready !== undefined) leave();
  }
}

/** What a run would only find out after it has loaded everything; the books that it may start. */
async function tryWorld(
  { report, once }: RunOptions,
  doors: Parameters<typeof tryPorts>[0],
  wanted: BooksWanted | undefined,
): Promise<BooksReady | undefined> {
  if (report !== undefined) checkReport(report);
  if (once !== true) await tryPorts(doors);
  return readyBooks(wanted, process.env, systemClock);
}

/** Holds the date of a drill to being streamed: of another one the drill would never come. */
function holdToSession({ file, firstDay, endDay }: Market, date: number): void {
  const dates = file.bars.dates.subarray(firstDay, endDay);
  if (dates.includes(date)) return;
  const span = `${dateText(dates[0]!)} to ${dateText(dates[dates.length - 1]!)}`;
  throw invalid('--kill-shard', `a session that is streamed, of ${span}`, dateText(date));
}

/** Bytes of vendors' messages that are kept beside the recording. Errors: `flag.invalid`. */
function rawBytesOfRun(options: RunOptions): number | undefined {
  const bytesMax = rawBytesOf(options);
  if (bytesMax === undefined || options.record !== undefined) return bytesMax;
  throw invalid('--record', 'a folder to record into', 'none');
}

/** Feeds the market from a live source; what goes wrong with it is told. */
function feedFrom({ source, symbols }: LiveFeed, system: System): SourceFeed {
  return startSourceFeed(system, source, {
    symbols,
    clock: systemClock,
    tell: (text) => say(`sluice: ${text}`),
  });
}

/** Closes a live source, and tells what the market did not get of it. */
async function closeSource(feed: SourceFeed): Promise<void> {
  await feed.close(STOP_MS / 2);
  if (feed.dropped() > 0) say(`sluice: ${feed.dropped()} trades of the source were dropped`);
}

/** Keeps what a run has come to. One that can't be kept, on a full disk say, has still been run. */
async function keepRun(market: Market, system: System, isWanted: () => boolean): Promise<void> {
  try {
    await storeLastRun(market.journal, system, market.file.bars.symbols);
  } catch (error) {
    const why = error instanceof Fault ? `${error.code}: ${error.message}` : String(error);
    say(`sluice: this run's views were not kept for later: ${why}`);
  }
  await market.noteState(isWanted);
}

function announce({ warnings, httpPort, grpcPort }: Services, host: string): void {
  for (const warning of warnings) say(`sluice: ${warning}`);
  say(`dashboard http://${placeOf(host)}:${httpPort}`);
  say(`grpc ${placeOf(host)}:${grpcPort}`);
}

function seconds(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}

/** Stops once, whoever asks, and lets signals ask. */
function stopper(close: () => Promise<void>) {
  let closing: Promise<void> | undefined;
  let resolveStopped: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    resolveStopped = resolve;
  });
  const now = (): Promise<void> => {
    closing ??= close().finally(resolveStopped);
    return closing;
  };
  return {
    now,
    isStopping: () => closing !== undefined,
    stopped: () => stopped,
    listen(): void {
      let firstMs = 0;
      const onSignal = (): void => {
        if (firstMs === 0) {
          firstMs = Date.now();
          say('sluice: stopping ...');
          void now();
        } else if (Date.now() - firstMs > SAME_SIGNAL_MS) process.exit(1);
      };
      // The last is told by a terminal that is closed, with whatever runs in it.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
    },
  };
}
