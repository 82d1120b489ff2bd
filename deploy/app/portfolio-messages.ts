// What portfolio actors say, as the messages of the services.

import { create } from '@bufbuild/protobuf';
import type {
  OrderChecked,
  PortfolioFigures,
  PositionFigures,
} from '../../actors/portfolio/index.js';
import type { PortfolioSide } from '../../actors/pretrade/index.js';
import {
  LimitStatusSchema,
  PositionSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  type CheckOrderResponse,
  CheckOrderResponseSchema,
  FindingSchema,
  PortfolioSideSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';

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

/** What came of a check, as a message. */
export function checkedOf(checked: OrderChecked): CheckOrderResponse {
  const { facts, allowed, enforced, findings, asOfUs, riskAsOfUs } = checked;
  const { price, last, before, after } = facts;
  return create(CheckOrderResponseSchema, {
    allowed,
    enforced,
    findings: findings.map((finding) => create(FindingSchema, finding)),
    before: sideOf(before),
    after: sideOf(after),
    price,
    last,
    asOfUs,
    riskAsOfUs,
  });
}

function sideOf({ measures, ...figures }: PortfolioSide) {
  return create(PortfolioSideSchema, { ...figures, drawdown: measures.drawdown });
}

/** The limits that are broken, in words. */
export function breachesOf(figures: PortfolioFigures): string[] {
  return figures.limits
    .filter((limit) => limit.breached)
    .map((limit) => `${limit.severity} ${limit.measure}`);
}
