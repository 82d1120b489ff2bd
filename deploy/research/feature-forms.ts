// The SQL form of every feature: written apart from the streaming code, to judge it by.
// Every feature of the catalogue has one, which `feature-agreement.test.ts` holds to the stream.
// A form names the columns it reads: those of `adjusted`, `smooth_` ones, and those of other forms.

import { PATTERN_FORMS } from './pattern-forms.js';
import { before, buying, changeOver, lag, last, SO_FAR, since, warm } from './windows.js';

function volatility(period: number): string {
  return warm(period + 1, `SQRT(252) * STDDEV_SAMP(log_return) ${last(period)}`);
}

/** Columns that only other forms read; prices in them are forward-adjusted. */
const INNER: Readonly<Record<string, string>> = {
  mean_20: warm(20, `AVG(fc) ${last(20)}`),
  mean_50: warm(50, `AVG(fc) ${last(50)}`),
  deviation_20: warm(20, `STDDEV_POP(fc) ${last(20)}`),
  high_14: warm(14, `MAX(fh) ${last(14)}`),
  low_14: warm(14, `MIN(fl) ${last(14)}`),
  high_20: warm(20, `MAX(fh) ${last(20)}`),
  low_20: warm(20, `MIN(fl) ${last(20)}`),
  fast_k: 'IF(high_14 = low_14, 0, 100 * (fc - low_14) / (high_14 - low_14))',
  slow_k: warm(16, `AVG(fast_k) ${last(3)}`),
  typical_change: `typical - ${lag('typical', 1)}`,
  typical_mean: warm(20, `AVG(typical) ${last(20)}`),
  flow_up: `SUM(IF(typical_change > 0, typical * fv, 0)) ${last(14)}`,
  flow_down: `SUM(IF(typical_change < 0, typical * fv, 0)) ${last(14)}`,
  buying_7: warm(8, buying(7)),
  buying_14: warm(15, buying(14)),
  buying_28: warm(29, buying(28)),
  last_not_up: `MAX(IF(n = 1 OR change <= 0, n, 0)) ${SO_FAR}`,
  last_not_down: `MAX(IF(n = 1 OR change >= 0, n, 0)) ${SO_FAR}`,
};

/** Bars since an extreme of the last 15, the latest among equals, as a share of 14 bars. */
function aroon(extreme: 'high' | 'low'): string {
  return warm(15, `100 * (14 - ${since(extreme, 14)}) / CAST(14 AS DOUBLE)`);
}

/** Features made of closes alone. */
const OF_CLOSES: Readonly<Record<string, string>> = {
  ret_1: changeOver(1),
  ret_5: changeOver(5),
  ret_20: changeOver(20),
  roc_10: `(${changeOver(10)}) * 100`,
  roc_21: `(${changeOver(21)}) * 100`,
  roc_63: `(${changeOver(63)}) * 100`,
  roc_126: `(${changeOver(126)}) * 100`,
  roc_252: `(${changeOver(252)}) * 100`,
  mom_10: `(fc - ${lag('fc', 10)}) / factor`,
  sma_20: 'mean_20 / factor',
  sma_50: 'mean_50 / factor',
  sma_200: warm(200, `AVG(fc) ${last(200)} / factor`),
  sma_50_slope_20: `mean_50 / ${lag('mean_50', 20)} - 1`,
  ema_12: warm(12, 'smooth_mean_12 / factor'),
  ema_20: warm(20, 'smooth_mean_20 / factor'),
  ema_50: warm(50, 'smooth_mean_50 / factor'),
  // Weights 1 to 20 are the bar numbers less that of the bar before the window.
  wma_20: warm(20, `(SUM(fc * n) ${last(20)} - (n - 20) * SUM(fc) ${last(20)}) / 210 / factor`),
  rsi_14: warm(
    15,
    'IF(smooth_gain_14 + smooth_loss_14 < 1e-14, 0, 100 * smooth_gain_14 / (smooth_gain_14 + smooth_loss_14))',
  ),
  macd: warm(34, 'smooth_macd_line / factor'),
  macd_signal: warm(34, 'smooth_macd_mean / factor'),
  macd_histogram: warm(34, '(smooth_macd_line - smooth_macd_mean) / factor'),
  trix_15: warm(44, `(smooth_thrice_15 / ${lag('smooth_thrice_15', 1)} - 1) * 100`),
  bb_upper_20: '(mean_20 + 2 * deviation_20) / factor',
  bb_middle_20: 'mean_20 / factor',
  bb_lower_20: '(mean_20 - 2 * deviation_20) / factor',
  bb_percent_b_20:
    'IF(deviation_20 = 0, 0.5, (fc - (mean_20 - 2 * deviation_20)) / (4 * deviation_20))',
  bb_bandwidth_20: '4 * deviation_20 / mean_20',
  bb_bandwidth_pct_120: warm(139, `CUME_DIST(ORDER BY bb_bandwidth_20) ${last(120)}`),
  linreg_slope_14: warm(14, `REGR_SLOPE(fc, n) ${last(14)} / factor`),
  stddev_20: 'deviation_20 / factor',
  realised_vol_20: volatility(20),
  realised_vol_60: volatility(60),
  drawdown_252: warm(252, `fc / MAX(fc) ${last(252)} - 1`),
  up_streak: warm(
    2,
    'CASE WHEN change > 0 THEN n - last_not_up WHEN change < 0 THEN last_not_down - n ELSE 0 END',
  ),
};

