// One symbol: its quote and chart, its features, why it is where it is in the funnel.

import { useMemo, useState } from 'preact/hooks';
import { BookCard } from './book.jsx';
import { BARS_SHOWN, barsWith, Chart } from './chart.jsx';
import { useJson } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { OVERLAY_BARS, OVERLAY_NAMES } from './overlay.js';
import { Card, Derived, list, money, number, percent, price, sign } from './parts.jsx';
import { SeriesChart, useSeries } from './series.jsx';

/** Time between two looks at bars, features and explanation; the quote is live. */
const REFRESH_MS = 1000;

const NO_BARS: readonly Row[] = [];

/** The page of one symbol: of its order book where it has one, of its bars where those. */
export function SymbolPage(props: { symbol: string }) {
  const { value: books, problem } = useJson('books');
  if (books === undefined) {
    return (
      <Card title={props.symbol} wide>
        <Search />
        <p class={problem === undefined ? 'soft' : 'bad'}>{problem ?? 'asking …'}</p>
      </Card>
    );
  }
  if (!list(books['books']).some((book) => book['symbol'] === props.symbol)) {
    return <BarsPage symbol={props.symbol} />;
  }
  return (
    <>
      <Card title={props.symbol} wide>
        <Search />
      </Card>
      <BookCard symbol={props.symbol} />
    </>
  );
}

function BarsPage(props: { symbol: string }) {
  const { symbol } = props;
  const { rows, refusal } = useTopic('quotes', symbol);
  const quote = rows.find((row) => row['symbol'] === symbol);
  // Asked only for a symbol that is known, since a browser logs every answer of 404.
  const path = quote === undefined ? '' : encodeURIComponent(symbol);
  const bars = BARS_SHOWN + OVERLAY_BARS;
  const detail = useJson(path && `symbols/${path}?bars=${bars}`, REFRESH_MS).value;
  const explanation = useJson(path && `funnel/explain/${path}`, REFRESH_MS).value;
  // Drawn anew when they were fetched anew, not at each quote.
  const features = useMemo(
    () => (detail === undefined ? null : <Features features={list(detail['features'])} />),
    [detail],
  );
  return (
    <>
      <Card title={`${symbol} ${detail?.['name'] ?? ''}`} wide>
        <Search />
        {refusal === '' ? null : (
          <p class="bad" role="alert">
            {refusal}
          </p>
        )}
        {quote === undefined ? null : (
          <Quote quote={quote} sector={String(detail?.['sector'] ?? '')} />
        )}
        {quote === undefined ? null : (
          <Bars quote={quote} rows={(detail?.['bars'] as Row[] | undefined) ?? NO_BARS} />
        )}
      </Card>
      {explanation === undefined ? null : <Explanation value={explanation} />}
      {features}
    </>
  );
}

/** The chart, and the choice of bars and of what is drawn over them, for other symbols too. */
function Bars(props: { quote: Row; rows: readonly Row[] }) {
  const { quote, rows } = props;
  const [overlay, setOverlay] = useState('mean of 50');
  const [wanted, setWanted] = useState('');
  const built = useSeries(String(quote['symbol']));
  const series = built.find((one) => one['name'] === wanted);
  const bars = useMemo(() => barsWith(rows, quote), [rows, quote]);
  return (
    <>
      {built.length === 0 ? null : (
        <label class="soft">
          bars{' '}
          <select
            name="series"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          >
            <option value="">daily, with history</option>
            {built.map((one) => (
              <option key={one['name']} value={String(one['name'])}>
                {String(one['name'])}
              </option>
            ))}
          </select>
        </label>
      )}{' '}
      <label class="soft">
        over the candles{' '}
        <select value={overlay} onChange={(event) => setOverlay(event.currentTarget.value)}>
          <option value="">nothing</option>
          {OVERLAY_NAMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {series === undefined ? (
        <Chart symbol={String(quote['symbol'])} bars={bars} overlay={overlay} />
      ) : (
        <SeriesChart
          key={wanted}
          symbol={String(quote['symbol'])}
          series={series}
          overlay={overlay}
        />
      )}
    </>
  );
}

function Quote(props: { quote: Row; sector: string }) {
  const { quote } = props;
  return (
    <p class="quote">
      <b>${price(quote['last'])}</b>
      <span class={sign(quote['change'])}>{percent(quote['change'])}</span>
      <span class="soft">
        bid {price(quote['bid'])} ask {price(quote['ask'])}
      </span>
      <span class="soft">
        range {price(quote['low'])} to {price(quote['high'])}
      </span>
      <span class="soft">volume {money(quote['volume'])} shares</span>
      <span class="soft">{props.sector}</span>
      <Derived quote={quote} />
    </p>
  );
}

/** Goes to a symbol; every one of the market is offered once the field is entered. */
function Search() {
  const [isEntered, enter] = useState(false);
  const quotes = list(useJson(isEntered ? 'quotes' : '').value?.['quotes']);
  const books = list(useJson(isEntered ? 'books' : '').value?.['books']);
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget as HTMLFormElement;
        const symbol = String(new FormData(form).get('symbol')).trim().toUpperCase();
        if (symbol === '') return;
        location.hash = `#/symbol/${encodeURIComponent(symbol)}`;
        form.reset();
      }}
    >
      <input
        name="symbol"
        placeholder="symbol"
        aria-label="symbol"
        list="symbols"
        autoComplete="off"
        maxLength={16}
        size={10}
        onFocus={() => enter(true)}
      />{' '}
      <button type="submit">Show</button>
      <datalist id="symbols">
        {[...books, ...quotes].map((quote) => (
          <option key={quote['symbol']} value={String(quote['symbol'])} />
        ))}
      </datalist>
    </form>
  );
}

