// The risk report of one portfolio as a page: figures, charts, tables and what they rest on.

import type { RiskStudy } from '../research/risk-study.js';
import { dateOf, dollars } from './figure-text.js';
import { contributionPart, correlationPart, holdingPart, limitPart } from './holding-parts.js';
import { betPart, methodPart } from './measure-parts.js';
import { pageHtml, tilesHtml } from './page.js';
import { backtestPart, drawdownPart, stressPart } from './past-parts.js';
import { percent } from './svg.js';

/** Renders the report. */
export function riskReport(study: RiskStudy): string {
  const { id, name, asOf, equity, sessions } = study;
  return pageHtml({
    title: `Risk of ${name}`,
    lead: `${id}, as of the close of ${dateOf(asOf)}; shares of ${dollars(equity)} dollars of equity; one day, from the last ${sessions} sessions`,
    parts: [
      tilesOf(study),
      backtestPart(study),
      `<div class="pair">${contributionPart(study)}${correlationPart(study)}</div>`,
      methodPart(study),
      stressPart(study),
      limitPart(study),
      `<div class="pair">${betPart(study)}${drawdownPart(study)}</div>`,
      holdingPart(study),
    ],
    notes: notesOf(study),
  });
}

const NOTES = [
  'Value at risk (VaR) is the loss that one day exceeds with the chance named; expected shortfall is the mean loss of those days. Both are of the past: the next crisis need not look like it.',
  'Survivorship: the companies are those of April 2021. Who failed before is missing, so past losses were larger than these.',
  'A stock without a return at a session takes the mean of its sector; "proxied" is the share of exposure and days that does.',
  'A backtest forecast knows only the 250 returns before its day. p below 0.05 rejects the method: Kupiec for the number of exceptions, Christoffersen for coming together.',
  "Days to exit assume a tenth of the last month's volume, each stock alone.",
];

const RULE_NOTE =
  'Today is the weights of the rule at the last close. The past is the same rule set back to its weights at every close, among the names that traded then; costs are left out.';
const HELD_NOTE =
  'Today is what the portfolio holds now. The past is those weights set back at every close; costs are left out. Limits are those of the portfolio on these weights.';

const DELTA_NOTE =
  'Options are valued anew on every past day, in scenarios, on simulated paths and in moves that reach limits; in the fan their time goes as well. By their delta they count in weights and exposures, in the normal parts of risk (marginal, component, incremental) and where correlations break.';

function notesOf({ basis, optionsByDelta }: RiskStudy): string[] {
  const notes = [...NOTES, basis === 'rule' ? RULE_NOTE : HELD_NOTE];
  return optionsByDelta > 0 ? [...notes, DELTA_NOTE] : notes;
}

function tilesOf(study: RiskStudy): string {
  const { exposure, holdings } = study;
  const exit = Math.max(0, ...holdings.map(({ daysToExit }) => daysToExit));
  return tilesHtml([
    [percent(study.var95, 2), 'VaR 95 %, historical'],
    [percent(exposure.var99, 2), 'VaR 99 %, historical'],
    [percent(study.shortfall95, 2), 'expected shortfall 95 %'],
    [percent(study.shortfall99, 2), 'expected shortfall 99 %'],
    [percent(study.volatility), 'volatility a year'],
    [percent(study.expectedDrawdown), 'mean deepest fall of a quarter'],
    [percent(exposure.gross, 0), 'gross exposure'],
    [percent(exposure.net, 0), 'net exposure'],
    [`${(1 / study.concentration).toFixed(1)} of ${holdings.length}`, 'equal names it is like'],
    [exit < 0.1 ? 'below 0.1' : exit.toFixed(1), 'days to exit the slowest name'],
    [percent(study.proxied, 1), 'proxied'],
  ]);
}
