// What a portfolio holds, as studies take it: weights by row, and options to be valued anew.

import { contractOf } from '../../../actors/options/index.js';
import { yearsLeft } from '../../../actors/portfolio/index.js';
import type {
  PortfolioDetail,
  Position,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type { StudiedOption } from '../../research/option-bend.js';
import type { HeldWeights } from '../../research/risk-study.js';
import type { Market } from '../market/market.js';

/** Sessions of the data that have closed. */
export function sessionsClosed({
  state,
  endDay,
  sequencer,
}: Pick<Market, 'state' | 'endDay' | 'sequencer'>): number {
  return state === 'finished' ? endDay : sequencer.dayIndex;
}

/** What is held, by row; an option stands as the shares of its delta. Units: dollars. */
export function heldOf(
  { positions, summary }: PortfolioDetail,
  { rowOf, options: { portfolios } }: Pick<Market, 'rowOf' | 'options'>,
): HeldWeights {
  const equity = summary?.equity ?? 0;
  const weights = new Map<number, number>();
  const options: StudiedOption[] = [];
  let optionsByDelta = 0;
  for (const position of positions) {
    const { symbol, weight, option } = position;
    const row = rowOf.get(option?.underlying ?? symbol);
    const exposure = option === undefined ? weight : option.delta / equity;
    if (option !== undefined) optionsByDelta++;
    if (row === undefined) continue;
    const terms = termsOf(position, summary?.asOfUs ?? Number.NaN, portfolios.optionPolicy);
    if (option !== undefined && terms !== undefined) {
      const shares = Number(position.quantity) * option.multiplier;
      options.push({ row, shares, spot: option.spot, delta: option.delta, terms });
    }
    // An option without a delta to speak of may have one where prices have moved.
    if (exposure === 0 && terms === undefined) continue;
    weights.set(row, (weights.get(row) ?? 0) + exposure);
  }
  return { weights, equity, optionsByDelta, options };
}

/** What an option is priced by; undefined where it has no price, or is none. */
function termsOf(
  { symbol, option }: Position,
  asOfUs: number,
  { rate, dividendYields }: Market['options']['portfolios']['optionPolicy'],
): StudiedOption['terms'] | undefined {
  const contract = contractOf(symbol);
  if (contract === undefined || option?.priced !== true) return undefined;
  return {
    type: contract.type,
    strike: Number(option.strike),
    rate,
    dividendYield: dividendYields.get(contract.underlying) ?? 0,
    volatility: option.volatility,
    timeYears: yearsLeft(contract, asOfUs),
  };
}
