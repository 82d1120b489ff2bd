// What portfolios of a run open with, at its prices, and a name for each opening.

import { type Address, keyOf } from '../../../engine/index.js';
import type { MarketFile } from '../../research/market-file.js';
import { Openings, type OpeningsPlan } from '../../roles/openings.js';
import { pack } from '../../roles/packed.js';
import type { MarketOptions } from '../market-options.js';
import type { RunDays } from '../run-days.js';
import { basisOf } from './folded-states.js';

/** Portfolios of a part: whoever opens one of them reads the others too. */
const DECLARED_A_PART = 32;

/** The openings of one run. */
export class RunOpenings {
  readonly plan: OpeningsPlan;
  readonly #openings: Openings;
  readonly #lots: ReadonlyMap<string, string>;

  constructor({ portfolios, members }: MarketOptions, file: MarketFile, { firstDay }: RunDays) {
    const { symbols, dates } = file.bars;
    const declared = portfolios.portfolios;
    this.plan = {
      declared: pack(
        declared.map((one) => [one.id, one] as const),
        DECLARED_A_PART,
      ),
      closes: lastCloses(file, firstDay),
      sectors: symbols.map((symbol) => members.get(symbol)?.sector ?? ''),
      date: dates[firstDay - 1]!,
      holdings: portfolios.holdings,
    };
    this.#openings = new Openings(this.plan, symbols);
    this.#lots = new Map(declared.map(({ id, lots }) => [id, lots]));
  }

  /** What a portfolio's state follows from beside its journaled events, as one hash. */
  basisOf(address: Address): string {
    const key = keyOf(address);
    const events = this.#openings.get(key);
    return events === undefined ? '' : basisOf(events, this.#lots.get(key));
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
