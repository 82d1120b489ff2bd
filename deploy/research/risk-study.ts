// Everything that the risk report of one portfolio tells, worked out from history.

import { type Drawdown, deepestDrawdowns } from '../../actors/analytics/index.js';
import { limitsOfPortfolio } from '../../actors/groups/index.js';
import type { Matrix } from '../../actors/linear/index.js';
import { hierarchyOrder } from '../../actors/optimise/index.js';
import {
  expectedDrawdown,
  historicalRisk,
  portfolioProfits,
  tailContributions,
  watchDrawdown,
} from '../../actors/risk/index.js';
import { deviation, mean, pearsonMatrix } from '../../actors/statistics/index.js';
import type { Member } from '../config/members.js';
import type { PortfolioConfig, PortfoliosConfig } from '../config/portfolio-config.js';
import { BACKTEST_METHODS } from './backtest-methods.js';
import { fitLoadings } from './factor-loadings.js';
import {
  bookProfits,
  type HeldBook,
  type HeldColumns,
  heldColumns,
  ofHolding,
} from './held-columns.js';
import { type LimitStanding, standings } from './limit-standing.js';
import type { StudiedOption } from './option-bend.js';
import {
  type PortfolioHistory,
  portfolioHistory,
  sidesOf,
  weightsNow,
} from './portfolio-history.js';
import { recentReturns } from './recent-returns.js';
import { type FanStep, returnFan } from './return-fan.js';
import type { ReturnHistory } from './return-history.js';
import { type BacktestRow, backtestReturns } from './risk-backtest.js';
import { PARTICIPATION, YEAR } from './risk-bets.js';
import { DEFAULT_TAILS, measureRisk, type RiskMeasures } from './risk-measures.js';
import { type Exposure, exposureOf, type StressOutcome, stressOutcome } from './stress-run.js';
import type { StressScenario } from './stress-scenarios.js';

/** Returns that each forecast of the backtest rests on: a year, as supervisors have it. */
const WINDOW = 250;

/** Sessions that a study needs: the window of its backtest and some days to try. */
export const STUDY_SESSIONS_MIN = 300;

/** Largest holdings whose correlations are shown: more could not be read. */
const CORRELATED_MAX = 40;

/** Falls told, and sessions of the expected one: a quarter. */
const FALLS = 5;
const QUARTER = 63;

/** Fewer paths than a command has: a page waits for a study. */
const STUDIED = { ...DEFAULT_TAILS, paths: 5_000 };

/** One holding and what it brings to the tail. */
export interface HoldingRisk {
  readonly symbol: string;
  readonly name: string;
  readonly sector: string;
  /** Share of equity; below 0 if short. */
  readonly weight: number;
  /** Volatility a year. */
  readonly volatility: number;
  /** Part of the expected shortfall at 95 %; they sum to it. Share of equity. */
  readonly component: number;
  readonly componentShare: number;
  /** Sessions to sell it at a tenth of the last month's volume. */
  readonly daysToExit: number;
}

/** A whole study. Risk is of one day and a share of equity, unless told otherwise. */
export interface RiskStudy {
  readonly id: string;
  readonly name: string;
  /** Whose weights these are: of the portfolio's rule at the last close, or of what it holds. */
  readonly basis: 'rule' | 'held';
  /** Options held: by their delta in weights, sizes and what is normal; else valued anew. */
  readonly optionsByDelta: number;
  readonly asOf: number;
  /** Units: dollars. */
  readonly equity: number;
  readonly exposure: Exposure;
  readonly sessions: number;
  readonly var95: number;
  readonly shortfall95: number;
  readonly shortfall99: number;
  /** A year's. */
  readonly volatility: number;
  readonly expectedDrawdown: number;
  /** Sum of squared weights over gross squared. */
  readonly concentration: number;
  /** Share of gross exposure times days without a return of its own. */
  readonly proxied: number;
  /** All holdings, the largest component first. */
  readonly holdings: readonly HoldingRisk[];
  readonly correlation: {
    readonly symbols: readonly string[];
    readonly rows: readonly Float64Array[];
  };
  readonly past: PortfolioHistory;
  readonly backtest: readonly BacktestRow[];
  readonly outcomes: readonly StressOutcome[];
  /** Names of scenarios that the data can't make. */
  readonly leftOut: readonly string[];
  /** What windows of the past of one session to a month would have brought today's weights. */
  readonly fan: readonly FanStep[];
  readonly limits: readonly LimitStanding[];
  /** Fall below the highest mark by return, at most 0; and the deepest falls. */
  readonly drawdowns: Float64Array;
  readonly falls: readonly (Drawdown & {
    readonly peakDate: number;
    readonly valleyDate: number;
    readonly recoveryDate: number | undefined;
  })[];
  /** By every method, with parts, bets and ways out. */
  readonly measures: RiskMeasures;
}

