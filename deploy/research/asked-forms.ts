// The SQL form of functions that conditions name with numbers of their own, such as `cci_30`.

import { askedFeature, askedFunction } from '../../actors/indicators/index.js';
import { buying, changeOver, lag, last, since, warm } from './windows.js';

/** Columns of a function: those that are its outputs, by name, and those that only these read. */
interface Columns {
  readonly outputs: Readonly<Record<string, string>>;
  readonly inner?: Readonly<Record<string, string>>;
}

type Form = (...values: readonly [number, number, number, ...number[]]) => Columns | undefined;

/** A form of one output. */
function one(sql: string): Columns {
  return { outputs: { '': sql } };
}

const line = (bars: number, at: string): Columns =>
  one(`REGR_INTERCEPT(fc, n) ${last(bars)} + REGR_SLOPE(fc, n) ${last(bars)} * (${at})`);

/** Mean distance from the mean of a window; the mean is a column of its own. */
function meanDistance(of: string, mean: string, bars: number): string {
  return `LIST_AVG(LIST_TRANSFORM(LIST(${of}) ${last(bars)}, lambda x: ABS(x - ${mean})))`;
}

function middle(top: string, bottom: string, bars: number): string {
  return `(MAX(${top}) ${last(bars)} + MIN(${bottom}) ${last(bars)}) / 2`;
}

function place(bars: number): string {
  const [top, bottom] = [`MAX(fh) ${last(bars)}`, `MIN(fl) ${last(bars)}`];
  return `IF(${top} = ${bottom}, 0, 100 * (fc - ${bottom}) / (${top} - ${bottom}))`;
}

/** Averages and levels of forward-adjusted prices. Source: TA-Lib's function reference. */
const LEVELS: Readonly<Record<string, Form>> = {
  sma: (bars) => one(`AVG(fc) ${last(bars)}`),
  // Weights 1 and up are the bar numbers less that of the bar before the window.
  wma: (bars) =>
    one(
      `(SUM(fc * n) ${last(bars)} - (n - ${bars}) * SUM(fc) ${last(bars)}) * 2 / ${bars * (bars + 1)}`,
    ),
  ema: (bars) => one(`smooth_mean_${bars}`),
  dema: (bars) => one(`2 * smooth_mean_${bars} - smooth_twice_${bars}`),
  tema: (bars) => one(`3 * smooth_mean_${bars} - 3 * smooth_twice_${bars} + smooth_thrice_${bars}`),
  trima(bars) {
    const half = Math.floor(bars / 2);
    const mean = `trima_inner_${bars}`;
    const inner = { [mean]: warm(half + 1, `AVG(fc) ${last(half + 1)}`) };
    return { inner, ...one(`AVG(${mean}) ${last(bars - half)}`) };
  },
  ma: (bars, kind) => (kind === 0 ? one(`AVG(fc) ${last(bars)}`) : undefined),
  bbands(bars, up, down, kind = 0) {
    if (kind !== 0) return undefined;
    const band = (by: number): string =>
      `AVG(fc) ${last(bars)} + ${by} * STDDEV_POP(fc) ${last(bars)}`;
    const outputs = { upper: band(up), middle: `AVG(fc) ${last(bars)}`, lower: band(-down) };
    return { outputs };
  },
  donchian: (bars) => ({
    outputs: {
      upper: `MAX(fh) ${last(bars)}`,
      middle: middle('fh', 'fl', bars),
      lower: `MIN(fl) ${last(bars)}`,
    },
  }),
  keltner(bars, ranges, by) {
    const band = (times: number): string =>
      `smooth_mean_${bars} + ${times} * smooth_range_${ranges}`;
    return { outputs: { upper: band(by), middle: band(0), lower: band(-by) } };
  },
  midpoint: (bars) => one(middle('fc', 'fc', bars)),
  midprice: (bars) => one(middle('fh', 'fl', bars)),
  max: (bars) => one(`MAX(fc) ${last(bars)}`),
  min: (bars) => one(`MIN(fc) ${last(bars)}`),
  minmax: (bars) => ({
    outputs: { min: `MIN(fc) ${last(bars)}`, max: `MAX(fc) ${last(bars)}` },
  }),
  sum: (bars) => one(`SUM(fc) ${last(bars)}`),
  linearreg: (bars) => line(bars, 'n'),
  linearreg_intercept: (bars) => line(bars, `n - ${bars - 1}`),
  tsf: (bars) => line(bars, 'n + 1'),
  linearreg_slope: (bars) => one(`REGR_SLOPE(fc, n) ${last(bars)}`),
  stddev: (bars, by) => one(`${by} * STDDEV_POP(fc) ${last(bars)}`),
  avgdev(bars) {
    const mean = `avgdev_mean_${bars}`;
    const inner = { [mean]: `AVG(fc) ${last(bars)}` };
    return { inner, ...one(meanDistance('fc', mean, bars)) };
  },
  atr: (bars) => one(`smooth_range_${bars}`),
  trange: () => one('true_range'),
  mom: (bars) => one(`fc - ${lag('fc', bars)}`),
  avgprice: () => one('(fo + fh + fl + fc) / 4'),
  medprice: () => one('(fh + fl) / 2'),
  typprice: () => one('typical'),
  wclprice: () => one('(fh + fl + 2 * fc) / 4'),
};

