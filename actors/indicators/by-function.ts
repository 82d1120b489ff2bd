// Indicators by the name and parameters of the reference vectors.

import { type Refusal, refusal } from '../../engine/index.js';
import { told } from '../reference/index.js';
import { aroon } from './aroon.js';
import { bollingerBands } from './bollinger.js';
import { cci } from './cci.js';
import { donchian, keltner } from './channels.js';
import { directional } from './directional.js';
import type { Indicator } from './indicator.js';
import { macd, macdFixed, macdOf } from './macd.js';
import { mom, roc } from './momentum.js';
import { ema, sma, wma } from './moving-averages.js';
import type { Maker, Makers } from './named-indicator.js';
import { kindOf, parameterKey, ruleOf } from './parameters.js';
import { linearRegressionSlope, standardDeviation } from './regression.js';
import { rsi } from './rsi.js';
import { sar, sarExtended } from './sar.js';
import { stochastic, stochasticFast, williamsR } from './stochastic.js';
import { ARITHMETIC } from './talib-arithmetic.js';
import { AVERAGES } from './talib-averages.js';
import { MOMENTUM } from './talib-momentum.js';
import { STATISTICS } from './talib-statistics.js';
import { trix } from './trix.js';
import { atr, natr } from './true-range.js';
import { ultimate } from './ultimate.js';
import { mfi, obv } from './volume.js';

/** An indicator, which of its outputs carries which name, and what it reads. */
export type NamedIndicator = Pick<Maker, 'outputs' | 'reads'> & { readonly indicator: Indicator };

const ONE = { '': 0 };
const BANDS = { upper: 0, middle: 1, lower: 2 };
const CONVERGENCE = { macd: 0, signal: 1, histogram: 2 };

/** A function of a period alone, over whole bars. */
function overBars(make: (period: number) => Indicator, output = 0): Maker {
  return { needs: { timePeriod: 'bars' }, make, outputs: { '': output } };
}

/** A function of a period alone, over closes. */
function overCloses(make: (period: number) => Indicator): Maker {
  return { ...overBars(make), reads: ['close'] };
}

