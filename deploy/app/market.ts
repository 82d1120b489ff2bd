// A running market: files and configuration in, shards fed, events gathered for its views.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FunnelConfig } from '../../actors/funnel/index.js';
import { createFunnelEvaluator } from '../../actors/funnel/index.js';
import { CATALOGUE, CROSS_FEATURES, createFeatureEngine } from '../../actors/indicators/index.js';
import {
  COLUMN,
  createPointRecords,
  marketColumnNames,
  ROW_FEATURES,
  stateStride,
} from '../../actors/market/index.js';
import { createScenarioMatrix } from '../../actors/risk/index.js';
import {
  type Address,
  Columns,
  createColumns,
  createGate,
  Fault,
  Journal,
  type LogLine,
  Placement,
  percentileOf,
  type StoredRecord,
  toJson,
} from '../../engine/index.js';
import { type Member, openingEvents, type PortfoliosConfig } from '../config/portfolio-config.js';
import { Recorder } from '../recorder/recorder.js';
import { loadMarketFile, type MarketFile } from '../research/market-file.js';
import { pack } from '../roles/packed.js';
import type { PlacedEvent } from '../roles/recall.js';
import { createSaves } from '../roles/row-slices.js';
import type { FromShard, SharedMarket } from '../roles/shard-messages.js';
import { DerivedFeed, monotonicUs } from './derived-feed.js';
import { Ingest } from './ingest.js';
import { scenarioKernel } from './kernels.js';
import { Logs } from './logs.js';
import { RecordedBatches } from './recorded-batches.js';
import type { RunFlags } from './run-flags.js';
import { feedName, isBefore, type Place, readRunMark, writeRunMark } from './run-mark.js';
import { POINTS_PER_SESSION, Sequencer } from './sequencer.js';
import { nextTurn, Shards } from './shards.js';
import { readPlacement, writePlacement } from './stored-placement.js';

/** Fewest sessions of history: a year for the 52-week features. */
const WARM_DAYS_MIN = 2;

/** Longest wait for the first figures of portfolios. Units: milliseconds. */
const FIRST_FIGURES_MS = 2_000;

/** Longest wait for threads when the start has failed. Units: milliseconds. */
const START_CLOSE_MS = 1_000;

/** Time between two notes of how far the replay is. Units: microseconds. */
const MARK_US = 1_000_000;

/** How a market is run. */
export interface MarketOptions {
  readonly dataFile: string;
  readonly dataDir: string;
  readonly symbols: readonly string[] | undefined;
  /** First and last session streamed, yyyymmdd. */
  readonly from: number;
  readonly to: number | undefined;
  /** Sessions of history before the first streamed one; all there are when absent. */
  readonly warmDays: number | undefined;
  readonly printsPerBar: number;
  /** Sessions a second; 0 for as fast as it goes. */
  readonly pace: number;
  readonly shardCount: number;
  /** Goes on where the replay in the data directory stopped, not from its start. */
  readonly resume: boolean;
  /** Goes through a past at the pace, where `resume` would hurry to its end. */
  readonly isReplay: boolean;
  /** Folder to record into what enters; none when absent. */
  readonly recordDir: string | undefined;
  /** As they were typed, for the recording. */
  readonly flags: RunFlags;
  readonly funnel: FunnelConfig;
  readonly portfolios: PortfoliosConfig;
  readonly members: ReadonlyMap<string, Member>;
}

/** What a market tells whoever listens. */
export interface MarketListener {
  onEvent(shard: number, message: FromShard): void;
  onSession(date: number, done: number, of: number): void;
  onRestart(shard: number, fault: Fault): void;
  /** A line of the log of the process or of a shard. */
  onLog?(where: string, line: LogLine): void;
}

/** Phases of a run. */
export type MarketState = 'warming' | 'resuming' | 'streaming' | 'finished' | 'stopped';

