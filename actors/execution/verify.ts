// Compares our execution figures with a reference case; pure, the caller reads the files.

import {
  accept,
  attempt,
  differences,
  listOf,
  numberOf,
  type ReferenceCase,
  type ReferenceVerdict,
  skipped,
  type Tolerance,
  textOf,
  told,
  unknownWord,
  verdictOn,
} from '../reference/index.js';
import { almgrenChriss } from './almgren-chriss.js';
import { amihudIlliquidity, kyleLambda, rollSpread, squareRootImpact } from './impact.js';
import { twapSchedule, vwapSchedule } from './schedule.js';
import { implementationShortfall } from './shortfall.js';
import { type SidedTrade, volumeBuckets, vpin } from './vpin.js';

/** Daily bars of a file as it stands, oldest first; all arrays of one length. */
export interface BarColumns {
  readonly close: readonly number[];
  readonly adjustedClose: readonly number[];
  readonly volume: readonly number[];
}

type Words = ReferenceCase['params'];

/** What one function of the file gives, under the file's names. */
interface Computation {
  readonly known: readonly string[];
  compute(params: Words, bars: () => BarColumns, expected: Words): unknown;
}

const IMPACT = ['coefficient', 'dailyVolatility', 'quantity', 'adv', 'price'] as const;
const LIQUIDATION = [
  'shares',
  'horizon',
  'periods',
  'sigma',
  'epsilon',
  'gamma',
  'eta',
  'riskAversion',
] as const;

const COMPUTATIONS: Readonly<Record<string, Computation>> = {
  twap: { known: ['quantity', 'slices', 'lot'], compute: twap },
  vwap_schedule: { known: ['quantity', 'volumeProfile'], compute: vwap },
  vwap_price: { known: ['trades'], compute: vwapPrice },
  implementation_shortfall: {
    known: ['side', 'decision', 'arrival', 'fills', 'ordered', 'final', 'feePerShare'],
    compute: shortfall,
  },
  almgren_chriss: { known: LIQUIDATION, compute: liquidation },
  square_root_impact: { known: IMPACT, compute: impact },
  roll_spread: { known: ['bars', 'prices'], compute: roll },
  amihud: { known: ['bars'], compute: amihud },
  kyle_lambda: { known: ['signedVolume', 'priceChange'], compute: kyle },
  vpin: { known: ['bucketVolume', 'trades'], compute: flow },
};

/** Compares one case of `execution.json`; `bars` are the rows its input names. */
export function verifyExecutionCase(
  reference: ReferenceCase,
  bars: () => BarColumns,
): ReferenceVerdict {
  const { function: name } = reference;
  const computation = Object.hasOwn(COMPUTATIONS, name) ? COMPUTATIONS[name] : undefined;
  if (computation === undefined) return skipped(`no function ${name}`);
  const { params } = reference;
  const word =
    unknownWord(params, computation.known) ??
    unknownWord(reference.input, ['file', 'bars', 'from', 'to']);
  if (word !== undefined) return skipped(`${name} has no parameter ${word}`);
  const expected = Object.fromEntries(Object.entries(reference.expected ?? {}));
  const got = attempt(() => computation.compute(params, bars, expected));
  // The schema gives this file one tolerance a case.
  const tolerance = reference.tolerance as Tolerance;
  return verdictOn(got, (value) => differences(value, reference.expected, tolerance));
}

function numbersOf(words: Words, name: string): readonly number[] {
  const list = listOf(words, name);
  const bad = list.find((value) => typeof value !== 'number');
  if (bad !== undefined) throw new TypeError(`expected ${name} to be numbers, was ${bad}`);
  return list.map(Number);
}

