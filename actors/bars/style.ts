// The styles of bars, and the builder of each.

import type { Bar, BarBuilder, BarEvent, Trade } from './bar.js';
import { latestBars } from './bar.js';
import { createAtrRenko, createRenko } from './bricks.js';
import { createEventBars } from './event-bars.js';
import { createGrid, type Every, type Hours } from './grid.js';
import { createHeikinAshi } from './heikin-ashi.js';
import { createPointAndFigure } from './point-and-figure.js';
import { createTimeBars } from './time-bars.js';

/** A style with its measures. Sizes: trades, shares, dollars, or dollars of price. */
export type BarStyle =
  | { readonly kind: 'time'; readonly every: Every; readonly hours: Hours }
  | { readonly kind: 'heikin-ashi'; readonly every: Every; readonly hours: Hours }
  | { readonly kind: 'tick'; readonly size: number }
  | { readonly kind: 'volume'; readonly size: number }
  | { readonly kind: 'dollar'; readonly size: number }
  | { readonly kind: 'range'; readonly size: number }
  | { readonly kind: 'renko'; readonly size: number }
  | { readonly kind: 'renko-atr'; readonly sessions: number }
  | { readonly kind: 'point-and-figure'; readonly size: number; readonly reversal: number };

/** Names of all styles. */
export const BAR_STYLES: readonly BarStyle['kind'][] = [
  'time',
  'heikin-ashi',
  'tick',
  'volume',
  'dollar',
  'range',
  'renko',
  'renko-atr',
  'point-and-figure',
];

/** The builder of a style. */
export function createBarBuilder(style: BarStyle): BarBuilder<Trade> {
  switch (style.kind) {
    case 'time':
      return createTimeBars(createGrid(style.every, style.hours));
    case 'heikin-ashi':
      return createHeikinAshi(createTimeBars(createGrid(style.every, style.hours)));
    case 'tick':
    case 'volume':
    case 'dollar':
    case 'range':
      return createEventBars(style.kind, style.size);
    case 'renko':
      return createRenko(style.size);
    case 'renko-atr':
      return createAtrRenko(style.sessions, createGrid({ unit: 'day', count: 1 }, 'regular'));
    case 'point-and-figure':
      return createPointAndFigure(style.size, style.reversal);
  }
}

/** All bars of some trades at once: what the same builder would have streamed. */
export function barsOf(style: BarStyle, trades: Iterable<Trade>): Bar[] {
  const builder = createBarBuilder(style);
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    events.push(event);
  };
  for (const trade of trades) builder.push(trade, emit);
  builder.finish(emit);
  return latestBars(events);
}