/** Functions that make features of a symbol. */
export const FEATURE_MAKERS: Makers = {
  ...AVERAGES,
  ...MOMENTUM,
  ...STATISTICS,
  sma: overCloses(sma),
  ema: overCloses(ema),
  wma: overCloses(wma),
  rsi: overCloses(rsi),
  atr: overBars(atr),
  // As TA-Lib has it, a range that is not smoothed is not put in percent.
  natr: overBars((period) => (period === 1 ? atr(1) : natr(period))),
  cci: overBars(cci),
  mfi: overBars(mfi),
  roc: overCloses(roc),
  mom: overCloses(mom),
  willr: overBars(williamsR),
  trix: overCloses(trix),
  linearreg_slope: overCloses(linearRegressionSlope),
  adx: overBars(directional),
  plus_di: overBars(directional, 1),
  minus_di: overBars(directional, 2),
  obv: { needs: {}, make: obv, outputs: ONE, reads: ['close', 'volume'] },
  macd: {
    needs: { fast: 'bars', slow: 'bars', signal: 'bars' },
    make: macd,
    outputs: CONVERGENCE,
    reads: ['close'],
  },
  macdfix: { needs: { signal: 'bars' }, make: macdFixed, outputs: CONVERGENCE, reads: ['close'] },
  macdext: {
    needs: {
      fast: 'bars',
      fastMaType: 'kind',
      slow: 'bars',
      slowMaType: 'kind',
      signal: 'bars',
      signalMaType: 'kind',
    },
    make: (...of) => {
      const average = (at: number) => ({ period: of[at]!, kind: kindOf(of[at + 1]) });
      return macdOf(average(0), average(2), average(4));
    },
    outputs: CONVERGENCE,
    reads: ['close'],
  },
  bbands: {
    needs: { timePeriod: 'bars', nbDevUp: 'number', nbDevDn: 'number', maType: 'kind' },
    make: (period, up, down, kind) => bollingerBands(period, up, down, kindOf(kind)),
    outputs: BANDS,
    reads: ['close'],
  },
  stoch: {
    needs: {
      fastK: 'bars',
      slowK: 'bars',
      slowKMaType: 'kind',
      slowD: 'bars',
      slowDMaType: 'kind',
    },
    make: (fastK, slowK, slowKind, slowD, dKind) =>
      stochastic(fastK, slowK, slowD, kindOf(slowKind), kindOf(dKind)),
    outputs: { slowK: 0, slowD: 1 },
  },
  stochf: {
    needs: { fastK: 'bars', fastD: 'bars', fastDMaType: 'kind' },
    make: (fastK, fastD, kind) => stochasticFast(fastK, fastD, kindOf(kind)),
    outputs: { fastK: 0, fastD: 1 },
  },
  aroon: { ...overBars(aroon), outputs: { down: 0, up: 1 }, reads: ['high', 'low'] },
  sar: {
    needs: { acceleration: 'number', maximum: 'number' },
    make: sar,
    outputs: ONE,
    reads: ['high', 'low'],
  },
  sarext: {
    needs: {
      startValue: 'number',
      offsetOnReverse: 'number',
      accelerationInitLong: 'number',
      accelerationLong: 'number',
      accelerationMaxLong: 'number',
      accelerationInitShort: 'number',
      accelerationShort: 'number',
      accelerationMaxShort: 'number',
    },
    make: (start, offset, ...sides) =>
      sarExtended({
        start: start!,
        offset: offset!,
        long: { first: sides[0]!, step: sides[1]!, maximum: sides[2]! },
        short: { first: sides[3]!, step: sides[4]!, maximum: sides[5]! },
      }),
    outputs: ONE,
    reads: ['high', 'low'],
  },
  ultosc: {
    needs: { timePeriod1: 'bars', timePeriod2: 'bars', timePeriod3: 'bars' },
    make: ultimate,
    outputs: ONE,
  },
  stddev: {
    needs: { timePeriod: 'bars', nbDev: 'factor' },
    make: standardDeviation,
    outputs: ONE,
    reads: ['close'],
  },
  donchian: { ...overBars(donchian), outputs: BANDS },
  keltner: {
    needs: { emaPeriod: 'bars', atrPeriod: 'bars', multiplier: 'number' },
    make: keltner,
    outputs: BANDS,
  },
};

const MAKERS: Makers = { ...FEATURE_MAKERS, ...ARITHMETIC };

/**
 * The indicator of a reference function, whose name and parameters may be written as TA-Lib writes
 * them. Errors: `indicators.unknown_function`; `indicators.parameter` where one is missing
 * or out of its range.
 */
export function indicatorByFunction(
  name: string,
  params: Readonly<Record<string, unknown>>,
): NamedIndicator | Refusal {
  const maker = makerOf(name);
  if (maker === undefined) {
    return refusal('indicators.unknown_function', `no function ${name}`);
  }
  const given = new Map(Object.entries(params).map(([word, value]) => [parameterKey(word), value]));
  const values: number[] = [];
  for (const [word, rule] of Object.entries(maker.needs)) {
    const { text, isMet, otherwise } = ruleOf(rule);
    const value = given.get(parameterKey(word)) ?? otherwise;
    given.delete(parameterKey(word));
    if (typeof value !== 'number' || !isMet(value)) {
      const fault = `expected ${word} as ${text}, was ${told(value)}`;
      return refusal('indicators.parameter', `${name}: ${fault}`);
    }
    values.push(value);
  }
  const stranger = Object.keys(params).find((word) => given.has(parameterKey(word)));
  if (stranger !== undefined) {
    return refusal('indicators.unknown_parameter', `${name} has no parameter ${stranger}`);
  }
  const { make, outputs, reads } = maker;
  return { indicator: make(...values), outputs, ...(reads === undefined ? {} : { reads }) };
}

function makerOf(name: string): Maker | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(MAKERS, key) ? MAKERS[key] : undefined;
}
