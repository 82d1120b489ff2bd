// What portfolio actors say, as the messages of the services.

import { create } from '@bufbuild/protobuf';
import type { PortfolioFigures, PositionFigures } from '../../actors/portfolio/index.js';
import {
  LimitStatusSchema,
  PositionSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** A position as a message. */
export function positionOf(position: PositionFigures) {
  const { symbol, quantity, cost, averageCost, last, marketValue, unrealised, weight } = position;
  return create(PositionSchema, {
    symbol,
    quantity,
    cost,
    averageCost,
    last,
    marketValue,
    unrealisedPnl: unrealised,
    weight,
  });
}

/** The limits of a portfolio as messages. */
export function limitsOf(figures: PortfolioFigures) {
  return figures.limits.map(({ measure, severity, limit, value, utilisation, breached }) =>
    create(LimitStatusSchema, { name: measure, severity, limit, value, utilisation, breached }),
  );
}

/** The limits that are broken, in words. */
export function breachesOf(figures: PortfolioFigures): string[] {
  return figures.limits
    .filter((limit) => limit.breached)
    .map((limit) => `${limit.severity} ${limit.measure}`);
}
