// The features in SQL over all history: written apart from the streaming code, to judge it by.

import { Fault } from '../../engine/index.js';

const WINDOW = 'PARTITION BY symbol ORDER BY n';

/** The last `bars` rows, the current one included. */
function last(bars: number): string {
  return `OVER (${WINDOW} ROWS BETWEEN ${bars - 1} PRECEDING AND CURRENT ROW)`;
}

/** The `bars` rows before the current one. */
function before(bars: number): string {
  return `OVER (${WINDOW} ROWS BETWEEN ${bars} PRECEDING AND 1 PRECEDING)`;
}

/** A value only where there are enough bars for it. */
function warm(bars: number, expression: string): string {
  return `CASE WHEN n >= ${bars} THEN ${expression} END`;
}

function lag(bars: number): string {
  return `LAG(fc, ${bars}) OVER (${WINDOW})`;
}

function meanOf(period: number): string {
  return warm(period, `AVG(fc) ${last(period)} / factor`);
}

function volatility(period: number): string {
  return warm(period + 1, `SQRT(252) * STDDEV_SAMP(log_return) ${last(period)}`);
}

/** Features by a window over the symbol's own bars, as SQL over the table `adjusted`. */
const OWN: Readonly<Record<string, string>> = {
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume: 'volume',
  sessions: 'CAST(n AS DOUBLE)',
  ret_1: `fc / ${lag(1)} - 1`,
  ret_5: `fc / ${lag(5)} - 1`,
  ret_20: `fc / ${lag(20)} - 1`,
  roc_10: `(fc / ${lag(10)} - 1) * 100`,
  roc_21: `(fc / ${lag(21)} - 1) * 100`,
  roc_63: `(fc / ${lag(63)} - 1) * 100`,
  roc_126: `(fc / ${lag(126)} - 1) * 100`,
  roc_252: `(fc / ${lag(252)} - 1) * 100`,
  mom_10: `(fc - ${lag(10)}) / factor`,
  sma_20: meanOf(20),
  sma_50: meanOf(50),
  sma_200: meanOf(200),
  bb_bandwidth_20: warm(20, `4 * STDDEV_POP(fc) ${last(20)} / AVG(fc) ${last(20)}`),
  stddev_20: warm(20, `STDDEV_POP(fc) ${last(20)} / factor`),
  donchian_upper_20: warm(20, `MAX(fh) ${last(20)} / factor`),
  donchian_lower_20: warm(20, `MIN(fl) ${last(20)} / factor`),
  donchian_prior_high_20: warm(21, `MAX(fh) ${before(20)} / factor`),
  relative_volume_20: warm(21, `fv / NULLIF(AVG(fv) ${before(20)}, 0)`),
  dollar_volume_20: warm(21, `AVG(close * volume) ${before(20)}`),
  high_252_distance: warm(252, `fc / MAX(fh) ${last(252)} - 1`),
  low_252_distance: warm(252, `fc / MIN(fl) ${last(252)} - 1`),
  drawdown_252: warm(252, `fc / MAX(fc) ${last(252)} - 1`),
  gap: `fo / ${lag(1)} - 1`,
  realised_vol_20: volatility(20),
  realised_vol_60: volatility(60),
  close_location: 'CASE WHEN high = low THEN 0.5 ELSE (close - low) / (high - low) END',
};

/** Features made of other features, in a second pass: each names what it needs. */
const DERIVED: Readonly<
  Record<string, { readonly needs: readonly string[]; readonly sql: string }>
> = {
  sma_50_slope_20: {
    needs: ['forward_sma_50'],
    sql: `forward_sma_50 / LAG(forward_sma_50, 20) OVER (${WINDOW}) - 1`,
  },
  bb_bandwidth_pct_120: {
    needs: ['bb_bandwidth_20'],
    sql: warm(
      139,
      `LEN(LIST_FILTER(LIST(bb_bandwidth_20) ${last(120)}, x -> x <= bb_bandwidth_20)) / 120.0`,
    ),
  },
};

