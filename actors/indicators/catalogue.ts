// The one list of features: each line makes its outputs available everywhere.

import { aroon } from './aroon.js';
import { bollinger } from './bollinger.js';
import { cci } from './cci.js';
import { donchian, donchianPriorHigh, keltner, squeeze } from './channels.js';
import { directional } from './directional.js';
import type { FeatureSpec, Indicator } from './indicator.js';
import { macd } from './macd.js';
import { changes } from './momentum.js';
import { ema, sma, smaSlope, wma } from './moving-averages.js';
import {
  closeLocation,
  drawdown,
  gap,
  highDistance,
  lowDistance,
  sessions,
  upStreak,
} from './position.js';
import { linearRegressionSlope, standardDeviation } from './regression.js';
import { rsi } from './rsi.js';
import { sar } from './sar.js';
import { stochastic, williamsR } from './stochastic.js';
import { trix } from './trix.js';
import { atr, natr, trueRangeRatio } from './true-range.js';
import { ultimate } from './ultimate.js';
import { realisedVolatility } from './volatility.js';
import { dollarVolume, mfi, obv, relativeVolume } from './volume.js';

/** Every indicator of the catalogue, in column order. */
export const CATALOGUE: readonly Indicator[] = [
  changes([1, 5, 20], [10, 21, 63, 126, 252], [10]),
  sma(20),
  sma(50),
  sma(200),
  smaSlope(50, 20),
  ema(12),
  ema(20),
  ema(50),
  wma(20),
  rsi(14),
  macd(12, 26, 9),
  bollinger(20, 120),
  atr(14),
  natr(14),
  trueRangeRatio(14),
  directional(14),
  stochastic(14, 3, 3),
  cci(20),
  obv(),
  mfi(14),
  williamsR(14),
  aroon(14),
  sar(0.02, 0.2),
  trix(15),
  ultimate(7, 14, 28),
  linearRegressionSlope(14),
  standardDeviation(20, 1),
  donchian(20),
  donchianPriorHigh(20),
  keltner(20, 10, 2),
  squeeze(20, 10, 2),
  relativeVolume(20),
  dollarVolume(20),
  highDistance(252),
  lowDistance(252),
  drawdown(252),
  gap(),
  realisedVolatility([20, 60]),
  closeLocation(),
  upStreak(),
  sessions(),
];

/** Every feature of the catalogue, in column order. */
export const FEATURES: readonly FeatureSpec[] = CATALOGUE.flatMap((indicator) => indicator.outputs);
