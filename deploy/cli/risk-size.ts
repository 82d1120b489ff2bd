// `sluice risk size`: how many shares of one stock each rule of sizing allows.

import { resolve } from 'node:path';
import { inRepository } from '../app/paths.js';
import { dateFlag, wholeFlag } from '../app/settings.js';
import { percent } from '../report/svg.js';
import { loadMarketFile } from '../research/market-file.js';
import { sizesOf } from '../research/position-sizes.js';
import { numberFlag } from './history-options.js';
import { EXIT, money, print, table } from './output.js';

/** Flags of the command, as typed. */
export interface SizeFlags {
  readonly data?: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly equity: string;
  readonly lot: string;
  readonly leverage: string;
  readonly window: string;
  readonly riskFree: string;
  readonly kelly: string;
  readonly volatility: string;
  readonly risk: string;
  readonly multiple: string;
  readonly share: string;
  readonly loss?: string;
}

/** Runs the command; ends with 1 where no rule gives a size. Errors: `flag.invalid`, `data.*`. */
export async function riskSize(symbol: string, flags: SizeFlags): Promise<void> {
  const equity = numberFlag('--equity', flags.equity, 1, 1e12);
  const riskShare = numberFlag('--risk', flags.risk, 0.0001, 1);
  const terms = {
    equity,
    lotSize: numberFlag('--lot', flags.lot, 0.000001, 1e6),
    leverageMax: numberFlag('--leverage', flags.leverage, 0.01, 100),
    window: wholeFlag('--window', flags.window, 20, 5_000),
    riskFree: numberFlag('--risk-free', flags.riskFree, -0.2, 1),
    kellyFraction: numberFlag('--kelly', flags.kelly, 0.01, 1),
    targetVolatility: numberFlag('--volatility', flags.volatility, 0.001, 5),
    riskShare,
    multiple: numberFlag('--multiple', flags.multiple, 0.1, 100),
    fixedShare: numberFlag('--share', flags.share, 0.0001, 100),
    lossMax:
      flags.loss === undefined ? riskShare * equity : numberFlag('--loss', flags.loss, 0.01, 1e12),
  };
  const name = symbol.toUpperCase();
  const { bars } = await loadMarketFile({
    path: resolve(flags.data ?? inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet')),
    symbols: [name],
    ...(flags.to === undefined ? {} : { to: dateFlag('--to', flags.to) }),
  });
  const { price, rules } = sizesOf(bars, terms);
  print({ symbol: name, ...terms, price, rules }, flags.json === true, () =>
    [
      `${name} at ${price.toFixed(2)}, equity ${money(equity)}, at most ${percent(terms.leverageMax, 0)} of it`,
      table([
        ['rule', 'shares', 'of equity', 'basis'],
        ...rules.map(({ rule, basis, size }) =>
          size.kind === 'refusal'
            ? [rule, '-', '-', `${size.code}: ${size.text}`]
            : [rule, String(size.quantity), percent(size.share, 2), basis],
        ),
      ]),
    ].join('\n'),
  );
  if (rules.every(({ size }) => size.kind === 'refusal')) process.exitCode = EXIT.failed;
}
