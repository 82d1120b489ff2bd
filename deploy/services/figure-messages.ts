// Figures of risk that are asked for with terms, as the messages that they go out in.

import { create } from '@bufbuild/protobuf';
import {
  type MeasureResponse,
  MeasureResponseSchema,
  type SizeResponse,
  SizeResponseSchema,
  type StressResponse,
  StressResponseSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { HeldFigures, SizedStock } from '../research/asked-figures.js';
import type { RiskMeasures } from '../research/risk-measures.js';
import type { StressOutcome } from '../research/stress-run.js';
import { measuresOf, outcomeOf } from './study-message.js';

/** Measures of what a portfolio holds. */
export function measureMessage(
  portfolio: string,
  { asOf, equity, options, figures }: HeldFigures<RiskMeasures>,
): MeasureResponse {
  return create(MeasureResponseSchema, {
    portfolio,
    asOf,
    equity,
    measures: measuresOf(figures),
    optionsByDelta: options,
  });
}

/** Scenarios on what a portfolio holds. */
export function stressMessage(
  portfolio: string,
  { asOf, equity, options, unpriced, figures }: HeldFigures<readonly StressOutcome[]>,
): StressResponse {
  const outcomes = figures.map(outcomeOf);
  return create(StressResponseSchema, { portfolio, asOf, equity, outcomes, options, unpriced });
}

/** Sizes of positions in one stock. */
export function sizeMessage(symbol: string, { asOf, price, rules }: SizedStock): SizeResponse {
  return create(SizeResponseSchema, {
    symbol,
    asOf,
    price,
    rules: rules.map(({ rule, basis, size }) =>
      size.kind === 'refusal'
        ? { rule, basis, code: size.code, text: size.text }
        : { rule, basis, quantity: size.quantity, share: size.share },
    ),
  });
}
