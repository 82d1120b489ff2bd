// `sluice risk study ID`: what a portfolio of the running system holds, put through the past.

import { create, toJson } from '@bufbuild/protobuf';
import {
  GetRiskRequestSchema,
  Risk,
  type RiskStudy,
  RiskStudySchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { percent } from '../report/svg.js';
import { type AskOptions, askSystem } from './ask.js';
import { measuresText } from './measures-text.js';
import { outcomesText } from './outcomes-text.js';
import { dateText, money, print, table } from './output.js';

/** A study takes seconds, and others may wait before it. Units: milliseconds. */
const DEADLINE_MS = 120_000;

/** Holdings told. */
const HOLDINGS_TOLD = 15;

/** Runs the command. Errors: those of `GrpcClient.call`, `flag.invalid`. */
export async function riskStudy(portfolio: string, options: AskOptions): Promise<void> {
  const request = create(GetRiskRequestSchema, { portfolio });
  const study = await askSystem(
    Risk,
    options,
    (client) => client.call('study', request),
    DEADLINE_MS,
  );
  print(toJson(RiskStudySchema, study), options.json === true, () => studyText(study));
}

function studyText(study: RiskStudy): string {
  const { holdings, outcomes, equity } = study;
  const rest = holdings.length - HOLDINGS_TOLD;
  const { measures } = study;
  return [
    `${study.portfolio}: what it holds, up to the close of ${dateText(study.asOf)}; equity ${money(equity)}`,
    `VaR ${percent(study.var95, 2)} at 95 %, ${percent(study.var99, 2)} at 99 %; expected shortfall ${percent(study.shortfall95, 2)} and ${percent(study.shortfall99, 2)} of equity in a day`,
    table([
      ['symbol', 'weight', 'volatility', 'of the tail', 'days to exit'],
      ...holdings
        .slice(0, HOLDINGS_TOLD)
        .map((row) => [
          row.symbol,
          percent(row.weight, 2),
          percent(row.volatility),
          percent(row.componentShare),
          row.daysToExit.toFixed(2),
        ]),
    ]),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    outcomesText(outcomes, equity),
    ...study.leftOut.map((name) => `left out, for too few stocks or sessions: ${name}`),
    '',
    'smallest moves that reach a limit',
    table([
      ['limit', 'severity', 'at', 'today', 'every price', 'one sector', 'one factor', 'likeliest'],
      ...study.reverse.map((row) => [
        row.measure,
        row.severity,
        percent(row.limit),
        percent(row.value),
        moveText('', row.all),
        moveText(row.sector, row.sectorMove),
        moveText(row.factor, row.factorMove),
        row.likeliest?.toFixed(1) ?? '-',
      ]),
    ]),
    ...(measures === undefined
      ? []
      : ['', `one day's loss at ${percent(measures.confidence, 1)}`, measuresText(measures)]),
  ].join('\n');
}

function moveText(name: string, move: number | undefined): string {
  return move === undefined ? '-' : `${percent(move, 1)} ${name}`.trimEnd();
}
