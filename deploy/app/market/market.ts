// A running market: files and configuration in, shards fed, events gathered for its views.

import { join } from 'node:path';
import { sessionOf } from '../../../actors/calendar/index.js';
import type { BoardConfig } from '../../../actors/groups/index.js';
import { PRINTS_PER_BAR_MIN } from '../../../actors/market/index.js';
import { SCENARIO_SLOTS_LATE } from '../../../actors/risk/index.js';
import {
  type Address,
  type Columns,
  Journal,
  Placement,
  percentileOf,
  type ShardThreads,
} from '../../../engine/index.js';
import { boardOf } from '../../config/portfolio-config.js';
import { Recorder } from '../../recorder/recorder.js';
import { loadMarketFile, type MarketFile } from '../../research/market-file.js';
import type { SharedMarket } from '../../roles/shard-config.js';
import { DerivedFeed, monotonicUs } from '../feed/derived-feed.js';
import { Ingest } from '../feed/ingest.js';
import type { QualityPart } from '../feed/quality-part.js';
import { RecordedBatches } from '../feed/recorded-batches.js';
import { feedName } from '../feed/run-mark.js';
import { RunProgress } from '../feed/run-progress.js';
import type { Sequencer } from '../feed/sequencer.js';
import { Commits } from '../journal/commits.js';
import type { MarketListener, MarketOptions, MarketState } from '../market-options.js';
import { daysOf, type RunDays } from '../run-days.js';
import { Judged } from '../shards/judged.js';
import { type Shards, startThreads } from '../shards/shards.js';
import { writePlacement } from '../shards/stored-placement.js';
import { rehearseFeed } from '../start/feed-rehearsal.js';
import { FoldedStates } from '../start/folded-states.js';
import { HistoryHelp } from '../start/history-help.js';
import { KeptHistory } from '../start/kept-history.js';
import { RunOpenings } from '../start/openings.js';
import { Logs } from './logs.js';
import { createQuality, createSequencer } from './market-inlets.js';
import { startShards } from './market-threads.js';
import { RunRecording } from './run-recording.js';
import { createMarketMemory } from './shared-market.js';
import { stateHash } from './state-hash.js';

/** Longest wait for threads when the start has failed. Units: milliseconds. */
const START_CLOSE_MS = 1_000;

/** What a market keeps its past in, and what it runs on. */
interface MarketStores {
  readonly journal: Journal;
  readonly recorder: Recorder | undefined;
  readonly threads: ShardThreads;
  readonly history: KeptHistory;
}

/** A running market. */
export class Market {
  readonly options: MarketOptions;
  readonly file: MarketFile;
  readonly journal: Journal;
  readonly logs: Logs;
  readonly recorder: Recorder | undefined;
  readonly columns: Columns;
  readonly memory: SharedMarket;
  readonly board: BoardConfig;
  readonly shards: Shards;
  readonly sequencer: Sequencer;
  readonly ingest: Ingest;
  readonly quality: QualityPart;
  readonly rowOf: ReadonlyMap<string, number>;
  /** Sessions of history, and index one past the last session to stream. */
  readonly warmDays: number;
  readonly firstDay: number;
  readonly endDay: number;
  readonly stride: number;
  state: MarketState = 'warming';
  /** Wall time streamed so far. Units: microseconds. */
  streamedUs = 0;
  readonly #listener: MarketListener;
  readonly #commits: Commits;
  readonly #folded: FoldedStates;
  readonly #help: HistoryHelp;
  readonly #judged: Judged;
  readonly #recorded: RecordedBatches;
  readonly #recording: RunRecording;
  readonly #progress: RunProgress;
  #isStopped = false;
  readonly #beforeClose: (() => Promise<void>)[] = [];

