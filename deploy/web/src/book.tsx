// One symbol with an order book: ladder, heat map, volume profile, measures and their course.

import { useMemo, useRef, useState } from 'preact/hooks';
import { useJson } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { Card, count, Facts, Line, list, number, price } from './parts.jsx';
import { PriceMap } from './price-map.jsx';

/** Levels a side in the ladder. */
const LEVELS = 12;

/** Time between two looks at profile and heat map; the ladder is live. */
const REFRESH_MS = 1000;

/** Values of a measure that its line shows: a minute at four a second. */
const COURSE = 240;

/** The page of a symbol with a book. */
function BookPage(props: { symbol: string }) {
  const { symbol } = props;
  const { rows } = useTopic('books', symbol);
  const book = rows.find((row) => row['symbol'] === symbol);
  const detail = useJson(`books/${encodeURIComponent(symbol)}`, REFRESH_MS).value;
  const known = useJson('books/features').value;
  const catalogue = useMemo(() => list(known?.['features']), [known]);
  if (book === undefined) return null;
  const features = (book['features'] ?? {}) as Row;
  return (
    <>
      <Summary book={book} features={features} />
      <div class="book-part">
        <Ladder book={book} />
      </div>
      <div class="book-part">
        {detail === undefined ? null : <Where detail={detail} features={features} />}
        <Course symbol={symbol} features={features} catalogue={catalogue} />
      </div>
      <Measures features={features} catalogue={catalogue} />
      {detail === undefined ? null : <Counters counters={(detail['counters'] ?? {}) as Row} />}
    </>
  );
}

function Summary(props: { book: Row; features: Row }) {
  const { book, features } = props;
  const time = new Date(number(features['event_time_us']) / 1000);
  return (
    <p class="quote">
      <b>{price(features['mid'])}</b>
      <span class={book['synced'] === true ? 'good' : 'bad'}>
        {book['synced'] === true ? 'in sync' : 'waiting for a snapshot'}
      </span>
      <span class="soft">{String(book['title'])}</span>
      <span class="soft">{time.getTime() > 0 ? `${time.toISOString().slice(0, 19)} UTC` : ''}</span>
    </p>
  );
}