function pairsOf(words: Words, name: string): readonly (readonly [unknown, unknown])[] {
  return listOf(words, name).map((pair) => {
    if (Array.isArray(pair) && pair.length === 2) return [pair[0], pair[1]];
    throw new TypeError(`expected pairs in ${name}, was ${told(pair)}`);
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A valid schedule other than ours is no difference: the file states what makes one valid. */
function orValid(
  ours: readonly number[],
  stated: unknown,
  quantity: number,
  isValidSlice: (slice: number, index: number) => boolean,
): unknown {
  const isValid =
    Array.isArray(stated) &&
    stated.length === ours.length &&
    sum(ours) === quantity &&
    ours.every(isValidSlice);
  return isValid ? stated : ours;
}

function twap(params: Words, _bars: () => BarColumns, _expected: Words): unknown {
  const quantity = numberOf(params, 'quantity');
  const lot = params['lot'] === undefined ? 1 : numberOf(params, 'lot');
  const schedule = accept(twapSchedule(quantity, numberOf(params, 'slices'), lot));
  return {
    ideal_per_slice: schedule.idealPerSlice,
    cumulative_floor_schedule: schedule.slices,
    sum: sum(schedule.slices),
    max_abs_cumulative_deviation: schedule.cumulativeDeviationMax,
  };
}

function vwap(params: Words, _bars: () => BarColumns, expected: Words): unknown {
  const quantity = numberOf(params, 'quantity');
  const schedule = accept(vwapSchedule(quantity, numbersOf(params, 'volumeProfile')));
  const isNear = (slice: number, index: number): boolean =>
    Math.abs(slice - schedule.ideal[index]!) <= 1;
  const { largestRemainder, cumulativeFloor } = schedule;
  return {
    ideal: schedule.ideal,
    largest_remainder: orValid(largestRemainder, expected['largest_remainder'], quantity, isNear),
    cumulative_floor: orValid(cumulativeFloor, expected['cumulative_floor'], quantity, isNear),
  };
}

function vwapPrice(params: Words): unknown {
  let paid = 0;
  let volume = 0;
  for (const [price, size] of pairsOf(params, 'trades')) {
    paid += Number(price) * Number(size);
    volume += Number(size);
  }
  return volume === 0 ? null : paid / volume;
}

function shortfall(params: Words): unknown {
  const side = textOf(params, 'side');
  const decimal = (name: string): string => {
    const value = params[name];
    return typeof value === 'number' ? String(value) : textOf(params, name);
  };
  if (side !== 'buy' && side !== 'sell') throw new TypeError(`expected buy or sell, was ${side}`);
  const result = accept(
    implementationShortfall({
      side,
      decision: decimal('decision'),
      arrival: decimal('arrival'),
      fills: pairsOf(params, 'fills').map(([price, size]) => [String(price), Number(size)]),
      ordered: numberOf(params, 'ordered'),
      final: decimal('final'),
      feePerShare: params['feePerShare'] === undefined ? '0' : decimal('feePerShare'),
    }),
  );
  return {
    executed: result.executed,
    unfilled: result.unfilled,
    average_price: result.averagePrice,
    delay_cost: result.delayCost,
    trading_cost: result.tradingCost,
    opportunity_cost: result.opportunityCost,
    fees: result.fees,
    total: result.total,
    total_bps_of_paper_notional: result.totalBps,
    arrival_slippage_bps: result.arrivalSlippageBps,
  };
}

function liquidation(params: Words): unknown {
  const read = (name: (typeof LIQUIDATION)[number]): number => numberOf(params, name);
  const trajectory = accept(
    almgrenChriss({
      shares: read('shares'),
      horizon: read('horizon'),
      periods: read('periods'),
      sigma: read('sigma'),
      epsilon: read('epsilon'),
      gamma: read('gamma'),
      eta: read('eta'),
      riskAversion: read('riskAversion'),
    }),
  );
  return {
    tau: trajectory.tau,
    eta_tilde: trajectory.etaTilde,
    kappa: trajectory.kappa,
    half_life: trajectory.halfLife,
    holdings: trajectory.holdings,
    trades: trajectory.trades,
    expected_cost: trajectory.expectedCost,
    variance: trajectory.variance,
    std: trajectory.deviation,
    utility: trajectory.utility,
  };
}

function impact(params: Words): unknown {
  const read = (name: (typeof IMPACT)[number]): number => numberOf(params, name);
  const result = accept(
    squareRootImpact({
      coefficient: read('coefficient'),
      dailyVolatility: read('dailyVolatility'),
      quantity: read('quantity'),
      adv: read('adv'),
      price: read('price'),
    }),
  );
  return {
    fraction: result.fraction,
    bps: result.bps,
    per_share: result.perShare,
    total_cost: result.totalCost,
  };
}

function restated({ close, adjustedClose }: BarColumns): number[] {
  return close.map((price, day) => (price * adjustedClose[day]!) / price);
}

function roll(params: Words, bars: () => BarColumns): unknown {
  const prices = params['prices'] === undefined ? restated(bars()) : numbersOf(params, 'prices');
  const used = params['bars'] === undefined ? prices : prices.slice(0, numberOf(params, 'bars'));
  const sample = accept(rollSpread(used, 1));
  const population = accept(rollSpread(used, 0));
  return {
    autocov_ddof1: sample.autocovariance,
    autocov_ddof0: population.autocovariance,
    spread_ddof1: sample.spread,
    spread_ddof0: population.spread,
  };
}

function amihud(params: Words, bars: () => BarColumns): unknown {
  const { close, adjustedClose, volume } = bars();
  const count = params['bars'] === undefined ? close.length : numberOf(params, 'bars');
  const traded = close.slice(0, count).map((price, day) => price * volume[day]!);
  const illiquidity = accept(amihudIlliquidity(adjustedClose.slice(0, count), traded));
  return { illiq: illiquidity, illiq_x1e6: illiquidity * 1e6 };
}

function kyle(params: Words): unknown {
  const result = accept(
    kyleLambda(numbersOf(params, 'signedVolume'), numbersOf(params, 'priceChange')),
  );
  return {
    lambda_with_intercept: result.lambda,
    intercept: result.intercept,
    t_stat: result.tStatistic,
    r2: result.rSquared,
    lambda_no_intercept: result.lambdaWithoutIntercept,
  };
}

function flow(params: Words, _bars: () => BarColumns, expected: Words): unknown {
  const bucketVolume = numberOf(params, 'bucketVolume');
  const trades = pairsOf(params, 'trades').map(([size, side]): SidedTrade => {
    if (side === 'B' || side === 'S') return [Number(size), side];
    throw new TypeError(`expected the side B or S, was ${String(side)}`);
  });
  const buckets = accept(volumeBuckets(trades, bucketVolume));
  const got: Record<string, unknown> = {
    buckets_buy_sell: buckets.complete,
    incomplete_bucket: buckets.incomplete,
    vpin_all_buckets: vpin(buckets.complete, bucketVolume),
  };
  for (const name of Object.keys(expected)) {
    const count = /^vpin_last(\d+)$/.exec(name)?.[1];
    if (count !== undefined) got[name] = vpin(buckets.complete, bucketVolume, Number(count));
  }
  return got;
}
