// `sluice risk horizon`: what several days may lose, by every way of getting there from one.

import { Fault } from '../../engine/index.js';
import { wholeFlag } from '../app/settings.js';
import { percent } from '../report/svg.js';
import { portfolioHistory } from '../research/portfolio-history.js';
import { type HorizonRow, horizonRisk } from '../research/risk-horizon.js';
import {
  chosen,
  type HistoryOptions,
  holdingsFlag,
  numberFlag,
  readConfig,
  readInputs,
} from './history-options.js';
import { dateText, print, table } from './output.js';

/** Flags of the command, as typed. */
export interface HorizonFlags extends HistoryOptions {
  readonly days: string;
  readonly confidence: string;
  readonly window: string;
  readonly paths: string;
  readonly seed: string;
  readonly holdings: string;
}

/** What a reader must know to judge the figures. */
const CAVEATS = [
  'The root of time is exact only for returns that are independent, alike and without mean.',
  'Windows that overlap share most of their days: judge them by those that are free of each other.',
  'Simulated paths draw the shocks of the past at the volatility of today, which then moves on by them.',
  'Survivorship: the companies are those of April 2021; who failed before is missing.',
];

/** Runs the command. Errors: `flag.invalid`, `config.*`, `data.*`, `portfolio.*`. */
export async function riskHorizon(id: string, flags: HorizonFlags): Promise<void> {
  const days = wholeFlag('--days', flags.days, 1, 250);
  const window = wholeFlag('--window', flags.window, 100, 2_000);
  const paths = wholeFlag('--paths', flags.paths, 1_000, 200_000);
  const seed = wholeFlag('--seed', flags.seed, 0, 4_294_967_295);
  const confidence = numberFlag('--confidence', flags.confidence, 0.5, 0.9999);
  const holdings = holdingsFlag(flags.holdings);
  const [config] = chosen(readConfig(flags), [id]);
  const { history, members } = await readInputs(flags);
  const { dates, returns } = portfolioHistory(config!, history, members, holdings);
  if (returns.length < Math.max(window, days)) {
    const text = `--window: expected no more than the ${returns.length} returns of the data, was ${Math.max(window, days)}`;
    throw new Fault('flag.invalid', text);
  }
  const rows = horizonRisk(returns.slice(-window), { days, confidence, paths, seed });
  const to = dates[dates.length - 1]!;
  const result = { portfolio: id, days, confidence, window, to, holdings, rows, caveats: CAVEATS };
  print(result, flags.json === true, () =>
    [
      `${id}: loss over ${days} days at ${percent(confidence, 1)}, from ${window} days to ${dateText(to)}, of equity`,
      table([['method', 'value at risk', 'tail mean', 'basis'], ...rows.map(cellsOf)]),
      ...CAVEATS.map((text) => `- ${text}`),
    ].join('\n'),
  );
}

function cellsOf({ method, valueAtRisk, tailMean, basis }: HorizonRow): string[] {
  return [method, percent(valueAtRisk, 2), percent(tailMean, 2), basis];
}
