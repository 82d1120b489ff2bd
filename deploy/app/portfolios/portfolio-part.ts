// Portfolios and their risk in a running system, as their actors tell of them.

import { create } from '@bufbuild/protobuf';
import type { PortfolioFigures } from '../../../actors/portfolio/index.js';
import {
  type ListPortfoliosRequest,
  type Membership,
  MembershipSchema,
  type PortfolioBatch,
  PortfolioBatchSchema,
  type PortfolioDetail,
  PortfolioDetailSchema,
  type PortfolioSummary,
  PortfolioSummarySchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  type RiskBatch,
  RiskBatchSchema,
  type RiskDetail,
  RiskDetailSchema,
  type RiskSummary,
  RiskSummarySchema,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { no } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import { PortfolioAsks } from './portfolio-asks.js';
import {
  breachesOf,
  currenciesOf,
  limitsOf,
  optionRiskOf,
  positionOf,
} from './portfolio-messages.js';
import { firstRow, type PortfolioRow, PortfolioRows } from './portfolio-rows.js';

/** Portfolios of a page that asks for no number, and of the largest. */
const LISTED = 1_000;
const LISTED_MAX = 2_000;

/** Figures that nobody has told. */
const UNKNOWN = {
  equity: Number.NaN,
  marketValue: Number.NaN,
  unrealisedPnl: Number.NaN,
  dayPnl: Number.NaN,
  grossExposure: Number.NaN,
  netExposure: Number.NaN,
  drawdown: Number.NaN,
  margin: Number.NaN,
} as const;

/** Shows portfolios: as they told of themselves, with what they are asked where that is more. */
export class PortfolioPart {
  /** What the actors have told at points. */
  readonly rows = new PortfolioRows();
  /** Questions and commands to the actors. */
  readonly asks = new PortfolioAsks(this.rows, () => this.#running());
  #market: Market | undefined;
  /** Names of portfolios by id. */
  readonly #names = new Map<string, string>();
  /** Groups that each portfolio is judged in, in the order of the configuration. */
  readonly #groupsOf = new Map<string, Membership[]>();

  /** Shows the started market; figures may come before it. */
  attach(market: Market): void {
    this.#market = market;
    for (const { id, name } of market.options.portfolios.portfolios) this.#names.set(id, name);
    this.rows.declare(this.#names.keys());
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
      value: create(PortfolioBatchSchema, {
        portfolios,
        stamp: this.rows.stamp,
        total: this.#total,
      }),
    };
  }

  /** A page of all portfolios, in the order of the configuration. */
  list({ limit, offset }: Pick<ListPortfoliosRequest, 'limit' | 'offset'>): PortfolioBatch {
    const count = Math.min(limit || LISTED, LISTED_MAX);
    const portfolios: PortfolioSummary[] = [];
    let place = 0;
    for (const id of this.rows.declared) {
      if (place >= offset + count) break;
      if (place++ < offset) continue;
      const row = this.rows.get(id);
      portfolios.push(row === undefined ? this.#unopened(id) : this.#summary(row));
    }
    return create(PortfolioBatchSchema, { portfolios, stamp: this.rows.stamp, total: this.#total });
  }

  get #total(): number {
    return this.rows.declared.size;
  }

  /** Nothing is known of it but its name and its groups. */
  #unopened(id: string): PortfolioSummary {
    return create(PortfolioSummarySchema, {
      id,
      name: this.#names.get(id) ?? id,
      unopened: true,
      groups: this.#groupsOf.get(id) ?? [],
      ...UNKNOWN,
    });
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

  /** One portfolio with its positions. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async portfolio(id: string): Promise<Answer<PortfolioDetail>> {
    const shown = await this.asks.show(id);
    if (!shown.ok) return shown;
    const { positions, figures, now } = shown.value;
    const row = this.#rowOf(id, figures);
    if (row === undefined) return unmarked(id);
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
        currencies: currenciesOf(shown.value),
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
    const shown = await this.asks.show(id);
    if (!shown.ok) return shown;
    const row = this.#rowOf(id, shown.value.figures);
    if (row === undefined) return unmarked(id);
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

  /** One that was opened to be asked may have answered before its figures came. */
  #rowOf(id: string, figures: PortfolioFigures | undefined): PortfolioRow | undefined {
    return this.rows.get(id) ?? (figures && firstRow(figures));
  }

  #running(): Market {
    if (this.#market === undefined) throw new Error('broken invariant: system.is_attached');
    return this.#market;
  }
}

/** It answers, and has been valued at no point yet. */
function unmarked(id: string): Answer<never> {
  return no('portfolio.timed_out', `expected ${id} to have been valued at a point; ask again`);
}