/** Ratios and shares, which know no price. Source: TA-Lib's function reference. */
const SHARES: Readonly<Record<string, Form>> = {
  roc: (bars) => one(`(${changeOver(bars)}) * 100`),
  rocp: (bars) => one(changeOver(bars)),
  rocr: (bars) => one(`fc / ${lag('fc', bars)}`),
  rocr100: (bars) => one(`fc / ${lag('fc', bars)} * 100`),
  willr: (bars) => {
    const [top, bottom] = [`MAX(fh) ${last(bars)}`, `MIN(fl) ${last(bars)}`];
    return one(`IF(${top} = ${bottom}, 0, -100 * (${top} - fc) / (${top} - ${bottom}))`);
  },
  rsi(bars) {
    const [gain, loss] = [`smooth_gain_${bars}`, `smooth_loss_${bars}`];
    return one(`IF(${gain} + ${loss} < 1e-14, 0, 100 * ${gain} / (${gain} + ${loss}))`);
  },
  cmo(bars) {
    const [gain, loss] = [`smooth_gain_${bars}`, `smooth_loss_${bars}`];
    return one(`IF(${gain} + ${loss} < 1e-14, 0, 100 * (${gain} - ${loss}) / (${gain} + ${loss}))`);
  },
  natr: (bars) => one(`100 * smooth_range_${bars} / fc`),
  trix: (bars) => one(`(smooth_thrice_${bars} / ${lag(`smooth_thrice_${bars}`, 1)} - 1) * 100`),
  cci(bars) {
    const mean = `cci_mean_${bars}`;
    const isFlat = `MIN(typical) ${last(bars)} = MAX(typical) ${last(bars)}`;
    const distance = meanDistance('typical', mean, bars);
    const value = `(typical - ${mean}) / (0.015 * ${distance})`;
    const inner = { [mean]: `AVG(typical) ${last(bars)}` };
    return { inner, ...one(`IF(typical = ${mean} OR ${isFlat}, 0, ${value})`) };
  },
  mfi(bars) {
    const flow = (sign: '<' | '>'): string =>
      `SUM(IF(typical_change ${sign} 0, typical * fv, 0)) ${last(bars)}`;
    const both = `${flow('>')} + ${flow('<')}`;
    return one(`IF(${both} < 1, 0, 100 * ${flow('>')} / (${both}))`);
  },
  aroon: (bars) => ({
    outputs: {
      down: `100 * (${bars} - ${since('low', bars)}) / CAST(${bars} AS DOUBLE)`,
      up: `100 * (${bars} - ${since('high', bars)}) / CAST(${bars} AS DOUBLE)`,
    },
  }),
  aroonosc: (bars) => one(`100e0 / ${bars} * (${since('low', bars)} - ${since('high', bars)})`),
  ultosc(...spans) {
    const [short, middling, long] = [...spans].sort((a, b) => a - b) as [number, number, number];
    return one(`100 * (4 * ${buying(short)} + 2 * ${buying(middling)} + ${buying(long)}) / 7`);
  },
  stochf(bars, smoothed, kind) {
    if (kind !== 0) return undefined;
    const fast = `stochf_inner_${bars}`;
    const inner = { [fast]: warm(bars, place(bars)) };
    return { inner, outputs: { fastK: fast, fastD: `AVG(${fast}) ${last(smoothed)}` } };
  },
  stoch(bars, slow, kind, mean = 1, meanKind = 0) {
    if (kind !== 0 || meanKind !== 0) return undefined;
    const fast = `stoch_inner_${bars}`;
    const slowK = `stoch_slow_${bars}_${slow}`;
    const inner = {
      [fast]: warm(bars, place(bars)),
      [slowK]: warm(bars + slow - 1, `AVG(${fast}) ${last(slow)}`),
    };
    return { inner, outputs: { slowK, slowD: `AVG(${slowK}) ${last(mean)}` } };
  },
  bop: () => one('IF(fh - fl < 1e-14, 0, (fc - fo) / (fh - fl))'),
  imi(bars) {
    const [up, down] = ['fc - fo', 'fo - fc'].map(
      (move) => `SUM(GREATEST(${move}, 0)) ${last(bars)}`,
    );
    return one(`100 * ${up} / (${up} + ${down})`);
  },
};

/** What those forms read beside the columns of `adjusted` and `smooth_` ones. */
const READ = { typical_change: `typical - ${lag('typical', 1)}` };

/** Columns of the forms of such names; a name without a form is left out. */
export function askedForms(names: readonly string[]): Readonly<Record<string, string>> {
  const forms: Record<string, string> = { ...READ };
  for (const name of names) {
    const [asked, spec] = [askedFunction(name), askedFeature(name)];
    if (asked === undefined || spec === undefined) continue;
    const { function: word, values, output } = asked;
    const table = Object.hasOwn(LEVELS, word) ? LEVELS : SHARES;
    const form = Object.hasOwn(table, word) ? table[word] : undefined;
    const [first = 0, second = 0, third = 0, ...more] = values;
    const columns = form?.(first, second, third, ...more);
    const sql = columns?.outputs[output];
    if (sql === undefined) continue;
    Object.assign(forms, columns?.inner);
    // Prices of the past are told in those of the day.
    forms[name] = warm(spec.warmUpBars, spec.unit === 'price' ? `(${sql}) / factor` : sql);
  }
  return forms;
}
