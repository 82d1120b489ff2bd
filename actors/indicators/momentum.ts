// Changes over a number of bars: returns, rate of change, momentum.

import { lagCell } from './cells.js';
import { type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';

/** A total return over so many bars, as a fraction. */
function returnSpec(period: number): FeatureSpec {
  return {
    name: `ret_${period}`,
    unit: 'fraction',
    warmUpBars: period + 1,
    description: `Total return over ${period} bars`,
    source: 'close over close, adjusted for splits and dividends',
  };
}

function rocSpec(period: number): FeatureSpec {
  return {
    name: `roc_${period}`,
    unit: 'percent',
    warmUpBars: period + 1,
    description: `Change of the close over ${period} bars`,
    source: 'TA-Lib ROC',
  };
}

function momSpec(period: number): FeatureSpec {
  return {
    name: `mom_${period}`,
    unit: 'price',
    warmUpBars: period + 1,
    description: `Close less the close ${period} bars before`,
    source: 'TA-Lib MOM',
  };
}

/**
 * Returns, rates of change and momentum over many lags from one ring of closes. The close of each
 * lag is looked up when a bar closes, so that a print costs one division an output.
 */
export function changes(
  returns: readonly number[],
  rates: readonly number[],
  momenta: readonly number[],
): Indicator {
  const lags = Int32Array.from([...returns, ...rates, ...momenta]);
  const lagCount = lags.length;
  const ratesFrom = returns.length;
  const momentaFrom = ratesFrom + rates.length;
  const size = Math.max(...lags);
  // [bars, next ring position, close of each lag (0 for none yet)]; the ring is the past
  return {
    outputs: [...returns.map(returnSpec), ...rates.map(rocSpec), ...momenta.map(momSpec)],
    stateLength: 2 + lagCount,
    pastLength: size,
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const last = close[row]!;
        for (let index = 0; index < lagCount; index++) {
          const before = state[base + 2 + index]!;
          if (before === 0) out[place + index] = Number.NaN;
          else if (index < ratesFrom) out[place + index] = last / before - 1;
          else if (index < momentaFrom) out[place + index] = (last / before - 1) * 100;
          else out[place + index] = last - before;
        }
      }
    },
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const ring = at[row]! + past;
        const position = state[base + 1]!;
        state[ring + position] = close[row]!;
        const next = position + 1 === size ? 0 : position + 1;
        state[base + 1] = next;
        const bars = state[base]! + (state[base]! < size ? 1 : 0);
        state[base] = bars;
        for (let index = 0; index < lagCount; index++) {
          const lag = lags[index]!;
          const from = next - lag;
          const place = from < 0 ? from + size : from;
          state[base + 2 + index] = bars < lag ? 0 : state[ring + place]!;
        }
      }
    },
  };
}

/** Rate of change. Source: TA-Lib ROC; 0 where the close before is 0. */
export function roc(period: number): Indicator {
  const lag = lagCell(period);
  return indicatorOf(rocSpec(period), {
    length: lag.length,
    pastLength: lag.pastLength,
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const before = lag.peek(state, base, 0);
        out[to[row]! + output] = before === 0 ? 0 : (close[row]! / before - 1) * 100;
      }
    },
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        lag.commit(state, base, close[row]!, at[row]! + past);
      }
    },
  });
}

/** Difference of closes. Source: TA-Lib MOM. */
export function mom(period: number): Indicator {
  const lag = lagCell(period);
  return indicatorOf(momSpec(period), {
    length: lag.length,
    pastLength: lag.pastLength,
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        out[to[row]! + output] = close[row]! - lag.peek(state, base, 0);
      }
    },
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        lag.commit(state, base, close[row]!, at[row]! + past);
      }
    },
  });
}
