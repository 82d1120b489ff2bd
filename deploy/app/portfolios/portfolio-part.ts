// Portfolios and their risk in a running system, as their actors tell of them.

import { create } from '@bufbuild/protobuf';
import {
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
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import { PortfolioAsks } from './portfolio-asks.js';
import { breachesOf, limitsOf, optionRiskOf, positionOf } from './portfolio-messages.js';
import { type PortfolioRow, PortfolioRows } from './portfolio-rows.js';

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

  /** One portfolio with its positions. Errors: `portfolio.unknown`, `portfolio.timed_out`. */
  async portfolio(id: string): Promise<Answer<PortfolioDetail>> {
    const shown = await this.asks.show(id);
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
    const shown = await this.asks.show(id);
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

  #running(): Market {
    if (this.#market === undefined) throw new Error('broken invariant: system.is_attached');
    return this.#market;
  }
}
