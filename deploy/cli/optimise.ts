// `sluice portfolio optimise`: a portfolio built of chosen stocks, with what it would risk.

import { Fault, type Refusal } from '../../engine/index.js';
import { invalid } from '../app/settings.js';
import { type OptimiseProblem, optimise, problemOf } from '../research/optimise-run.js';
import { type Blended, blended } from '../research/optimise-views.js';
import { walkForward } from '../research/optimise-walk.js';
import { sidesOf, weightsNow } from '../research/portfolio-history.js';
import { chosen, type HistoryInputs, readConfig, readInputs } from './history-options.js';
import { type Checked, checkFlags, type OptimiseFlags, wishOf } from './optimise-flags.js';
import { plainResult, resultText, walkText } from './optimise-text.js';
import { EXIT, print, say } from './output.js';

/** Runs the command. A refusal is printed with its numbers, and ends it with exit code 1. */
export async function portfolioOptimise(
  id: string | undefined,
  flags: OptimiseFlags,
): Promise<void> {
  const checked = checkFlags(id, flags);
  if (id !== undefined) chosen(readConfig(flags), [id]);
  const { lookback, covariance } = checked;
  const inputs = await readInputs(flags);
  const { rows, weights } = stocksOf(id, flags.symbols, inputs);
  const { history, members } = inputs;
  const problem = problemOf({ history, members, rows, lookback, covariance });
  if (problem.leftOut.length > 0) {
    say(`sluice: left out, without ${lookback} returns: ${problem.leftOut.join(', ')}`);
  }
  const from = weights === undefined ? undefined : problem.rows.map((row) => weights.get(row) ?? 0);
  const wish = wishOf(checked, from);
  const seen =
    checked.method === 'black-litterman'
      ? viewed(problem, checked, from)
      : ({ kind: 'blended', problem, findings: [] } as const);
  const found = seen.kind === 'refusal' ? seen : optimise(seen.problem, wish, from);
  if (found.kind === 'refusal') {
    const { code, text } = found;
    print({ refused: { code, text } }, flags.json === true, () => `refused: ${code}: ${text}`);
    process.exitCode = EXIT.failed;
    return;
  }
  const input = { history, members, rows, lookback, covariance };
  const walk = flags.walk === true ? walkForward(input, wish) : undefined;
  if (flags.walk === true && walk === undefined) {
    throw new Fault(
      'data.too_little_history',
      `expected a quarter after the lookback of ${lookback} returns to walk through, was ${history.dates.length} sessions in all`,
    );
  }
  const asOf = history.dates[history.dates.length - 1]!;
  const result = plainResult(problem, found, from);
  const findings = seen.kind === 'refusal' ? [] : seen.findings;
  const told = { asOf, method: wish.method, lookback, covariance, ...result, findings };
  print(walk === undefined ? told : { ...told, walk }, flags.json === true, () =>
    [
      resultText(problem, found, { from, top: checked.top, method: wish.method, lookback }),
      ...findings.map((finding) => `- ${finding}`),
      ...(walk === undefined ? [] : [walkText(walk, wish.method)]),
    ].join('\n'),
  );
}

/** The problem as the views leave it: beside the portfolio's weights of today, or equal ones. */
function viewed(
  problem: OptimiseProblem,
  { views, tau, aversion, riskFree }: Checked,
  from: readonly number[] | undefined,
): Blended | Refusal {
  const { length } = problem.symbols;
  const market = from ?? new Float64Array(length).fill(1 / length);
  const whole = Array.from(market).reduce((sum, weight) => sum + weight, 0);
  return blended(problem, {
    views,
    market: Array.from(market, (weight) => weight / whole),
    tau,
    riskAversion: aversion,
    riskFree,
  });
}

/** The stocks to choose from, and today's weights where they are those of a portfolio. */
function stocksOf(
  id: string | undefined,
  symbols: string | undefined,
  { history, members, config }: HistoryInputs,
): { readonly rows: readonly number[]; readonly weights?: ReadonlyMap<number, number> } {
  if (id !== undefined) {
    const weights = weightsNow(
      chosen(config, [id]).flatMap((one) => sidesOf(one, history.symbols, members)),
      history,
    );
    return { rows: [...weights.keys()].sort((a, b) => a - b), weights };
  }
  const names = (symbols ?? '').split(',').map((name) => name.trim().toUpperCase());
  const missing = names.filter((name) => !history.symbols.includes(name));
  if (missing.length > 0) {
    throw invalid('--symbols', 'symbols that the data has, such as AAPL,MSFT', missing.join(','));
  }
  const repeated = names.filter((name, place) => names.indexOf(name) !== place);
  if (repeated.length > 0) {
    const text = `${[...new Set(repeated)].join(',')} twice or more`;
    throw invalid('--symbols', 'each symbol once', text);
  }
  return { rows: names.map((name) => history.symbols.indexOf(name)).sort((a, b) => a - b) };
}
