// Options of a portfolio as tables: each as it is priced, and what all come to.

import type { Position } from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type { OptionRisk, OptionStress } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { money, table } from './output.js';

/** Options among positions, as lines of text; none without any. */
export function optionTable(positions: readonly Position[]): string[] {
  const rows = positions.flatMap(({ symbol, option }) => {
    if (option === undefined) return [];
    const { delta, gamma, vega, theta, volatility, volatilitySource } = option;
    const known = option.priced ? `${(volatility * 100).toFixed(1)} %` : 'no price';
    return [[symbol, known, volatilitySource, ...[delta, gamma, vega, theta].map(money)]];
  });
  const head = ['option', 'volatility', 'which is', 'delta', 'gamma 1 %', 'vega', 'theta'];
  return rows.length === 0 ? [] : [table([head, ...rows])];
}

/** What options come to, as lines of text; none without any. */
export function optionRiskText(risk: OptionRisk | undefined): string[] {
  if (risk === undefined) return [];
  const { delta, gamma, vega, theta, unpriced, stress } = risk;
  const unknown = unpriced === 0 ? '' : `; ${unpriced} without a price, at cost`;
  return [
    `options: delta ${money(delta)}, gamma ${money(gamma)} for 1 %, vega ${money(vega)} a point, theta ${money(theta)} a day${unknown}`,
    `with options revalued at the last prices: VaR 99 ${money(risk.var99)}, tail mean ${money(risk.cvar99)}`,
    `by delta and gamma instead: VaR 99 ${money(risk.approximateVar99)}, tail mean ${money(risk.approximateCvar99)}; at most ${money(risk.approximationError)} off in a scenario`,
    'profit where all prices (across) and volatilities (down, in points) move:',
    stressTable(stress),
  ];
}

function stressTable(stress: readonly OptionStress[]): string {
  const moves = [...new Set(stress.map(({ priceMove }) => priceMove))];
  const volatilities = [...new Set(stress.map(({ volatilityMove }) => volatilityMove))];
  return table([
    ['', ...moves.map((move) => `${(move * 100).toFixed(0)} %`)],
    ...volatilities.map((volatility) => [
      (volatility * 100).toFixed(0),
      ...stress
        .filter(({ volatilityMove }) => volatilityMove === volatility)
        .map(({ profit }) => money(profit)),
    ]),
  ]);
}