/** Features made of highs, lows and ranges. */
const OF_RANGES: Readonly<Record<string, string>> = {
  atr_14: warm(15, 'smooth_range_14 / factor'),
  natr_14: warm(15, '100 * smooth_range_14 / fc'),
  true_range_ratio: warm(16, `true_range / NULLIF(${lag('smooth_range_14', 1)}, 0)`),
  adx_14: warm(28, 'smooth_direction_mean'),
  plus_di_14: indicator('smooth_plus_sum'),
  minus_di_14: indicator('smooth_minus_sum'),
  stoch_k_14: warm(18, 'slow_k'),
  stoch_d_14: warm(18, `AVG(slow_k) ${last(3)}`),
  cci_20: `CASE WHEN typical_mean IS NULL THEN NULL
      WHEN typical = typical_mean OR MIN(typical) ${last(20)} = MAX(typical) ${last(20)} THEN 0
      ELSE (typical - typical_mean) / (0.015 * LIST_AVG(LIST_TRANSFORM(
        LIST(typical) ${last(20)}, lambda x: ABS(x - typical_mean)))) END`,
  willr_14: 'IF(high_14 = low_14, 0, -100 * (high_14 - fc) / (high_14 - low_14))',
  aroon_up_14: aroon('high'),
  aroon_down_14: aroon('low'),
  sar: warm(2, 'smooth_sar / factor'),
  ultosc_7_14_28: warm(29, '100 * (4 * buying_7 + 2 * buying_14 + buying_28) / 7'),
  donchian_upper_20: 'high_20 / factor',
  donchian_middle_20: '(high_20 + low_20) / 2 / factor',
  donchian_lower_20: 'low_20 / factor',
  donchian_prior_high_20: warm(21, `MAX(fh) ${before(20)} / factor`),
  keltner_upper_20: keltner('smooth_mean_20 + 2 * smooth_range_10'),
  keltner_middle_20: keltner('smooth_mean_20'),
  keltner_lower_20: keltner('smooth_mean_20 - 2 * smooth_range_10'),
  squeeze_20: warm(
    20,
    `CASE WHEN mean_20 + 2 * deviation_20 < smooth_mean_20 + 2 * smooth_range_10
        AND mean_20 - 2 * deviation_20 > smooth_mean_20 - 2 * smooth_range_10
      THEN 1e0 ELSE 0e0 END`,
  ),
  high_252_distance: warm(252, `fc / MAX(fh) ${last(252)} - 1`),
  low_252_distance: warm(252, `fc / MIN(fl) ${last(252)} - 1`),
  gap: 'fo / previous_fc - 1',
  close_location: 'IF(high = low, 0.5e0, (close - low) / (high - low))',
};

/** A directional indicator from its smoothed movement. */
function indicator(movement: string): string {
  return warm(15, `IF(smooth_range_sum < 1e-14, 0, 100 * ${movement} / smooth_range_sum)`);
}

/** A line of the Keltner channel. */
function keltner(line: string): string {
  return warm(20, `(${line}) / factor`);
}

/** Features made with volume, and the count of bars. */
const OF_VOLUME: Readonly<Record<string, string>> = {
  obv: `SUM(IF(n = 1, fv, SIGN(change) * fv)) ${SO_FAR}`,
  mfi_14: warm(15, 'IF(flow_up + flow_down < 1, 0, 100 * flow_up / (flow_up + flow_down))'),
  relative_volume_20: warm(21, `fv / NULLIF(AVG(fv) ${before(20)}, 0)`),
  dollar_volume_20: warm(21, `AVG(close * volume) ${before(20)}`),
  sessions: 'CAST(n AS DOUBLE)',
};

/** Every column made by a window over the symbol's own bars. */
export const FORMS: Readonly<Record<string, string>> = {
  ...INNER,
  ...OF_CLOSES,
  ...OF_RANGES,
  ...OF_VOLUME,
  ...PATTERN_FORMS,
  // History knows closed sessions only.
  session_fraction: '1e0',
};

/** Percentile of a column among its date's rows: (lower + half of the other equals) / (n - 1). */
function rank(of: string): string {
  const count = `COUNT(${of}) OVER (PARTITION BY date)`;
  return `CASE WHEN ${of} IS NOT NULL AND ${count} > 1 THEN
      (RANK() OVER (PARTITION BY date ORDER BY ${of} NULLS LAST) - 1
        + 0.5 * (COUNT(*) OVER (PARTITION BY date, ${of}) - 1)) / (${count} - 1) END`;
}

/** Columns that compare a symbol with all that have a bar on the date. */
export const CROSS_FORMS: Readonly<Record<string, string>> = {
  rs_63: 'roc_63 - AVG(roc_63) OVER (PARTITION BY date)',
  rank_roc_63: rank('roc_63'),
  rank_roc_126: rank('roc_126'),
  rank_dollar_volume_20: rank('dollar_volume_20'),
  rank_realised_vol_60: rank('realised_vol_60'),
  rank_relative_volume_20: rank('relative_volume_20'),
  market_ret_1: 'AVG(ret_1) OVER (PARTITION BY date)',
  market_breadth_50: `AVG(CASE WHEN sma_50 IS NULL THEN NULL WHEN close > sma_50 THEN 1e0 ELSE 0e0 END)
      OVER (PARTITION BY date)`,
};
