// Indicators by the name and parameters of the reference vectors.

import { type Refusal, refusal } from '../../engine/index.js';
import { told } from '../reference/index.js';
import { aroon } from './aroon.js';
import { AVERAGE_KINDS, type AverageKind } from './average-kinds.js';
import { bollingerBands } from './bollinger.js';
import { cci } from './cci.js';
import { donchian, keltner } from './channels.js';
import { directional } from './directional.js';
import type { Indicator } from './indicator.js';
import { macd } from './macd.js';
import { mom, roc } from './momentum.js';
import { ema, sma, wma } from './moving-averages.js';
import { linearRegressionSlope, standardDeviation } from './regression.js';
import { rsi } from './rsi.js';
import { sar } from './sar.js';
import { stochastic, stochasticFast, williamsR } from './stochastic.js';
import { trix } from './trix.js';
import { atr, natr } from './true-range.js';
import { ultimate } from './ultimate.js';
import { mfi, obv } from './volume.js';

/** An indicator and which of its outputs carries which name of the reference. */
export interface NamedIndicator {
  readonly indicator: Indicator;
  /** Reference name of each output; '' for the only one. */
  readonly outputs: Readonly<Record<string, number>>;
}

const ONE = { '': 0 };
const BANDS = { upper: 0, middle: 1, lower: 2 };

/** What a parameter has to be: a whole number of bars, any number, or the number of a kind. */
type Rule = 'bars' | 'number' | 'kind';

/** Longest period; as in TA-Lib. */
const BARS_MAX = 100_000;

const RULES: Readonly<
  Record<Rule, { readonly text: string; readonly isMet: (value: number) => boolean }>
> = {
  bars: {
    text: `a whole number from 1 to ${BARS_MAX}`,
    isMet: (value) => Number.isInteger(value) && value >= 1 && value <= BARS_MAX,
  },
  number: { text: 'a number', isMet: Number.isFinite },
  kind: {
    text: `a whole number from 0 to ${AVERAGE_KINDS.length - 1}`,
    isMet: (value) => AVERAGE_KINDS[value] !== undefined,
  },
};

/** A function: its parameters in order, and what it makes of their values. */
interface Maker {
  readonly needs: Readonly<Record<string, Rule>>;
  readonly make: (...values: readonly number[]) => Indicator;
  readonly outputs: NamedIndicator['outputs'];
}

/** A function of a period alone. */
function overBars(make: (period: number) => Indicator, output = 0): Maker {
  return {
    needs: { timePeriod: 'bars' },
    make,
    outputs: { '': output },
  };
}

/** Numbers of kinds have been checked. */
function kindOf(value: number | undefined): AverageKind {
  return AVERAGE_KINDS[value ?? 0] ?? 'simple';
}

const MAKERS: Readonly<Record<string, Maker>> = {
  sma: overBars(sma),
  ema: overBars(ema),
  wma: overBars(wma),
  rsi: overBars(rsi),
  atr: overBars(atr),
  // As TA-Lib has it, a range that is not smoothed is not put in percent.
  natr: overBars((period) => (period === 1 ? atr(1) : natr(period))),
  cci: overBars(cci),
  mfi: overBars(mfi),
  roc: overBars(roc),
  mom: overBars(mom),
  willr: overBars(williamsR),
  trix: overBars(trix),
  linearreg_slope: overBars(linearRegressionSlope),
  adx: overBars(directional),
  plus_di: overBars(directional, 1),
  minus_di: overBars(directional, 2),
  obv: { needs: {}, make: obv, outputs: ONE },
  macd: {
    needs: { fast: 'bars', slow: 'bars', signal: 'bars' },
    make: macd,
    outputs: { macd: 0, signal: 1, histogram: 2 },
  },
  bbands: {
    needs: { timePeriod: 'bars', nbDevUp: 'number', nbDevDn: 'number', maType: 'kind' },
    make: (period, up, down, kind) => bollingerBands(period, up, down, kindOf(kind)),
    outputs: BANDS,
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
  aroon: { ...overBars(aroon), outputs: { down: 0, up: 1 } },
  sar: {
    needs: { acceleration: 'number', maximum: 'number' },
    make: sar,
    outputs: ONE,
  },
  ultosc: {
    needs: { timePeriod1: 'bars', timePeriod2: 'bars', timePeriod3: 'bars' },
    make: ultimate,
    outputs: ONE,
  },
  stddev: {
    needs: { timePeriod: 'bars', nbDev: 'number' },
    make: standardDeviation,
    outputs: ONE,
  },
  donchian: { ...overBars(donchian), outputs: BANDS },
  keltner: {
    needs: { emaPeriod: 'bars', atrPeriod: 'bars', multiplier: 'number' },
    make: keltner,
    outputs: BANDS,
  },
};

/** Kinds of averages are TA-Lib's simple ones where a case does not say. */
const KIND_UNLESS_TOLD = 0;

/**
 * The indicator of a reference function. Errors: `indicators.unknown_function`;
 * `indicators.parameter` where one is missing, unknown or out of its range.
 */
export function indicatorByFunction(
  name: string,
  params: Readonly<Record<string, unknown>>,
): NamedIndicator | Refusal {
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (maker === undefined) {
    return refusal('indicators.unknown_function', `no function ${name}`);
  }
  const stranger = Object.keys(params).find((word) => !Object.hasOwn(maker.needs, word));
  if (stranger !== undefined) {
    return refusal('indicators.parameter', `${name} has no parameter ${stranger}`);
  }
  const values: number[] = [];
  for (const [word, rule] of Object.entries(maker.needs)) {
    const value = params[word] ?? (rule === 'kind' ? KIND_UNLESS_TOLD : undefined);
    const { text, isMet } = RULES[rule];
    if (typeof value !== 'number' || !isMet(value)) {
      const fault = `expected ${word} as ${text}, was ${told(value)}`;
      return refusal('indicators.parameter', `${name}: ${fault}`);
    }
    values.push(value);
  }
  return { indicator: maker.make(...values), outputs: maker.outputs };
}