/** A running market. */
export class Market {
  readonly options: MarketOptions;
  readonly file: MarketFile;
  readonly journal: Journal;
  readonly logs: Logs;
  readonly recorder: Recorder | undefined;
  readonly columns: Columns;
  readonly memory: SharedMarket;
  readonly shards: Shards;
  readonly sequencer: Sequencer;
  readonly ingest: Ingest;
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
  #commits = new Set<Promise<void>>();
  #lastPoint = new Int32Array(0);
  #lastSummary = -1;
  /** Portfolios that have told figures since the start. */
  readonly #heard = new Set<Address>();
  /** Name of the feed, and the last event of the journal before this replay of it. */
  readonly #feed: string;
  readonly #position: number;
  /** How far the process before this one had come; the pace waits until we are there again. */
  readonly #resumeTo: Place | undefined;
  #markedUs = 0;
  #isMarking = false;
  #isStopped = false;
  #failure: Fault | undefined;
  #fail: (fault: Fault) => void = () => {};
  /** Rejects when the shards can't be kept running; never resolves. */
  readonly #failed: Promise<never>;

  private constructor(
    options: MarketOptions,
    file: MarketFile,
    stores: { readonly journal: Journal; readonly recorder: Recorder | undefined },
    listener: MarketListener,
  ) {
    const { journal } = stores;
    this.recorder = stores.recorder;
    this.options = options;
    this.file = file;
    this.journal = journal;
    this.#listener = listener;
    this.logs = new Logs(options.shardCount, (where, line) => listener.onLog?.(where, line));
    this.#failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Whoever waits sees the rejection; when nobody does it must not end the process.
    this.#failed.catch(() => {});
    const { bars } = file;
    const { firstDay, endDay, warmDays } = daysOf(options, bars.dates);
    this.firstDay = firstDay;
    this.endDay = endDay;
    this.warmDays = warmDays;
    const rowCount = bars.symbols.length;
    this.rowOf = new Map(bars.symbols.map((symbol, row) => [symbol, row]));
    const names = marketColumnNames(
      ROW_FEATURES.map((feature) => feature.name),
      CROSS_FEATURES.map((feature) => feature.name),
    );
    this.#feed = feedName({ file, firstDay, endDay, printsPerBar: options.printsPerBar });
    const recorded = new RecordedBatches(journal, this.#feed);
    const before = options.resume ? readRunMark(journal) : undefined;
    if (before !== undefined && before.feed !== this.#feed) {
      throw new Fault(
        'run.cannot_resume',
        `expected the data, symbols, dates and ticks per bar of the replay in ${options.dataDir}; give the same flags, or leave --resume out to begin again`,
      );
    }
    this.#position = before?.position ?? journal.position;
    this.#resumeTo = options.isReplay ? undefined : before && this.#furthest(before, recorded);
    const columns = createColumns(names, rowCount);
    this.columns = new Columns(columns);
    const features = createFeatureEngine(CATALOGUE);
    this.stride = stateStride(features, createFunnelEvaluator(options.funnel, this.columns.layout));
    this.memory = {
      columns,
      state: new SharedArrayBuffer(rowCount * this.stride * 8),
      saves: createSaves(rowCount, this.stride, this.columns.stride),
      records: createPointRecords(rowCount),
      matrix: createScenarioMatrix(rowCount, options.shardCount, scenarioKernel()),
      gate: createGate(options.shardCount),
    };
    this.#lastPoint = new Int32Array(options.shardCount).fill(-1);
    this.shards = this.#createShards();
    this.sequencer = new Sequencer(this.shards, rowCount, firstDay - 1);
    this.sequencer.countRejected('recorded_for_another_feed', recorded.foreign);
    this.ingest = new Ingest({
      journal,
      recorder: this.recorder,
      sequencer: this.sequencer,
      shards: this.shards,
      rowOf: this.rowOf,
      feed: this.#feed,
      recorded,
    });
  }

  /**
   * Loads the file, opens the journal, starts and warms the shards. Errors: `data.*`,
   * `journal.*`.
   */
  static async start(options: MarketOptions, listener: MarketListener): Promise<Market> {
    const journal = Journal.open(join(options.dataDir, 'store'));
    let market: Market | undefined;
    let recorder: Recorder | undefined;
    try {
      if (options.recordDir !== undefined) recorder = await Recorder.open(options.recordDir);
      const file = await loadMarketFile({
        path: options.dataFile,
        ...(options.symbols === undefined ? {} : { symbols: options.symbols }),
        ...(options.to === undefined ? {} : { to: options.to }),
      });
      market = new Market(options, file, { journal, recorder }, listener);
      recorder?.note({ flags: options.flags, feed: market.#feed });
      for (const [reason, count] of Object.entries(file.rejectedByReason)) {
        market.sequencer.countRejected(reason, count);
      }
      if (market.#resumeTo === undefined) {
        await writePlacement(journal, new Placement(options.shardCount));
        await market.#mark({ step: 0, prints: 0 });
      }
      await Promise.race([market.shards.ready(), market.#failed]);
      await market.sequencer.warmPoint(file.bars.dates[market.firstDay - 1]!);
      await market.settle();
      await market.#hearPortfolios();
      return market;
    } catch (error) {
      await market?.shards.close(START_CLOSE_MS);
      await recorder?.close();
      await journal.close();
      throw error;
    }
  }

  /** Streams every session; resolves when all of it has been judged. */
  async stream(): Promise<void> {
    this.state = 'streaming';
    const started = monotonicUs();
    const total = this.endDay - this.firstDay;
    const onSession = (date: number, done: number): void => {
      this.logs.process.say('info', 'market', `session ${date} is closed, ${done} of ${total}`);
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
      },
      this.sequencer,
      this.shards,
    );
    const run = async (): Promise<void> => {
      await feed.run();
      if (!this.#isStopped) await this.ingest.open(feed.sent);
      await this.settle();
    };
    await Promise.race([run(), this.#failed]);
    this.streamedUs = monotonicUs() - started;
    this.state = this.#isStopped ? 'stopped' : 'finished';
  }

  /** Resolves once every point sent has been judged and summarised. */
  async settle(): Promise<void> {
    const last = this.sequencer.pointIndex - 1;
    while (
      !this.#isStopped &&
      (this.#lastPoint.some((p) => p < last) || this.#lastSummary < last)
    ) {
      if (this.#failure !== undefined) throw this.#failure;
      await nextTurn();
    }
  }

  /**
   * Waits for the first figures of every portfolio, which follow the warm point by a moment: who
   * asks before would be told that there is no such portfolio. One that is stopped tells none.
   */
  async #hearPortfolios(): Promise<void> {
    const untilMs = performance.now() + FIRST_FIGURES_MS;
    const count = this.options.portfolios.portfolios.length;
    while (this.#heard.size < count && performance.now() < untilMs && !this.#isStopped) {
      if (this.#failure !== undefined) throw this.#failure;
      await nextTurn();
    }
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

  /**
   * Hash over all rows and all actors: equal for runs that agree on everything but when prints
   * reached the process.
   */
  async hash(): Promise<string> {
    const hash = createHash('sha256');
    const { names } = this.columns;
    names.forEach((name, column) => {
      if (column === COLUMN.arrivalUs) return;
      hash.update(name);
      const view = this.columns.column(name);
      // One NaN for all: their bits may differ with the path of the arithmetic.
      for (let row = 0; row < view.length; row++)
        if (view[row] !== view[row]) view[row] = Number.NaN;
      hash.update(new Uint8Array(view.buffer));
    });
    const actors = await this.#fingerprints();
    actors.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const [address, state] of actors) hash.update(address).update(state);
    return hash.digest('hex');
  }

  /** States of all actors, each of one shard: anew where one was moved meanwhile. */
  async #fingerprints(): Promise<(readonly [string, string])[]> {
    const { shards } = this;
    for (;;) {
      while (shards.isMoving) await nextTurn();
      const { changes } = shards.placed;
      const actors: (readonly [string, string])[] = [];
      for (let shard = 0; shard < shards.count; shard++) {
        actors.push(...(await shards.asks.fingerprint(shard)));
      }
      if (!shards.isMoving && shards.placed.changes === changes) return actors;
    }
  }

  /** Shard of a control-plane actor. */
  shardOf(address: Address): number {
    return this.shards.placed.ofAddress(address);
  }

  /** Ends the feed early. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Stops everything within a deadline. */
  async close(deadlineMs: number): Promise<void> {
    this.#isStopped = true;
    this.state = 'stopped';
    this.ingest.close();
    await this.shards.close(deadlineMs);
    await Promise.allSettled(this.#commits);
    await this.recorder?.close();
    await this.journal.close();
  }

  /** Notes in the recording the state that the run has come to, for a replay to be held to. */
  async noteState(): Promise<void> {
    if (this.recorder === undefined) return;
    const [hash, ticks] = [await this.hash(), this.sequencer.prints];
    this.recorder.note({ flags: this.options.flags, feed: this.#feed, hash, ticks });
  }

  #createShards(): Shards {
    const { options, file } = this;
    const keys = options.portfolios.portfolios.map(({ id }) => id);
    const placement = options.resume
      ? readPlacement(this.journal, options.shardCount)
      : new Placement(options.shardCount);
    const keysOn = (shard: number, now: Placement): string[] =>
      keys.filter((key) => now.of(`portfolio/${key}`) === shard);
    const lastClose = lastCloses(file, this.firstDay);
    const lastCloseOf = (row: number): number => lastClose[row]!;
    const openingsOf = function* (shard: number) {
      for (const portfolio of options.portfolios.portfolios) {
        if (placement.of(`portfolio/${portfolio.id}`) !== shard) continue;
        const { symbols } = file.bars;
        yield [
          portfolio.id,
          openingEvents(portfolio, symbols, options.members, lastCloseOf),
        ] as const;
      }
    };
    const openings = Array.from({ length: options.shardCount }, (_, shard) =>
      pack(openingsOf(shard)),
    );
    return new Shards(
      {
        shardCount: options.shardCount,
        placement,
        storePlacement: (changed) => writePlacement(this.journal, changed),
        configFor: (shard, now) => ({
          market: this.memory,
          bars: file.bars,
          warmDays: this.firstDay,
          firstWarmDay: this.firstDay - this.warmDays,
          funnel: options.funnel,
          limits: options.portfolios.limits,
          pointsPerSession: POINTS_PER_SESSION,
          portfolios: keysOn(shard, now),
          logLevels: this.logs.levelsOf(shard),
          // Whoever was moved is in a snapshot, and needs no opening.
          openings: openings[shard]!,
        }),
        journaledFor: (shard, now, snapshot) => {
          const addresses = keysOn(shard, now).map((key): Address => `portfolio/${key}`);
          return snapshot === undefined
            ? this.#placedEventsOf(new Set(addresses))
            : new Map(
                addresses.map((address) => [
                  address,
                  this.#placedEvents(address, snapshot.sequences.get(address) ?? 0),
                ]),
              );
        },
        onMessage: (shard, message) => this.#onMessage(shard, message),
        onRestart: (shard, fault) => this.#listener.onRestart(shard, fault),
        settled: () => this.#settled(),
        onFailure: (fault) => {
          this.#failure = fault;
          this.#fail(fault);
        },
      },
      file.bars.symbols,
    );
  }

  #onMessage(shard: number, message: FromShard): void {
    switch (message.kind) {
      case 'append':
        this.#append(shard, message);
        break;
      case 'recover':
        // What the actor asked to append before it failed must be there, or it would be missed.
        void this.#settled().then(() =>
          this.shards.recovered(
            shard,
            message.address,
            this.#placedEvents(message.address, message.after),
          ),
        );
        break;
      case 'log':
        this.#listener.onLog?.(`shard/${shard}`, message.line);
        break;
      case 'missed':
        this.sequencer.countRejected('told_to_nobody', message.count);
        break;
      case 'point':
        this.#lastPoint[shard] = message.pointIndex;
        break;
      case 'published':
        if (message.event.kind === 'funnel_counted') {
          this.#lastSummary = (message.event as { kind: string; pointIndex: number }).pointIndex;
        } else if (message.event.kind === 'portfolio_marked') this.#heard.add(message.from);
        break;
    }
    this.#listener.onEvent(shard, message);
  }

  #append(shard: number, { ticket, records }: FromShard & { kind: 'append' }): void {
    this.#track(
      this.#keep(records).then(
        () => this.shards.committed(shard, ticket),
        (error: unknown) => {
          const fault = error instanceof Fault ? error : new Fault('journal.failed', String(error));
          this.shards.committed(shard, ticket, fault);
        },
      ),
    );
  }

  async #keep(records: (FromShard & { kind: 'append' })['records']): Promise<void> {
    await this.journal.append(records);
    if (this.recorder === undefined) return;
    // Asked for together, so that one write has them all.
    const recorder = this.recorder;
    await Promise.all(
      records.map((record) => recorder.event({ ...record, event: toJson(record.event) })),
    );
  }

  /** Resolves once all commits have ended and a read sees them: the store looks anew each turn. */
  async #settled(): Promise<void> {
    await Promise.allSettled(this.#commits);
    await nextTurn();
  }

  /** Keeps a commit, which never rejects, in sight until it has ended. */
  #track(commit: Promise<void>): void {
    const tracked = commit.finally(() => this.#commits.delete(tracked));
    this.#commits.add(tracked);
  }

  /** Events of an actor; those of earlier replays were there when this one began. */
  #placedEvents(address: Address, after: number): PlacedEvent[] {
    return this.journal.recordsOf(address, after).map((record) => this.#placed(record));
  }

  /** All events of many actors, in one walk: a million would take ten times as long singly. */
  #placedEventsOf(addresses: ReadonlySet<Address>): Map<Address, PlacedEvent[]> {
    const found = new Map<Address, PlacedEvent[]>(Array.from(addresses, (one) => [one, []]));
    for (const record of this.journal.records()) {
      // An address of somebody else's is not found.
      found.get(record.address as Address)?.push(this.#placed(record));
    }
    return found;
  }

  #placed({ sequence, event, place = 0, position }: StoredRecord): PlacedEvent {
    return { sequence, event, step: position <= this.#position ? 0 : place };
  }

  /** The furthest place that a stopped replay is known to have come to. */
  #furthest(mark: Place, recorded: RecordedBatches): Place {
    let furthest = mark;
    const note = (place: Place): void => {
      if (isBefore(furthest, place)) furthest = place;
    };
    if (recorded.last !== undefined) note(recorded.last);
    for (const { place: step = 0 } of this.journal.records(this.#position))
      note({ step, prints: 0 });
    return furthest;
  }

  /** Notes how far the feed is; true while it goes again through what an earlier process did. */
  #hurries(sent: number): boolean {
    const place = { step: this.sequencer.steps, prints: sent };
    const hurries = this.#resumeTo !== undefined && isBefore(place, this.#resumeTo);
    if (!this.#isStopped) this.state = hurries ? 'resuming' : 'streaming';
    const now = monotonicUs();
    if (hurries || this.#isMarking || now - this.#markedUs < MARK_US) return hurries;
    this.#markedUs = now;
    this.#isMarking = true;
    // A mark that can't be stored leaves the one before: the next process begins a little earlier.
    void this.#mark(place)
      .catch(() => this.sequencer.countRejected('mark_not_stored', 1))
      .finally(() => {
        this.#isMarking = false;
      });
    return hurries;
  }

  #mark(place: Place): Promise<void> {
    return writeRunMark(this.journal, {
      feed: this.#feed,
      position: this.#position,
      ...place,
    });
  }
}

function daysOf(
  options: MarketOptions,
  dates: Int32Array,
): { readonly firstDay: number; readonly endDay: number; readonly warmDays: number } {
  const firstDay = dates.findIndex((date) => date >= options.from);
  if (firstDay < 0) {
    throw new Fault(
      'data.no_sessions',
      `expected sessions from ${options.from} on, the file ends at ${dates[dates.length - 1]}`,
    );
  }
  const warmDays = Math.min(options.warmDays ?? firstDay, firstDay);
  if (warmDays < WARM_DAYS_MIN) {
    throw new Fault(
      'data.too_little_history',
      `expected at least ${WARM_DAYS_MIN} sessions before ${options.from}, was ${warmDays}; choose a later --from or a larger --warmup`,
    );
  }
  return { firstDay, endDay: dates.length, warmDays };
}

/** Raw close of each row at the last session before streaming; NaN where there is none. */
function lastCloses({ bars }: MarketFile, firstDay: number): Float64Array {
  const closes = new Float64Array(bars.symbols.length).fill(Number.NaN);
  for (let index = 0; index < bars.dayStarts[firstDay]!; index++) {
    closes[bars.rows[index]!] = bars.close[index]!;
  }
  return closes;
}
