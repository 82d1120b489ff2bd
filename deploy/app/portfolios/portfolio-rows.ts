// Keeps the latest figures of every portfolio, with a little of their history.

import type { LimitConfig } from '../../../actors/limits/index.js';
import { KeptFigures, type PortfolioFigures } from '../../../actors/portfolio/index.js';
import { unknownPortfolio } from '../answers.js';
import type { Answer } from '../port.js';

/** Points of history shown beside a figure. */
const HISTORY_KEPT = 120;

/** One portfolio: its latest figures, when they came, and how two of them went. */
export interface PortfolioRow {
  readonly figures: PortfolioFigures;
  readonly stamp: number;
  readonly equity: readonly number[];
  readonly var99: readonly number[];
}

/** The same, held: figures as numbers, for thousands come and go at every point. */
interface HeldRow {
  readonly kept: KeptFigures;
  stamp: number;
  readonly equity: number[];
  readonly var99: number[];
}

/** All portfolios that have told figures, and the names of the others. */
export class PortfolioRows {
  readonly #rows = new Map<string, HeldRow>();
  /** Limits of the portfolio that told its own first: most are held to the same. */
  #usual: PortfolioFigures['limits'] = [];
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
    const row = this.#rows.get(id);
    return row === undefined ? undefined : shown(row);
  }

  /** Takes the figures of one point; older ones than those known change nothing. */
  onFigures(figures: PortfolioFigures): void {
    const { key, pointIndex } = figures;
    const known = this.#rows.get(key);
    // A restarted shard tells old points again, and the latest one with what is known now.
    if (known !== undefined && pointIndex < known.kept.pointIndex) return;
    const isNew = known === undefined || pointIndex > known.kept.pointIndex;
    const row = known ?? { kept: new KeptFigures(key), stamp: 0, equity: [], var99: [] };
    row.kept.keep(figures, this.#limitsOf(figures));
    row.stamp = ++this.#stamp;
    this.#rows.set(key, row);
    if (!isNew) return;
    row.equity.push(figures.equity);
    row.var99.push(figures.var99);
    if (row.equity.length > HISTORY_KEPT) row.equity.shift();
    if (row.var99.length > HISTORY_KEPT) row.var99.shift();
  }

  /** What the figures say of limits, in the list of all that are held to the same. */
  #limitsOf({ limits }: PortfolioFigures): PortfolioFigures['limits'] {
    if (this.#usual.length === 0) this.#usual = limits;
    const usual = this.#usual;
    const isUsual =
      limits.length === usual.length && limits.every((one, at) => isSame(one, usual[at]!));
    return isUsual ? usual : limits;
  }

  /** Those changed since a stamp; all without ids. Errors: `portfolio.unknown`. */
  since(stamp: number, ids: readonly string[] | undefined): Answer<readonly PortfolioRow[]> {
    const wanted = ids === undefined || ids.length === 0 ? undefined : new Set(ids);
    for (const id of wanted ?? []) {
      if (!this.has(id)) return unknownPortfolio(id);
    }
    const rows = [...this.#rows].filter(
      ([id, row]) => row.stamp > stamp && (wanted === undefined || wanted.has(id)),
    );
    return { ok: true, value: rows.map(([, row]) => shown(row)) };
  }

  /** Latest figures of every portfolio. */
  figures(): readonly PortfolioFigures[] {
    return [...this.#rows.values()].map(({ kept }) => kept.told());
  }
}

/** The row of a portfolio whose figures have not come on their own. */
export function firstRow(figures: PortfolioFigures): PortfolioRow {
  return { figures, stamp: 0, equity: [], var99: [] };
}

function shown({ kept, ...row }: HeldRow): PortfolioRow {
  return { ...row, figures: kept.told() };
}

function isSame(one: LimitConfig, other: LimitConfig): boolean {
  return (
    one.measure === other.measure && one.severity === other.severity && one.limit === other.limit
  );
}
