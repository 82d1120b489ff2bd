// `sluice report risk ID`: one page, and a PDF of it, on the risk of a portfolio.

import { resolve } from 'node:path';
import { Fault } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { readScenarios } from '../config/scenario-config.js';
import { printPdf } from '../report/print-pdf.js';
import { riskReport } from '../report/risk-report.js';
import { percent } from '../report/svg.js';
import { STUDY_SESSIONS_MIN, studyRisk } from '../research/risk-study.js';
import {
  historicalScenarios,
  possibleScenarios,
  userScenarios,
} from '../research/stress-scenarios.js';
import {
  chosen,
  type HistoryOptions,
  readConfig,
  readInputs,
  writeResult,
} from './history-options.js';
import { print, say } from './output.js';

/** Flags of the command, as typed. */
export interface ReportFlags extends HistoryOptions {
  readonly scenarios?: string;
  readonly out?: string;
  readonly pdf?: string;
}

/** Runs the command. Errors: `config.*`, `data.*`, `portfolio.unknown`, `report.*`. */
export async function reportRisk(id: string, flags: ReportFlags): Promise<void> {
  // What is wrong with the files is told before the data is read.
  const [portfolio] = chosen(readConfig(flags), [id]);
  const listed = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
  const configs = readScenarios(
    resolve(flags.scenarios ?? inRepository('deploy', 'config', 'scenarios.yaml')),
    listed,
  );
  const { history, members, config } = await readInputs(flags);
  if (history.dates.length < STUDY_SESSIONS_MIN) {
    throw new Fault(
      'data.too_little_history',
      `expected ${STUDY_SESSIONS_MIN} sessions to report on, was ${history.dates.length}`,
    );
  }
  const own =
    flags.scenarios === undefined
      ? possibleScenarios(configs, history, members)
      : { scenarios: userScenarios(configs, history, members), leftOut: [] };
  const scenarios = [...historicalScenarios(history, members), ...own.scenarios];
  // The one id was found, or the command would have ended.
  const study = studyRisk({
    ...{ portfolio: portfolio!, config, history, members, scenarios, leftOut: own.leftOut },
  });
  const out = flags.out ?? `risk-${id}-${study.asOf}.html`;
  writeResult(out, riskReport(study));
  if (flags.pdf !== undefined) await printPdf(out, flags.pdf);
  const { exposure, var95, shortfall95, shortfall99, backtest } = study;
  const files = {
    html: resolve(out),
    ...(flags.pdf === undefined ? {} : { pdf: resolve(flags.pdf) }),
  };
  // Forecasts of every day are drawn in the page: too many to print.
  const methods = backtest.map(({ forecasts: _forecasts, ...row }) => row);
  const { past: _past, drawdowns: _drawdowns, correlation: _correlation, ...told } = study;
  print({ files, ...told, backtest: methods }, flags.json === true, () =>
    [
      `${id}: VaR ${percent(var95, 2)} at 95 %, ${percent(exposure.var99, 2)} at 99 %; expected shortfall ${percent(shortfall95, 2)} and ${percent(shortfall99, 2)} of equity in a day`,
      ...Object.values(files),
    ].join('\n'),
  );
  say(
    `sluice: ${scenarios.length} scenarios, ${methods.length} backtests, ${study.holdings.length} holdings`,
  );
}
