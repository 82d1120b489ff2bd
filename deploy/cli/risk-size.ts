// `sluice risk size`: how many shares of one stock each rule of sizing allows.

import { resolve } from 'node:path';
import { inRepository } from '../app/paths.js';
import { dateFlag, wholeFlag } from '../app/settings.js';
import { percent } from '../report/svg.js';
import { SIZE_BOUNDS } from '../research/figure-bounds.js';
import { loadMarketFile } from '../research/market-file.js';
import { type SizingTerms, sizesOf } from '../research/position-sizes.js';
import { numberFlag } from './history-options.js';
import { EXIT, money, print, table } from './output.js';

// What asks a system is loaded by those who do.
const loadAsked = () => import('./risk-asked.js');

/** Flags of the command, as typed. */
export interface SizeFlags {
  /** A running system is asked where it is given. */
  readonly address?: string;
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
  const equity = numberFlag('--equity', flags.equity, ...SIZE_BOUNDS.equity);
  const riskShare = numberFlag('--risk', flags.risk, ...SIZE_BOUNDS.risk);
  const terms = {
    equity,
    lotSize: numberFlag('--lot', flags.lot, ...SIZE_BOUNDS.lot),
    leverageMax: numberFlag('--leverage', flags.leverage, ...SIZE_BOUNDS.leverage),
    window: wholeFlag('--window', flags.window, ...SIZE_BOUNDS.window),
    riskFree: numberFlag('--risk-free', flags.riskFree, ...SIZE_BOUNDS.riskFree),
    kellyFraction: numberFlag('--kelly', flags.kelly, ...SIZE_BOUNDS.kelly),
    targetVolatility: numberFlag('--volatility', flags.volatility, ...SIZE_BOUNDS.volatility),
    riskShare,
    multiple: numberFlag('--multiple', flags.multiple, ...SIZE_BOUNDS.multiple),
    fixedShare: numberFlag('--share', flags.share, ...SIZE_BOUNDS.share),
    lossMax:
      flags.loss === undefined
        ? riskShare * equity
        : numberFlag('--loss', flags.loss, ...SIZE_BOUNDS.loss),
  };
  const name = symbol.toUpperCase();
  if (flags.address !== undefined) return (await loadAsked()).askSizes(flags, askedBy(name, terms));
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

/** Terms as a request has them. */
function askedBy(symbol: string, terms: SizingTerms) {
  return {
    symbol,
    equity: terms.equity,
    lot: terms.lotSize,
    leverage: terms.leverageMax,
    window: terms.window,
    riskFree: terms.riskFree,
    kelly: terms.kellyFraction,
    volatility: terms.targetVolatility,
    risk: terms.riskShare,
    multiple: terms.multiple,
    share: terms.fixedShare,
    loss: terms.lossMax,
  };
}
