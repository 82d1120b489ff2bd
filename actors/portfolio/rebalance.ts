// Trades that would bring a portfolio to target weights, with what they cost and realise.

import { type Refusal, refusal } from '../../engine/index.js';
import { closeLots, sizeOf, termOf } from '../lots/index.js';
import { type LotPosition, quantityOf } from './account.js';
import { todayOf } from './enter.js';
import type { ProposedTrade, Rebalance, RebalanceProposed } from './messages.js';
import { formatDecimal, fromFloat, notionalOf, parseDecimal } from './money.js';
import { checkSymbol, lotsFrom } from './read-fields.js';
import { type PortfolioState, worthOf } from './state.js';

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
 * Targets that leave a part of the equity out leave it in cash; what is held without a target is
 * sold.
 * Errors: `portfolio.bad_targets`, `.unknown_symbol`, `.no_price`, `.bad_method`.
 */
export function proposeRebalance(
  state: PortfolioState,
  request: Rebalance,
): RebalanceProposed | Refusal {
  const terms = termsOf(state, request);
  if ('kind' in terms) return terms;
  const lots = lotsFrom(request.method);
  if ('kind' in lots) return lots;
  const legs = legsOf(state, terms);
  if ('kind' in legs) return legs;
  const { account } = state;
  const cash = account.sums.get(account.currency)?.cash ?? 0n;
  // What it is a share of is the equity of the figures; what can be spent is the own cash alone.
  const equity = legs.reduce((sum, { value }) => sum + value, worthOf(account));
  if (equity <= 0n) {
    const text = `expected equity above 0, was ${formatDecimal(equity)}`;
    return refusal('portfolio.bad_targets', text);
  }
  for (const leg of legs) sizeLeg(leg, equity, terms);
  fitToCash(legs, cash, terms);
  const method = lots.method ?? account.method;
  const day = todayOf(state);
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
        ...gainsOf(leg, method, day),
      };
    });
  const spent = trades.reduce((sum, { notional, cost }) => sum + notional + cost, 0n);
  return { kind: 'rebalance_proposed', equity, cash, cashAfter: cash - spent, method, trades };
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
  return { weights, band, cost, lot };
}

function bad(expected: string, was: string): Refusal {
  return refusal('portfolio.bad_targets', `expected ${expected}, was ${was}`);
}

/** What is held or wanted, by symbol so that a proposal has one order. */
function legsOf(state: PortfolioState, { weights }: Terms): Leg[] | Refusal {
  const { account, directory } = state;
  const legs: Leg[] = [];
  for (const symbol of [...new Set([...weights.keys(), ...account.positions.keys()])].sort()) {
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
  method: RebalanceProposed['method'],
  day: number,
) {
  const gains = { short: 0n, long: 0n };
  const before = position === undefined ? 0n : quantityOf(position);
  const isClosing = position !== undefined && before > 0n !== quantity > 0n;
  if (isClosing) {
    const size = sizeOf(quantity) < sizeOf(before) ? sizeOf(quantity) : sizeOf(before);
    const closing = closeLots(position.lots, size, method);
    for (const match of 'kind' in closing ? [] : closing.matches) {
      gains[termOf(match, day)] += notionalOf(price, match.quantity) - match.cost;
    }
  }
  return { realisedShort: gains.short, realisedLong: gains.long };
}
