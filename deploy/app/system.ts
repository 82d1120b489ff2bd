// The running system behind its services: its parts joined, the shards' events passed on to them.

import { create } from '@bufbuild/protobuf';
import type { PortfolioFigures } from '../../actors/portfolio/index.js';
import { type BookBatch, BookBatchSchema } from '../../proto/gen/sluice/book/v1/book_pb.js';
import type { FunnelDiff } from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import { LogLevelsResponseSchema } from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { RowsWish } from '../roles/row-news.js';
import type { FromShard } from '../roles/shard-messages.js';
import { no, noBook } from './answers.js';
import { ChangeTopics } from './change-topics.js';
import { LeverAudit, readAudit } from './journal/lever-audit.js';
import { AlertRules } from './limits/alert-rules.js';
import { LimitsPart } from './limits/limits-part.js';
import type { Market } from './market/market.js';
import { ActorsView } from './operators/actors-view.js';
import { readDeadLetters } from './operators/dead-letters-view.js';
import { Levers } from './operators/levers.js';
import { readThreads } from './operators/threads-view.js';
import type { Answer, LiveSeen, SluicePort, Topic } from './port.js';
import { PortfolioPart } from './portfolios/portfolio-part.js';
import { measureHeld, sizeStock, stressHeld } from './portfolios/risk-figures.js';
import { RiskStudies } from './portfolios/risk-studies.js';
import { BarsPart } from './views/bars-part.js';
import { type BookPart, bookFeatures } from './views/book-part.js';
import { FunnelPart } from './views/funnel-part.js';
import { FunnelView } from './views/funnel-view.js';
import { HistoryPart } from './views/history-part.js';
import { MarketPart } from './views/market-part.js';

/** The parts that need a started market. */
interface Parts {
  readonly market: Market;
  readonly quotes: MarketPart;
  readonly rowsWish: RowsWish;
  readonly funnel: FunnelPart;
  readonly actors: ActorsView;
  readonly levers: Levers;
  readonly history: HistoryPart;
  readonly limits: LimitsPart;
  readonly alertRules: AlertRules;
  readonly bars: BarsPart;
  readonly audit: LeverAudit;
  readonly studies: RiskStudies;
}

