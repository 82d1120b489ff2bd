// `sluice bars FILE`: bars of any style out of a file of trades.

import {
  BAR_STYLES,
  type Bar,
  type BarEvent,
  type BarStyle,
  createBarBuilder,
  EVERY_EXPECTED,
  type Every,
  everyOf,
  firstBarTakes,
  type Hours,
  latestBars,
} from '../../actors/bars/index.js';
import { Fault } from '../../engine/index.js';
import { readTrades } from '../research/trade-file.js';
import { priceText, print, table } from './output.js';

/** Flags of the command, as typed. */
export interface BarsOptions {
  readonly style: string;
  readonly symbol?: string;
  readonly every: string;
  readonly hours: string;
  readonly size?: string;
  readonly reversal: string;
  readonly sessions: string;
  readonly last: string;
  readonly json?: boolean;
}

/** Bars and amendments of one file that are held: some hundreds of megabytes. */
const EVENTS_MAX = 2_000_000;

/** Finer than any listed price. */
const SIZE_MIN = 0.0001;

/** Streams a file of trades through a builder and prints the newest version of every bar. */
export async function bars(path: string, options: BarsOptions): Promise<void> {
  const style = styleOf(options);
  const shown = positive('--last', options.last);
  const builder = createBarBuilder(style);
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    if (events.length === EVENTS_MAX) throw tooMany();
    events.push(event);
  };
  const { symbol } = options;
  const prices = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
  const { trades, rejectedByReason } = await readTrades(
    { path, ...(symbol === undefined ? {} : { symbol }) },
    (trade) => {
      if (trade.setsPrice) {
        prices.low = Math.min(prices.low, trade.price);
        prices.high = Math.max(prices.high, trade.price);
      }
      builder.push(trade, emit);
    },
  );
  builder.finish(emit);
  const built = latestBars(events);
  const amendments = events.filter(({ kind }) => kind === 'amended').length;
  const counts = { trades, rejectedByReason, ...builder.counters, bars: built.length, amendments };
  print({ style, ...counts, list: built }, options.json === true, () =>
    [
      ...(built.length === 0 ? [whyNone(style, prices)] : []),
      table([
        ['start', 'open', 'high', 'low', 'close', 'volume', 'trades', 'version'],
        ...built.slice(-shown).map(rowOf),
      ]),
      `${built.length} bars of ${counts.taken} trades; ${amendments} amendments by ${counts.late} late trades, ${counts.tooLate} too late, ${counts.tooFar} too far, ${counts.outside} outside the hours, ${rejectedText(rejectedByReason)}`,
    ].join('\n'),
  );
}

/** How many rows were rejected, and why. */
function rejectedText(byReason: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(byReason);
  const count = reasons.reduce((sum, [, records]) => sum + records, 0);
  const told = reasons.map(([reason, records]) => `${reason} ${records}`).join(', ');
  return `${count} rejected${count === 0 ? '' : ` (${told})`}`;
}

/** Says what a first bar would have taken, and what there was. */
function whyNone(style: BarStyle, { low, high }: { low: number; high: number }): string {
  const span = low <= high ? `prices went from ${low} to ${high}` : 'no trade set a price';
  return `no bar: the first one takes ${firstBarTakes(style)}; ${span}`;
}

function tooMany(): Fault {
  const text = `expected bars of which the file makes at most ${EVENTS_MAX}, was smaller`;
  return new Fault('flag.invalid', `--size, --every: ${text}`);
}

function rowOf(bar: Bar): (string | number)[] {
  const start = new Date(bar.startUs / 1000).toISOString();
  const prices = [bar.open, bar.high, bar.low, bar.close].map(priceText);
  return [start, ...prices, bar.volume, bar.trades, bar.version];
}

function styleOf(options: BarsOptions): BarStyle {
  const kind = BAR_STYLES.find((name) => name === options.style);
  switch (kind) {
    case undefined:
      throw new Fault(
        'flag.invalid',
        `--style: expected one of ${BAR_STYLES.join(', ')}, was ${options.style}`,
      );
    case 'time':
    case 'heikin-ashi':
      return { kind, every: lengthOf(options.every), hours: hoursOf(options.hours) };
    case 'renko-atr':
      return { kind, sessions: positive('--sessions', options.sessions) };
    case 'point-and-figure':
      return {
        kind,
        size: sizeOf(options.size),
        reversal: positive('--reversal', options.reversal),
      };
    default:
      return { kind, size: sizeOf(options.size) };
  }
}

function lengthOf(text: string): Every {
  const every = everyOf(text);
  if (every !== undefined) return every;
  throw new Fault('flag.invalid', `--every: expected ${EVERY_EXPECTED}, was ${text}`);
}

function hoursOf(text: string): Hours {
  if (text === 'regular' || text === 'all') return text;
  throw new Fault('flag.invalid', `--hours: expected regular or all, was ${text}`);
}

function sizeOf(text: string | undefined): number {
  const size = Number(text);
  if (text !== undefined && Number.isFinite(size) && size >= SIZE_MIN) return size;
  throw new Fault(
    'flag.invalid',
    `--size: expected a number from ${SIZE_MIN}, was ${text ?? 'missing'}`,
  );
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Fault('flag.invalid', `${flag}: expected a whole number from 1, was ${text}`);
}
