// Fundamentals and earnings as they were known: every figure has the date it became known on.

import { asOf, type Dated, inOrder } from './as-of.js';

/** One figure of a company's report. */
export interface Fundamental {
  readonly symbol: string;
  /** Such as `revenue`, `eps`, `shares_outstanding`; what it means is the source's. */
  readonly metric: string;
  /** Last date of the period that it is of, yyyymmdd. */
  readonly periodEnd: number;
  readonly value: number;
  /** Date from which it could be known, yyyymmdd: of the filing, not of the period. */
  readonly knownOn: number;
}

/** One release of earnings. */
export interface EarningsRelease {
  readonly symbol: string;
  readonly fiscalYear: number;
  readonly fiscalQuarter: number;
  /** Date of the release in New York, yyyymmdd. */
  readonly releasedOn: number;
  /** Date on which the release was announced; that of the release where nobody tells. */
  readonly announcedOn: number;
  /** Dollars a share; NaN where unknown. */
  readonly eps: number;
  readonly epsConsensus: number;
  readonly revenue: number;
  readonly revenueConsensus: number;
}

/** Figures by symbol and metric, asked as of any date. */
export class FundamentalStore {
  readonly #byKey = new Map<string, Fundamental[]>();
  #count = 0;

  constructor(figures: readonly Fundamental[]) {
    const inTime = [...figures].sort((a, b) => a.knownOn - b.knownOn);
    for (const figure of inTime) {
      const key = keyOf(figure.symbol, figure.metric);
      const list = this.#byKey.get(key);
      if (list === undefined) this.#byKey.set(key, [figure]);
      else list.push(figure);
      this.#count++;
    }
  }

  get count(): number {
    return this.#count;
  }

  /**
   * The figure of the latest period known by a date, as last restated by then: a restatement of an
   * older period does not hide a newer one.
   */
  asOf(symbol: string, metric: string, date: number): Fundamental | undefined {
    let found: Fundamental | undefined;
    for (const figure of this.#byKey.get(keyOf(symbol, metric)) ?? []) {
      if (figure.knownOn > date) break;
      if (found === undefined || figure.periodEnd >= found.periodEnd) found = figure;
    }
    return found;
  }

  /** Metrics of a symbol that were known by a date. */
  metrics(symbol: string, date: number): readonly string[] {
    const prefix = keyOf(symbol, '');
    return [...this.#byKey]
      .filter(([key, [first]]) => key.startsWith(prefix) && first!.knownOn <= date)
      .map(([key]) => key.slice(prefix.length))
      .sort();
  }
}

function keyOf(symbol: string, metric: string): string {
  return `${symbol.toUpperCase()} ${metric}`;
}

/** Releases of earnings, asked as of any date. */
export class EarningsCalendar {
  readonly #bySymbol = new Map<string, readonly Dated<EarningsRelease>[]>();

  constructor(releases: readonly EarningsRelease[]) {
    const bySymbol = new Map<string, Dated<EarningsRelease>[]>();
    for (const value of releases) {
      const symbol = value.symbol.toUpperCase();
      const list = bySymbol.get(symbol) ?? [];
      bySymbol.set(symbol, list);
      list.push({ from: value.releasedOn, value });
    }
    for (const [symbol, list] of bySymbol) this.#bySymbol.set(symbol, inOrder(list));
  }

  /** The last release by a date. */
  last(symbol: string, date: number): EarningsRelease | undefined {
    return asOf(this.#bySymbol.get(symbol.toUpperCase()) ?? [], date);
  }

  /**
   * The next release that was announced by a date, without its figures: nobody knew them, and what
   * was expected is told as it was in the end.
   */
  next(symbol: string, date: number): EarningsRelease | undefined {
    const list = this.#bySymbol.get(symbol.toUpperCase()) ?? [];
    const found = list.find(({ from, value }) => from > date && value.announcedOn <= date)?.value;
    if (found === undefined) return undefined;
    const unknown = { eps: Number.NaN, revenue: Number.NaN };
    return { ...found, ...unknown, epsConsensus: Number.NaN, revenueConsensus: Number.NaN };
  }
}