/** Inner columns that only derived features read. */
const INNER: Readonly<Record<string, string>> = {
  forward_sma_50: warm(50, `AVG(fc) ${last(50)}`),
};

/** Smoothings that refer to their own last value: one pass, bar by bar, over all symbols. */
const RECURSIVE = ['rsi_14', 'macd', 'macd_signal', 'macd_histogram'];

/** What a cross-section column is made from. */
const CROSS: Readonly<Record<string, { readonly of: string; readonly sql: string }>> = {
  rs_63: { of: 'roc_63', sql: 'roc_63 - AVG(roc_63) OVER (PARTITION BY date)' },
  market_ret_1: { of: 'ret_1', sql: 'AVG(ret_1) OVER (PARTITION BY date)' },
  market_breadth_50: {
    of: 'sma_50',
    sql: 'AVG(CASE WHEN sma_50 IS NULL THEN NULL WHEN close > sma_50 THEN 1.0 ELSE 0.0 END) OVER (PARTITION BY date)',
  },
  ...Object.fromEntries(
    ['roc_63', 'roc_126', 'dollar_volume_20', 'realised_vol_60', 'relative_volume_20'].map(
      (name) => [
        `rank_${name}`,
        {
          of: name,
          sql: `CASE WHEN ${name} IS NOT NULL AND COUNT(${name}) OVER (PARTITION BY date) > 1 THEN
          (RANK() OVER (PARTITION BY date ORDER BY ${name} NULLS LAST) - 1
            + 0.5 * (COUNT(*) OVER (PARTITION BY date, ${name}) - 1))
          / (COUNT(${name}) OVER (PARTITION BY date) - 1) END`,
        },
      ],
    ),
  ),
};

/**
 * Statements that build the table `features` (symbol, date and the wanted columns) from a table
 * `bars` (symbol, date as yyyymmdd, open, high, low, close, volume, dividend, split).
 * Errors: `research.no_sql_form` for a feature that exists in the stream only.
 */
export function featureSql(wanted: readonly string[]): string[] {
  const needed = new Set(wanted);
  for (const name of wanted) {
    const cross = CROSS[name];
    if (cross !== undefined) needed.add(cross.of);
    for (const need of DERIVED[name]?.needs ?? []) needed.add(need);
  }
  if (needed.has('market_breadth_50')) needed.add('close');
  const unknown = [...needed].filter(
    (name) =>
      !(name in OWN || name in DERIVED || name in INNER || name in CROSS) &&
      !RECURSIVE.includes(name),
  );
  if (unknown.length > 0) {
    throw new Fault(
      'research.no_sql_form',
      `expected features with an SQL form, was ${unknown.join(', ')}; known are ${[...Object.keys(OWN), ...Object.keys(DERIVED), ...RECURSIVE, ...Object.keys(CROSS)].join(', ')}`,
    );
  }
  const pick = (table: Readonly<Record<string, unknown>>): string[] =>
    [...needed].filter((name) => name in table);
  const own = [
    ...pick(OWN).map((name) => `${OWN[name]} AS "${name}"`),
    ...pick(INNER).map((name) => `${INNER[name]} AS "${name}"`),
  ];
  const derived = pick(DERIVED).map((name) => `${DERIVED[name]!.sql} AS "${name}"`);
  const cross = pick(CROSS).map((name) => `${CROSS[name]!.sql} AS "${name}"`);
  const smoothed = [...needed].filter((name) => RECURSIVE.includes(name));
  const list = (columns: readonly string[]): string =>
    columns.map((column) => `, ${column}`).join('');
  const join = smoothed.length === 0 ? '' : 'LEFT JOIN smoothed USING (symbol, n)';
  return [
    ADJUSTED,
    ...(smoothed.length === 0 ? [] : [SMOOTHED]),
    `CREATE TABLE own AS SELECT symbol, date, n${list(own)} FROM adjusted`,
    `CREATE TABLE derived AS SELECT own.*${list(derived)} FROM own`,
    `CREATE TABLE features AS SELECT derived.*${list(smoothed.map((name) => `smoothed."${name}"`))}${list(cross)}
     FROM derived ${join}`,
  ];
}

