// What the configuration gives portfolios before their first command, at the prices of a run.

import type { PortfolioEvent } from '../../../actors/portfolio/index.js';
import { type Address, keyOf } from '../../../engine/index.js';
import type { PortfolioConfig } from '../../config/portfolio-config.js';
import { openingEvents } from '../../config/portfolio-opening.js';
import type { MarketFile } from '../../research/market-file.js';
import type { MarketOptions, RunDays } from '../market-options.js';
import { basisOf } from './folded-states.js';

/** The openings of one run. */
export class Openings {
  readonly #options: MarketOptions;
  readonly #symbols: readonly string[];
  readonly #date: number;
  /** By row. */
  readonly #lastCloses: Float64Array;
  readonly #byKey: ReadonlyMap<string, PortfolioConfig>;

  constructor(options: MarketOptions, file: MarketFile, { firstDay }: RunDays) {
    this.#options = options;
    this.#symbols = file.bars.symbols;
    this.#date = file.bars.dates[firstDay - 1]!;
    this.#lastCloses = lastCloses(file, firstDay);
    this.#byKey = new Map(options.portfolios.portfolios.map((one) => [one.id, one]));
  }

  /** The events of one portfolio. */
  of(portfolio: PortfolioConfig): PortfolioEvent[] {
    const priceOf = (row: number): number => this.#lastCloses[row]!;
    return openingEvents(portfolio, this.#symbols, this.#options.members, priceOf, this.#date);
  }

  /** What a portfolio's state follows from beside its journaled events, as one hash. */
  basisOf(address: Address): string {
    const portfolio = this.#byKey.get(keyOf(address));
    return portfolio === undefined ? '' : basisOf(this.of(portfolio), portfolio.lots);
  }
}

/** Raw close of each row at the last session before streaming; NaN where there is none. */
function lastCloses({ bars }: MarketFile, firstDay: number): Float64Array {
  const closes = new Float64Array(bars.symbols.length).fill(Number.NaN);
  for (let index = 0; index < bars.dayStarts[firstDay]!; index++) {
    closes[bars.rows[index]!] = bars.close[index]!;
  }
  return closes;
}