  private constructor(
    options: MarketOptions,
    file: MarketFile,
    { threads, history, ...stores }: MarketStores,
    listener: MarketListener,
  ) {
    const { journal } = stores;
    this.recorder = stores.recorder;
    this.options = options;
    this.file = file;
    this.journal = journal;
    this.#listener = listener;
    this.logs = new Logs(options.shardCount, (where, line) => listener.onLog?.(where, line));
    this.#judged = new Judged(options.shardCount);
    const { bars } = file;
    const days = daysOf(options, bars.dates);
    const { firstDay, endDay, warmDays } = days;
    this.firstDay = firstDay;
    this.endDay = endDay;
    this.warmDays = warmDays;
    this.rowOf = new Map(bars.symbols.map((symbol, row) => [symbol, row]));
    const feed = feedName({ file, firstDay, endDay, printsPerBar: options.printsPerBar });
    const recorded = new RecordedBatches(journal, feed);
    this.#recorded = recorded;
    this.#recording = new RunRecording({ options, ...stores, feed });
    this.#progress = new RunProgress(options, journal, feed, recorded, () =>
      this.sequencer.countRejected('mark_not_stored', 1),
    );
    this.#commits = new Commits(journal, this.recorder, this.#progress.position);
    const openings = new RunOpenings(options, file, days);
    this.#folded = this.#createFolded(openings);
    this.board = boardOf(options.portfolios, bars.symbols, options.members);
    const memory = createMarketMemory({
      symbols: bars.symbols,
      shardCount: options.shardCount,
      funnel: options.funnel,
      board: this.board,
      alerts: options.alerts,
      returnSlots: this.#hasLate() ? SCENARIO_SLOTS_LATE : undefined,
    });
    this.memory = memory.shared;
    this.columns = memory.columns;
    this.stride = memory.stride;
    this.#help = this.#createHelp(history);
    this.shards = this.#startShards(days, openings, threads);
    this.sequencer = createSequencer({
      options,
      shards: this.shards,
      symbols: bars.symbols,
      rowOf: this.rowOf,
      columns: this.columns,
      ...stores,
      feed,
      progress: this.#progress,
      warmDay: firstDay - 1,
      foreign: recorded.foreign,
    });
    const told = { logs: this.logs, missing: () => this.ingest.missing.bySource() };
    this.quality = createQuality(this.sequencer, bars.symbols, { ...options, ...told });
    this.ingest = new Ingest({
      journal,
      recorder: this.recorder,
      sequencer: this.sequencer,
      shards: this.shards,
      rowOf: this.rowOf,
      feed,
      recorded,
    });
  }

  /**
   * Loads the file, opens the journal, starts and warms the shards. Errors: `data.*`,
   * `journal.*`.
   */
  static async start(options: MarketOptions, listener: MarketListener): Promise<Market> {
    const journal = Journal.open(join(options.dataDir, 'store'));
    // They load their program while the file is read.
    const threads = startThreads(options);
    let market: Market | undefined;
    let recorder: Recorder | undefined;
    try {
      if (options.recordDir !== undefined) recorder = await Recorder.open(options.recordDir);
      const { dataFile: path, symbols, to } = options;
      const [file, history] = await Promise.all([
        loadMarketFile({
          path,
          ...(symbols === undefined ? {} : { symbols }),
          ...(to === undefined ? {} : { to }),
        }),
        KeptHistory.open(options.dataDir),
      ]);
      market = new Market(options, file, { journal, recorder, threads, history }, listener);
      await market.#recording.begin(market.#recorded, market.#progress.position);
      for (const [reason, count] of Object.entries(file.rejectedByReason)) {
        market.sequencer.countRejected(reason, count);
      }
      if (!market.#progress.isResuming) {
        await writePlacement(journal, new Placement(options.shardCount));
        // What books said is a part of the recording that a replay has been given.
        if (!options.isReplay) await market.sequencer.books?.begin();
        await market.#progress.mark({ step: 0, prints: 0 });
      }
      // Few prints tell the compiler as much as many. First, so that it is done when they stream.
      await rehearseFeed(file.bars, market.firstDay, PRINTS_PER_BAR_MIN);
      await market.#help.run(market.shards.placed);
      await Promise.race([market.shards.ready(), market.#judged.failed]);
      market.#help.keep(() => market?.sequencer.countRejected('history_not_kept', 1));
      await market.sequencer.warmPoint(file.bars.dates[market.firstDay - 1]!);
      await market.settle();
      // A thread that is lost right after the start need not be warmed again.
      await market.sequencer.snapshot();
      await Promise.race([market.shards.frames.snapshotsSaved(), market.#judged.failed]);
      await market.#judged.portfolios(market.#openedAtStart());
      return market;
    } catch (error) {
      await (market === undefined ? threads.close() : market.shards.close(START_CLOSE_MS));
      await recorder?.close();
      await journal.close();
      throw error;
    }
  }

  /** Whether portfolios may be valued long after a point. */
  #hasLate(): boolean {
    const { openedMax, portfolios, residentsMax } = this.options;
    return portfolios.portfolios.length > Math.min(openedMax, residentsMax);
  }

  /** Portfolios that tell figures without being addressed: no fewer do. */
  #openedAtStart(): number {
    const { openedMax, portfolios } = this.options;
    return Math.min(portfolios.portfolios.length, openedMax);
  }

  /** Streams every session; resolves when all of it has been judged. */
  async stream(): Promise<void> {
    this.state = 'streaming';
    // As fast as it goes leaves a spare thread no core: who follows a dead one loads its program.
    if (this.options.pace > 0) this.shards.keepSpare();
    const started = monotonicUs();
    const total = this.endDay - this.firstDay;
    const onSession = (date: number, done: number): void => {
      this.logs.process.say('info', 'market', `session ${date} is closed, ${done} of ${total}`);
      void this.quality.drain();
      this.#listener.onSession(date, done, total);
    };
    const feed = new DerivedFeed(
      {
        bars: this.file.bars,
        fromDay: this.firstDay,
        toDay: this.endDay,
        printsPerBar: this.options.printsPerBar,
        pace: this.options.pace,
        onSession,
        isStopped: () => this.#isStopped,
        inlet: this.ingest,
        hurries: (sent) => this.#hurries(sent),
        reached: (sent, isIdle) =>
          this.#progress.reached({ step: this.sequencer.steps, prints: sent }, isIdle),
      },
      this.sequencer,
      this.shards,
    );
    const run = async (): Promise<void> => {
      await feed.run();
      if (!this.#isStopped) await this.ingest.open(feed.sent);
      await this.settle();
    };
    await Promise.race([run(), this.#judged.failed]);
    this.streamedUs = monotonicUs() - started;
    this.shards.keepSpare();
    this.state = this.#isStopped ? 'stopped' : 'finished';
  }

  /** Resolves once every point sent has been judged and summarised. */
  settle(): Promise<void> {
    return this.#judged.reached(this.sequencer.pointIndex - 1);
  }

  /** Percentiles from arrival to published row. Units: microseconds. */
  latencyUs(): { readonly p50: number; readonly p99: number; readonly p999: number } {
    const histograms = this.shards.latencies();
    return {
      p50: percentileOf(histograms, 0.5),
      p99: percentileOf(histograms, 0.99),
      p999: percentileOf(histograms, 0.999),
    };
  }

  /** Hash over all that the run has come to. */
  async hash(): Promise<string> {
    return (await this.hashWhile(() => true))!;
  }

  /** The same; undefined as soon as nobody wants it: it opens whoever is not opened. */
  hashWhile(isWanted: () => boolean): Promise<string | undefined> {
    const { funnel, portfolios } = this.options;
    const ids = portfolios.portfolios.map(({ id }): Address => `portfolio/${id}`);
    return stateHash(this.columns, this.shards, [`funnel/${funnel.name}`, ...ids], isWanted);
  }

  /** Whether a time is after all sessions to stream, and they are not over. Units: microseconds. */
  isAhead(timeUs: number): boolean {
    if (this.state === 'finished') return false;
    return timeUs > sessionOf(this.file.bars.dates[this.endDay - 1]!).closeUs;
  }

  /** Shard of a control-plane actor. */
  shardOf(address: Address): number {
    return this.shards.placed.ofAddress(address);
  }

  /** Ends the feed early. */
  stop(): void {
    this.#isStopped = true;
    this.#judged.stop();
    // A feed that has ended early offers no place: what waits for one would wait for ever.
    if (this.state !== 'finished') this.ingest.close();
  }

  /** Waits for an act before the journal is closed: what it wants there is written by then. */
  beforeClose(act: () => Promise<void>): void {
    this.#beforeClose.push(act);
  }

  /** Stops everything within a deadline. */
  async close(deadlineMs: number): Promise<void> {
    this.#isStopped = true;
    this.#judged.stop();
    this.state = 'stopped';
    this.ingest.close();
    await this.shards.close(deadlineMs);
    await this.#commits.settled();
    await this.#folded.settled();
    await this.#help.settled();
    for (const act of this.#beforeClose) await act();
    await this.recorder?.close();
    await this.quality.close();
    await this.journal.close();
  }

  /**
   * Notes in the recording the state that the run has come to, for a replay to be held to; notes
   * nothing where that is no longer wanted before it is known.
   */
  async noteState(isWanted: () => boolean): Promise<void> {
    const state = (): Promise<string | undefined> => this.hashWhile(isWanted);
    await this.#recording.end(state, () => this.sequencer.prints);
  }

  #createHelp(kept: KeptHistory): HistoryHelp {
    const { funnel, alerts, shardCount } = this.options;
    const firstWarmDay = this.firstDay - this.warmDays;
    const of = { bars: this.file.bars, firstWarmDay, warmDays: this.firstDay };
    return new HistoryHelp({ funnel, alerts, market: this.memory, ...of }, shardCount, kept);
  }

  #createFolded(openings: RunOpenings): FoldedStates {
    return new FoldedStates(
      this.journal,
      this.#progress.position,
      (address) => openings.basisOf(address),
      () => this.sequencer.countRejected('state_not_stored', 1),
    );
  }

  #startShards(days: RunDays, openings: RunOpenings, threads: ShardThreads): Shards {
    const { options, file, journal, logs, memory, board } = this;
    return startShards({
      ...{ options, file, days, journal, logs, memory, board, openings, threads },
      commits: this.#commits,
      folded: this.#folded,
      help: this.#help,
      judged: this.#judged,
      listener: this.#listener,
      onMissed: (count) => this.sequencer.countRejected('told_to_nobody', count),
    });
  }

  /** Whether the feed goes again through what an earlier process did. */
  #hurries(sent: number): boolean {
    const hurries = this.#progress.hurries({ step: this.sequencer.steps, prints: sent });
    if (!this.#isStopped) this.state = hurries ? 'resuming' : 'streaming';
    return hurries;
  }
}
