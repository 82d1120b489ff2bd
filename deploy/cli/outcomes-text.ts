// What scenarios do to what a portfolio holds, as tables of the terminal.

import type { StressResult } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { strainText } from '../report/strain-text.js';
import { percent } from '../report/svg.js';
import { money, table } from './output.js';

/** Tells them: profits, then what moves no price. Units of equity: dollars. */
export function outcomesText(outcomes: readonly StressResult[], equity: number): string {
  return [
    table([
      ['scenario', 'profit', 'dollars', 'largest losers'],
      ...outcomes.map((one) => [
        one.name,
        percent(one.profit, 2),
        money(one.profit * equity),
        one.losers.slice(0, 3).join(', '),
      ]),
    ]),
    ...outcomes.flatMap(({ name, var99Before, var99After, exitCost, exitDays }) =>
      strainText({
        name,
        ...(var99Before === undefined || var99After === undefined
          ? {}
          : { tail: { before: var99Before, after: var99After } }),
        ...(exitCost === undefined || exitDays === undefined
          ? {}
          : { exit: { cost: exitCost, daysToAll: exitDays } }),
      }),
    ),
  ].join('\n');
}
