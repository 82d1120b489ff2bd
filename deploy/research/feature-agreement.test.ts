// Every feature's second way against the streaming engine, bar by bar over real prices.

import t from 'tap';
import { countSessions, isSession } from '../../actors/calendar/index.js';
import { createFunnelEvaluator, STAGE_NAMES } from '../../actors/funnel/index.js';
import {
  CATALOGUE,
  CROSS_FEATURES,
  createCrossSection,
  createFeatureEngine,
  indicatorsAmong,
} from '../../actors/indicators/index.js';
import {
  attachPointRecords,
  createPointRecords,
  marketColumnNames,
  ROW_FEATURES,
  rowFeaturesWith,
  SymbolPlane,
  stateLayout,
} from '../../actors/market/index.js';
import { ASKED_PATTERNS, createPatternEngine } from '../../actors/patterns/index.js';
import { Columns, createColumns, DuckDb, sqlText } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { featureSql, waysOf } from './feature-sql.js';
import { loadMarketFile, type MarketBars } from './market-file.js';
import { addRecomputed } from './recomputed.js';

/** Splits of four and five, large and small dividends, and one listed in 2020. */
const SYMBOLS = ['AAPL', 'GE', 'TSLA', 'XOM', 'CARR'];
const DATA_FILE = inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet');

/** Long enough for a year's look back, short enough for a test; with the splits of August 2020. */
const FIRST_DATE = 20200102;
const ASKED = ASKED_PATTERNS.map(({ name }) => name);

/** Functions with numbers that no row keeps, by every form of `asked-forms.ts` at least once. */
const IN_SQL =
  'sma_30 wma_30 ema_9 dema_9 tema_9 trima_8 trima_9 ma_12 bbands_15_2.5_1.5_upper midpoint_9 ' +
  'bbands_15_2.5_1.5_middle bbands_15_2.5_1.5_lower donchian_30_upper donchian_30_middle max_9 ' +
  'donchian_30_lower keltner_20_9_1.5_upper keltner_20_9_1.5_lower midprice_9 min_9 minmax_9_min ' +
  'minmax_9_max sum_9 linearreg_9 linearreg_intercept_9 tsf_9 linearreg_slope_9 stddev_9_2 atr_9 ' +
  'avgdev_9 trange mom_9 avgprice medprice typprice wclprice roc_9 rocp_9 rocr_9 rocr100_9 ' +
  'willr_9 rsi_9 cmo_9 natr_9 trix_9 cci_9 mfi_9 aroon_9_down aroon_9_up aroonosc_9 bop imi_9 ' +
  'ultosc_5_18_9 stochf_9_3_fast_k stochf_9_3_fast_d stoch_9_4_0_3_slow_k stoch_9_4_0_3_slow_d';

/** Those whose own code runs again. */
const RECOMPUTED =
  'kama_30 t3_5_0.7 mama_0.5_0.05_fama ht_sine_lead_sine ppo_12_26_1 apo_5_9 adx_9 plus_di_9 ' +
  'sar_0.03_0.3 ad adosc_3_10 stochrsi_14_5_3_fast_d macd_5_9_4_signal bbands_15_2_2_1_upper';

const FUNCTIONS = `${IN_SQL} ${RECOMPUTED}`.split(' ');
const NAMES = [
  ...[...ROW_FEATURES, ...CROSS_FEATURES].map(({ name }) => name),
  ...ASKED,
  ...FUNCTIONS,
];

/** Two ways of adding up differ by rounding; far from zero by no more than this share. */
const TOLERANCE = 1e-9;

/**
 * Share of its 120 bars by which a rank may move where two bandwidths are equal but for rounding:
 * bars leave a window in one order and its sums in another.
 */
const RANK_TOLERANCE = 1 / 120 + TOLERANCE;
const RANKS_MOVED_MAX = 10;

function firstDay({ dates }: MarketBars): number {
  return dates.findIndex((date) => date >= FIRST_DATE);
}

