// Trades that would bring a portfolio to target weights, with what they cost and realise.

import { type Refusal, refusal } from '../../engine/index.js';
import { dateOf, endsPeriod, nextPeriodEnd, PERIODS } from '../calendar/index.js';
import { sizeOf } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import { costOf, type LotPosition, quantityOf } from './account.js';
import type { ProposedTrade, RebalanceProposed } from './answers.js';
import { todayOf } from './enter.js';
import { unitWorthOf } from './last-price.js';
import type { Rebalance } from './messages.js';
import { formatDecimal, fromFloat, notionalOf, parseDecimal } from './money.js';
import { checkSymbol, lotsFrom } from './read-fields.js';
import { closeTaxed, type ProposalMethod, type TaxRates, taxOn } from './rebalance-tax.js';
import { type PortfolioState, worthOf } from './state.js';
import { callsBefore, type Replacement } from './wash.js';

/** One, in millionths. */
const ONE = 1_000_000n;

/** Most targets of a proposal. */
const TARGETS_MAX = 10_000;

/** What a proposal is made under, in exact units. */
interface Terms {
  readonly weights: ReadonlyMap<string, bigint>;
  /** Drift that is left alone, as a share of equity. */
  readonly band: bigint;
  /** Costs as a share of what is traded. */
  readonly cost: bigint;
  /** Shares are traded in whole multiples of it. */
  readonly lot: bigint;
  readonly rates: TaxRates;
  readonly method: ProposalMethod;
}

/** A symbol on its way to its weight. */
interface Leg {
  readonly symbol: string;
  readonly position: LotPosition | undefined;
  readonly price: bigint;
  readonly value: bigint;
  readonly target: bigint;
  /** Signed shares to trade. */
  quantity: bigint;
}

/**
 * Proposes trades; nothing is booked. What has drifted by no more than the band stays; purchases
 * that cash of the portfolio's currency can't pay for, with costs, are all cut by the same share.
 * Targets that leave a part of the equity out leave it in cash; stocks held without a target are
 * sold, options stay. With a calendar nothing is traded but on its dates.
 * Errors: `portfolio.bad_targets`, `.bad_calendar`, `.unknown_symbol`, `.no_price`, `.bad_method`.
 */
export function proposeRebalance(
  state: PortfolioState,
  request: Rebalance,
): RebalanceProposed | Refusal {
  const terms = termsOf(state, request);
  if ('kind' in terms) return terms;
  const due = dueFrom(request.calendar ?? '', todayOf(state));
  if ('kind' in due) return due;
  const legs = legsOf(state, terms);
  if ('kind' in legs) return legs;
  const { account } = state;
  const cash = account.sums.get(account.currency)?.cash ?? 0n;
  // What it is a share of is the equity of the figures; what can be spent is the own cash alone.
  const equity = legs.reduce((sum, { value }) => sum + value, worthOf(account) + optionsOf(state));
  if (equity <= 0n) {
    const text = `expected equity above 0, was ${formatDecimal(equity)}`;
    return refusal('portfolio.bad_targets', text);
  }
  for (const leg of due.isDue ? legs : []) sizeLeg(leg, equity, terms);
  fitToCash(legs, cash, terms);
  const { method } = terms;
  const day = todayOf(state);
  const calls = callsBefore(account, day);
  const trades = legs
    .filter(({ quantity }) => quantity !== 0n)
    .map((leg): ProposedTrade => {
      const { symbol, price, quantity, value, target } = leg;
      const notional = notionalOf(price, quantity);
      const cost = notionalOf(terms.cost, sizeOf(notional));
      const weights = { weight: shareOfEquity(value, equity), target };
      const after = shareOfEquity(value + notional, equity);
      return {
        symbol,
        quantity,
        price,
        notional,
        cost,
        ...weights,
        after,
        ...gainsOf(leg, terms, day, calls.get(symbol)),
      };
    });
  const spent = trades.reduce((sum, { notional, cost }) => sum + notional + cost, 0n);
  const money = { equity, cash, cashAfter: cash - spent, tax: taxOfAll(trades, terms.rates) };
  return { kind: 'rebalance_proposed', ...money, method, trades, ...due };
}

function shareOfEquity(value: bigint, equity: bigint): bigint {
  return (value * ONE) / equity;
}

function termsOf(state: PortfolioState, request: Rebalance): Terms | Refusal {
  const { targets } = request;
  const weights = new Map<string, bigint>();
  let sum = 0n;
  for (const { symbol, weight } of targets.slice(0, TARGETS_MAX)) {
    const row = checkSymbol(symbol, state.directory);
    if (typeof row !== 'number') return row;
    const share = parseDecimal(weight);
    if (share === undefined || share < 0n || weights.has(symbol)) {
      return bad(`a weight from 0 of each symbol once`, `${weight.slice(0, 20)} of ${symbol}`);
    }
    weights.set(symbol, share);
    sum += share;
  }
  if (sum > ONE || targets.length > TARGETS_MAX) {
    return bad(`weights of 1 in all at most`, `${formatDecimal(sum)} of ${targets.length} targets`);
  }
  const band = parseDecimal(request.band || '0');
  const cost = parseDecimal(request.cost || '0');
  const lot = parseDecimal(request.lot || '1');
  if (band === undefined || cost === undefined || lot === undefined) {
    return bad('decimals of at most 6 places', `${request.band}, ${request.cost}, ${request.lot}`);
  }
  if (band < 0n || band >= ONE || cost < 0n || cost >= ONE || lot <= 0n) {
    const was = `${request.band}, ${request.cost}, ${request.lot}`;
    return bad('a band and costs from 0 to 1 and a lot above 0', was);
  }
  const taxes = taxesFrom(state, request);
  return 'kind' in taxes ? taxes : { weights, band, cost, lot, ...taxes };
}

