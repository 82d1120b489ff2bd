// Smoothings that refer to their own last value, stepped bar by bar in SQL for all symbols at once.

import { CANDLE_COLUMNS, CANDLE_TOTALS } from './pattern-forms.js';

/** One value carried from bar to bar. */
interface Step {
  /** Steps whose value of this bar is read, as `"now_<name>"`. */
  readonly needs: readonly string[];
  /** This bar's value: `s` is the state after the bar before, `n` the number of this bar. */
  readonly sql: string;
}

/** A price, change or range of the bar, or the value of another step, as SQL. */
interface Series {
  readonly needs: readonly string[];
  readonly sql: string;
  /** Number of the first bar that has a value. */
  readonly firstBar: number;
}

const CLOSES: Series = { needs: [], sql: 'fc', firstBar: 1 };
const RANGES: Series = { needs: [], sql: 'true_range', firstBar: 2 };

/** The value of another step as a series. */
function valuesOf(name: string, firstBar: number): Series {
  return { needs: [name], sql: `"now_${name}"`, firstBar };
}

/** Sums `period` inputs, takes their mean, and from then on steps with `next`. */
function seeded(name: string, series: Series, period: number, next: string): Step {
  const { needs, sql, firstBar } = series;
  const seedBar = firstBar + period - 1;
  return {
    needs,
    sql: `CASE WHEN n < ${firstBar} THEN 0 WHEN n < ${seedBar} THEN s_${name} + ${sql}
      WHEN n = ${seedBar} THEN (s_${name} + ${sql}) / ${period} ELSE ${next} END`,
  };
}

/** Exponential mean seeded by a simple one. Source: TA-Lib EMA. */
function exponential(name: string, series: Series, period: number): Step {
  return seeded(
    name,
    series,
    period,
    `s_${name} + (${series.sql} - s_${name}) * CAST(2 AS DOUBLE) / ${period + 1}`,
  );
}

/** Wilder's mean seeded by a simple one. Source: Wilder 1978; TA-Lib ATR, RSI. */
function wilder(name: string, series: Series, period: number): Step {
  return seeded(
    name,
    series,
    period,
    `(s_${name} * ${period - 1} + ${series.sql}) / CAST(${period} AS DOUBLE)`,
  );
}

/** A sum of 13 movements that then loses a 14th before each addition. Source: TA-Lib ADX. */
function movement(name: string, sql: string): Step {
  return {
    needs: [],
    sql: `CASE WHEN n < 2 THEN 0 WHEN n < 15 THEN s_${name} + ${sql}
      ELSE s_${name} - s_${name} / 14 + ${sql} END`,
  };
}

/** Magnitudes below this count as none. Source: TA-Lib ta_utility.h, TA_EPSILON. */
const NONE = '1e-14';
const UP = '(fh - previous_fh)';
const DOWN = '(previous_fl - fl)';