/** Bids and asks by depth; the bars are sizes, on one scale. */
function Ladder(props: { book: Row }) {
  const bids = list(props.book['bids']).slice(0, LEVELS);
  const asks = list(props.book['asks']).slice(0, LEVELS);
  const most = Math.max(1e-12, ...[...bids, ...asks].map((level) => number(level['size'])));
  return (
    <section>
      <h3>Ladder</h3>
      <table class="ladder">
        <thead>
          <tr>
            <th class="n">size</th>
            <th class="n">bid</th>
            <th>ask</th>
            <th>size</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: LEVELS }, (_, depth) => (
            <tr key={depth}>
              <td class="n bar bid" style={share(bids[depth], most)}>
                {sizeText(bids[depth])}
              </td>
              <td class="n">{bids[depth] === undefined ? '' : price(bids[depth]['price'])}</td>
              <td>{asks[depth] === undefined ? '' : price(asks[depth]['price'])}</td>
              <td class="bar ask" style={share(asks[depth], most)}>
                {sizeText(asks[depth])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function share(level: Row | undefined, most: number): string {
  return `--share:${((number(level?.['size']) / most) * 100).toFixed(1)}%`;
}

function sizeText(level: Row | undefined): string {
  return level === undefined ? '' : number(level['size']).toFixed(4);
}

function Where(props: { detail: Row; features: Row }) {
  const { detail, features } = props;
  const lines = useMemo(
    () => [
      { price: number(features['point_of_control']), color: '--curve' },
      { price: number(features['value_area_low']), color: '--blue' },
      { price: number(features['value_area_high']), color: '--blue' },
    ],
    // Drawn anew with the heat map, not with each quote.
    [detail],
  );
  return (
    <section>
      <h3>Where size stood, and what was traded</h3>
      <PriceMap detail={detail} lines={lines} label="heat map of the book with volume profile" />
      <p class="soft">
        green bids, red asks; bought and sold at the right. Point of control{' '}
        {price(features['point_of_control'])}, value area {areaText(features)}.
      </p>
    </section>
  );
}

function areaText(features: Row): string {
  return `${price(features['value_area_low'])} to ${price(features['value_area_high'])}`;
}

/** Values of a measure since it was chosen, oldest first; each telling of the book adds one. */
function useCourse(shown: string, features: Row, name: string): readonly number[] {
  const course = useRef<{ shown: string; of: Row | undefined; values: number[] }>({
    shown,
    of: undefined,
    values: [],
  });
  if (course.current.shown !== shown) course.current = { shown, of: undefined, values: [] };
  const { current } = course;
  // While drawing, not after it: what is called the value of now would be the one before.
  if (current.of !== features && features[name] !== undefined) {
    current.values = [...current.values, number(features[name])].slice(-COURSE);
  }
  current.of = features;
  return current.values;
}

/** The course of one measure since it was chosen. */
function Course(props: { symbol: string; features: Row; catalogue: readonly Row[] }) {
  const { symbol, features, catalogue } = props;
  const [name, setName] = useState('imbalance_5');
  const kept = useCourse(`${symbol} ${name}`, features, name);
  return (
    <section>
      <h3>
        Course of{' '}
        <select
          aria-label="measure"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {catalogue.map((feature) => (
            <option key={feature['name']}>{String(feature['name'])}</option>
          ))}
        </select>
      </h3>
      {kept.length < 2 ? (
        <p class="soft">none has come since the page was opened</p>
      ) : (
        <>
          <Line values={kept} label={`course of ${name}`} />
          <p class="soft">
            {measureText(Math.min(...kept))} to {measureText(Math.max(...kept))}, now{' '}
            {measureText(kept[kept.length - 1])}
          </p>
        </>
      )}
    </section>
  );
}

/** Measures in a column of the table of measures. */
const MEASURES_A_TABLE = 15;

function Measures(props: { features: Row; catalogue: readonly Row[] }) {
  const { features, catalogue } = props;
  const starts = catalogue.map((_, index) => index).filter((at) => at % MEASURES_A_TABLE === 0);
  return (
    <section class="wide-part">
      <h3>{catalogue.length} measures</h3>
      <div class="columns">
        {starts.map((from) => (
          <table key={from} class="features">
            <tbody>
              {catalogue.slice(from, from + MEASURES_A_TABLE).map((feature) => (
                <tr
                  key={feature['name']}
                  title={`${feature['source']}; needs ${feature['warmUp']}`}
                >
                  <td>{String(feature['name'])}</td>
                  <td class="n">{measureText(features[String(feature['name'])])}</td>
                  <td class="soft unit">{String(feature['unit'])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  );
}

/** Counters in a column of their table: three columns hold all. */
const COUNTERS_A_TABLE = 6;

/** What is counted, in words; another counter keeps its own name. */
const COUNTER_NAMES: Readonly<Record<string, string>> = {
  updates: 'levels set',
  events: 'updates taken',
  snapshots: 'snapshots taken',
  stale: 'updates older than the book',
  gaps: 'gaps in the numbers',
  resyncs: 'returns to sync',
  forgotten: 'updates that found no room to wait',
  bad: 'levels without a sound price or size',
  resets: 'times the numbers began anew',
  bidLevels: 'bid levels now',
  askLevels: 'ask levels now',
  levelsDropped: 'levels beyond those kept',
  unrealised: 'trades without room to be judged later',
  beyondProfile: 'lots traded beyond the profile',
  badMessages: 'times, quotes and trades refused',
  misplaced: 'frames out of place',
  feedMessages: 'messages of the stream, of all books',
  feedUnreadable: 'of them unreadable',
  feedUnwanted: 'of symbols nobody asked for',
  feedConnects: 'connections made',
  feedStale: 'connections left as silent',
  feedPauses: 'times the stream was held up',
  feedNoSnapshot: 'whole books that could not be had',
  feedDropped: 'messages dropped for want of room',
};

function Counters(props: { counters: Row }) {
  const rows = Object.entries(props.counters).map(
    ([name, value]) => [COUNTER_NAMES[name] ?? name, count(value)] as const,
  );
  const starts = rows.map((_, index) => index).filter((at) => at % COUNTERS_A_TABLE === 0);
  return (
    <section class="wide-part">
      <h3>What the feed did</h3>
      <div class="columns">
        {starts.map((from) => (
          <Facts key={from} rows={rows.slice(from, from + COUNTERS_A_TABLE)} />
        ))}
      </div>
    </section>
  );
}

const FINE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const COARSE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

function measureText(value: unknown): string {
  if (value === undefined) return 'not known';
  const amount = number(value);
  return (Math.abs(amount) < 100 ? FINE : COARSE).format(amount);
}

/** The card of a symbol with a book. */
export function BookCard(props: { symbol: string }) {
  return (
    <Card title={`Order book of ${props.symbol}`} wide>
      <div class="book">
        <BookPage symbol={props.symbol} />
      </div>
    </Card>
  );
}