const OUTCOMES: Readonly<Record<string, readonly [mark: string, tone: string]>> = {
  pass: ['✓', 'good'],
  fail: ['✗', 'bad'],
};

function Explanation(props: { value: Row }) {
  const stages = list(props.value['stages']);
  const narrative = props.value['narrative'] as Row | undefined;
  return (
    <Card title={`Passes ${number(props.value['stage'])} of ${stages.length} stages`} wide>
      {narrative === undefined ? null : <p class="prose">{String(narrative['text'])}</p>}
      <div class="columns">
        {stages.map((stage) => (
          <div key={stage['stage']}>
            <h3>
              <span class={stage['passed'] === true ? 'good' : 'soft'}>
                {stage['passed'] === true ? '✓' : '○'}
              </span>{' '}
              {String(stage['stage'])}
            </h3>
            <table class="leaves">
              <tbody>
                {list(stage['leaves']).map((leaf) => {
                  const outcome = String(leaf['outcome']);
                  const [mark, tone] = OUTCOMES[outcome] ?? ['…', 'soft'];
                  return (
                    <tr key={leaf['id']} title={String(leaf['why'] ?? '')}>
                      <td class={tone}>
                        {mark} {outcome}
                      </td>
                      <td class="wrap">{String(leaf['label'])}</td>
                      <td class="wrap soft">{String(leaf['detail'] ?? '')}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        ))}
      </div>
    </Card>
  );
}

/** Families of features by name; the first that matches counts. */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['against the universe', /^(rs_|rank_|market_)/],
  [
    'returns and momentum',
    /^(ret_|roc_|mom_|rsi_|macd|stoch_|cci_|willr_|trix_|ultosc_|up_streak)/,
  ],
  ['trend', /^(sma_|ema_|wma_|adx_|plus_di|minus_di|aroon_|sar|linreg_)/],
  ['bands and channels', /^(bb_|donchian_|keltner_|squeeze_)/],
  ['volatility', /^(atr_|natr_|true_range|stddev_|realised_vol)/],
  ['volume', /^(obv|mfi_|relative_volume|dollar_volume)/],
  ['candlesticks of the last close', /^cdl_/],
  ['place in the range', /./],
];

function familyOf(feature: Row): string {
  const name = String(feature['name']);
  return FAMILIES.find(([, pattern]) => pattern.test(name))?.[0] ?? '';
}

function Features(props: { features: readonly Row[] }) {
  return (
    <Card title={`${props.features.length} features`} wide>
      <div class="columns">
        {FAMILIES.map(([family]) => {
          const here = props.features.filter((feature) => familyOf(feature) === family);
          if (here.length === 0) return null;
          return (
            <div key={family}>
              <h3>{family}</h3>
              <table class="features">
                <tbody>
                  {here.map((feature) => (
                    <tr
                      key={feature['name']}
                      title={`${feature['description']} (${feature['source']})`}
                    >
                      <td>{String(feature['name'])}</td>
                      <td class="n">{featureText(feature['value'])}</td>
                      <td class="soft unit">{String(feature['unit'])}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        })}
      </div>
    </Card>
  );
}

const FINE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 5 });
const COARSE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

function featureText(value: unknown): string {
  if (value === undefined) return 'not warm';
  const rounded = Number(number(value).toPrecision(6));
  return (Math.abs(rounded) < 1 ? FINE : COARSE).format(rounded);
}