/** Wilder's parabolic stop, 0.02 up to 0.2. Source: Wilder 1978; TA-Lib SAR. */
const SAR: Readonly<Record<string, Step>> = {
  // What the bar starts with: the second bar takes the first position, within its own range.
  sar_was_long: {
    needs: [],
    sql: `CASE WHEN n = 2 THEN CASE WHEN ${DOWN} > 0 AND ${UP} < ${DOWN} THEN 0 ELSE 1 END
      ELSE s_sar_long END`,
  },
  sar_start: {
    needs: ['sar_was_long'],
    sql: `CASE WHEN n = 2 THEN IF("now_sar_was_long" = 1, previous_fl, previous_fh)
      ELSE s_sar_stop END`,
  },
  sar_extreme_before: {
    needs: ['sar_was_long'],
    sql: `CASE WHEN n = 2 THEN IF("now_sar_was_long" = 1, fh, fl) ELSE s_sar_extreme END`,
  },
  sar_touched: {
    needs: ['sar_was_long', 'sar_start'],
    sql: `CASE WHEN IF("now_sar_was_long" = 1, fl <= "now_sar_start", fh >= "now_sar_start")
      THEN 1 ELSE 0 END`,
  },
  sar_long: {
    needs: ['sar_was_long', 'sar_touched'],
    sql: `IF("now_sar_was_long" = "now_sar_touched", 0, 1)`,
  },
  // The stop of the bar as shown: a touched one has turned over to the extreme of the position.
  sar: {
    needs: ['sar_was_long', 'sar_start', 'sar_extreme_before', 'sar_touched'],
    sql: `CASE WHEN "now_sar_touched" = 0 THEN "now_sar_start"
      WHEN "now_sar_was_long" = 1
        THEN GREATEST("now_sar_extreme_before", IF(n = 2, fh, previous_fh), fh)
      ELSE LEAST("now_sar_extreme_before", IF(n = 2, fl, previous_fl), fl) END`,
  },
  sar_extreme: {
    needs: ['sar_long', 'sar_touched', 'sar_extreme_before'],
    sql: `CASE WHEN "now_sar_touched" = 1 THEN IF("now_sar_long" = 1, fh, fl)
      WHEN "now_sar_long" = 1 THEN GREATEST("now_sar_extreme_before", fh)
      ELSE LEAST("now_sar_extreme_before", fl) END`,
  },
  sar_factor: {
    needs: ['sar_touched', 'sar_extreme', 'sar_extreme_before'],
    sql: `CASE WHEN "now_sar_touched" = 1 THEN 0.02e0
      WHEN "now_sar_extreme" <> "now_sar_extreme_before"
        THEN LEAST(0.2e0, IF(n = 2, 0.02e0, s_sar_factor) + 0.02e0)
      ELSE IF(n = 2, 0.02e0, s_sar_factor) END`,
  },
  sar_stop: {
    needs: ['sar', 'sar_long', 'sar_extreme', 'sar_factor'],
    sql: `CASE WHEN "now_sar_long" = 1
      THEN LEAST("now_sar" + "now_sar_factor" * ("now_sar_extreme" - "now_sar"),
        IF(n = 2, fl, previous_fl), fl)
      ELSE GREATEST("now_sar" + "now_sar_factor" * ("now_sar_extreme" - "now_sar"),
        IF(n = 2, fh, previous_fh), fh) END`,
  },
};

const STEPS: Readonly<Record<string, Step>> = {
  // The fast mean of MACD starts late enough for both to be seeded at bar 26. Source: TA-Lib MACD.
  macd_fast: exponential('macd_fast', { ...CLOSES, firstBar: 15 }, 12),
  macd_slow: exponential('macd_slow', CLOSES, 26),
  macd_line: { needs: ['macd_fast', 'macd_slow'], sql: '"now_macd_fast" - "now_macd_slow"' },
  macd_mean: exponential('macd_mean', valuesOf('macd_line', 26), 9),
  plus_sum: movement('plus_sum', `IF(${UP} > 0 AND ${UP} > ${DOWN}, ${UP}, 0)`),
  minus_sum: movement('minus_sum', `IF(${DOWN} > 0 AND ${UP} < ${DOWN}, ${DOWN}, 0)`),
  range_sum: movement('range_sum', 'true_range'),
  // NULL where the index is undefined: its mean then stays as it was.
  direction: {
    needs: ['plus_sum', 'minus_sum', 'range_sum'],
    sql: `CASE WHEN n >= 15 AND "now_range_sum" >= ${NONE}
        AND 100 * ("now_plus_sum" + "now_minus_sum") / "now_range_sum" >= ${NONE}
      THEN 100 * ABS("now_minus_sum" - "now_plus_sum") / ("now_plus_sum" + "now_minus_sum") END`,
  },
  direction_mean: {
    needs: ['direction'],
    sql: `CASE WHEN n < 15 THEN 0 WHEN n < 28 THEN s_direction_mean + COALESCE("now_direction", 0)
      WHEN n = 28 THEN (s_direction_mean + COALESCE("now_direction", 0)) / 14
      WHEN "now_direction" IS NULL THEN s_direction_mean
      ELSE (s_direction_mean * 13 + "now_direction") / 14 END`,
  },
  ...SAR,
  ...Object.fromEntries(
    Object.entries(CANDLE_TOTALS).map(([name, sql]) => [name, { needs: [], sql }]),
  ),
};

