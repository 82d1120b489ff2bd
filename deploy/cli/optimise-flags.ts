// The flags of `sluice portfolio optimise`: which go together, and what they ask for.

import { LINKAGES } from '../../actors/optimise/index.js';
import { Fault } from '../../engine/index.js';
import { invalid, wholeFlag } from '../app/settings.js';
import { COVARIANCES } from '../research/covariance-estimates.js';
import { OPTIMISE_METHODS, type OptimiseMethod } from '../research/optimise-methods.js';
import type { OptimiseBounds, OptimiseWish } from '../research/optimise-run.js';
import type { View } from '../research/optimise-views.js';
import { type HistoryOptions, numberFlag, wordFlag } from './history-options.js';

/** Flags of the command, as typed. */
export interface OptimiseFlags extends HistoryOptions {
  readonly symbols?: string;
  readonly method: string;
  readonly minWeight?: string;
  readonly maxWeight?: string;
  readonly sectorMax?: string;
  readonly turnover?: string;
  readonly target?: string;
  readonly riskFree: string;
  readonly lookback: string;
  readonly covariance: string;
  readonly linkage: string;
  readonly top: string;
  readonly walk?: boolean;
  readonly view: readonly string[];
  readonly tau: string;
  readonly aversion: string;
}

/** Methods that bounds can be put on. */
const BOUNDED: readonly OptimiseMethod[] = [
  'min-variance',
  'max-sharpe',
  'black-litterman',
  'target-return',
];

/** A view: what a stock returns a year, or how much more than another. */
const VIEW = /^([A-Z0-9.]{1,12})(?:>([A-Z0-9.]{1,12}))?=([+-]?\d*\.?\d+)$/;

/** The flags as values. */
export type Checked = ReturnType<typeof checkFlags>;

/** Reads the flags, beside the id of a portfolio. Errors: `flag.invalid`. */
export function checkFlags(id: string | undefined, flags: OptimiseFlags) {
  if ((id === undefined) === (flags.symbols === undefined)) {
    const was = id === undefined ? 'neither' : 'both';
    throw new Fault(
      'flag.invalid',
      `--symbols: expected either the id of a portfolio or --symbols, was ${was}`,
    );
  }
  const method = wordFlag('--method', flags.method, OPTIMISE_METHODS);
  const bounds = ['minWeight', 'maxWeight', 'sectorMax', 'turnover'] as const;
  for (const name of bounds) {
    if (flags[name] === undefined || BOUNDED.includes(method)) continue;
    throw new Fault(
      'flag.invalid',
      `${dashed(name)}: expected --method ${BOUNDED.join(', ')}, was ${method}, which follows risk alone`,
    );
  }
  if ((method === 'target-return') !== (flags.target !== undefined)) {
    throw new Fault(
      'flag.invalid',
      '--target: expected with --method target-return, and only then',
    );
  }
  if (flags.walk === true && flags.turnover !== undefined) {
    throw new Fault(
      'flag.invalid',
      '--walk: expected no --turnover, which is from the weights of today',
    );
  }
  if ((method === 'black-litterman') !== flags.view.length > 0) {
    throw new Fault(
      'flag.invalid',
      '--view: expected with --method black-litterman, and only then',
    );
  }
  if (flags.walk === true && method === 'black-litterman') {
    throw new Fault('flag.invalid', '--walk: expected no --view, which is one of today');
  }
  if (flags.turnover !== undefined && id === undefined) {
    throw new Fault('flag.invalid', '--turnover: expected the id of a portfolio to trade from');
  }
  const fraction = (name: (typeof bounds)[number], low: number, high: number) => {
    const text = flags[name];
    return text === undefined ? undefined : numberFlag(dashed(name), text, low, high);
  };
  return {
    method,
    minWeight: fraction('minWeight', -5, 1) ?? 0,
    maxWeight: fraction('maxWeight', 0, 5),
    sectorMax: fraction('sectorMax', 0, 5),
    turnover: fraction('turnover', 0, 20),
    target: flags.target === undefined ? 0 : numberFlag('--target', flags.target, -10, 100),
    riskFree: numberFlag('--risk-free', flags.riskFree, -0.5, 1),
    lookback: wholeFlag('--lookback', flags.lookback, 60, 5_000),
    covariance: wordFlag('--covariance', flags.covariance, COVARIANCES),
    linkage: wordFlag('--linkage', flags.linkage, LINKAGES),
    views: flags.view.map(viewOf),
    tau: numberFlag('--tau', flags.tau, 1e-6, 10),
    aversion: numberFlag('--aversion', flags.aversion, 0.01, 100),
    top: wholeFlag('--top', flags.top, 1, 100_000),
  };
}

/** What the flags wish for; `from` are the weights of today. */
export function wishOf(checked: Checked, from: readonly number[] | undefined): OptimiseWish {
  const { minWeight, maxWeight, sectorMax, turnover } = checked;
  const bounds: OptimiseBounds = {
    minWeight,
    maxWeight,
    sectorMax,
    turnover: turnover === undefined || from === undefined ? undefined : { from, max: turnover },
  };
  const { method, riskFree, target, linkage } = checked;
  return { method, bounds, riskFree, target, linkage };
}

function viewOf(text: string): View {
  const [, symbol, than, value] = VIEW.exec(text.toUpperCase().replaceAll(' ', '')) ?? [];
  if (symbol === undefined || value === undefined) {
    throw invalid('--view', 'a return a year such as AAPL=0.12 or "KO>PEP=0.03"', text);
  }
  return { symbol, ...(than !== undefined && { than }), return: Number(value) };
}

function dashed(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