/** What a portfolio holds, where that is not what its rule says. */
export interface HeldWeights {
  /** Shares of equity by row. */
  readonly weights: ReadonlyMap<number, number>;
  /** Units: dollars. */
  readonly equity: number;
  /** Options that weights have as the shares of their delta, unless they have no price. */
  readonly optionsByDelta: number;
  /** Those of them that have a price, to be valued anew in scenarios. */
  readonly options: readonly StudiedOption[];
}

/** What a study is made of. */
export interface RiskStudyInput {
  readonly portfolio: PortfolioConfig;
  readonly config: PortfoliosConfig;
  readonly history: ReturnHistory;
  readonly members: ReadonlyMap<string, Member>;
  readonly scenarios: readonly StressScenario[];
  /** Names of scenarios that the data can't make; none when absent. */
  readonly leftOut?: readonly string[];
  /** The weights of the rule at the last session when absent. */
  readonly held?: HeldWeights;
}

/**
 * Makes the study. Shape: of more than 250 returns, which is the caller's to see to.
 * Errors: `data.no_bars`.
 */
export function studyRisk(input: RiskStudyInput): RiskStudy {
  const { portfolio, history, members, scenarios } = input;
  const { weights, equity, optionsByDelta, options } = input.held ?? ruleOf(input);
  const rows = [...weights.keys()];
  const held = [...weights.values()];
  const recent = recentReturns(history, members, rows);
  const book = { weights, recent, history, members, equity, options };
  const exposure = exposureOf(book);
  const all = heldColumns(book);
  const profits = portfolioProfits(all.columns, all.held);
  const sorted = profits.slice().sort();
  const at95 = historicalRisk(sorted, 0.95);
  const past = pastOf(input, book);
  const proxied = held.reduce((sum, w, at) => sum + Math.abs(w) * recent.proxied[at]!, 0);
  return {
    id: portfolio.id,
    name: portfolio.name,
    basis: input.held === undefined ? 'rule' : 'held',
    optionsByDelta,
    asOf: history.dates[history.dates.length - 1]!,
    equity,
    exposure,
    sessions: profits.length,
    var95: at95.valueAtRisk,
    shortfall95: at95.tailMean,
    shortfall99: historicalRisk(sorted, 0.99).tailMean,
    volatility: deviation(profits) * Math.sqrt(YEAR),
    expectedDrawdown: expectedDrawdown(past.returns, QUARTER),
    concentration:
      exposure.gross === 0 ? 1 : held.reduce((sum, w) => sum + w ** 2, 0) / exposure.gross ** 2,
    proxied: exposure.gross === 0 ? 0 : proxied / exposure.gross,
    holdings: holdingsOf(input, { rows, held, columns: recent.columns, all, equity }),
    correlation: correlationOf(history.symbols, rows, held, recent.columns),
    past,
    backtest: backtestReturns(past.dates, past.returns, {
      window: WINDOW,
      methods: BACKTEST_METHODS,
    }),
    outcomes: scenarios.map((scenario) => stressOutcome(book, scenario)),
    leftOut: input.leftOut ?? [],
    fan: returnFan(book),
    limits: standings(book, limitsOfPortfolio(input.config, portfolio.id), fitLoadings(history)),
    ...fallsOf(past),
    measures: measureRisk(book, STUDIED),
  };
}