/** Bars in forward-adjusted prices. Source: CRSP total-return factors. */
const ADJUSTED = `CREATE TABLE adjusted AS
  WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY symbol ORDER BY date) AS n,
      LAG(close) OVER (PARTITION BY symbol ORDER BY date) AS previous
    FROM bars),
  factored AS (
    SELECT *,
      product(split * CASE WHEN dividend > 0 AND previous > dividend
        THEN 1 / (1 - dividend / previous) ELSE 1 END) OVER (${WINDOW}) AS factor,
      product(split) OVER (${WINDOW}) AS volume_factor
    FROM numbered),
  forward AS (
    SELECT *, open * factor AS fo, high * factor AS fh, low * factor AS fl, close * factor AS fc,
      volume / volume_factor AS fv
    FROM factored)
  SELECT *, LN(fc / LAG(fc) OVER (${WINDOW})) AS log_return,
    fc - LAG(fc) OVER (${WINDOW}) AS change,
    AVG(fc) ${last(12)} AS mean_12, AVG(fc) ${last(26)} AS mean_26
  FROM forward ORDER BY n`;

/**
 * Wilder's gains and losses and the exponential means of MACD, stepped from bar to bar for all
 * symbols together. Seeds as TA-Lib has them: means of the first inputs, both MACD means at bar 26.
 */
const SMOOTHED = `CREATE TABLE smoothed AS
  WITH RECURSIVE seeds AS (
    SELECT symbol, AVG(GREATEST(change, 0)) AS gain, AVG(GREATEST(-change, 0)) AS loss
    FROM adjusted WHERE n BETWEEN 2 AND 15 GROUP BY symbol HAVING COUNT(*) = 14),
  steps AS (
    SELECT symbol, CAST(15 AS BIGINT) AS n, gain, loss, CAST(NULL AS DOUBLE) AS fast,
      CAST(NULL AS DOUBLE) AS slow, CAST(0 AS DOUBLE) AS line_sum, CAST(NULL AS DOUBLE) AS signal
    FROM seeds
    UNION ALL
    SELECT symbol, n, gain, loss, fast, slow,
      CASE WHEN n BETWEEN 26 AND 34 THEN line_sum + fast - slow ELSE line_sum END,
      CASE WHEN n < 34 THEN NULL WHEN n = 34 THEN (line_sum + fast - slow) / 9
        ELSE (fast - slow - signal) * (2.0 / 10) + signal END
    FROM (
      SELECT b.symbol, b.n,
        (s.gain * 13 + GREATEST(b.change, 0)) / 14 AS gain,
        (s.loss * 13 + GREATEST(-b.change, 0)) / 14 AS loss,
        CASE WHEN b.n < 26 THEN NULL WHEN b.n = 26 THEN b.mean_12
          ELSE (b.fc - s.fast) * (2.0 / 13) + s.fast END AS fast,
        CASE WHEN b.n < 26 THEN NULL WHEN b.n = 26 THEN b.mean_26
          ELSE (b.fc - s.slow) * (2.0 / 27) + s.slow END AS slow,
        s.line_sum, s.signal
      FROM steps s JOIN adjusted b ON b.symbol = s.symbol AND b.n = s.n + 1))
  SELECT s.symbol, s.n,
    CASE WHEN s.gain + s.loss = 0 THEN 0 ELSE 100 * s.gain / (s.gain + s.loss) END AS rsi_14,
    CASE WHEN s.n >= 34 THEN (s.fast - s.slow) / a.factor END AS macd,
    s.signal / a.factor AS macd_signal,
    (s.fast - s.slow - s.signal) / a.factor AS macd_histogram
  FROM steps s JOIN adjusted a USING (symbol, n)`;