/** How lots are chosen, and rates of tax. Errors: `portfolio.bad_targets`, `.bad_method`. */
function taxesFrom(
  { account }: PortfolioState,
  { method: name, taxShort, taxLong }: Rebalance,
): Pick<Terms, 'rates' | 'method'> | Refusal {
  const short = parseDecimal(taxShort || '0');
  const long = parseDecimal(taxLong || '0');
  const isRate = (rate: bigint | undefined): rate is bigint =>
    rate !== undefined && rate >= 0n && rate < ONE;
  if (!isRate(short) || !isRate(long)) {
    return bad('rates of tax from 0 to 1', `${taxShort} and ${taxLong}`);
  }
  const rates = { short, long };
  if (name === 'least-tax') return { rates, method: name };
  const lots = lotsFrom(name);
  return 'kind' in lots ? lots : { rates, method: lots.method ?? account.method };
}

/** Whether a day is one of a calendar's. Errors: `portfolio.bad_calendar`. */
function dueFrom(
  calendar: string,
  day: number,
): Pick<RebalanceProposed, 'isDue' | 'nextDate'> | Refusal {
  if (calendar === '') return { isDue: true, nextDate: 0 };
  const period = PERIODS.find((one) => one === calendar);
  if (period === undefined) {
    const text = `expected one of ${PERIODS.join(', ')}, was "${calendar.slice(0, 32)}"`;
    return refusal('portfolio.bad_calendar', text);
  }
  const date = dateOf(day);
  return { isDue: endsPeriod(date, period), nextDate: nextPeriodEnd(date, period) ?? 0 };
}

/** What the options held are worth, at cost without a price: they are part of the equity. */
function optionsOf(state: PortfolioState): bigint {
  let sum = 0n;
  for (const [symbol, position] of state.account.positions) {
    if (contractOf(symbol) === undefined) continue;
    const worth = unitWorthOf(state, symbol);
    sum += worth === undefined ? costOf(position) : notionalOf(worth, quantityOf(position));
  }
  return sum;
}

/** Tax on what all trades realise, without the losses that are washed. */
function taxOfAll(trades: readonly ProposedTrade[], rates: TaxRates): bigint {
  let [short, long] = [0n, 0n];
  for (const trade of trades) {
    short += trade.realisedShort - trade.washedShort;
    long += trade.realisedLong - trade.washedLong;
  }
  return taxOn(short, long, rates);
}

function bad(expected: string, was: string): Refusal {
  return refusal('portfolio.bad_targets', `expected ${expected}, was ${was}`);
}

/** What is held or wanted, by symbol so that a proposal has one order. */
function legsOf(state: PortfolioState, { weights }: Terms): Leg[] | Refusal {
  const { account, directory } = state;
  const legs: Leg[] = [];
  const stocks = [...account.positions.keys()].filter((one) => contractOf(one) === undefined);
  for (const symbol of [...new Set([...weights.keys(), ...stocks])].sort()) {
    const row = checkSymbol(symbol, directory);
    if (typeof row !== 'number') return row;
    const last = directory.lastPrice(row);
    if (!(last > 0)) {
      return refusal(
        'portfolio.no_price',
        `expected a last price for ${symbol}, there is none yet`,
      );
    }
    const price = fromFloat(last);
    const position = account.positions.get(symbol);
    const value = position === undefined ? 0n : notionalOf(price, quantityOf(position));
    legs.push({ symbol, position, price, value, target: weights.get(symbol) ?? 0n, quantity: 0n });
  }
  return legs;
}

/** Whole lots towards the target, never beyond it; all of what has no target. */
function sizeLeg(leg: Leg, equity: bigint, { band, lot }: Terms): void {
  const gap = notionalOf(leg.target, equity) - leg.value;
  if (sizeOf(gap) <= notionalOf(band, equity)) return;
  if (leg.target === 0n && leg.position !== undefined) {
    leg.quantity = -quantityOf(leg.position);
    return;
  }
  const shares = (gap * ONE) / leg.price;
  leg.quantity = (shares / lot) * lot;
}

/** Cuts purchases so that cash, with what is sold and all costs, pays for them. */
function fitToCash(legs: readonly Leg[], cash: bigint, { cost, lot }: Terms): void {
  let room = cash;
  let wanted = 0n;
  for (const { price, quantity } of legs) {
    const notional = notionalOf(price, quantity);
    const charged = notionalOf(cost, sizeOf(notional));
    if (notional > 0n) wanted += notional + charged;
    else room -= notional + charged;
  }
  if (wanted <= room) return;
  const payable = room < 0n ? 0n : room;
  for (const leg of legs) {
    if (leg.quantity > 0n) leg.quantity = ((leg.quantity * payable) / wanted / lot) * lot;
  }
}

/** What closing would realise by term, before costs. */
function gainsOf(
  { position, price, quantity }: Leg,
  { method, rates }: Terms,
  day: number,
  calls: readonly Replacement[] = [],
) {
  const before = position === undefined ? 0n : quantityOf(position);
  const isClosing = position !== undefined && before > 0n !== quantity > 0n;
  if (!isClosing) return NOTHING_CLOSED;
  const size = sizeOf(quantity) < sizeOf(before) ? sizeOf(quantity) : sizeOf(before);
  const closing = closeTaxed(position.lots, { size, price, day, method, rates, calls });
  const { short: realisedShort, long: realisedLong, ...rest } = closing;
  return { realisedShort, realisedLong, ...rest };
}

const NOTHING_CLOSED = {
  realisedShort: 0n,
  realisedLong: 0n,
  washedShort: 0n,
  washedLong: 0n,
  lots: [],
};
