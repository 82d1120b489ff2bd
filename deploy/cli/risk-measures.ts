// `sluice risk measures`: one day's risk by every method, its parts, bets and ways out.

import { QUANTILE_METHODS } from '../../actors/statistics/index.js';
import { Fault } from '../../engine/index.js';
import { wholeFlag } from '../app/settings.js';
import { percent } from '../report/svg.js';
import { TAIL_METHODS } from '../research/backtest-methods.js';
import { COVARIANCES } from '../research/covariance-estimates.js';
import { MEASURE_BOUNDS } from '../research/figure-bounds.js';
import { sidesOf, weightsNow } from '../research/portfolio-history.js';
import { recentReturns } from '../research/recent-returns.js';
import { measureRisk } from '../research/risk-measures.js';
import {
  chosen,
  type HistoryOptions,
  numberFlag,
  readConfig,
  readInputs,
  wordFlag,
  wordsFlag,
} from './history-options.js';
import { measuresText } from './measures-text.js';
import { dateText, print } from './output.js';

// What asks a system is loaded by those who do.
const loadAsked = () => import('./risk-asked.js');

/** Flags of the command, as typed. */
export interface MeasureFlags extends HistoryOptions {
  /** A running system is asked where it is given. */
  readonly address?: string;
  readonly confidence: string;
  readonly window: string;
  readonly quantile: string;
  readonly covariance: string;
  readonly method?: string;
  readonly degrees: string;
  readonly paths: string;
  readonly seed: string;
}

const CAVEATS = [
  'Weights are those of the rule at the last close; `risk study` measures what the running system holds.',
  'Components are of normal value at risk about 0 and add up to it; tail parts add up to the historical mean beyond value at risk.',
  'Impact is the square-root law at a constant of 1 on volumes of the last month: an order of magnitude, not a quote.',
  'Survivorship: the companies are those of April 2021; who failed before is missing.',
];

/** Runs the command. Errors: `flag.invalid`, `config.*`, `data.*`, `portfolio.unknown`. */
export async function riskMeasures(id: string, flags: MeasureFlags): Promise<void> {
  const { confidence, degrees, paths, seed, window: days } = MEASURE_BOUNDS;
  const window = wholeFlag('--window', flags.window, ...days);
  const options = {
    confidence: numberFlag('--confidence', flags.confidence, ...confidence),
    quantile: wordFlag('--quantile', flags.quantile, QUANTILE_METHODS),
    covariance: wordFlag('--covariance', flags.covariance, COVARIANCES),
    methods: wordsFlag('--method', flags.method, TAIL_METHODS),
    degrees: numberFlag('--degrees', flags.degrees, ...degrees),
    paths: wholeFlag('--paths', flags.paths, ...paths),
    seed: wholeFlag('--seed', flags.seed, ...seed),
  };
  if (flags.address !== undefined) {
    const methods = [...options.methods];
    return (await loadAsked()).askMeasures(flags, { portfolio: id, window, ...options, methods });
  }
  const [portfolio] = chosen(readConfig(flags), [id]);
  const { history, members } = await readInputs(flags);
  const weights = weightsNow(sidesOf(portfolio!, history.symbols, members), history);
  const recent = recentReturns(history, members, [...weights.keys()], window);
  if (recent.dates.length < window) {
    const text = `--window: expected no more than the ${recent.dates.length} returns of the data, was ${window}`;
    throw new Fault('flag.invalid', text);
  }
  const equity = Number(portfolio!.cash) / 1_000_000;
  const measures = measureRisk({ weights, recent, history, members, equity }, options);
  const to = history.dates[history.dates.length - 1]!;
  const result = { portfolio: id, to, equity, ...measures, caveats: CAVEATS };
  print(result, flags.json === true, () =>
    [
      `${id}: one day's loss at ${percent(options.confidence, 1)}, from ${window} days to ${dateText(to)}, of equity`,
      measuresText(measures),
      ...CAVEATS.map((text) => `- ${text}`),
    ].join('\n'),
  );
}
