// The figures of a portfolio's last mark as one row of numbers: as objects, those of thousands
// live from one mark to the next, and a collector copies and walks them all.

import type { LimitConfig, LimitState } from '../limits/index.js';
import type { OptionFigures, PortfolioFigures } from './answers.js';

/** Place of each number. */
const AT = {
  pointIndex: 0,
  asOfUs: 1,
  equity: 2,
  marketValue: 3,
  unrealised: 4,
  dayPnl: 5,
  grossExposure: 6,
  netExposure: 7,
  drawdown: 8,
  margin: 9,
  positions: 10,
  var95: 11,
  var99: 12,
  cvar95: 13,
  cvar99: 14,
  riskAsOfUs: 15,
  proxied: 16,
} as const;

/** Of each limit, behind them: its value, and 1 where it is broken. */
const LIMITS_AT = 17;
const LIMIT_SIZE = 2;

/** What of the figures is made anew only when risk is. */
export type RiskFigures = Pick<
  PortfolioFigures,
  'var95' | 'var99' | 'cvar95' | 'cvar99' | 'riskAsOfUs' | 'proxied'
>;

type Limits = readonly Pick<LimitConfig, 'measure' | 'severity' | 'limit'>[];

/** Figures as a snapshot holds them: of thousands their names would be most of it. */
export interface EncodedFigures extends Pick<PortfolioFigures, 'key' | 'cash' | 'realised'> {
  /** What the limits were: one list of all that are held to the same, which is so written once. */
  readonly limits: Limits;
  /** By `AT`, then two numbers a limit. */
  readonly numbers: Float64Array;
  /** Absent where none were held. */
  readonly options?: OptionFigures;
}

/** Figures of one portfolio, written over at every mark. */
export class KeptFigures {
  readonly #key: string;
  #cash = '';
  #realised = '';
  /** What the limits were that the figures tell of. */
  #limits: Limits = [];
  #numbers = new Float64Array(LIMITS_AT);
  /** Of the options; undefined where none were held. */
  options: OptionFigures | undefined = undefined;

  constructor(key: string) {
    this.#key = key;
  }

  /** Figures as they were encoded. */
  static of(encoded: EncodedFigures): KeptFigures {
    const kept = new KeptFigures(encoded.key);
    kept.#cash = encoded.cash;
    kept.#realised = encoded.realised;
    kept.#limits = encoded.limits;
    kept.#numbers = encoded.numbers.slice();
    kept.options = encoded.options;
    return kept;
  }

  /** Point of the mark. */
  get pointIndex(): number {
    return this.#numbers[AT.pointIndex]!;
  }

  /** Equity at the mark. Units: dollars. */
  get equity(): number {
    return this.#numbers[AT.equity]!;
  }

  /** Event time of the mark. Units: microseconds. */
  get asOfUs(): number {
    return this.#numbers[AT.asOfUs]!;
  }

  /** Event time of the exposures behind the risk figures. Units: microseconds. */
  get riskAsOfUs(): number {
    return this.#numbers[AT.riskAsOfUs]!;
  }

  /** The risk figures. */
  risk(): RiskFigures {
    const numbers = this.#numbers;
    return {
      var95: numbers[AT.var95]!,
      var99: numbers[AT.var99]!,
      cvar95: numbers[AT.cvar95]!,
      cvar99: numbers[AT.cvar99]!,
      riskAsOfUs: numbers[AT.riskAsOfUs]!,
      proxied: numbers[AT.proxied]!,
    };
  }

  /** Takes the figures of a mark. `limits` are those that they tell of, one for one. */
  // hot
  keep(figures: PortfolioFigures, limits: Limits): void {
    this.#cash = figures.cash;
    this.#realised = figures.realised;
    this.#limits = limits;
    this.options = figures.options;
    const length = LIMITS_AT + LIMIT_SIZE * limits.length;
    if (this.#numbers.length !== length) this.#numbers = new Float64Array(length);
    const numbers = this.#numbers;
    numbers[AT.pointIndex] = figures.pointIndex;
    numbers[AT.asOfUs] = figures.asOfUs;
    numbers[AT.equity] = figures.equity;
    numbers[AT.marketValue] = figures.marketValue;
    numbers[AT.unrealised] = figures.unrealised;
    numbers[AT.dayPnl] = figures.dayPnl;
    numbers[AT.grossExposure] = figures.grossExposure;
    numbers[AT.netExposure] = figures.netExposure;
    numbers[AT.drawdown] = figures.drawdown;
    numbers[AT.margin] = figures.margin;
    numbers[AT.positions] = figures.positions;
    numbers[AT.var95] = figures.var95;
    numbers[AT.var99] = figures.var99;
    numbers[AT.cvar95] = figures.cvar95;
    numbers[AT.cvar99] = figures.cvar99;
    numbers[AT.riskAsOfUs] = figures.riskAsOfUs;
    numbers[AT.proxied] = figures.proxied;
    let at = LIMITS_AT;
    for (let index = 0; index < limits.length; index++, at += LIMIT_SIZE) {
      const { value, breached } = figures.limits[index]!;
      numbers[at] = value;
      numbers[at + 1] = breached ? 1 : 0;
    }
  }

  /** Copies them out. */
  encoded(): EncodedFigures {
    return {
      key: this.#key,
      cash: this.#cash,
      realised: this.#realised,
      limits: this.#limits,
      numbers: this.#numbers.slice(),
      ...(this.options !== undefined && { options: this.options }),
    };
  }

  /** The figures as they are told. */
  told(): PortfolioFigures {
    const numbers = this.#numbers;
    return {
      kind: 'portfolio_marked',
      key: this.#key,
      pointIndex: numbers[AT.pointIndex]!,
      asOfUs: numbers[AT.asOfUs]!,
      cash: this.#cash,
      realised: this.#realised,
      equity: numbers[AT.equity]!,
      marketValue: numbers[AT.marketValue]!,
      unrealised: numbers[AT.unrealised]!,
      dayPnl: numbers[AT.dayPnl]!,
      grossExposure: numbers[AT.grossExposure]!,
      netExposure: numbers[AT.netExposure]!,
      drawdown: numbers[AT.drawdown]!,
      margin: numbers[AT.margin]!,
      positions: numbers[AT.positions]!,
      ...this.risk(),
      limits: this.#limits.map((limit, index) => this.#stateOf(limit, index)),
      ...(this.options !== undefined && { options: this.options }),
    };
  }

  #stateOf({ measure, severity, limit }: Limits[number], index: number): LimitState {
    const at = LIMITS_AT + index * LIMIT_SIZE;
    const value = this.#numbers[at]!;
    const breached = this.#numbers[at + 1] === 1;
    return { measure, severity, limit, value, utilisation: value / limit, breached };
  }
}

/** Figures as they were told, as a snapshot holds them. */
export function encodedFigures(figures: PortfolioFigures): EncodedFigures {
  const kept = new KeptFigures(figures.key);
  kept.keep(
    figures,
    figures.limits.map(({ measure, severity, limit }) => ({ measure, severity, limit })),
  );
  return kept.encoded();
}

/** Encoded figures as they are told; undefined where no mark was made. */
export function toldFigures(encoded: EncodedFigures | undefined): PortfolioFigures | undefined {
  return encoded === undefined ? undefined : KeptFigures.of(encoded).told();
}
