// What a portfolio holds in each currency, and how old the rate is that makes dollars of it.

import { dateOf } from '../calendar/index.js';
import { weightOf } from '../limits/index.js';
import type { Account, CurrencySums } from './account.js';
import type { CurrencyShown } from './answers.js';
import { todayOf } from './enter.js';
import { formatDecimal, notionalOf, toFloat } from './money.js';
import { rateDays } from './rate-age.js';
import { type PortfolioState, rateOf } from './state.js';

/** What the weights of currencies are shares of, and what stands in positions. Units: dollars. */
export interface Worth {
  readonly equity: number;
  readonly marketValue: number;
}

/**
 * Every currency with cash or accruals in it, the portfolio's own first; nothing where it has but
 * its own. Positions count for the own one, which all of them are in.
 */
export function showCurrencies(state: PortfolioState, worth: Worth): readonly CurrencyShown[] {
  const { account } = state;
  const held = [...account.sums].filter(([, sums]) => sums.cash !== 0n || sums.accrued !== 0n);
  if (!held.some(([currency]) => currency !== account.currency)) return [];
  const days = rateDays(state);
  const today = todayOf(state);
  return held
    .map(([currency, sums]) => {
      const isOwn = currency === account.currency;
      const day = isOwn ? today : days.get(currency);
      return lineOf(account, { currency, sums, day, today }, worth);
    })
    .sort((one, other) => placeOf(account, one) - placeOf(account, other));
}

function placeOf(account: Account, { currency }: CurrencyShown): number {
  return currency === account.currency ? 0 : 1;
}

interface Held {
  readonly currency: string;
  readonly sums: CurrencySums;
  /** Of the rate; undefined where the books were closed since. */
  readonly day: number | undefined;
  readonly today: number;
}

function lineOf(
  account: Account,
  { currency, sums, day, today }: Held,
  { equity, marketValue }: Worth,
): CurrencyShown {
  const rate = rateOf(account, currency);
  const value = toFloat(notionalOf(rate ?? 0n, sums.cash + sums.accrued));
  const exposure = value + (currency === account.currency ? marketValue : 0);
  return {
    currency,
    cash: formatDecimal(sums.cash),
    accrued: formatDecimal(sums.accrued),
    rate: rate === undefined ? '' : formatDecimal(rate),
    rateDate: day === undefined ? 0 : dateOf(day),
    rateDays: day === undefined ? 0 : today - day,
    value,
    weight: weightOf(exposure, equity),
  };
}
