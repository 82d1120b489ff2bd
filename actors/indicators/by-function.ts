// Indicators by the name and parameters of the reference vectors.

import { aroon } from './aroon.js';
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

/** Parameters of one reference case. */
export type Params = Readonly<Record<string, number>>;

/** An indicator and which of its outputs carries which name of the reference. */
export interface NamedIndicator {
  readonly indicator: Indicator;
  /** Reference name of each output; '' for the only one. */
  readonly outputs: Readonly<Record<string, number>>;
}

const ONE = { '': 0 };
const BANDS = { upper: 0, middle: 1, lower: 2 };

type Maker = (params: Params) => NamedIndicator | undefined;

function single(make: (period: number) => Indicator): Maker {
  return (params) => ({ indicator: make(params['timePeriod']!), outputs: ONE });
}

const MAKERS: Readonly<Record<string, Maker>> = {
  sma: single(sma),
  ema: single(ema),
  wma: single(wma),
  rsi: single(rsi),
  atr: single(atr),
  natr: single(natr),
  cci: single(cci),
  mfi: single(mfi),
  roc: single(roc),
  mom: single(mom),
  willr: single(williamsR),
  trix: single(trix),
  linearreg_slope: single(linearRegressionSlope),
  adx: single(directional),
  plus_di: (params) => ({ indicator: directional(params['timePeriod']!), outputs: { '': 1 } }),
  minus_di: (params) => ({ indicator: directional(params['timePeriod']!), outputs: { '': 2 } }),
  obv: () => ({ indicator: obv(), outputs: ONE }),
  macd: (params) => ({
    indicator: macd(params['fast']!, params['slow']!, params['signal']!),
    outputs: { macd: 0, signal: 1, histogram: 2 },
  }),
  bbands: (params) =>
    params['maType'] !== 0
      ? undefined
      : {
          indicator: bollingerBands(params['timePeriod']!, params['nbDevUp']!, params['nbDevDn']!),
          outputs: BANDS,
        },
  stoch: (params) =>
    params['slowKMaType'] !== 0 || params['slowDMaType'] !== 0
      ? undefined
      : {
          indicator: stochastic(params['fastK']!, params['slowK']!, params['slowD']!),
          outputs: { slowK: 0, slowD: 1 },
        },
  stochf: (params) =>
    params['fastDMaType'] !== 0
      ? undefined
      : {
          indicator: stochasticFast(params['fastK']!, params['fastD']!),
          outputs: { fastK: 0, fastD: 1 },
        },
  aroon: (params) => ({ indicator: aroon(params['timePeriod']!), outputs: { down: 0, up: 1 } }),
  sar: (params) => ({
    indicator: sar(params['acceleration']!, params['maximum']!),
    outputs: ONE,
  }),
  ultosc: (params) => ({
    indicator: ultimate(params['timePeriod1']!, params['timePeriod2']!, params['timePeriod3']!),
    outputs: ONE,
  }),
  stddev: (params) => ({
    indicator: standardDeviation(params['timePeriod']!, params['nbDev']!),
    outputs: ONE,
  }),
  donchian: (params) => ({ indicator: donchian(params['timePeriod']!), outputs: BANDS }),
  keltner: (params) => ({
    indicator: keltner(params['emaPeriod']!, params['atrPeriod']!, params['multiplier']!),
    outputs: BANDS,
  }),
};

/** The indicator of a reference function, or undefined where there is none (yet). */
export function indicatorByFunction(name: string, params: Params): NamedIndicator | undefined {
  return Object.hasOwn(MAKERS, name) ? MAKERS[name]!(params) : undefined;
}
