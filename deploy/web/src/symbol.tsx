// One symbol: its chart, its features, why it is where it is in the funnel.

import { CandlestickSeries, createChart } from 'lightweight-charts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Row, useJson } from './live.js';
import { Card, money, number, percent } from './parts.jsx';

/** The page of one symbol; fetched anew every two seconds. */
export function SymbolPage(props: { symbol: string }) {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((n) => n + 1), 2000);
    return () => clearInterval(timer);
  }, []);
  const detail = useJson(
    `symbols/${encodeURIComponent(props.symbol)}?bars=260`,
    `${props.symbol}${tick}`,
  );
  const explanation = useJson(
    `funnel/explain/${encodeURIComponent(props.symbol)}`,
    `${props.symbol}${tick}`,
  );
  const quote = (detail?.['quote'] ?? {}) as Row;
  const missing = detail?.['code'] !== undefined;
  const [bid, ask] = [number(quote['bid']), number(quote['ask'])];
  const sides = `bid ${bid.toFixed(2)} ask ${ask.toFixed(2)}`;
  return (
    <>
      <Card title={missing ? props.symbol : `${props.symbol} ${detail?.['name'] ?? ''}`} wide>
        <Search />
        {missing ? (
          <p class="bad">{String(detail?.['text'])}</p>
        ) : (
          <p>
            <b>{number(quote['last']).toFixed(2)}</b>{' '}
            <span class={number(quote['change']) >= 0 ? 'good' : 'bad'}>
              {percent(quote['change'])}
            </span>{' '}
            <span class="soft">
              {sides} volume {money(quote['volume'])} {String(detail?.['sector'] ?? '')}
            </span>{' '}
            <span class="tag">derived prints</span>
          </p>
        )}
        {missing ? null : <Chart bars={(detail?.['bars'] ?? []) as Row[]} />}
      </Card>
      {missing ? null : <Explanation value={explanation} />}
      {missing ? null : <Features features={(detail?.['features'] ?? []) as Row[]} />}
    </>
  );
}

function Search() {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const value = new FormData(event.currentTarget as HTMLFormElement).get('symbol');
        location.hash = `#/symbol/${String(value).trim().toUpperCase()}`;
      }}
    >
      <input name="symbol" placeholder="symbol" aria-label="symbol" maxLength={16} />{' '}
      <button type="submit">Show</button>
    </form>
  );
}

function Chart(props: { bars: readonly Row[] }) {
  const host = useRef<HTMLDivElement>(null);
  const setData = useRef<(bars: readonly Row[]) => void>(() => {});
  useEffect(() => {
    if (host.current === null) return undefined;
    const style = getComputedStyle(document.documentElement);
    const chart = createChart(host.current, {
      autoSize: true,
      layout: {
        background: { color: 'transparent' },
        textColor: style.getPropertyValue('--soft'),
        attributionLogo: false,
      },
      grid: {
        vertLines: { visible: false },
        horzLines: { color: style.getPropertyValue('--line') },
      },
    });
    const series = chart.addSeries(CandlestickSeries, {});
    let fitted = false;
    setData.current = (bars) => {
      series.setData(
        bars.map((bar) => {
          const date = String(bar['date']);
          return {
            time: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`,
            open: number(bar['open']),
            high: number(bar['high']),
            low: number(bar['low']),
            close: number(bar['close']),
          };
        }),
      );
      if (!fitted && bars.length > 0) chart.timeScale().fitContent();
      fitted = bars.length > 0;
    };
    return () => chart.remove();
  }, []);
  useEffect(() => setData.current(props.bars), [props.bars]);
  return <div class="chart" ref={host} />;
}

function Explanation(props: { value: Row | undefined }) {
  const stages = (props.value?.['stages'] ?? []) as Row[];
  return (
    <Card title={`Passes ${number(props.value?.['stage'])} of ${stages.length} stages`}>
      {stages.map((stage) => (
        <div key={stage['stage']}>
          <h3>
            <span class={stage['passed'] === true ? 'good' : 'soft'}>
              {stage['passed'] === true ? '✓' : '○'}
            </span>{' '}
            {String(stage['stage'])}
          </h3>
          <table>
            <tbody>
              {((stage['leaves'] ?? []) as Row[]).map((leaf) => (
                <tr key={leaf['id']} title={String(leaf['why'] ?? '')}>
                  <td
                    class={
                      leaf['outcome'] === 'pass'
                        ? 'good'
                        : leaf['outcome'] === 'fail'
                          ? 'bad'
                          : 'soft'
                    }
                  >
                    {String(leaf['outcome'])}
                  </td>
                  <td class="wrap">{String(leaf['label'])}</td>
                  <td class="wrap soft">{String(leaf['detail'] ?? '')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </Card>
  );
}

function Features(props: { features: readonly Row[] }) {
  return (
    <Card title={`${props.features.length} features`}>
      <table>
        <tbody>
          {props.features.map((feature) => (
            <tr key={feature['name']} title={`${feature['description']} (${feature['source']})`}>
              <td>{String(feature['name'])}</td>
              <td class="n">
                {feature['value'] === undefined
                  ? 'not warm'
                  : Number(number(feature['value']).toPrecision(6)).toLocaleString('en-US', {
                      maximumFractionDigits: 6,
                    })}
              </td>
              <td class="soft">{String(feature['unit'])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
