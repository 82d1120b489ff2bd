// Registers `sluice portfolio optimise`, whose flags are many.

import type { Command } from 'commander';
import { LINKAGES } from '../../actors/optimise/index.js';
import { COVARIANCES } from '../research/covariance-estimates.js';
import { OPTIMISE_METHODS } from '../research/optimise-methods.js';
import { researched } from './flags.js';
import type { OptimiseFlags } from './optimise-flags.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadOptimise = () => import('./optimise.js');

/** Adds it to `sluice portfolio`. */
export function addOptimiseCommand(portfolio: Command): void {
  researched(portfolio.command('optimise [id]'))
    .description('build a portfolio of chosen stocks, or of the stocks of a portfolio')
    .option('--symbols <list>', 'the stocks to choose from, such as AAPL,MSFT,KO')
    .option('--method <name>', OPTIMISE_METHODS.join(', '), 'min-variance')
    .option('--min-weight <n>', 'least weight of each stock; below 0 allows shorts (default: 0)')
    .option('--max-weight <n>', 'largest weight of each stock, such as 0.1')
    .option('--sector-max <n>', 'largest weight of each sector')
    .option('--turnover <n>', "most to trade from the portfolio's weights, buys and sells together")
    .option('--target <n>', 'return a year of target-return, such as 0.15')
    .option(
      '--view <text>',
      'of black-litterman, as often as needed: AAPL=0.12, or "KO>PEP=0.03" a year',
      (view: string, views: readonly string[]) => [...views, view],
      [],
    )
    .option('--tau <n>', 'uncertainty of what today implies, a share of the covariance', '0.05')
    .option('--aversion <n>', "risk aversion that explains today's weights", '2.5')
    .option('--risk-free <n>', 'return a year without risk', '0')
    .option('--lookback <days>', 'returns that estimates rest on', '252')
    .option('--covariance <name>', COVARIANCES.join(', '), 'shrunk')
    .option('--linkage <name>', `of hrp: ${LINKAGES.join(', ')}`, 'single')
    .option(
      '--walk',
      'also build it each quarter of history from the past alone, and tell what came',
    )
    .option('--top <n>', 'stocks shown', '30')
    .action(async (id: string | undefined, options: OptimiseFlags) =>
      (await loadOptimise()).portfolioOptimise(id, options),
    );
}
