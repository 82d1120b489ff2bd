// Keeps the latest figures of every portfolio, with a little of their history.

import type { PortfolioFigures } from '../../../actors/portfolio/index.js';
import { unknownPortfolio } from '../answers.js';
import type { Answer } from '../port.js';

/** Points of history shown beside a figure. */
const HISTORY_KEPT = 120;

/** One portfolio: its latest figures, when they came, and how two of them went. */
export interface PortfolioRow {
  figures: PortfolioFigures;
  stamp: number;
  readonly equity: number[];
  readonly var99: number[];
}

/** All portfolios that have told figures, and the names of the others. */
export class PortfolioRows {
  readonly #rows = new Map<string, PortfolioRow>();
  #declared: ReadonlySet<string> = new Set();
  #stamp = 1;

  /** Highest stamp so far. */
  get stamp(): number {
    return this.#stamp;
  }

  /** Takes the ids of all that there are, in the order of the configuration. */
  declare(ids: Iterable<string>): void {
    this.#declared = new Set(ids);
  }

  /** Ids of all that there are. */
  get declared(): ReadonlySet<string> {
    return this.#declared;
  }

  /** Whether there is a portfolio of that id. */
  has(id: string): boolean {
    return this.#rows.has(id) || this.#declared.has(id);
  }

  /** The row of a portfolio; undefined where it has told nothing. */
  get(id: string): PortfolioRow | undefined {
    return this.#rows.get(id);
  }

  /** Takes the figures of one point; older ones than those known change nothing. */
  onFigures(figures: PortfolioFigures): void {
    const row = this.#rows.get(figures.key) ?? firstRow(figures);
    // A restarted shard tells old points again, and the latest one with what is known now.
    if (figures.pointIndex < row.figures.pointIndex) return;
    const isNew = row.stamp === 0 || figures.pointIndex > row.figures.pointIndex;
    row.figures = figures;
    row.stamp = ++this.#stamp;
    this.#rows.set(figures.key, row);
    if (!isNew) return;
    row.equity.push(figures.equity);
    row.var99.push(figures.var99);
    if (row.equity.length > HISTORY_KEPT) row.equity.shift();
    if (row.var99.length > HISTORY_KEPT) row.var99.shift();
  }

  /** Those changed since a stamp; all without ids. Errors: `portfolio.unknown`. */
  since(stamp: number, ids: readonly string[] | undefined): Answer<readonly PortfolioRow[]> {
    const wanted = ids === undefined || ids.length === 0 ? undefined : new Set(ids);
    for (const id of wanted ?? []) {
      if (!this.has(id)) return unknownPortfolio(id);
    }
    const rows = [...this.#rows.values()].filter(
      (row) => row.stamp > stamp && (wanted === undefined || wanted.has(row.figures.key)),
    );
    return { ok: true, value: rows };
  }

  /** Latest figures of every portfolio. */
  figures(): readonly PortfolioFigures[] {
    return [...this.#rows.values()].map(({ figures }) => figures);
  }
}

/** The row of a portfolio whose figures have not come on their own. */
export function firstRow(figures: PortfolioFigures): PortfolioRow {
  return { figures, stamp: 0, equity: [], var99: [] };
}
