// One symbol: its quote and chart, its features, why it is where it is in the funnel.

import { Chart } from './chart.jsx';
import { useJson } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { Card, Derived, list, money, number, percent, price, sign } from './parts.jsx';

/** Time between two looks at bars, features and explanation; the quote is live. */
const REFRESH_MS = 1500;

const NO_BARS: readonly Row[] = [];

/** The page of one symbol. */
export function SymbolPage(props: { symbol: string }) {
  const { symbol } = props;
  const { rows, refusal } = useTopic('quotes', symbol);
  const quote = rows[0];
  // Asked only for a symbol that is known, since a browser logs every answer of 404.
  const path = quote === undefined ? '' : encodeURIComponent(symbol);
  const detail = useJson(path && `symbols/${path}?bars=260`, REFRESH_MS).value;
  const explanation = useJson(path && `funnel/explain/${path}`, REFRESH_MS).value;
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
          <>
            <Quote quote={quote} sector={String(detail?.['sector'] ?? '')} />
            <Chart symbol={symbol} bars={(detail?.['bars'] as Row[] | undefined) ?? NO_BARS} />
          </>
        )}
      </Card>
      {explanation === undefined ? null : <Explanation value={explanation} />}
      {detail === undefined ? null : <Features features={list(detail['features'])} />}
    </>
  );
}

function Quote(props: { quote: Row; sector: string }) {
  const { quote } = props;
  return (
    <p class="quote">
      <b>{price(quote['last'])}</b>
      <span class={sign(quote['change'])}>{percent(quote['change'])}</span>
      <span class="soft">
        bid {price(quote['bid'])} ask {price(quote['ask'])}
      </span>
      <span class="soft">
        range {price(quote['low'])} to {price(quote['high'])}
      </span>
      <span class="soft">volume {money(quote['volume'])}</span>
      <span class="soft">{props.sector}</span>
      <Derived />
    </p>
  );
}

function Search() {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const value = new FormData(event.currentTarget as HTMLFormElement).get('symbol');
        const symbol = String(value).trim().toUpperCase();
        if (symbol !== '') location.hash = `#/symbol/${encodeURIComponent(symbol)}`;
      }}
    >
      <input name="symbol" placeholder="symbol" aria-label="symbol" maxLength={16} size={10} />{' '}
      <button type="submit">Show</button>
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
    <Card title={`Passes ${number(props.value['stage'])} of ${stages.length} stages`}>
      {narrative === undefined ? null : <p>{String(narrative['text'])}</p>}
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
  ['place in the range', /./],
];

function familyOf(feature: Row): string {
  const name = String(feature['name']);
  return FAMILIES.find(([, pattern]) => pattern.test(name))?.[0] ?? '';
}

function Features(props: { features: readonly Row[] }) {
  return (
    <Card title={`${props.features.length} features`}>
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
    </Card>
  );
}

function featureText(value: unknown): string {
  if (value === undefined) return 'not warm';
  const rounded = Number(number(value).toPrecision(6));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: Math.abs(rounded) < 1 ? 5 : 3 });
}
