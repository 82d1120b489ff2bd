// The bars that the running system builds of a symbol, in the style that is chosen.

import { useMemo } from 'preact/hooks';
import { type Bar, Chart } from './chart.jsx';
import { useJson } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { count, list, number } from './parts.jsx';

/** Bars drawn, the newest. */
const BARS_DRAWN = 500;

/** The series that are built of a symbol; none where it is not in the plan. */
export function useSeries(symbol: string): readonly Row[] {
  const plan = useJson('bars').value;
  const symbols = plan?.['symbols'];
  return Array.isArray(symbols) && symbols.includes(symbol) ? list(plan?.['series']) : [];
}

/** A series as a chart, drawn anew when its bars have changed. */
export function SeriesChart(props: { symbol: string; series: Row; overlay: string }) {
  const { symbol, series, overlay } = props;
  const name = String(series['name']);
  const news = useTopic('bars', `${symbol}/${name}`).rows[0];
  const path = `bars/${encodeURIComponent(symbol)}/${name}?limit=${BARS_DRAWN}`;
  const table = useJson(path, 0, news).value;
  const bars = useMemo(() => barsOf(table), [table]);
  const late = number(((table?.['counters'] ?? {}) as Row)['late']);
  const forming = table?.['forming'] === undefined ? '' : ', the last one still being made';
  return (
    <>
      <p class="legend soft">
        {String(series['style'])}: {String(series['measures'])}
        {series['style'] === 'quote' ? '; from the middle of the quote, bid to ask' : ''}
      </p>
      {bars.length === 0 ? (
        <p class="soft">{table === undefined ? 'asking …' : 'no bar yet'}</p>
      ) : (
        <Chart symbol={`${symbol} ${name}`} bars={bars} overlay={overlay} />
      )}
      <p class="soft" data-bars={bars.length}>
        {count(bars.length)} bars{forming}
        {late === 0 ? '' : `; ${count(late)} late trades have amended some`}
        {table?.['derived'] === true ? '; of prints derived from daily bars' : ''}
      </p>
    </>
  );
}

/** The bars of a table as the chart takes them: their times must rise, also within one trade. */
function barsOf(table: Row | undefined): readonly Bar[] {
  const forming = table?.['forming'] as Row | undefined;
  const rows = [...list(table?.['bars']), ...(forming === undefined ? [] : [forming])];
  const bars: Bar[] = [];
  let last = 0;
  for (const row of rows) {
    const prices = pricesOf(row);
    if (prices === undefined) continue;
    last = Math.max(last + 1, Math.floor(number(row['startUs']) / 1e6));
    bars.push({ time: last, ...prices, volume: number(row['volume']) });
  }
  return bars;
}

/** Prices of a bar; of one of quotes their middle between the lowest bid and the highest ask. */
function pricesOf(row: Row): Pick<Bar, 'open' | 'high' | 'low' | 'close'> | undefined {
  const [bid, ask] = [row['bid'] as Row | undefined, row['ask'] as Row | undefined];
  if (bid === undefined || ask === undefined) {
    if (row['open'] === undefined) return undefined;
    const [open, high] = [number(row['open']), number(row['high'])];
    return { open, high, low: number(row['low']), close: number(row['close']) };
  }
  if (bid['open'] === undefined || ask['open'] === undefined) return undefined;
  const middle = (name: string): number => (number(bid[name]) + number(ask[name])) / 2;
  const [high, low] = [number(ask['high']), number(bid['low'])];
  return { open: middle('open'), high, low, close: middle('close') };
}
