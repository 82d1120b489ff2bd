// The rules of the pre-trade check, in the order in which they are told.

import { collar, market, notional, rate, restricted, standing } from './order-rules.js';
import {
  cash,
  concentration,
  currencies,
  history,
  limits,
  margin,
  position,
  short,
  valueAtRisk,
} from './risk-rules.js';
import type { PretradeRule } from './rule.js';

/** Every rule. */
export const PRETRADE_RULES: readonly PretradeRule[] = [
  cash,
  position,
  concentration,
  valueAtRisk,
  history,
  currencies,
  limits,
  standing,
  market,
  restricted,
  collar,
  notional,
  rate,
  short,
  margin,
];
