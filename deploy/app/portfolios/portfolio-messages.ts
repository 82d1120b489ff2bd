// What portfolio actors say, as the messages of the services.

import { create } from '@bufbuild/protobuf';
import {
  formatDecimal,
  type OptionShown,
  type OrderChecked,
  type PortfolioFigures,
  type PortfolioShown,
  type PositionFigures,
} from '../../../actors/portfolio/index.js';
import type { Finding, PortfolioSide } from '../../../actors/pretrade/index.js';
import {
  CurrencyHoldingSchema,
  LimitStatusSchema,
  OptionPositionSchema,
  PositionSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  type CheckOrderResponse,
  type Finding as FindingMessage,
  OptionRiskSchema,
  OptionStressSchema,
  type PortfolioSide as PortfolioSideMessage,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';

/** A position as a message. */
export function positionOf(position: PositionFigures) {
  const { symbol, quantity, cost, averageCost, last, marketValue, unrealised, weight } = position;
  const { option } = position;
  return create(PositionSchema, {
    symbol,
    quantity,
    cost,
    averageCost,
    last,
    marketValue,
    unrealisedPnl: unrealised,
    weight,
    ...(option !== undefined && { option: optionOf(option) }),
  });
}

function optionOf({ contract, source, isPriced, ...figures }: OptionShown) {
  const { underlying, expiryDate, type, strike, multiplier } = contract;
  const terms = { underlying, expiryDate, type, strike: formatDecimal(strike) };
  return create(OptionPositionSchema, {
    ...terms,
    multiplier: Number(multiplier),
    volatilitySource: source,
    priced: isPriced,
    ...figures,
  });
}

/** What options come to, as a message; undefined where none are held. */
export function optionRiskOf({ options, optionStress }: PortfolioShown) {
  if (options === undefined) return undefined;
  const { market, ...sums } = options;
  const stress = optionStress.map((one) => create(OptionStressSchema, one));
  return create(OptionRiskSchema, { marketValue: market, ...sums, stress });
}

/** Currencies of a portfolio as messages. */
export function currenciesOf({ currencies }: PortfolioShown) {
  return currencies.map((one) => create(CurrencyHoldingSchema, one));
}

/** The limits of a portfolio as messages. */
export function limitsOf(figures: PortfolioFigures) {
  return figures.limits.map(({ measure, severity, limit, value, utilisation, breached }) =>
    create(LimitStatusSchema, { name: measure, severity, limit, value, utilisation, breached }),
  );
}

/** What came of a check, as a message: spelled out, at a tenth of what `create` takes. */
export function checkedOf(checked: OrderChecked): CheckOrderResponse {
  const { facts, allowed, enforced, findings, asOfUs, riskAsOfUs } = checked;
  const { price, last, before, after } = facts;
  return {
    $typeName: 'sluice.risk.v1.CheckOrderResponse',
    allowed,
    enforced,
    findings: findings.map(findingOf),
    before: sideOf(before),
    after: sideOf(after),
    price,
    last,
    asOfUs,
    riskAsOfUs,
  };
}

function findingOf(finding: Finding): FindingMessage {
  const { rule, verdict, code, before, after, limit, unit, text } = finding;
  const $typeName = 'sluice.risk.v1.Finding';
  return { $typeName, rule, verdict, code, before, after, limit, unit, text };
}

function sideOf({ measures, ...side }: PortfolioSide): PortfolioSideMessage {
  return { $typeName: 'sluice.risk.v1.PortfolioSide', ...side, drawdown: measures.drawdown };
}

/** The limits that are broken, in words. */
export function breachesOf(figures: PortfolioFigures): string[] {
  return figures.limits
    .filter((limit) => limit.breached)
    .map((limit) => `${limit.severity} ${limit.measure}`);
}
