// Figures of risk that are asked for with terms: measures, scenarios, sizes of positions.

import type {
  MeasureRequest,
  SizeRequest,
  StressRequest,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { HeldFigures, SizedStock } from '../../research/asked-figures.js';
import { barsOfRow } from '../../research/market-file.js';
import { sizesOf } from '../../research/position-sizes.js';
import type { StudyResults } from '../../roles/study-program.js';
import { no, unknownSymbol } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import { measuresAsked, sizeAsked, stressAsked } from './figure-requests.js';
import { sessionsClosed } from './held-weights.js';
import type { PortfolioPart } from './portfolio-part.js';
import type { RiskStudies } from './risk-studies.js';

/** The parts that figures come from. */
export interface FigureParts {
  readonly market: Market;
  readonly studies: RiskStudies;
}

/** Measures of what a portfolio holds. Errors: `risk.bad_request` and those of `RiskStudies.of`. */
export async function measureHeld(
  { studies }: FigureParts,
  portfolios: PortfolioPart,
  request: MeasureRequest,
): Promise<Answer<HeldFigures<StudyResults['measures']>>> {
  const asked = measuresAsked(request);
  if (!asked.ok) return asked;
  const detail = await portfolios.portfolio(request.portfolio);
  return detail.ok ? studies.figures(detail.value, asked.value) : detail;
}

/** Scenarios on what a portfolio holds. Errors: `config.*` and those of `RiskStudies.of`. */
export async function stressHeld(
  { studies }: FigureParts,
  portfolios: PortfolioPart,
  { portfolio, scenarios }: StressRequest,
): Promise<Answer<HeldFigures<StudyResults['stress']>>> {
  const asked = stressAsked(scenarios);
  if (!asked.ok) return asked;
  const detail = await portfolios.portfolio(portfolio);
  return detail.ok ? studies.figures(detail.value, asked.value) : detail;
}

/**
 * Sizes by every rule, from the sessions that have closed.
 * Errors: `risk.bad_request`, `market.unknown_symbol`, `risk.too_little_history`.
 */
export function sizeStock({ market }: FigureParts, request: SizeRequest): Answer<SizedStock> {
  const terms = sizeAsked(request);
  if (!terms.ok) return terms;
  const { file, rowOf } = market;
  const row = rowOf.get(request.symbol);
  if (row === undefined) return unknownSymbol(request.symbol);
  const bars = barsOfRow(file.bars, row, sessionsClosed(market));
  const { length } = bars.dates;
  if (length < 2) {
    const text = `expected 2 closed sessions of ${request.symbol}, was ${length}`;
    return no('risk.too_little_history', text);
  }
  const asOf = bars.dates[length - 1]!;
  return { ok: true, value: { ...sizesOf(bars, terms.value), asOf } };
}
