// What an execution cost against the price at which it was decided.

import { type Refusal, refusal } from '../../engine/index.js';
import { parseUnits, powerOfTen } from '../lots/index.js';
import { quotient } from './quotient.js';

/** One execution of an order: what was decided, what was done. Prices are decimals. */
export interface ExecutedOrder {
  readonly side: 'buy' | 'sell';
  /** Price when the decision was taken. */
  readonly decision: string;
  /** Price when the order reached the market. */
  readonly arrival: string;
  /** Price and quantity of each fill; quantities are whole shares. */
  readonly fills: readonly (readonly [price: string, quantity: number])[];
  readonly ordered: number;
  /** Price at which what was not executed is given up. */
  readonly final: string;
  readonly feePerShare: string;
}

/** Costs by cause. Units: money unless said; positive is a cost; NaN where nothing was executed. */
export interface ImplementationShortfall {
  readonly executed: number;
  readonly unfilled: number;
  readonly averagePrice: number;
  readonly delayCost: number;
  readonly tradingCost: number;
  readonly opportunityCost: number;
  readonly fees: number;
  readonly total: number;
  /** Basis points of the order at the price of the decision. */
  readonly totalBps: number;
  /** Basis points between the average fill and the arrival. */
  readonly arrivalSlippageBps: number;
}

const SCALE = 12;
const UNIT = powerOfTen(SCALE);
const BPS = 10_000n;

/**
 * Implementation shortfall by cause, in exact decimals until the last step: delay, trading,
 * opportunity and fees add up to the difference between the paper's profit and the real one.
 * Errors: `execution.price` (not a decimal, or not positive), `execution.quantity` (not whole,
 * or more executed than ordered).
 * Source: Perold, "The Implementation Shortfall", J. Portfolio Management 14 (1988).
 */
export function implementationShortfall(order: ExecutedOrder): ImplementationShortfall | Refusal {
  const decision = parseUnits(order.decision, SCALE);
  const arrival = parseUnits(order.arrival, SCALE);
  const final = parseUnits(order.final, SCALE);
  const fee = parseUnits(order.feePerShare, SCALE);
  const isMissing = [decision, arrival, final].some((price) => price === undefined || price <= 0n);
  if (isMissing || fee === undefined) {
    const was = [order.decision, order.arrival, order.final, order.feePerShare].join(', ');
    return refusal('execution.price', `expected positive decimals, was ${was}`);
  }
  const filled = sumFills(order);
  if ('kind' in filled) return filled;
  return split(order, { decision: decision!, arrival: arrival!, final: final!, fee }, filled);
}

interface Filled {
  readonly executed: bigint;
  readonly paid: bigint;
}

function sumFills({ fills, ordered }: ExecutedOrder): Filled | Refusal {
  let executed = 0n;
  let paid = 0n;
  for (const [text, quantity] of fills) {
    const price = parseUnits(text, SCALE);
    if (price === undefined || price <= 0n) {
      return refusal('execution.price', `expected a positive decimal, was ${text}`);
    }
    if (!(Number.isSafeInteger(quantity) && quantity > 0)) {
      return refusal('execution.quantity', `expected whole shares, was ${quantity}`);
    }
    executed += BigInt(quantity);
    paid += price * BigInt(quantity);
  }
  if (!(Number.isSafeInteger(ordered) && BigInt(ordered) >= executed && ordered > 0)) {
    const text = `expected an order of at least the ${executed} shares executed, was ${ordered}`;
    return refusal('execution.quantity', text);
  }
  return { executed, paid };
}

interface Prices {
  readonly decision: bigint;
  readonly arrival: bigint;
  readonly final: bigint;
  readonly fee: bigint;
}

function split(
  order: ExecutedOrder,
  { decision, arrival, final, fee }: Prices,
  { executed, paid }: Filled,
): ImplementationShortfall {
  const sign = order.side === 'buy' ? 1n : -1n;
  const unfilled = BigInt(order.ordered) - executed;
  const delay = sign * (arrival - decision) * executed;
  const trading = sign * (paid - arrival * executed);
  const opportunity = sign * (final - decision) * unfilled;
  const fees = fee * executed;
  const total = delay + trading + opportunity + fees;
  return {
    executed: Number(executed),
    unfilled: Number(unfilled),
    averagePrice: quotient(paid, executed * UNIT),
    delayCost: quotient(delay, UNIT),
    tradingCost: quotient(trading, UNIT),
    opportunityCost: quotient(opportunity, UNIT),
    fees: quotient(fees, UNIT),
    total: quotient(total, UNIT),
    totalBps: quotient(total * BPS, decision * BigInt(order.ordered)),
    arrivalSlippageBps: quotient(trading * BPS, arrival * executed),
  };
}