/** Steps of any period, by the first part of their names: `mean_30` after `mean`. */
const OF_PERIOD: Readonly<Record<string, (name: string, period: number) => Step>> = {
  mean: (name, period) => exponential(name, CLOSES, period),
  twice: (name, period) => exponential(name, valuesOf(`mean_${period}`, period), period),
  thrice: (name, period) => exponential(name, valuesOf(`twice_${period}`, 2 * period - 1), period),
  gain: (name, period) =>
    wilder(name, { needs: [], sql: 'GREATEST(change, 0)', firstBar: 2 }, period),
  loss: (name, period) =>
    wilder(name, { needs: [], sql: 'GREATEST(-change, 0)', firstBar: 2 }, period),
  range: (name, period) => wilder(name, RANGES, period),
};

/** The step of a name; undefined where there is none. */
function stepOf(name: string): Step | undefined {
  if (Object.hasOwn(STEPS, name)) return STEPS[name];
  const [, kind = '', period] = /^([a-z]+)_(\d+)$/.exec(name) ?? [];
  return Object.hasOwn(OF_PERIOD, kind) ? OF_PERIOD[kind]?.(name, Number(period)) : undefined;
}

/** Whether `smoothingSql` can step a series of that name. */
export function isSmoothed(name: string): boolean {
  return stepOf(name) !== undefined;
}

/** The wanted steps, what they need and what those carry on, by depth of need. */
function layersOf(wanted: readonly string[]): string[][] {
  const depths = new Map<string, number>();
  const visit = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const { needs, sql } = stepOf(name)!;
    const depth = needs.reduce((deepest, need) => Math.max(deepest, visit(need) + 1), 0);
    depths.set(name, depth);
    // State of other steps that is read from the bar before must be carried as well.
    for (const [, carried] of sql.matchAll(/\bs_(\w+)/g)) visit(carried!);
    return depth;
  };
  for (const name of wanted) visit(name);
  const layers: string[][] = [];
  for (const [name, depth] of depths) {
    while (layers.length <= depth) layers.push([]);
    layers[depth]!.push(name);
  }
  return layers;
}

/**
 * A statement that creates the table `smoothed` (symbol, n and a column for each wanted series)
 * from the table `adjusted`, which is best sorted by n: each round then reads one stretch of it.
 */
export function smoothingSql(wanted: readonly string[]): string {
  const layers = layersOf(wanted);
  const names = layers.flat();
  const inputs = [
    'b.symbol, b.n, fc, fh, fl, change, true_range, previous_fh, previous_fl',
    ...(names.some((name) => Object.hasOwn(CANDLE_TOTALS, name)) ? CANDLE_COLUMNS : []),
  ].join(', ');
  let round = `SELECT ${inputs}, ${names.map((name) => `s."${name}" AS s_${name}`).join(', ')}
    FROM steps s JOIN adjusted b ON b.symbol = s.symbol AND b.n = s.n + 1`;
  for (const layer of layers) {
    const columns = layer.map((name) => `CAST(${stepOf(name)!.sql} AS DOUBLE) AS "now_${name}"`);
    round = `SELECT *, ${columns.join(', ')} FROM (${round})`;
  }
  return `CREATE TABLE smoothed AS
    WITH RECURSIVE steps AS (
      SELECT symbol, CAST(0 AS BIGINT) AS n,
        ${names.map((name) => `CAST(0 AS DOUBLE) AS "${name}"`).join(', ')}
      FROM adjusted WHERE n = 1
      UNION ALL
      SELECT symbol, n, ${names.map((name) => `"now_${name}"`).join(', ')} FROM (${round}))
    SELECT symbol, n, ${wanted.map((name) => `"${name}" AS "smooth_${name}"`).join(', ')}
    FROM steps WHERE n > 0`;
}