/** Builds the port over a market that will be given with `attach`, for its events come first. */
export class System implements SluicePort {
  readonly #funnelView = new FunnelView();
  readonly #portfolioPart = new PortfolioPart();
  readonly #topics = new ChangeTopics({
    ask: () => this.#parts?.rowsWish.ask(),
    look: () => this.#parts?.quotes.scan() ?? false,
  });
  #parts: Parts | undefined;
  #books: BookPart | undefined;
  #clients = 0;
  #shed = 0;
  #sourcePauses = 0;
  #liveSeen: () => readonly LiveSeen[] = () => [];
  /** Events that came before the market was ready to be looked at. */
  readonly #early: (readonly [number, FromShard])[] = [];

  /** Takes a message of a shard. */
  onEvent(shard: number, message: FromShard): void {
    if (message.kind === 'news') {
      for (const said of message.said) this.onEvent(shard, said);
      return;
    }
    if (message.kind === 'published' && message.event.kind === 'portfolio_marked') {
      // The kind is the portfolio actor's own.
      this.#portfolioPart.rows.onFigures(message.event as PortfolioFigures);
      this.#topics.touch('portfolios');
      this.#topics.touch('risk');
    }
    if (message.kind === 'rows') {
      this.#topics.rowsChanged();
      return;
    }
    const market = this.#parts?.market;
    if (market === undefined) {
      this.#early.push([shard, message]);
      return;
    }
    if (message.kind === 'published') {
      this.#running().limits.onPublished(message.topic, message.event);
    }
    this.#funnelView.onMessage(market, shard, message, () => heldRows(market));
    if (message.kind === 'point' || message.kind === 'published') this.#topics.touch('funnel');
    if (message.kind === 'point') this.#topics.touch('feed');
    if (message.kind === 'bars') this.#running().bars.onTold(message.told);
    if (message.kind === 'bars_now') this.#running().bars.onNow(message.now);
    if (message.kind === 'bars' || message.kind === 'bars_now') this.#topics.touch('bars');
  }

  /** Shows the order books of a feed that has some. */
  attachBooks(books: BookPart): void {
    this.#books = books;
    this.#parts?.market.sequencer.books?.attach(books.source);
  }

  /** Shows the started market. */
  attach(market: Market): void {
    this.#portfolioPart.attach(market);
    if (this.#books !== undefined) market.sequencer.books?.attach(this.#books.source);
    const actors = new ActorsView(market);
    const audit = new LeverAudit(market.journal, () => market.sequencer.openUs);
    const figures = () => this.#portfolioPart.rows.figures();
    this.#parts = {
      market,
      limits: new LimitsPart({
        market,
        audit,
        figures,
        declared: () => this.#portfolioPart.rows.declared,
        onAlert: () => this.#topics.tell('alerts'),
      }),
      alertRules: new AlertRules(market),
      quotes: new MarketPart(market),
      rowsWish: new RowsWish(market.memory.rowsWish),
      funnel: new FunnelPart(market, this.#funnelView),
      actors,
      bars: new BarsPart({
        plan: market.options.bars,
        symbols: market.file.bars.symbols,
        isOutside: market.sequencer.isOutside,
        latePrints: () => market.sequencer.latePrints,
      }),
      history: new HistoryPart(
        [market.options.dataDir, market.options.recordDir].filter((dir) => dir !== undefined),
        async () => market.recorder?.sealPrints(),
      ),
      audit,
      studies: new RiskStudies(market),
      levers: new Levers(market, actors, audit),
    };
    for (const [shard, message] of this.#early.splice(0)) this.onEvent(shard, message);
  }

  readonly market: SluicePort['market'] = {
    stamp: () => {
      this.#running().quotes.scan();
      return this.#running().quotes.stamp;
    },
    changed: (stamp, symbols) => this.#running().quotes.quotes(stamp, symbols),
    symbol: (symbol, bars) => this.#running().quotes.symbol(symbol, bars),
    feed: () => {
      const { quotes, market } = this.#running();
      return quotes.feed({
        gaps: market.ingest.missing.total,
        clients: this.#clients,
        shed: this.#shed,
        sourcePauses: this.#sourcePauses,
      });
    },
    ingest: (batch) => this.#running().market.ingest.take(batch),
    history: (request) => this.#running().history.page(request),
    lastSequence: (source) => this.#running().market.ingest.lastSequence(source),
    earlier: (source) => this.#running().market.ingest.earlier(source),
    isAhead: (timeUs) => this.#running().market.isAhead(timeUs),
    refuseFrame: (refused) => this.#running().market.sequencer.refuseFrame(refused),
    notePause: () => {
      this.#sourcePauses++;
    },
    showLive: (look) => {
      this.#liveSeen = look;
    },
  };

  readonly bars: SluicePort['bars'] = {
    stamp: () => this.#running().bars.stamp,
    list: () => this.#running().bars.list(),
    get: (request) => this.#running().bars.get(request),
    changed: (stamp, keys) => this.#running().bars.changed(stamp, keys),
  };

  readonly books: SluicePort['books'] = {
    stamp: () => this.#books?.stamp() ?? 1,
    changed: (stamp, symbols, test) =>
      this.#books?.changed(stamp, symbols, test) ?? noBooks(symbols),
    get: async (symbol) => this.#books?.get(symbol) ?? noBook(symbol),
    features: () => bookFeatures(),
    compile: (where) =>
      this.#books?.compile(where) ?? { ok: true, value: { meets: () => false, shown: new Set() } },
  };

  readonly funnel: SluicePort['funnel'] = {
    stamp: () => this.#funnelView.stamp,
    snapshot: () => this.#running().funnel.snapshot(),
    explain: (symbol) => this.#running().funnel.explain(symbol),
    diff: (date): Answer<FunnelDiff> => {
      const diff = this.#funnelView.diff(this.#running().market, date);
      return diff === undefined
        ? no('funnel.no_such_session', `expected a completed session, was ${date || 'none yet'}`)
        : { ok: true, value: diff };
    },
  };

  readonly portfolios: SluicePort['portfolios'] = {
    stamp: () => this.#portfolioPart.rows.stamp,
    changed: (stamp, ids) => this.#portfolioPart.summaries(stamp, ids),
    list: (request) => this.#portfolioPart.list(request),
    get: (id) => this.#portfolioPart.portfolio(id),
    lots: (request) => this.#portfolioPart.asks.lots(request),
    transactions: (request) => this.#portfolioPart.asks.transactions(request),
    proposeRebalance: (request) => this.#portfolioPart.asks.proposeRebalance(request),
    reconcile: (request) => this.#portfolioPart.asks.reconcile(request),
    returns: (request) => this.#portfolioPart.asks.returns(request),
    tax: (request) => this.#portfolioPart.asks.tax(request),
    command: (request) => this.#portfolioPart.asks.command(request),
  };

  readonly risk: SluicePort['risk'] = {
    stamp: () => this.#portfolioPart.rows.stamp,
    changed: (stamp, ids) => this.#portfolioPart.risks(stamp, ids),
    get: (id) => this.#portfolioPart.risk(id),
    checkOrder: (request) => this.#portfolioPart.asks.check(request),
    limits: (request) => this.#running().limits.read(request),
    alerts: (after) => this.#running().limits.alerts.since(after),
    alertPage: (request) => this.#running().limits.alerts.page(request),
    alertRules: () => this.#running().alertRules.read(),
    requestOverride: (request, door) => this.#running().limits.requestOverride(request, door),
    approveOverride: (request, door) => this.#running().limits.approveOverride(request, door),
    revokeOverride: (request, door) => this.#running().limits.revokeOverride(request, door),
    setKillSwitch: (request, door) => this.#running().limits.setKillSwitch(request, door),
    proposeFlatten: (id) => this.#portfolioPart.asks.flatten(id),
    study: async (id) => {
      const detail = await this.#portfolioPart.portfolio(id);
      return detail.ok ? this.#running().studies.of(detail.value) : detail;
    },
    measure: (request) => measureHeld(this.#running(), this.#portfolioPart, request),
    stress: (request) => stressHeld(this.#running(), this.#portfolioPart, request),
    size: (request) => sizeStock(this.#running(), request),
  };

  readonly actors: SluicePort['actors'] = {
    stamp: () => this.#running().actors.stamp(),
    looked: () => this.#running().actors.looked(),
    tree: (request) => this.#running().actors.tree(request),
    quarantine: (request) => this.#running().actors.quarantine(request),
    pull: (lever, puller) => this.#running().levers.pull(lever, puller),
    deadLetters: (request) => {
      const { shards } = this.#running().market;
      return readDeadLetters(shards.asks, shards.count, request);
    },
    threads: () => {
      const { shards, options } = this.#running().market;
      return readThreads(shards, options.residentsMax);
    },
    logLevels: () =>
      create(LogLevelsResponseSchema, { levels: this.#running().market.logs.levels() }),
    audit: (request) => {
      const { market, audit } = this.#running();
      const told = readAudit(market.journal, request);
      told.outcomesLost = audit.outcomesLost;
      return told;
    },
  };

  readonly quality: SluicePort['quality'] = {
    report: () => this.#running().market.quality.report(this.#liveSeen()),
    rejects: (request) => this.#running().market.quality.rejects(request),
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
    return this.#topics.add(topic, listener);
  }

  #running(): Parts {
    if (this.#parts === undefined) throw new Error('broken invariant: system.is_attached');
    return this.#parts;
  }
}

/** The books of a feed without any. */
function noBooks(symbols: readonly string[] = []): Answer<BookBatch> {
  if (symbols[0] !== undefined) return noBook(symbols[0]);
  return { ok: true, value: create(BookBatchSchema, { stamp: 1 }) };
}

/** Rows with positions, over all portfolios, the largest exposure first. */
function heldRows(market: Market): number[] {
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
