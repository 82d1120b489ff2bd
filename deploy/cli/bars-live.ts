// `sluice bars live`: the bars that a running system builds from its own prints.

import { create, toJson } from '@bufbuild/protobuf';
import {
  type Bar,
  Bars,
  type BarTable,
  BarTableSchema,
  GetBarsRequestSchema,
  ListSeriesRequestSchema,
  type SeriesList,
  SeriesListSchema,
} from '../../proto/gen/sluice/bars/v1/bars_pb.js';
import { wholeFlag } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { priceText, print, table } from './output.js';

/** Flags of the command. */
export interface LiveBarsFlags extends AskOptions {
  readonly series?: string;
  readonly last: string;
}

/** Most bars that a system keeps of one series. */
const LAST_MAX = 10_000;

/**
 * Shows the newest bars of a symbol's series, or without a symbol what is built. Errors:
 * `flag.invalid`, `market.unknown_symbol`, `bars.*`, those of `askSystem`.
 */
export async function barsLive(symbol: string | undefined, options: LiveBarsFlags): Promise<void> {
  const limit = wholeFlag('--last', options.last, 1, LAST_MAX);
  const list = await askSystem(Bars, options, (client) =>
    client.call('list', create(ListSeriesRequestSchema)),
  );
  if (symbol === undefined) {
    print(toJson(SeriesListSchema, list), options.json === true, () => listText(list));
    return;
  }
  const series = options.series ?? list.series[0]?.name ?? '';
  const request = create(GetBarsRequestSchema, { symbol, series, limit });
  const shown = await askSystem(Bars, options, (client) => client.call('get', request));
  print(toJson(BarTableSchema, shown), options.json === true, () => tableText(shown));
}

function listText({ series, symbols, kept, ...counts }: SeriesList): string {
  if (symbols.length === 0) return 'no bars are built; see run --bars';
  const { latePrints, repeated, contradicted, dropped } = counts;
  return [
    table([
      ['series', 'style', 'measures'],
      ...series.map(({ name, style, measures }) => [name, style, measures]),
    ]),
    `of ${symbols.join(', ')}; the last ${kept} of each are kept`,
    `${latePrints} late prints amended bars; ${repeated} bars were told again, ${contradicted} of them differently; ${dropped} amendments came for bars that had gone`,
  ].join('\n');
}

function tableText({ symbol, series, bars, forming, counters, derived }: BarTable): string {
  const isQuoted = [...bars, forming].some((bar) => bar?.bid !== undefined);
  const heads = isQuoted
    ? ['start', 'bid low', 'bid', 'ask', 'ask high', 'quotes', 'version']
    : ['start', 'open', 'high', 'low', 'close', 'volume', 'trades', 'version'];
  const row = isQuoted ? quoteRow : tradeRow;
  const count = (name: string): number => counters[name] ?? 0;
  return [
    table([heads, ...bars.map(row), ...(forming === undefined ? [] : [row(forming)])]),
    `${symbol} ${series}: version 0 is being made; ${count('late')} late, ${count('tooLate')} too late, ${count('tooFar')} too far, ${count('outside')} outside the hours${derived ? '; derived from daily bars' : ''}`,
  ].join('\n');
}

function tradeRow(bar: Bar): (string | number)[] {
  const { open, high, low, close, volume, trades, version } = bar;
  return [startOf(bar), ...[open, high, low, close].map(priceText), volume, trades, version];
}

function quoteRow(bar: Bar): (string | number)[] {
  const { bid, ask, quotes, version } = bar;
  const prices = [bid?.low, bid?.close, ask?.close, ask?.high].map(priceText);
  return [startOf(bar), ...prices, quotes, version];
}

function startOf({ startUs }: Bar): string {
  return new Date(startUs / 1000).toISOString();
}
