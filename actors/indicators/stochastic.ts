// Where the close stands in the recent range: stochastic oscillators and Williams' %R.

import { type AverageKind, averageCell } from './average-kinds.js';
import { extremeCell } from './extremes.js';
import { type Cell, type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';

/** A step over whole bars. */
interface PositionCell extends Pick<Cell, 'length' | 'pastLength'> {
  /** Value with this bar as the newest; NaN until warm. */
  peek(state: Float64Array, base: number, high: number, low: number, close: number): number;
  commit(state: Float64Array, base: number, high: number, low: number, past: number): void;
}

/** Percent of the way from the lowest low to the highest high; 0 where there is no range. */
function fastKCell(period: number): PositionCell {
  const highest = extremeCell(period, 1);
  const lowest = extremeCell(period, -1);
  const lowestAt = highest.length;
  return {
    length: highest.length + lowest.length,
    pastLength: highest.pastLength + lowest.pastLength,
    // hot
    peek(state, base, high, low, close) {
      const top = highest.peek(state, base, high);
      const bottom = lowest.peek(state, base + lowestAt, low);
      const unit = (top - bottom) / 100;
      return unit === 0 ? 0 : (close - bottom) / unit;
    },
    commit(state, base, high, low, past) {
      highest.commit(state, base, high, past);
      lowest.commit(state, base + lowestAt, low, past + highest.pastLength);
    },
  };
}

function spec(name: string, bars: number, description: string): FeatureSpec {
  return { name, unit: 'percent', warmUpBars: bars, description, source: 'Lane; TA-Lib STOCH' };
}

/** %K and its mean %D. Source: TA-Lib STOCHF. */
export function stochasticFast(
  kPeriod: number,
  dPeriod: number,
  dKind: AverageKind = 'simple',
): Indicator {
  const fastK = fastKCell(kPeriod);
  const fastD = averageCell(dKind, dPeriod);
  const fastDAt = fastK.length;
  const bars = kPeriod + dPeriod - 1;
  return {
    outputs: [
      spec(`stochf_k_${kPeriod}`, bars, `Close in the range of ${kPeriod} bars`),
      spec(`stochf_d_${kPeriod}`, bars, `Mean of %K over ${dPeriod} bars`),
    ],
    stateLength: fastDAt + fastD.length,
    pastLength: fastK.pastLength + fastD.pastLength,
    // hot
    peek({ state, out, count, at, to, high, low, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const k = fastK.peek(state, base, high[row]!, low[row]!, close[row]!);
        const d = fastD.peek(state, base + fastDAt, k);
        out[place] = d === d ? k : Number.NaN;
        out[place + 1] = d;
      }
    },
    commit({ state, count, at, high, low, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const closed = at[row]! + past;
        const k = fastK.peek(state, base, high[row]!, low[row]!, close[row]!);
        if (k === k) fastD.commit(state, base + fastDAt, k, closed + fastK.pastLength);
        fastK.commit(state, base, high[row]!, low[row]!, closed);
      }
    },
  };
}

/** Slow %K, a mean of fast %K, and its mean %D. Source: TA-Lib STOCH. */
export function stochastic(
  kPeriod: number,
  slowPeriod: number,
  dPeriod: number,
  slowKind: AverageKind = 'simple',
  dKind: AverageKind = 'simple',
): Indicator {
  const fastK = fastKCell(kPeriod);
  const slowK = averageCell(slowKind, slowPeriod);
  const slowD = averageCell(dKind, dPeriod);
  const slowKAt = fastK.length;
  const slowDAt = slowKAt + slowK.length;
  const slowDPastAt = fastK.pastLength + slowK.pastLength;
  const bars = kPeriod + slowPeriod + dPeriod - 2;
  return {
    outputs: [
      spec(`stoch_k_${kPeriod}`, bars, `Mean of fast %K(${kPeriod}) over ${slowPeriod} bars`),
      spec(`stoch_d_${kPeriod}`, bars, `Mean of slow %K over ${dPeriod} bars`),
    ],
    stateLength: slowDAt + slowD.length,
    pastLength: slowDPastAt + slowD.pastLength,
    // hot
    peek({ state, out, count, at, to, high, low, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const k = slowK.peek(
          state,
          base + slowKAt,
          fastK.peek(state, base, high[row]!, low[row]!, close[row]!),
        );
        const d = slowD.peek(state, base + slowDAt, k);
        out[place] = d === d ? k : Number.NaN;
        out[place + 1] = d;
      }
    },
    commit({ state, count, at, high, low, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const closed = at[row]! + past;
        const fast = fastK.peek(state, base, high[row]!, low[row]!, close[row]!);
        const slow = slowK.peek(state, base + slowKAt, fast);
        if (slow === slow) slowD.commit(state, base + slowDAt, slow, closed + slowDPastAt);
        if (fast === fast) slowK.commit(state, base + slowKAt, fast, closed + fastK.pastLength);
        fastK.commit(state, base, high[row]!, low[row]!, closed);
      }
    },
  };
}

/** Williams' %R, -100 to 0. Source: TA-Lib WILLR. */
export function williamsR(period: number): Indicator {
  const highest = extremeCell(period, 1);
  const lowest = extremeCell(period, -1);
  const lowestAt = highest.length;
  return indicatorOf(
    {
      name: `willr_${period}`,
      unit: 'percent',
      warmUpBars: period,
      description: `Close below the high of ${period} bars, in percent of the range`,
      source: 'TA-Lib WILLR',
    },
    {
      length: highest.length + lowest.length,
      pastLength: highest.pastLength + lowest.pastLength,
      // hot
      peek({ state, out, count, at, to, high, low, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const top = highest.peek(state, base, high[row]!);
          const unit = (top - lowest.peek(state, base + lowestAt, low[row]!)) / -100;
          out[to[row]! + output] = unit === 0 ? 0 : (top - close[row]!) / unit;
        }
      },
      commit({ state, count, at, high, low }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const closed = at[row]! + past;
          highest.commit(state, base, high[row]!, closed);
          lowest.commit(state, base + lowestAt, low[row]!, closed + highest.pastLength);
        }
      },
    },
  );
}
