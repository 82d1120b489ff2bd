// What is asked and told of the actors of portfolios: a question each, and its answer as a message.

import { create } from '@bufbuild/protobuf';
import type {
  BooksShown,
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
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { no, refused, unknownPortfolio } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import { breaksOf, lotsOf, proposalOf, returnsOf, transactionsOf } from './portfolio-books.js';
import { commandOf } from './portfolio-commands.js';
import { checkedOf } from './portfolio-messages.js';
import type { PortfolioRows } from './portfolio-rows.js';
import { taxOf } from './tax-message.js';

/** Entries of an answer that asks for no number. */
const TRANSACTIONS_SHOWN = 100;

/** Asks portfolios, each in its turn. */
export class PortfolioAsks {
  readonly #rows: PortfolioRows;
  readonly #running: () => Market;

  constructor(rows: PortfolioRows, running: () => Market) {
    this.#rows = rows;
    this.#running = running;
  }

  /** Everything of one portfolio. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  show(id: string): Promise<Answer<PortfolioShown>> {
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

  /**
   * Gains by the rules of tax, with an eye on the owner's other accounts.
   * Errors: `portfolio.unknown`, `portfolio.timed_out`.
   */
  async tax({ portfolio, year, asBooked }: TaxRequest): Promise<Answer<TaxResponse>> {
    const others: { readonly id: string; readonly history: BooksShown['history'] }[] = [];
    for (const id of asBooked ? [] : this.#ownedBeside(portfolio)) {
      const shown = await this.#ask<BooksShown>(id, { kind: 'show_books' });
      if (!shown.ok) return shown;
      others.push({ id, history: shown.value.history });
    }
    const question = { kind: 'show_tax', year, washSales: !asBooked, others } as const;
    const shown = await this.#ask<TaxShown>(portfolio, question);
    if (!shown.ok) return shown;
    return {
      ok: true,
      value: taxOf(
        shown.value,
        others.map(({ id }) => id),
      ),
    };
  }

  /** The other portfolios of an owner. */
  #ownedBeside(id: string): readonly string[] {
    const { portfolios } = this.#running().options.portfolios;
    const owner = portfolios.find((one) => one.id === id)?.owner;
    if (owner === undefined) return [];
    return portfolios.filter((one) => one.owner === owner && one.id !== id).map((one) => one.id);
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

  /** The trades that would close a portfolio. Errors: as of `show`. */
  async flatten(id: string): Promise<Answer<FlattenProposal>> {
    const shown = await this.show(id);
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
    if (!this.#rows.has(portfolio)) return refused(unknownPortfolio(portfolio).refusal);
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

  /** Asks a portfolio something; `T` is the reply that the question has. */
  async #ask<T>(id: string, question: PortfolioMessage): Promise<Answer<T>> {
    if (!this.#rows.has(id)) return unknownPortfolio(id);
    const reply = await this.#running().shards.asks.ask(`portfolio/${id}`, question);
    if (reply.kind === 'replied') return { ok: true, value: reply.message as T };
    return reply.kind === 'refused'
      ? no(reply.code, reply.text)
      : no('portfolio.timed_out', `expected ${id} to answer within its deadline`);
  }
}
