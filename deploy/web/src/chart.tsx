// Daily candles and volume of one symbol.

import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
} from 'lightweight-charts';
import { useEffect, useRef } from 'preact/hooks';
import type { Row } from './live.js';
import { day, number } from './parts.jsx';
import { onTheme } from './theme.js';

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function paint(chart: IChartApi): void {
  chart.applyOptions({
    layout: { textColor: color('--soft') },
    grid: { horzLines: { color: color('--line') } },
    rightPriceScale: { borderColor: color('--line') },
    timeScale: { borderColor: color('--line') },
  });
}

/** Draws bars; `symbol` tells when to fit the time scale anew. */
export function Chart(props: { symbol: string; bars: readonly Row[] }) {
  const host = useRef<HTMLDivElement>(null);
  const draw = useRef<(symbol: string, bars: readonly Row[]) => void>(() => {});
  useEffect(() => {
    if (host.current === null) return undefined;
    const chart = createChart(host.current, {
      autoSize: true,
      layout: { background: { color: 'transparent' }, attributionLogo: false },
      grid: { vertLines: { visible: false } },
    });
    paint(chart);
    const stop = onTheme(() => paint(chart));
    const candles = chart.addSeries(CandlestickSeries, {});
    const volumes = chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      color: '#7d8b9e66',
      lastValueVisible: false,
      priceLineVisible: false,
    });
    candles.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.24 } });
    volumes.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    let fitted = '';
    draw.current = (symbol, bars) => {
      candles.setData(bars.map((bar) => ({ time: day(bar['date']), ...ends(bar) })));
      volumes.setData(
        bars.map((bar) => ({ time: day(bar['date']), value: number(bar['volume']) })),
      );
      if (fitted === symbol || bars.length === 0) return;
      chart.timeScale().fitContent();
      fitted = symbol;
    };
    return () => {
      stop();
      chart.remove();
    };
  }, []);
  useEffect(() => draw.current(props.symbol, props.bars), [props.symbol, props.bars]);
  return <div class="chart" ref={host} role="img" aria-label={`daily bars of ${props.symbol}`} />;
}

function ends(bar: Row): { open: number; high: number; low: number; close: number } {
  return {
    open: number(bar['open']),
    high: number(bar['high']),
    low: number(bar['low']),
    close: number(bar['close']),
  };
}