/** Values of every feature at every close, by symbol, date and name. */
function stream(bars: MarketBars): Map<string, number> {
  const rows = bars.symbols.length;
  const indicators = indicatorsAmong(FUNCTIONS);
  const columns = new Columns(
    createColumns(
      marketColumnNames(
        rowFeaturesWith(indicators).map(({ name }) => name),
        CROSS_FEATURES.map(({ name }) => name),
        ASKED,
      ),
      rows,
    ),
  );
  const features = createFeatureEngine([...CATALOGUE, ...indicators]);
  const patterns = createPatternEngine({ asked: ASKED });
  const funnel = createFunnelEvaluator(
    {
      name: 'all',
      backfill: { perSession: 0, sessionsDone: 0 },
      research: { stopAtrs: 1, positionDollars: 1, participation: 1 },
      stages: STAGE_NAMES.map((name) => ({
        name,
        title: name,
        meaning: name,
        condition: { kind: 'all', of: [] },
      })),
    },
    columns.layout,
  );
  const plane = new SymbolPlane({
    rows: Int32Array.from(bars.symbols, (_, row) => row),
    columns,
    features,
    patterns,
    funnel,
    state: new Float64Array(rows * stateLayout(features, patterns, funnel).stride),
  });
  const [record] = attachPointRecords(createPointRecords(rows), rows);
  const cross = createCrossSection(rows);
  const values = new Map<string, number>();
  for (let day = firstDay(bars); day < bars.dates.length; day++) {
    plane.openSession(0, 1);
    for (let at = bars.dayStarts[day]!; at < bars.dayStarts[day + 1]!; at++) {
      plane.applyAction(bars.rows[at]!, bars.split[at]!, bars.dividend[at]!);
      plane.develop(bars.rows[at]!, {
        open: bars.open[at]!,
        high: bars.high[at]!,
        low: bars.low[at]!,
        close: bars.close[at]!,
        volume: bars.volume[at]!,
      });
    }
    plane.settle();
    plane.recordPoint(record!);
    cross.compute(record!.trading, record!.inputs, record!.outputs);
    plane.applyPoint(record!);
    for (let at = bars.dayStarts[day]!; at < bars.dayStarts[day + 1]!; at++) {
      const row = bars.rows[at]!;
      for (const name of NAMES) {
        values.set(`${bars.symbols[row]} ${bars.dates[day]} ${name}`, columns.column(name)[row]!);
      }
    }
    plane.closeSession(() => {});
  }
  return values;
}

t.test(
  'every feature is made a second way, which agrees with the stream at every close',
  async (t) => {
    const { bars } = await loadMarketFile({ path: DATA_FILE, symbols: SYMBOLS });
    const streamed = stream(bars);
    const db = await DuckDb.open({ memoryMbMax: 1024 });
    t.teardown(() => db.close());
    const day = "CAST(strftime(date, '%Y%m%d') AS INTEGER)";
    const numbers = ['open', 'high', 'low', 'close', 'volume', 'dividend', 'split'];
    await db.run(`CREATE TABLE bars AS SELECT symbol, ${day} AS date,
    ${numbers.map((name) => `CAST(${name} AS DOUBLE) AS ${name}`).join(', ')}
    FROM read_parquet(${sqlText(DATA_FILE)})
    WHERE symbol IN (${SYMBOLS.map(sqlText).join(', ')}) AND ${day} >= ${FIRST_DATE}`);
    const { inSql, recomputed } = waysOf(NAMES);
    t.same(recomputed, RECOMPUTED.split(' '), 'all others have a form in SQL');
    for (const statement of featureSql(inSql)) await db.run(statement);
    await addRecomputed(db, recomputed);
    const rows = await db.rows(
      `SELECT symbol, CAST(date AS DOUBLE) AS date,
      ${NAMES.map((name) => `CAST("${name}" AS DOUBLE) AS "${name}"`).join(', ')} FROM features`,
    );
    t.equal(rows.length, bars.rows.length - bars.dayStarts[firstDay(bars)]!);
    const worst = new Map<string, { count: number; first: string }>();
    const warm = new Set<string>();
    let ranksMoved = 0;
    let compared = 0;
    for (const row of rows) {
      for (const name of NAMES) {
        const key = `${row['symbol']} ${row['date']} ${name}`;
        const ours = streamed.get(key) ?? Number.NaN;
        const value = row[name];
        const theirs = typeof value === 'number' ? value : Number.NaN;
        compared++;
        if (!Number.isNaN(ours)) warm.add(name);
        if (agree(ours, theirs)) continue;
        if (name === 'bb_bandwidth_pct_120' && Math.abs(ours - theirs) <= RANK_TOLERANCE) {
          ranksMoved++;
          continue;
        }
        const seen = worst.get(name) ?? { count: 0, first: `${key}: ${ours} and ${theirs}` };
        worst.set(name, { ...seen, count: seen.count + 1 });
      }
    }
    t.same(Object.fromEntries(worst), {});
    t.ok(ranksMoved <= RANKS_MOVED_MAX, `${ranksMoved} ranks moved by one place`);
    t.equal(compared, rows.length * NAMES.length);
    t.equal(warm.size, NAMES.length, 'each had values to compare');
  },
);

function agree(ours: number, theirs: number): boolean {
  if (Number.isNaN(ours) || Number.isNaN(theirs)) {
    return Number.isNaN(ours) && Number.isNaN(theirs);
  }
  const scale = Math.max(1, Math.abs(ours), Math.abs(theirs));
  return Math.abs(ours - theirs) <= TOLERANCE * scale;
}

t.test('every date of the sample is a session of the exchange, and none is missing', async (t) => {
  const { bars } = await loadMarketFile({ path: DATA_FILE, symbols: ['XOM'] });
  t.same(
    bars.dates.filter((date) => !isSession(date)),
    [],
  );
  t.equal(bars.dates.length, countSessions(bars.dates[0]!, bars.dates.at(-1)!));
});
