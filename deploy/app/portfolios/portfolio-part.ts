// Portfolios and their risk in a running system: figures as the actors tell them, commands to them.

import { create } from '@bufbuild/protobuf';
import type {
  LotsShown,
  OrderChecked,
  PortfolioMessage,
  PortfolioShown,
  RebalanceProposed,
  Reconciled,
  ReturnsShown,
  TaxShown,
  TransactionsShown,
} from '../../../actors/portfolio/index.js';
import { type Message, refusal } from '../../../engine/index.js';
import {
  type CommandRequest,
  type CommandResponse,
  CommandResponseSchema,
  type LotsRequest,
  type LotsResponse,
  type Membership,
  MembershipSchema,
  type PortfolioBatch,
  PortfolioBatchSchema,
  type PortfolioDetail,
  PortfolioDetailSchema,
  type PortfolioSummary,
  PortfolioSummarySchema,
  type RebalanceProposal,
  type RebalanceRequest,
  type ReconcileRequest,
  type ReconcileResponse,
  type ReturnsRequest,
  type ReturnsResponse,
  type TaxRequest,
  type TaxResponse,
  type TransactionsRequest,
  type TransactionsResponse,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  type CheckOrderRequest,
  type CheckOrderResponse,
  type FlattenProposal,
  FlattenProposalSchema,
  ProposedTradeSchema,
  type RiskBatch,
  RiskBatchSchema,
  type RiskDetail,
  RiskDetailSchema,
  type RiskSummary,
  RiskSummarySchema,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { no, refused, unknownPortfolio } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import { breaksOf, lotsOf, proposalOf, returnsOf, transactionsOf } from './portfolio-books.js';
import { commandOf } from './portfolio-commands.js';
import { breachesOf, checkedOf, limitsOf, optionRiskOf, positionOf } from './portfolio-messages.js';
import { type PortfolioRow, PortfolioRows } from './portfolio-rows.js';
import { taxOf } from './tax-message.js';

/** Entries of an answer that asks for no number. */
const TRANSACTIONS_SHOWN = 100;

/** Answers what is asked of portfolios: from what they told, or by asking them. */
export class PortfolioPart {
  /** What the actors have told at points. */
  readonly rows = new PortfolioRows();
  #market: Market | undefined;
  /** Names of portfolios by id. */
  readonly #names = new Map<string, string>();
  /** Groups that each portfolio is judged in, in the order of the configuration. */
  readonly #groupsOf = new Map<string, Membership[]>();

  /** Shows the started market; figures may come before it. */
  attach(market: Market): void {
    this.#market = market;
    for (const { id, name } of market.options.portfolios.portfolios) this.#names.set(id, name);
    const { portfolios, groups } = market.board;
    for (const { id: group, level, members, sector } of groups) {
      // Of a sector it is a part that is judged, and everybody's.
      if (sector !== undefined) continue;
      for (const place of members) {
        const id = portfolios[place]!;
        const before = this.#groupsOf.get(id) ?? [];
        this.#groupsOf.set(id, [...before, create(MembershipSchema, { level, group })]);
      }
    }
  }

  /** Portfolios changed since a stamp. Errors: `portfolio.unknown`. */
  summaries(stamp: number, ids: readonly string[] | undefined): Answer<PortfolioBatch> {
    const rows = this.rows.since(stamp, ids);
    if (!rows.ok) return rows;
    const portfolios = rows.value.map((row) => this.#summary(row));
    return {
      ok: true,
      value: create(PortfolioBatchSchema, { portfolios, stamp: this.rows.stamp }),
    };
  }

  #summary({ figures, equity }: PortfolioRow): PortfolioSummary {
    return create(PortfolioSummarySchema, {
      id: figures.key,
      name: this.#names.get(figures.key) ?? figures.key,
      cash: figures.cash,
      equity: figures.equity,
      marketValue: figures.marketValue,
      realisedPnl: figures.realised,
      unrealisedPnl: figures.unrealised,
      dayPnl: figures.dayPnl,
      grossExposure: figures.grossExposure,
      netExposure: figures.netExposure,
      drawdown: figures.drawdown,
      margin: figures.margin,
      positions: figures.positions,
      asOfUs: figures.asOfUs,
      breaches: breachesOf(figures),
      equityHistory: [...equity],
      groups: this.#groupsOf.get(figures.key) ?? [],
    });
  }

  /** Dates (yyyymmdd) of so many days from one on; none where there is no first. */
  #datesFrom(firstDay: number, count: number): number[] {
    const { dates } = this.#running().file.bars;
    return Number.isNaN(firstDay) ? [] : [...dates.slice(firstDay, firstDay + count)];
  }

  #sectorOf(symbol: string): string {
    return this.#running().options.members.get(symbol)?.sector ?? '';
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

  /** Asks a portfolio something; `T` is the reply that the question has. */
  async #ask<T>(id: string, question: PortfolioMessage): Promise<Answer<T>> {
    if (!this.rows.has(id)) return unknownPortfolio(id);
    const reply = await this.#running().shards.asks.ask(`portfolio/${id}`, question);
    if (reply.kind === 'replied') return { ok: true, value: reply.message as T };
    return reply.kind === 'refused'
      ? no(reply.code, reply.text)
      : no('portfolio.timed_out', `expected ${id} to answer within its deadline`);
  }

  #show(id: string): Promise<Answer<PortfolioShown>> {
    return this.#ask(id, { kind: 'show_portfolio' });
  }

  /** Open lots. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async lots({ portfolio, symbol }: LotsRequest): Promise<Answer<LotsResponse>> {
    const shown = await this.#ask<LotsShown>(portfolio, { kind: 'show_lots', symbol });
    return shown.ok ? { ok: true, value: lotsOf(shown.value) } : shown;
  }

  /** A page of entries. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async transactions(request: TransactionsRequest): Promise<Answer<TransactionsResponse>> {
    const { portfolio, symbol, offset } = request;
    const limit = request.limit || TRANSACTIONS_SHOWN;
    const question = { kind: 'show_transactions', symbol, offset, limit } as const;
    const shown = await this.#ask<TransactionsShown>(portfolio, question);
    return shown.ok ? { ok: true, value: transactionsOf(shown.value) } : shown;
  }

  /** Books against a statement. Errors: `portfolio.unknown`, `.timed_out`, `.bad_statement`. */
  async reconcile({
    portfolio,
    date,
    lines,
  }: ReconcileRequest): Promise<Answer<ReconcileResponse>> {
    const plain = lines.map(({ symbol, currency, quantity, cost }) => {
      return { symbol, currency, quantity, cost };
    });
    const question = { kind: 'reconcile', date, lines: plain } as const;
    const reconciled = await this.#ask<Reconciled>(portfolio, question);
    return reconciled.ok ? { ok: true, value: breaksOf(reconciled.value) } : reconciled;
  }

  /** Trades towards target weights. Errors: `portfolio.unknown`, `.timed_out`, `.bad_targets`. */
  async proposeRebalance(request: RebalanceRequest): Promise<Answer<RebalanceProposal>> {
    const { portfolio, band, cost, lot, method, taxShort, taxLong, calendar } = request;
    const targets = request.targets.map(({ symbol, weight }) => ({ symbol, weight }));
    const terms = { band, cost, lot, method, taxShort, taxLong, calendar };
    const question = { kind: 'rebalance', targets, ...terms } as const;
    const proposed = await this.#ask<RebalanceProposed>(portfolio, question);
    return proposed.ok ? { ok: true, value: proposalOf(proposed.value) } : proposed;
  }

  /** Gains by the rules of tax. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async tax({ portfolio, year, asBooked }: TaxRequest): Promise<Answer<TaxResponse>> {
    const question = { kind: 'show_tax', year, washSales: !asBooked } as const;
    const shown = await this.#ask<TaxShown>(portfolio, question);
    return shown.ok ? { ok: true, value: taxOf(shown.value) } : shown;
  }

  /** Returns against a benchmark. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async returns(request: ReturnsRequest): Promise<Answer<ReturnsResponse>> {
    const { portfolio } = request;
    const [first] = this.#running().options.portfolios.portfolios;
    const benchmark = request.benchmark || (first?.id ?? portfolio);
    const shown = await this.#ask<ReturnsShown>(portfolio, { kind: 'show_returns' });
    if (!shown.ok) return shown;
    const other =
      benchmark === portfolio
        ? shown
        : await this.#ask<ReturnsShown>(benchmark, { kind: 'show_returns' });
    if (!other.ok) return other;
    return { ok: true, value: returnsOf(portfolio, shown.value, benchmark, other.value) };
  }

  /** One portfolio with its positions. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async portfolio(id: string): Promise<Answer<PortfolioDetail>> {
    const shown = await this.#show(id);
    if (!shown.ok) return shown;
    const { positions, figures, now } = shown.value;
    const row = this.rows.get(id)!;
    return {
      ok: true,
      value: create(PortfolioDetailSchema, {
        // What a command has just done is seen at once, not at the next point.
        summary: this.#summary({ ...row, figures: { ...row.figures, ...now } }),
        positions: positions.map((position) => ({
          ...positionOf(position),
          sector: this.#sectorOf(position.option?.contract.underlying ?? position.symbol),
        })),
        limits: limitsOf(figures ?? row.figures),
      }),
    };
  }

  /** Risk figures changed since a stamp. Errors: `portfolio.unknown`. */
  risks(stamp: number, ids: readonly string[] | undefined): Answer<RiskBatch> {
    const rows = this.rows.since(stamp, ids);
    if (!rows.ok) return rows;
    const risks = rows.value.map((row) => this.#riskSummary(row));
    return { ok: true, value: create(RiskBatchSchema, { risks, stamp: this.rows.stamp }) };
  }

  /** The risk of one portfolio. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async risk(id: string): Promise<Answer<RiskDetail>> {
    const shown = await this.#show(id);
    if (!shown.ok) return shown;
    const row = this.rows.get(id)!;
    const options = optionRiskOf(shown.value);
    return {
      ok: true,
      value: create(RiskDetailSchema, {
        ...(options !== undefined && { options }),
        summary: this.#riskSummary(row),
        limits: limitsOf(shown.value.figures ?? row.figures),
        scenarioPnl: Array.from(shown.value.scenarioProfits),
        scenarioDates: this.#datesFrom(shown.value.firstDay, shown.value.scenarioProfits.length),
      }),
    };
  }

  /** The trades that would close a portfolio. Errors: as of `portfolio`. */
  async flatten(id: string): Promise<Answer<FlattenProposal>> {
    const shown = await this.#show(id);
    if (!shown.ok) return shown;
    const trades = shown.value.positions.map(({ symbol, quantity, last }) => {
      const isShort = quantity.startsWith('-');
      const side = isShort ? 'buy' : 'sell';
      return create(ProposedTradeSchema, {
        symbol,
        side,
        quantity: quantity.replace('-', ''),
        last,
      });
    });
    return { ok: true, value: create(FlattenProposalSchema, { portfolio: id, trades }) };
  }

  /**
   * What an order would do to its portfolio, judged by every rule.
   * Errors: `portfolio.*` for an order that can't be read.
   */
  async check(request: CheckOrderRequest): Promise<Answer<CheckOrderResponse>> {
    const { portfolio, side, quantity, price, fee } = request;
    const symbol = request.symbol.toUpperCase();
    const order = { kind: 'check_order', symbol, side, quantity, price, fee } as const;
    const checked = await this.#ask<OrderChecked>(portfolio, order);
    return checked.ok ? { ok: true, value: checkedOf(checked.value) } : checked;
  }

  /** Passes a command to its portfolio; resolves once it is durable, or refused. */
  async command(request: CommandRequest): Promise<CommandResponse> {
    const { portfolio } = request;
    if (!this.rows.has(portfolio)) return refused(unknownPortfolio(portfolio).refusal);
    const message = commandOf(request);
    if (message.kind === 'refusal') return refused(message);
    const reply = await this.#running().shards.asks.ask(`portfolio/${portfolio}`, message);
    if (reply.kind === 'refused') return refused(refusal(reply.code, reply.text));
    if (reply.kind === 'timed_out') {
      const text = 'expected an answer within the deadline; send the same command id again';
      return refused(refusal('portfolio.timed_out', text));
    }
    const { repeated } = reply.message as Message & { readonly repeated: boolean };
    return create(CommandResponseSchema, { accepted: true, repeatedCommand: repeated });
  }

  #running(): Market {
    if (this.#market === undefined) throw new Error('broken invariant: system.is_attached');
    return this.#market;
  }
}
