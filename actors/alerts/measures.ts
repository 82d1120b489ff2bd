// What rules over portfolios and groups may read: names, units, and where the values come from.

import { shareOf } from '../limits/index.js';

/** A measure of a portfolio or a group. */
export interface Measure {
  /** As conditions name it. */
  readonly name: string;
  /** `dollars`, `share` (a fraction), `minutes` or `count`. */
  readonly unit: string;
  readonly description: string;
}

/** A limit, as far as measures read it. */
interface UsedLimit {
  readonly severity: string;
  readonly utilisation: number;
}

/** Figures of a group at a point. Units: dollars, unless they are fractions. */
export interface MeasuredGroup {
  readonly equity: number;
  readonly grossExposure: number;
  readonly netExposure: number;
  readonly drawdown: number;
  readonly var99: number;
  readonly cvar99: number;
  readonly margin: number;
  readonly limits: readonly UsedLimit[];
}

/** Figures of a portfolio at a point. Units: dollars, unless they are fractions. */
export interface MeasuredPortfolio extends MeasuredGroup {
  readonly asOfUs: number;
  readonly marketValue: number;
  readonly unrealised: number;
  readonly dayPnl: number;
  readonly positions: number;
  readonly var95: number;
  readonly cvar95: number;
  readonly riskAsOfUs: number;
  readonly proxied: number;
  /** Absent of a portfolio that holds none. */
  readonly options?: MeasuredOptions;
}

/** What options come to. Units: dollars. */
interface MeasuredOptions {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly unpriced: number;
}

/** A measure and how it is read. */
interface Read<Figures> extends Measure {
  readonly of: (figures: Figures) => number;
}

const DOLLARS = 'dollars';
const SHARE = 'share';
const US_A_MINUTE = 60_000_000;

/** What rules over groups may read. */
export const GROUP_MEASURES: readonly Read<MeasuredGroup>[] = [
  read('equity', DOLLARS, 'cash and what is held', ({ equity }) => equity),
  read('gross_exposure', DOLLARS, 'size of all positions', (one) => one.grossExposure),
  read('net_exposure', DOLLARS, 'long less short, signed', (one) => one.netExposure),
  read('drawdown', SHARE, 'fall from the highest equity', ({ drawdown }) => drawdown),
  read('var_99', DOLLARS, 'one-day value at risk at 99 %', ({ var99 }) => var99),
  read('cvar_99', DOLLARS, 'mean loss beyond var_99', ({ cvar99 }) => cvar99),
  read('margin', DOLLARS, 'what positions ask of equity', ({ margin }) => margin),
  read('margin_excess', DOLLARS, 'equity less margin', ({ equity, margin }) => equity - margin),
  read('margin_use', SHARE, 'margin as a share of equity', ({ equity, margin }) =>
    shareOf(margin, equity),
  ),
  read('limit_use', SHARE, 'of the limit that is used most', ({ limits }) => mostUsed(limits, '')),
  read('hard_limit_use', SHARE, 'of the hard limit that is used most', ({ limits }) =>
    mostUsed(limits, 'hard'),
  ),
];

/** What rules over portfolios may read. */
export const PORTFOLIO_MEASURES: readonly Read<MeasuredPortfolio>[] = [
  ...GROUP_MEASURES,
  read('cash', DOLLARS, 'of all currencies, with accruals', (one) => one.equity - one.marketValue),
  read('unrealised', DOLLARS, 'value of what is held less its cost', (one) => one.unrealised),
  read('day_pnl', DOLLARS, 'since the last close, less what was paid in', ({ dayPnl }) => dayPnl),
  read('positions', 'count', 'names held', ({ positions }) => positions),
  read('var_95', DOLLARS, 'one-day value at risk at 95 %', ({ var95 }) => var95),
  read('cvar_95', DOLLARS, 'mean loss beyond var_95', ({ cvar95 }) => cvar95),
  read('proxied', SHARE, 'of gross exposure whose history is a proxy', ({ proxied }) => proxied),
  read('risk_age', 'minutes', 'of market time since the risk figures were made', (one) => {
    return (one.asOfUs - one.riskAsOfUs) / US_A_MINUTE;
  }),
  read('delta', DOLLARS, 'worth of the shares by delta of options', ofOptions('delta')),
  read('gamma', DOLLARS, 'change of delta where every stock rises by 1 %', ofOptions('gamma')),
  read('vega', DOLLARS, 'from a point more of every volatility', ofOptions('vega')),
  read('theta', DOLLARS, 'from a calendar day', ofOptions('theta')),
  read('unpriced', 'count', "options that can't be priced", ofOptions('unpriced')),
];

/** A figure of the options; nothing where none are held. */
function ofOptions(name: keyof MeasuredOptions): (figures: MeasuredPortfolio) => number {
  return ({ options }) => options?.[name] ?? 0;
}

function read<Figures>(
  name: string,
  unit: string,
  description: string,
  of: (figures: Figures) => number,
): Read<Figures> {
  return { name, unit, description, of };
}

/** Share of the limit that is used most, of those of a severity; 0 where there is none. */
function mostUsed(limits: readonly UsedLimit[], severity: string): number {
  let most = 0;
  for (let index = 0; index < limits.length; index++) {
    const limit = limits[index]!;
    if (severity !== '' && limit.severity !== severity) continue;
    // What is unknown stays unknown: a condition over it holds neither way.
    if (Number.isNaN(limit.utilisation)) return Number.NaN;
    if (limit.utilisation > most) most = limit.utilisation;
  }
  return most;
}

/** A measure that rules look at, with its place in their rows. */
export interface PlacedRead<Figures> extends Read<Figures> {
  readonly place: number;
}

/** Those of some measures that have one of these names. */
export function placedReads<Figures>(
  measures: readonly Read<Figures>[],
  names: ReadonlySet<string>,
): PlacedRead<Figures>[] {
  const placed = measures.map((measure, place) => ({ ...measure, place }));
  return placed.filter(({ name }) => names.has(name));
}

/** Writes the values of measures to their places. */
// hot
export function readMeasures<Figures>(
  reads: readonly PlacedRead<Figures>[],
  figures: Figures,
  values: Float64Array,
): void {
  for (let index = 0; index < reads.length; index++) {
    const read = reads[index]!;
    values[read.place] = read.of(figures);
  }
}
