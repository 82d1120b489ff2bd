// What portfolios open with, made where they begin: the events of thousands are many times as large
// as what they follow from.

import type { PortfolioEvent } from '../../actors/portfolio/index.js';
import type { PortfolioConfig } from '../config/portfolio-config.js';
import { openingEvents } from '../config/portfolio-opening.js';
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
}

/** The opening events of one portfolio after the other. */
export class Openings {
  readonly #plan: OpeningsPlan;
  readonly #symbols: readonly string[];
  readonly #members: ReadonlyMap<string, { readonly sector: string }>;
  readonly #declared: PackedReader<string, PortfolioConfig>;

  constructor(plan: OpeningsPlan, symbols: readonly string[]) {
    this.#plan = plan;
    this.#symbols = symbols;
    this.#members = new Map(
      symbols.map((symbol, row) => [symbol, { sector: plan.sectors[row] ?? '' }]),
    );
    this.#declared = new PackedReader(plan.declared);
  }

  /** The events of a portfolio; undefined where none of that id was declared. */
  get(id: string): readonly PortfolioEvent[] | undefined {
    const portfolio = this.#declared.get(id);
    if (portfolio === undefined) return undefined;
    const { closes, date } = this.#plan;
    return openingEvents(portfolio, this.#symbols, this.#members, (row) => closes[row]!, date);
  }

  /** Lets go of what was read last. */
  rest(): void {
    this.#declared.rest();
  }
}
