// Values a portfolio at a point: profit, exposure, drawdown, value at risk, limits.

import type { Turn } from '../../engine/index.js';
import {
  judgeLimits,
  type LimitConfig,
  type LimitTransition,
  measuresOf,
} from '../limits/index.js';
import { type MarginPolicy, stockMargin } from '../pretrade/index.js';
import { historicalRisk } from '../risk/index.js';
import type { PortfolioFigures } from './answers.js';
import { addClose } from './closes.js';
import { KeptFigures, type RiskFigures } from './kept-figures.js';
import type { Marked } from './messages.js';
import {
  addOptions,
  type BookValue,
  figuresOf,
  movedOf,
  revalueOptions,
  unpricedOf,
} from './option-mark.js';
import { type PortfolioState, refreshMirror } from './state.js';

/**
 * Exposure that must have come or gone since the last risk figures before new ones are made
 * between closes, as a share of gross exposure: a smaller move changes no figure that is shown.
 */
const MATERIAL_SHARE = 0.01;

/** When a portfolio's risk is computed anew, besides closes and the point after a trade. */
export interface RiskBudget {
  /** Points in a session; a portfolio has its turn at one of them and at the close. */
  readonly pointsPerSession: number;
  /** Which one, spread over the portfolios. */
  readonly phase: number;
}

/** What a mark has brought. */
export interface MarkOutcome {
  /** Paid in since the last close, which a close begins anew. Units: dollars. */
  readonly flow: number;
  /** Limits that have just been broken or kept again. */
  readonly transitions: readonly LimitTransition[];
  /** Undefined where no mark was ever made. */
  readonly figures: PortfolioFigures | undefined;
}

/** Nothing was broken or kept again: most marks find this. */
const NO_TRANSITIONS: readonly LimitTransition[] = [];

/** What a mark is judged by. */
export interface MarkRules {
  readonly limits: readonly LimitConfig[];
  readonly budget: RiskBudget;
  readonly margin: MarginPolicy;
}

/** Values the book and judges its limits; publishes `portfolio`. */
export function mark(
  state: PortfolioState,
  message: Marked,
  rules: MarkRules,
  turn: Turn,
): MarkOutcome {
  // A point told twice, after a restart, changes nothing.
  if (message.pointIndex <= state.pointIndex) {
    const figures = state.marked?.told();
    return { flow: state.flow, transitions: NO_TRANSITIONS, figures };
  }
  state.pointIndex = message.pointIndex;
  refreshMirror(state);
  const { options } = state;
  const { limits, budget } = rules;
  const stocks = valueStocks(state, message.prices, rules.margin);
  const value =
    options === undefined ? stocks : addOptions(state, options, stocks, message, rules.margin);
  const equity = state.cashValue + value.market;
  const isFirst = Number.isNaN(state.equityAtClose);
  if (isFirst) openSeries(state, equity);
  state.flowSincePoint = 0;
  state.equityPeak = Math.max(state.equityPeak, equity);
  const risk = riskOf(state, message, budget, value.gross);
  const { gross, net, largest, gamma, vega, margin } = value;
  const { var99 } = risk;
  const peak = state.equityPeak;
  const measures = measuresOf({ equity, gross, net, largest, var99, gamma, vega, margin, peak });
  const { states, transitions } = judgeLimits(limits, measures, state.breached);
  const stocksAlone: PortfolioFigures = {
    kind: 'portfolio_marked',
    key: state.key,
    pointIndex: message.pointIndex,
    asOfUs: message.timeUs,
    cash: state.cashText,
    realised: state.realisedText,
    equity,
    marketValue: value.market,
    unrealised: value.market - value.cost,
    dayPnl: equity - state.equityAtClose - state.flow,
    grossExposure: gross,
    netExposure: net,
    drawdown: measures.drawdown,
    margin,
    positions: state.rows.length + (options?.held.length ?? 0),
    var95: risk.var95,
    var99: risk.var99,
    cvar95: risk.cvar95,
    cvar99: risk.cvar99,
    riskAsOfUs: risk.riskAsOfUs,
    proxied: risk.proxied,
    limits: states,
  };
  // Not spread into those of everybody: this runs for every portfolio at every point.
  const figures =
    options === undefined
      ? stocksAlone
      : { ...stocksAlone, options: figuresOf(options, state.marked?.options) };
  state.marked ??= new KeptFigures(state.key);
  state.marked.keep(figures, limits);
  turn.publish('portfolio', figures);
  // A close that is the first of all marks is where the series begins.
  const { flow } = state;
  if (!message.isClose || isFirst) return { flow, transitions, figures };
  if (state.closes.count === 0) state.closes.base = state.equityAtClose;
  addClose(state.closes, message.date, equity, flow);
  state.equityAtClose = equity;
  state.flow = 0;
  return { flow, transitions, figures };
}

/** What was paid in before the first point is what the portfolio begins with. */
function openSeries(state: PortfolioState, equity: number): void {
  state.equityAtClose = equity;
  state.flow = 0;
}

// hot
function valueStocks(
  { rows, quantities, costs, exposures }: PortfolioState,
  prices: Float64Array,
  policy: MarginPolicy,
): BookValue {
  let market = 0;
  let cost = 0;
  let gross = 0;
  let largest = 0;
  let margin = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    // A row below zero is a symbol that this run does not have.
    const price = row < 0 ? Number.NaN : prices[row]!;
    const quantity = quantities[index]!;
    const paid = costs[index]!;
    // Without a price a position is carried at cost: it can't be valued, and is not worth nothing.
    const exposure = price === price ? quantity * price : paid;
    const size = Math.abs(exposure);
    exposures[index] = exposure;
    market += exposure;
    cost += paid;
    gross += size;
    margin += stockMargin(quantity, exposure, policy);
    if (size > largest) largest = size;
  }
  return { market, cost, gross, net: market, largest, gamma: 0, vega: 0, margin };
}

function riskOf(
  state: PortfolioState,
  { pointIndex, dayIndex, isClose, timeUs }: Marked,
  { pointsPerSession, phase }: RiskBudget,
  gross: number,
): RiskFigures {
  const isTurn = pointIndex % pointsPerSession === phase;
  const isDue =
    isClose || state.book.isStale || (isTurn && movedOf(state) > MATERIAL_SHARE * gross);
  if (!isDue && state.marked !== undefined) return state.marked.risk();
  state.book.update(state.exposures, dayIndex, isClose);
  if (state.options !== undefined) revalueOptions(state, state.options);
  const sorted = state.book.sorted();
  const at95 = historicalRisk(sorted, 0.95);
  const at99 = historicalRisk(sorted, 0.99);
  return {
    var95: at95.valueAtRisk,
    var99: at99.valueAtRisk,
    cvar95: at95.tailMean,
    cvar99: at99.tailMean,
    riskAsOfUs: timeUs,
    proxied: gross === 0 ? 0 : (state.book.proxiedExposure + unpricedOf(state)) / gross,
  };
}
