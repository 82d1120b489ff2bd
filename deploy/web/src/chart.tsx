// Candles and volume of one symbol, with curves over them.

import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'preact/hooks';
import type { Row } from './live.js';
import { type Curve, curvesOf } from './overlay.js';
import { day, number, price } from './parts.jsx';
import { colorOf, onTheme } from './theme.js';

/** Bars shown at first; those before them only feed the curves. */
export const BARS_SHOWN = 260;

/** Fewest places of the chart: some few bars are not blown up. */
const PLACES_MIN = 60;

/** Colours of an overlay's curves, by place. */
const CURVE_COLORS = ['--curve', '--blue', '--curve'];

/** A bar as the chart takes it. */
export interface Bar {
  /** A day such as 2021-02-16, or seconds since 1970-01-01 UTC; they rise from bar to bar. */
  readonly time: string | number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Parts {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly volumes: ISeriesApi<'Histogram'>;
  readonly lines: ISeriesApi<'Line'>[];
}

function build(host: HTMLElement): Parts {
  const chart = createChart(host, {
    autoSize: true,
    layout: { background: { color: 'transparent' }, attributionLogo: false },
    grid: { vertLines: { visible: false } },
    // The page scrolls with the wheel and with a finger that moves up or down.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.24 } });
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  return { chart, candles, volumes, lines: [] };
}

function paint({ chart, candles, volumes, lines }: Parts): void {
  chart.applyOptions({
    layout: { textColor: colorOf('--soft') },
    grid: { horzLines: { color: colorOf('--line') } },
    rightPriceScale: { borderColor: colorOf('--line') },
    timeScale: { borderColor: colorOf('--line') },
  });
  const up = colorOf('--up');
  const down = colorOf('--down');
  candles.applyOptions({ upColor: up, wickUpColor: up, downColor: down, wickDownColor: down });
  volumes.applyOptions({ color: colorOf('--volume') });
  for (const [index, line] of lines.entries()) line.applyOptions({ color: curveColor(index) });
}

function curveColor(index: number): string {
  return colorOf(CURVE_COLORS[index] ?? '--blue');
}

function curveStyle(index: number): string {
  return `var(${CURVE_COLORS[index] ?? '--blue'})`;
}

/** A bar's time in the chart's own type, which is a number by another name. */
function timeOf({ time }: Bar): string | UTCTimestamp {
  return time as string | UTCTimestamp;
}

function draw(parts: Parts, bars: readonly Bar[], curves: readonly Curve[]): void {
  const { chart, candles, volumes, lines } = parts;
  chart.timeScale().applyOptions({ timeVisible: typeof bars[0]?.time === 'number' });
  candles.setData(bars.map((bar) => ({ ...bar, time: timeOf(bar) })));
  volumes.setData(bars.map((bar) => ({ time: timeOf(bar), value: bar.volume })));
  for (const line of lines.splice(curves.length)) chart.removeSeries(line);
  for (const [index, { values }] of curves.entries()) {
    lines[index] ??= chart.addSeries(LineSeries, {
      lineWidth: 1,
      color: curveColor(index),
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
    });
    lines[index].setData(
      bars.map((bar, place) => {
        const time = timeOf(bar);
        const value = values[place] ?? Number.NaN;
        return Number.isNaN(value) ? { time } : { time, value };
      }),
    );
  }
}

/** Draws bars and an overlay; a new `symbol` shows the latest bars anew. */
export function Chart(props: { symbol: string; bars: readonly Bar[]; overlay: string }) {
  const { symbol, bars, overlay } = props;
  const host = useRef<HTMLDivElement>(null);
  const built = useRef<Parts>(undefined);
  const fitted = useRef('');
  useEffect(() => {
    if (host.current === null) return undefined;
    const parts = build(host.current);
    built.current = parts;
    paint(parts);
    const stop = onTheme(() => paint(parts));
    return () => {
      stop();
      parts.chart.remove();
      built.current = undefined;
      fitted.current = '';
    };
  }, []);
  const curves = bars.length === 0 ? [] : curvesOf(overlay, bars);
  useEffect(() => {
    if (built.current === undefined) return;
    draw(built.current, bars, curves);
    if (fitted.current === symbol || bars.length === 0) return;
    const to = bars.length;
    const from = to - Math.min(BARS_SHOWN, Math.max(PLACES_MIN, to));
    built.current.chart.timeScale().setVisibleLogicalRange({ from, to: to + 2 });
    fitted.current = symbol;
  });
  return (
    <>
      <p class="legend soft">
        {curves.map((curve, index) => (
          <span key={curve.feature}>
            <i style={{ background: curveStyle(index) }} /> {curve.feature}{' '}
            <b data-curve={curve.feature}>{price(curve.values.at(-1))}</b>
          </span>
        ))}
      </p>
      <div class="chart" ref={host} role="img" aria-label={`bars of ${symbol}`} />
    </>
  );
}

/** The server's bars with today's as the quote has it, which is newer. */
export function barsWith(rows: readonly Row[], quote: Row): readonly Bar[] {
  const bars = rows.map((row) => barOf(row, day(row['date']), row['close']));
  const time = new Date(number(quote['timeUs']) / 1000).toISOString().slice(0, 10);
  const last = rows.length === 0 ? '' : day(rows.at(-1)!['date']);
  if (last === '' || last > time) return bars;
  if (last === time) bars.pop();
  return [...bars, barOf(quote, time, quote['last'])];
}

function barOf(row: Row, time: string, close: unknown): Bar {
  return {
    time,
    open: number(row['open']),
    high: number(row['high']),
    low: number(row['low']),
    close: number(close),
    volume: number(row['volume']),
  };
}
