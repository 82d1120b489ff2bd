// A risk study as the message that every door gives.

import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type RiskStudy as RiskStudyMessage,
  RiskStudySchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { DRAWN_METHODS } from '../report/backtest-chart.js';
import type { LimitStanding } from '../research/limit-standing.js';
import type { BacktestRow } from '../research/risk-backtest.js';
import type { RiskMeasures } from '../research/risk-measures.js';
import type { RiskStudy } from '../research/risk-study.js';
import type { StressOutcome } from '../research/stress-run.js';

/** Makes the message. */
export function studyMessage(study: RiskStudy): RiskStudyMessage {
  const { exposure, correlation, past } = study;
  return create(RiskStudySchema, {
    portfolio: study.id,
    name: study.name,
    asOf: study.asOf,
    equity: study.equity,
    sessions: study.sessions,
    var95: study.var95,
    var99: exposure.var99,
    shortfall95: study.shortfall95,
    shortfall99: study.shortfall99,
    volatility: study.volatility,
    expectedDrawdown: study.expectedDrawdown,
    concentration: study.concentration,
    proxied: study.proxied,
    gross: exposure.gross,
    net: exposure.net,
    optionsByDelta: study.optionsByDelta,
    holdings: [...study.holdings],
    correlated: [...correlation.symbols],
    correlations: correlation.rows.flatMap((row) => [...row]),
    dates: [...past.dates],
    returns: [...past.returns],
    drawdowns: [...study.drawdowns],
    backtests: study.backtest.map(backtestOf),
    outcomes: study.outcomes.map(outcomeOf),
    leftOut: [...study.leftOut],
    fan: study.fan.map((step) => ({ ...step, quantiles: [...step.quantiles] })),
    falls: study.falls.map(({ peakDate, valleyDate, recoveryDate = 0, depth }) => {
      return { peakDate, valleyDate, recoveryDate, depth };
    }),
    measures: measuresOf(study.measures),
    reverse: study.limits.map(reverseOf),
  });
}

type Parts = MessageInitShape<typeof RiskStudySchema>;

/** Measures as a part of a message. */
export function measuresOf(measures: RiskMeasures): NonNullable<Parts['measures']> {
  const { tails, parts, sectors, factors, ...figures } = measures;
  return {
    ...figures,
    tails: [...tails],
    parts: [...parts],
    sectors: [...sectors],
    factors: [...factors],
  };
}

function backtestOf(row: BacktestRow): NonNullable<Parts['backtests']>[number] {
  const { method, confidence, observations, exceptionCount, expected, light, meanForecast } = row;
  return {
    method,
    confidence,
    observations,
    exceptionCount,
    expected,
    kupiecP: row.kupiec.pValue,
    christoffersenP: row.independence.pValue,
    light,
    meanForecast,
    forecasts: DRAWN_METHODS.includes(method) ? [...row.forecasts] : [],
  };
}

/** One scenario's outcome as a part of a message. */
export function outcomeOf(outcome: StressOutcome): NonNullable<Parts['outcomes']>[number] {
  const { scenario, name, kind, from = 0, to = 0, profit, proxied, losers, tail, exit } = outcome;
  return {
    scenario,
    name,
    kind,
    from,
    to,
    profit,
    proxied,
    losers: losers.map(({ symbol }) => symbol),
    losses: losers.map(({ profit: lost }) => lost),
    ...(tail === undefined ? {} : { var99Before: tail.before, var99After: tail.after }),
    ...(exit === undefined ? {} : { exitCost: exit.cost, exitDays: exit.daysToAll }),
  };
}

function reverseOf(row: LimitStanding): NonNullable<Parts['reverse']>[number] {
  const { measure, severity, limit, value, shock, sector, factor, likeliest } = row;
  return {
    measure,
    severity,
    limit,
    value,
    ...(shock === undefined ? {} : { all: shock }),
    ...(sector === undefined ? {} : { sector: sector.name, sectorMove: sector.move }),
    ...(factor === undefined ? {} : { factor: factor.name, factorMove: factor.move }),
    ...(likeliest === undefined ? {} : { likeliest: likeliest.move }),
  };
}
