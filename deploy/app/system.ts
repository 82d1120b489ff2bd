// The running system behind its services: reads shared memory and the shards' events.

import { create } from '@bufbuild/protobuf';
import { createFunnelEvaluator, type FunnelEvaluator } from '../../actors/funnel/index.js';
import { CROSS_FEATURES } from '../../actors/indicators/index.js';
import { COLUMN, HEADER_SLOTS, ROW_FEATURES, STAGE_COLUMN } from '../../actors/market/index.js';
import type { PortfolioFigures, PortfolioShown } from '../../actors/portfolio/index.js';
import { type Message, type Refusal, refusal } from '../../engine/index.js';
import {
  type Explanation,
  ExplanationSchema,
  type FunnelDiff,
  type FunnelSnapshot,
  FunnelSnapshotSchema,
  LeafSchema,
  MemberSchema,
  StageCountsSchema,
  StageExplanationSchema,
  StageInfoSchema,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  FeatureSchema,
  type FeedStatus,
  FeedStatusSchema,
  type Quote,
  type QuoteBatch,
  QuoteBatchSchema,
  QuoteSchema,
  type SymbolDetail,
  SymbolDetailSchema,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import {
  type CommandRequest,
  type CommandResponse,
  CommandResponseSchema,
  type PortfolioBatch,
  PortfolioBatchSchema,
  type PortfolioDetail,
  PortfolioDetailSchema,
  type PortfolioSummary,
  PortfolioSummarySchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  type RiskBatch,
  RiskBatchSchema,
  type RiskDetail,
  RiskDetailSchema,
  type RiskSummary,
  RiskSummarySchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type {
  ActorResponse,
  TreeRequest,
  TreeResponse,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { FromShard } from '../roles/shard-messages.js';
import { ActorsView } from './actors-view.js';
import { dailyBars } from './daily-bars.js';
import { FunnelView } from './funnel-view.js';
import { Ingest } from './ingest.js';
import type { Market } from './market.js';
import type { Answer, IngestBatch, IngestOutcome, SluicePort, Topic } from './port.js';
import { breachesOf, limitsOf, positionOf } from './portfolio-messages.js';

/** Points of history shown beside a figure. */
const HISTORY_KEPT = 120;

interface PortfolioRow {
  figures: PortfolioFigures;
  stamp: number;
  readonly equity: number[];
  readonly var99: number[];
}

/** Builds the port over a market that will be given with `attach`, for its events come first. */
export class System implements SluicePort {
  readonly #funnelView = new FunnelView();
  readonly #portfolioRows = new Map<string, PortfolioRow>();
  readonly #listeners = new Map<Topic, Set<() => void>>();
  readonly #dirty = new Set<Topic>();
  #flushing: NodeJS.Timeout | undefined;
  #market: Market | undefined;
  #evaluator: FunnelEvaluator | undefined;
  #actors: ActorsView | undefined;
  #ingest: Ingest | undefined;
  #rowStamps = new Float64Array(0);
  #seen = new Int32Array(0);
  #changedRows = new Int32Array(0);
  #values = new Float64Array(0);
  #stamp = 1;
  #portfolioStamp = 1;
  #clients = 0;
  #shed = 0;
  #rate = { atUs: 0, prints: 0, perSecond: 0 };

  /** Takes a message of a shard. */
  onEvent(shard: number, message: FromShard): void {
    const market = this.#market;
    if (message.kind === 'published' && message.event.kind === 'portfolio_marked') {
      this.#onFigures(message.event as PortfolioFigures);
    }
    if (market === undefined) {
      this.#early.push([shard, message]);
      return;
    }
    this.#funnelView.onMessage(market, shard, message, () => this.#heldRows(market));
    if (message.kind === 'point' || message.kind === 'published') this.#touch('funnel');
    if (message.kind === 'point') this.#touch('feed');
  }

  /** Events that came before the market was ready to be looked at. */
  readonly #early: (readonly [number, FromShard])[] = [];

  /** Shows the started market. */
  attach(market: Market): void {
    this.#market = market;
    this.#evaluator = createFunnelEvaluator(market.options.funnel, market.columns.layout);
    this.#actors = new ActorsView(market);
    this.#ingest = new Ingest(market);
    const { rowCount, names } = market.columns;
    this.#rowStamps = new Float64Array(rowCount);
    this.#seen = new Int32Array(rowCount);
    this.#changedRows = new Int32Array(rowCount);
    this.#values = new Float64Array(names.length);
    for (const [shard, message] of this.#early.splice(0)) this.onEvent(shard, message);
  }

  readonly market: SluicePort['market'] = {
    stamp: () => {
      this.#scan();
      return this.#stamp;
    },
    changed: (stamp, symbols) => this.#quotes(stamp, symbols),
    symbol: (symbol, bars) => this.#symbol(symbol, bars),
    feed: () => this.#feed(),
    ingest: (batch: IngestBatch): Promise<Answer<IngestOutcome>> => this.#ingest!.take(batch),
    refuseFrame: (reason) => this.#running().sequencer.countRejected(`frame_${reason}`, 1),
  };

  readonly funnel: SluicePort['funnel'] = {
    stamp: () => this.#funnelView.stamp,
    snapshot: () => this.#funnelSnapshot(),
    explain: (symbol) => this.#explain(symbol),
    diff: (date): Answer<FunnelDiff> => {
      const diff = this.#funnelView.diff(this.#running(), date);
      return diff === undefined
        ? no('funnel.no_such_session', `expected a completed session, was ${date || 'none yet'}`)
        : { ok: true, value: diff };
    },
  };

  readonly portfolios: SluicePort['portfolios'] = {
    stamp: () => this.#portfolioStamp,
    changed: (stamp, ids) => this.#summaries(stamp, ids),
    get: (id) => this.#portfolio(id),
    command: (request) => this.#command(request),
  };

  readonly risk: SluicePort['risk'] = {
    stamp: () => this.#portfolioStamp,
    changed: (stamp, ids): Answer<RiskBatch> => {
      const rows = this.#portfoliosSince(stamp, ids);
      if (!rows.ok) return rows;
      const risks = rows.value.map((row) => this.#riskSummary(row));
      return { ok: true, value: create(RiskBatchSchema, { risks, stamp: this.#portfolioStamp }) };
    },
    get: (id) => this.#risk(id),
  };

  readonly actors: SluicePort['actors'] = {
    stamp: () => this.#actors!.stamp(),
    tree: (request: TreeRequest): TreeResponse => this.#actors!.tree(request),
    restart: (address): Promise<ActorResponse> => this.#actors!.restart(address),
    stop: (address): Promise<ActorResponse> => this.#actors!.stop(address),
  };

  readonly clients = {
    opened: (): void => {
      this.#clients++;
    },
    closed: (): void => {
      this.#clients--;
    },
    shed: (): void => {
      this.#shed++;
    },
  };

  onChange(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
    this.#schedule();
    return () => {
      listeners.delete(listener);
    };
  }

  /** Restarts the clock that finds changed rows: one look a millisecond while anyone listens. */
  #schedule(): void {
    if (this.#flushing !== undefined) return;
    const wantsQuotes = (this.#listeners.get('quotes')?.size ?? 0) > 0;
    const anyone = [...this.#listeners.values()].some((listeners) => listeners.size > 0);
    if (!anyone) return;
    this.#flushing = setTimeout(
      () => {
        this.#flushing = undefined;
        if (wantsQuotes && this.#scan()) this.#touch('quotes');
        this.#flush();
        this.#schedule();
      },
      wantsQuotes ? 1 : 20,
    );
    this.#flushing.unref();
  }

  #flush(): void {
    for (const topic of this.#dirty) {
      for (const listener of this.#listeners.get(topic) ?? []) listener();
    }
    this.#dirty.clear();
  }

  #touch(topic: Topic): void {
    this.#dirty.add(topic);
  }

  #running(): Market {
    if (this.#market === undefined) throw new Error('broken invariant: system.is_attached');
    return this.#market;
  }

  /** Stamps the rows that have changed since the last look; true when there are any. */
  #scan(): boolean {
    const { columns } = this.#running();
    const count = columns.changed(this.#seen, this.#changedRows);
    if (count === 0) return false;
    this.#stamp++;
    for (let index = 0; index < count; index++) {
      this.#rowStamps[this.#changedRows[index]!] = this.#stamp;
    }
    return true;
  }

  #quotes(stamp: number, symbols: readonly string[] | undefined): Answer<QuoteBatch> {
    const market = this.#running();
    this.#scan();
    const rows: number[] = [];
    if (symbols === undefined || symbols.length === 0) {
      for (let row = 0; row < this.#rowStamps.length; row++) {
        if (this.#rowStamps[row]! > stamp || stamp === 0) rows.push(row);
      }
    } else {
      for (const symbol of symbols) {
        const row = market.rowOf.get(symbol.toUpperCase());
        if (row === undefined) return unknownSymbol(symbol);
        if (this.#rowStamps[row]! > stamp || stamp === 0) rows.push(row);
      }
    }
    const quotes = rows.map((row) => this.#quote(row));
    return {
      ok: true,
      value: create(QuoteBatchSchema, { quotes, stamp: this.#stamp, derived: true }),
    };
  }

  #quote(row: number): Quote {
    const market = this.#running();
    const values = this.#values;
    market.columns.readRow(row, values);
    return create(QuoteSchema, {
      symbol: market.file.bars.symbols[row]!,
      timeUs: values[COLUMN.lastTimeUs]!,
      last: values[COLUMN.close]!,
      bid: values[COLUMN.bid]!,
      ask: values[COLUMN.ask]!,
      open: values[COLUMN.open]!,
      high: values[COLUMN.high]!,
      low: values[COLUMN.low]!,
      volume: values[COLUMN.volume]!,
      change: values[market.columns.indexOf('ret_1')]!,
      stage: values[market.columns.indexOf(STAGE_COLUMN)]! || 0,
      arrivalUs: values[COLUMN.arrivalUs]!,
    });
  }

  #symbol(symbol: string, barsWanted: number): Answer<SymbolDetail> {
    const market = this.#running();
    const row = market.rowOf.get(symbol.toUpperCase());
    if (row === undefined) return unknownSymbol(symbol);
    const quote = this.#quote(row);
    const values = this.#values.slice();
    const features = [...ROW_FEATURES, ...CROSS_FEATURES].map((feature) => {
      const value = values[market.columns.indexOf(feature.name)]!;
      const { name, unit, description, source } = feature;
      return create(FeatureSchema, {
        name,
        unit,
        description,
        source,
        ...(Number.isNaN(value) ? {} : { value }),
      });
    });
    const member = market.options.members.get(quote.symbol);
    return {
      ok: true,
      value: create(SymbolDetailSchema, {
        quote,
        name: member?.name ?? '',
        sector: member?.sector ?? '',
        features,
        bars: dailyBars(market, row, Math.min(2_000, barsWanted || 260), values),
      }),
    };
  }

  #feed(): FeedStatus {
    const market = this.#running();
    const { sequencer, shards, options } = market;
    const now = performance.now() * 1000;
    if (now - this.#rate.atUs > 500_000) {
      const perSecond =
        ((sequencer.prints - this.#rate.prints) / (now - this.#rate.atUs)) * 1_000_000;
      this.#rate = { atUs: now, prints: sequencer.prints, perSecond };
    }
    const reasons = Object.entries(sequencer.rejectedByReason());
    const elapsed = market.columns.at(0, COLUMN.sessionFraction);
    return create(FeedStatusSchema, {
      state: market.state,
      date: sequencer.date,
      dayIndex: Math.max(0, sequencer.dayIndex - market.firstDay + 1),
      dayCount: market.endDay - market.firstDay,
      ticks: BigInt(sequencer.prints),
      ticksPerSecond: this.#rate.perSecond,
      latencyUs: market.latencyUs(),
      rejectedByReason: Object.fromEntries(reasons.map(([key, n]) => [key, BigInt(n)])),
      gaps: BigInt(this.#ingest?.gaps ?? 0),
      restarts: BigInt(shards.restarts()),
      rssMb: process.memoryUsage.rss() / 1e6,
      shards: shards.count,
      derived: true,
      sessionFraction: elapsed || 0,
      pace: options.pace === 0 ? 'max' : `${options.pace} sessions a second`,
      clients: BigInt(this.#clients),
      shed: BigInt(this.#shed),
    });
  }

  #funnelSnapshot(): FunnelSnapshot {
    const market = this.#running();
    const { columns, file, options } = market;
    const stages = columns.column(STAGE_COLUMN);
    const closes = columns.column('close');
    const changes = columns.column('ret_1');
    const members = file.bars.symbols
      .map((symbol, row) =>
        create(MemberSchema, {
          symbol,
          stage: stages[row]! || 0,
          last: closes[row]!,
          change: changes[row]!,
        }),
      )
      .filter((member) => member.stage > 0)
      .sort((a, b) => b.stage - a.stage || (a.symbol < b.symbol ? -1 : 1));
    const counts = options.funnel.stages.map(
      (_stage, index) => members.filter((member) => member.stage > index).length,
    );
    const named = Object.fromEntries(
      options.funnel.stages.map((stage, index) => [stage.name, counts[index]!]),
    );
    return create(FunnelSnapshotSchema, {
      date: market.sequencer.date,
      universe: file.bars.symbols.length,
      counts: create(StageCountsSchema, named),
      stages: options.funnel.stages.map(({ name, title, meaning }) =>
        create(StageInfoSchema, { name, title, meaning }),
      ),
      members,
      days: [...this.#funnelView.days],
      survivors: [...this.#funnelView.survivors()],
      stamp: this.#funnelView.stamp,
    });
  }

  #explain(symbol: string): Answer<Explanation> {
    const market = this.#running();
    const row = market.rowOf.get(symbol.toUpperCase());
    if (row === undefined) return unknownSymbol(symbol);
    const values = new Float64Array(market.columns.names.length);
    market.columns.readRow(row, values);
    const featureSlots = market.stride - this.#evaluator!.stateLength - HEADER_SLOTS;
    const view = {
      values,
      state: new Float64Array(market.memory.state),
      stateBase: row * market.stride + HEADER_SLOTS + featureSlots,
    };
    const stage = values[market.columns.indexOf(STAGE_COLUMN)]! || 0;
    const name = market.file.bars.symbols[row]!;
    const narrative = this.#funnelView.narrative(name);
    return {
      ok: true,
      value: create(ExplanationSchema, {
        symbol: name,
        stage,
        stages: market.options.funnel.stages.map((config, index) =>
          create(StageExplanationSchema, {
            stage: config.name,
            passed: index < stage,
            leaves: this.#evaluator!.explain(index, view).map((leaf) => create(LeafSchema, leaf)),
          }),
        ),
        ...(narrative === undefined ? {} : { narrative }),
      }),
    };
  }

  #onFigures(figures: PortfolioFigures): void {
    const row = this.#portfolioRows.get(figures.key) ?? {
      figures,
      stamp: 0,
      equity: [],
      var99: [],
    };
    // A restarted shard tells old points again, and the latest one with what is known now.
    if (figures.pointIndex < row.figures.pointIndex) return;
    const isNew = row.stamp === 0 || figures.pointIndex > row.figures.pointIndex;
    row.figures = figures;
    row.stamp = ++this.#portfolioStamp;
    this.#portfolioRows.set(figures.key, row);
    this.#touch('portfolios');
    this.#touch('risk');
    if (!isNew) return;
    row.equity.push(figures.equity);
    row.var99.push(figures.var99);
    if (row.equity.length > HISTORY_KEPT) row.equity.shift();
    if (row.var99.length > HISTORY_KEPT) row.var99.shift();
  }

  #portfoliosSince(
    stamp: number,
    ids: readonly string[] | undefined,
  ): Answer<readonly PortfolioRow[]> {
    const wanted = ids === undefined || ids.length === 0 ? undefined : new Set(ids);
    for (const id of wanted ?? []) {
      if (!this.#portfolioRows.has(id)) return unknownPortfolio(id);
    }
    const rows = [...this.#portfolioRows.values()].filter(
      (row) => row.stamp > stamp && (wanted === undefined || wanted.has(row.figures.key)),
    );
    return { ok: true, value: rows };
  }

  #summaries(stamp: number, ids: readonly string[] | undefined): Answer<PortfolioBatch> {
    const rows = this.#portfoliosSince(stamp, ids);
    if (!rows.ok) return rows;
    const portfolios = rows.value.map((row) => this.#summary(row));
    return {
      ok: true,
      value: create(PortfolioBatchSchema, { portfolios, stamp: this.#portfolioStamp }),
    };
  }

  #summary({ figures, equity }: PortfolioRow): PortfolioSummary {
    return create(PortfolioSummarySchema, {
      id: figures.key,
      name: this.#nameOf(figures.key),
      cash: figures.cash,
      equity: figures.equity,
      marketValue: figures.marketValue,
      realisedPnl: figures.realised,
      unrealisedPnl: figures.unrealised,
      dayPnl: figures.dayPnl,
      grossExposure: figures.grossExposure,
      netExposure: figures.netExposure,
      drawdown: figures.drawdown,
      positions: figures.positions,
      asOfUs: figures.asOfUs,
      breaches: breachesOf(figures),
      equityHistory: [...equity],
    });
  }

  #nameOf(id: string): string {
    const { portfolios } = this.#running().options.portfolios;
    return portfolios.find((portfolio) => portfolio.id === id)?.name ?? id;
  }

  #riskSummary({ figures, var99 }: PortfolioRow): RiskSummary {
    return create(RiskSummarySchema, {
      portfolio: figures.key,
      var95: figures.var95,
      var99: figures.var99,
      cvar95: figures.cvar95,
      cvar99: figures.cvar99,
      equity: figures.equity,
      scenarios: 504,
      proxied: figures.proxied,
      drawdown: figures.drawdown,
      asOfUs: figures.riskAsOfUs,
      ageUs: figures.asOfUs - figures.riskAsOfUs,
      var99History: [...var99],
      breaches: breachesOf(figures),
    });
  }

  async #show(id: string): Promise<Answer<PortfolioShown>> {
    if (!this.#portfolioRows.has(id)) return unknownPortfolio(id);
    const reply = await this.#running().shards.ask(`portfolio/${id}`, { kind: 'show_portfolio' });
    if (reply.kind === 'replied') return { ok: true, value: reply.message as PortfolioShown };
    return reply.kind === 'refused'
      ? no(reply.code, reply.text)
      : no('portfolio.timed_out', `expected ${id} to answer within its deadline`);
  }

  async #portfolio(id: string): Promise<Answer<PortfolioDetail>> {
    const shown = await this.#show(id);
    if (!shown.ok) return shown;
    const { positions, figures } = shown.value;
    const row = this.#portfolioRows.get(id)!;
    return {
      ok: true,
      value: create(PortfolioDetailSchema, {
        summary: this.#summary(row),
        positions: positions.map((position) => positionOf(position)),
        limits: limitsOf(figures ?? row.figures),
      }),
    };
  }

  async #risk(id: string): Promise<Answer<RiskDetail>> {
    const shown = await this.#show(id);
    if (!shown.ok) return shown;
    const row = this.#portfolioRows.get(id)!;
    return {
      ok: true,
      value: create(RiskDetailSchema, {
        summary: this.#riskSummary(row),
        limits: limitsOf(shown.value.figures ?? row.figures),
        scenarioPnl: Array.from(shown.value.scenarioProfits),
      }),
    };
  }

  async #command(request: CommandRequest): Promise<CommandResponse> {
    const { portfolio, commandId, command } = request;
    if (!this.#portfolioRows.has(portfolio)) return refused(unknownPortfolio(portfolio).refusal);
    let message: Message;
    if (command.case === 'trade') {
      const { symbol, side, quantity, price, fee } = command.value;
      const trade = { kind: 'trade', commandId, symbol, side, quantity, price, fee };
      message = trade;
    } else if (command.case === 'cash') {
      const { amount, direction } = command.value;
      const cash = { kind: 'cash', commandId, amount, direction };
      message = cash;
    } else {
      return refused(refusal('portfolio.no_command', 'expected a trade or a cash movement'));
    }
    const reply = await this.#running().shards.ask(`portfolio/${portfolio}`, message);
    if (reply.kind === 'refused') return refused(refusal(reply.code, reply.text));
    if (reply.kind === 'timed_out') {
      const text = 'expected an answer within the deadline; send the same command id again';
      return refused(refusal('portfolio.timed_out', text));
    }
    const { repeated } = reply.message as Message & { readonly repeated: boolean };
    return create(CommandResponseSchema, { accepted: true, repeatedCommand: repeated });
  }

  /** Rows with positions, over all portfolios, the largest exposure first. */
  #heldRows(market: Market): number[] {
    const { portfolios } = market.options.portfolios;
    const rows = new Set<number>();
    for (const { long } of portfolios) {
      for (const symbol of long.symbols) {
        const row = market.rowOf.get(symbol);
        if (row !== undefined) rows.add(row);
      }
    }
    return [...rows];
  }
}

function no(code: string, text: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: refusal(code, text) };
}

function refused({ code, text }: Refusal): CommandResponse {
  return create(CommandResponseSchema, { accepted: false, code, text });
}

function unknownSymbol(symbol: string) {
  return no('market.unknown_symbol', `expected a listed symbol, was "${symbol.slice(0, 32)}"`);
}

function unknownPortfolio(id: string) {
  return no('portfolio.unknown', `expected the id of a portfolio, was "${id.slice(0, 64)}"`);
}
