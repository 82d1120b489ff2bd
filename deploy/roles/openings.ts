// What portfolios open with, made where they begin: the events of thousands are many times as large
// as what they follow from.

import type { PortfolioEvent } from '../../actors/portfolio/index.js';
import type { Holdings } from '../config/holdings.js';
import type { PortfolioConfig } from '../config/portfolio-config.js';
import { type OpeningMarket, openingEvents } from '../config/portfolio-opening.js';
import { type PackedMap, PackedReader } from './packed.js';

/** What the openings of all portfolios of a run follow from; shards share its memory. */
export interface OpeningsPlan {
  /** Every portfolio as it was declared, by id. */
  readonly declared: PackedMap<string, PortfolioConfig>;
  /** Last raw close of each row before streaming; NaN where there is none. */
  readonly closes: Float64Array;
  /** Sector of each row; empty where none is known. */
  readonly sectors: readonly string[];
  /** The session of those closes, yyyymmdd. */
  readonly date: number;
  /** Positions of those that were declared by their holdings. */
  readonly holdings: Holdings | undefined;
}

/** The opening events of one portfolio after the other. */
export class Openings {
  readonly #market: OpeningMarket;
  readonly #declared: PackedReader<string, PortfolioConfig>;

  constructor(
    { declared, closes, sectors, date, holdings }: OpeningsPlan,
    symbols: readonly string[],
  ) {
    const rowOf = new Map(symbols.map((symbol, row) => [symbol, row]));
    const members = new Map(symbols.map((symbol, row) => [symbol, { sector: sectors[row] ?? '' }]));
    this.#market = { symbols, rowOf, members, closes, date, holdings };
    this.#declared = new PackedReader(declared);
  }

  /** The events of a portfolio; undefined where none of that id was declared. */
  get(id: string): readonly PortfolioEvent[] | undefined {
    const portfolio = this.#declared.get(id);
    return portfolio && openingEvents(portfolio, this.#market);
  }

  /** Lets go of what was read last. */
  rest(): void {
    this.#declared.rest();
  }
}