/** The weights that a portfolio's rule gives, and its opening cash. */
function ruleOf({ portfolio, history, members }: RiskStudyInput): HeldWeights {
  return {
    weights: weightsNow(sidesOf(portfolio, history.symbols, members), history),
    equity: Number(portfolio.cash) / 1_000_000,
    optionsByDelta: 0,
    options: [],
  };
}

/** The past of the rule; of what is held, that of now, set back to it at every close. */
function pastOf(
  { portfolio, history, members, held }: RiskStudyInput,
  book: HeldBook,
): PortfolioHistory {
  if (held === undefined) return portfolioHistory(portfolio, history, members, 'rebalanced');
  const rows = [...book.weights.keys()];
  const whole = recentReturns(history, members, rows, history.dates.length);
  return {
    id: portfolio.id,
    name: portfolio.name,
    dates: whole.dates,
    returns: bookProfits({ ...book, recent: whole }),
    names: rows.length,
    namesAtFirst: rows.filter((row) => !Number.isNaN(history.returns[row]![1]!)).length,
  };
}

interface Held {
  readonly rows: readonly number[];
  readonly held: readonly number[];
  readonly columns: readonly Float64Array[];
  readonly all: HeldColumns;
  readonly equity: number;
}

function holdingsOf(
  { history, members }: RiskStudyInput,
  { rows, held, columns, all, equity }: Held,
): HoldingRisk[] {
  const { component, percent } = tailContributions(all.columns, all.held, 0.95);
  return rows
    .map((row, at): HoldingRisk => {
      const symbol = history.symbols[row]!;
      const member = members.get(symbol);
      const dollars = Math.abs(held[at]!) * equity;
      return {
        symbol,
        name: member?.name ?? symbol,
        sector: member?.sector ?? 'unknown',
        weight: held[at]!,
        volatility: deviation(columns[at]!) * Math.sqrt(YEAR),
        component: ofHolding(component, all, at),
        componentShare: ofHolding(percent, all, at),
        daysToExit: dollars / (history.dollarVolumes[row]! * PARTICIPATION),
      };
    })
    .sort((a, b) => b.component - a.component || (a.symbol < b.symbol ? -1 : 1));
}

/** Correlations of the largest holdings, those that move together side by side. */
function correlationOf(
  symbols: readonly string[],
  rows: readonly number[],
  held: readonly number[],
  columns: readonly Float64Array[],
): RiskStudy['correlation'] {
  const largest = rows
    .map((_, at) => at)
    // Of equal weights those that move more: they matter more.
    .sort(
      (a, b) =>
        Math.abs(held[b]!) - Math.abs(held[a]!) || spread(columns[b]!) - spread(columns[a]!),
    )
    .slice(0, CORRELATED_MAX);
  const matrix: Matrix = pearsonMatrix(largest.map((at) => columns[at]!));
  const order = largest.length > 1 ? hierarchyOrder(matrix, 'average') : largest.map((_, at) => at);
  return {
    symbols: order.map((at) => symbols[rows[largest[at]!]!]!),
    rows: order.map((row) =>
      Float64Array.from(order, (column) => matrix.values[row * matrix.columns + column]!),
    ),
  };
}

function spread(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

function fallsOf({ dates, returns }: PortfolioHistory): Pick<RiskStudy, 'drawdowns' | 'falls'> {
  // Places are of marks: 0 is before the first return, so a mark's date is one earlier.
  const dateOf = (place: number): number => dates[Math.max(0, place - 1)]!;
  return {
    drawdowns: watchDrawdown(returns, Infinity)
      .drawdowns.subarray(1)
      .map((value) => -value),
    falls: deepestDrawdowns(returns, FALLS).map((fall) => ({
      ...fall,
      peakDate: dateOf(fall.peak),
      valleyDate: dateOf(fall.valley),
      recoveryDate: fall.recovery === undefined ? undefined : dateOf(fall.recovery),
    })),
  };
}
