// Measures of risk as tables of the terminal.

import { percent } from '../report/svg.js';
import type { FactorExposure } from '../research/risk-bets.js';
import type { RiskMeasures } from '../research/risk-measures.js';
import type { TailRow } from '../research/tail-methods.js';
import { table } from './output.js';

/** Holdings told. */
const HOLDINGS_TOLD = 15;

/** What is told: measures made here, or those of a message, whose names are any text. */
type Told = Omit<RiskMeasures, 'tails' | 'factors'> & {
  readonly tails: readonly (Omit<TailRow, 'method'> & { readonly method: string })[];
  readonly factors: readonly (Omit<FactorExposure, 'factor'> & { readonly factor: string })[];
};

/** Tells them. */
export function measuresText(measures: Told): string {
  const { tails, sectors, beta, correlation, informationRatio, herfindahl } = measures;
  return [
    table([
      ['method', 'value at risk', 'tail mean', 'basis'],
      ...tails.map(({ method, valueAtRisk, tailMean, basis }) => [
        method,
        share(valueAtRisk),
        share(tailMean),
        basis,
      ]),
    ]),
    '',
    partsText(measures),
    '',
    table([
      ['sector', 'long', 'short', 'net'],
      ...sectors.map(({ sector, long, short }) => [
        sector,
        share(long),
        share(short),
        share(long - short),
      ]),
    ]),
    '',
    factorsText(measures),
    '',
    `volatility ${share(measures.volatility)} a year; against equal weights of all: beta ${beta.toFixed(2)}, correlation ${correlation.toFixed(2)}, tracking error ${share(measures.trackingError)} a year, information ratio ${informationRatio.toFixed(2)}, active share ${share(measures.activeShare)}`,
    `concentration: Herfindahl ${herfindahl.toFixed(4)}, like ${(1 / herfindahl).toFixed(1)} equal names; largest ${share(measures.top1)}, five ${share(measures.top5)}, ten ${share(measures.top10)} of gross`,
    `leaving at a tenth of the volume: nine tenths within ${measures.daysToNineTenths.toFixed(2)} days, all within ${measures.daysToAll.toFixed(2)}; impact of selling all at once ${share(measures.liquidationCost)} of equity`,
  ].join('\n');
}

function partsText({ parts, valueAtRisk, tailMean, confidence }: Told): string {
  const rest = parts.slice(HOLDINGS_TOLD);
  const sum = (name: 'weight' | 'component' | 'share' | 'tailComponent', of = parts): string =>
    share(of.reduce((total, row) => total + row[name], 0));
  return table([
    [
      'holding',
      'weight',
      'marginal',
      'component',
      'share',
      'incremental',
      '(historical)',
      'of tail',
    ],
    ...parts
      .slice(0, HOLDINGS_TOLD)
      .map((row) => [
        row.symbol,
        share(row.weight),
        row.marginal.toFixed(4),
        share(row.component),
        share(row.share),
        share(row.incremental),
        share(row.incrementalHistorical),
        share(row.tailComponent),
      ]),
    ...(rest.length === 0
      ? []
      : [
          [
            `${rest.length} more`,
            sum('weight', rest),
            '',
            sum('component', rest),
            sum('share', rest),
            '',
            '',
            sum('tailComponent', rest),
          ],
        ]),
    [
      `all, at ${percent(confidence, 1)}`,
      sum('weight'),
      '',
      share(valueAtRisk),
      sum('share'),
      '',
      '',
      share(tailMean),
    ],
  ]);
}

function factorsText({ factors, rSquared }: Told): string {
  if (factors.length === 0) return 'factors: there are too few sessions or symbols to fit them';
  return [
    `factors over a year, R squared ${rSquared.toFixed(3)}, errors by Newey and West`,
    table([
      ['factor', 'loading', 'error', 't'],
      ...factors.map(({ factor, loading, error, t }) => [
        factor,
        loading.toFixed(4),
        error.toFixed(4),
        t.toFixed(2),
      ]),
    ]),
  ].join('\n');
}

function share(value: number): string {
  return Number.isFinite(value) ? percent(value, 2) : '-';
}
