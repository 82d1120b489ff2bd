// The alert rules of a shard: judged at points, and what they raise or release told to the owner.

import { type AlertTransition, AlertWatch } from '../../actors/alerts/index.js';
import type { GroupFigures } from '../../actors/groups/index.js';
import type { LimitTransition } from '../../actors/limits/index.js';
import type { PortfolioFigures } from '../../actors/portfolio/index.js';
import type { Address } from '../../engine/index.js';
import type { PointNews } from './point-news.js';
import type { OpenPoint } from './point-steps.js';
import type { ShardConfig } from './shard-config.js';
import type { ShardEngines } from './shard-engines.js';
import type { ShardMarket } from './shard-market.js';
import type { LimitTold } from './shard-messages.js';
import { ALERT_SPAN, watchedNames } from './watched-names.js';

/**
 * Tells of every transition, and again when a point is judged again: by a thread in
 * another's place, or of a portfolio that was away, whose turns are folded without their effects.
 * The owner knows each by its place in event time.
 */
export class ShardAlerts {
  readonly #watch: AlertWatch;
  readonly #market: ShardMarket;
  readonly #news: PointNews;

  constructor(
    { market: memory, board, bars }: ShardConfig,
    engines: ShardEngines,
    market: ShardMarket,
    news: PointNews,
  ) {
    const names = watchedNames(board, bars.symbols);
    this.#watch = new AlertWatch(memory.alerts, engines.alerts, names, ALERT_SPAN);
    this.#market = market;
    this.#news = news;
  }

  /** Judges a portfolio at the point of its figures, and tells what became of its limits. */
  onPortfolio(figures: PortfolioFigures, transitions: readonly LimitTransition[]): void {
    const { key, asOfUs } = figures;
    const from: Address = `portfolio/${key}`;
    for (const transition of transitions) {
      const event: LimitTold = { ...transition, portfolio: key, asOfUs };
      this.#news.add({ kind: 'published', topic: 'limits', from, event });
    }
    this.#tell(from, this.#watch.portfolio(figures));
  }

  /** Judges groups at a point. */
  onGroups(groups: readonly GroupFigures[], point: Pick<OpenPoint, 'index' | 'timeUs'>): void {
    for (const group of groups) this.#tell(`group/${group.id}`, this.#watch.group(group, point));
  }

  /** Judges this shard's symbols as of a point; those without a bar stay as they were. */
  onRows(point: OpenPoint): void {
    if (!this.#watch.watchesSymbols) return;
    const { plane, columns, state } = this.#market;
    const { trading } = this.#market.recordOf(point.index);
    const seen = { values: columns.values, from: 0, state, stateBase: 0 };
    for (const row of plane.rows) {
      seen.from = row * columns.stride;
      seen.stateBase = plane.watchStateAt(row);
      const told = this.#watch.symbol(row, point, trading[row] === 1 ? seen : undefined);
      if (told.length > 0) this.#tell(`symbol/${row}`, told);
    }
  }

  #tell(from: Address, alerts: readonly AlertTransition[]): void {
    for (const event of alerts) this.#news.add({ kind: 'published', topic: 'alerts', from, event });
  }
}
