// Margin: what shares, shares sold short and a written option ask of equity, each for itself.

/**
 * Margin rates. Equity has all positions at their market value, so what a rule adds to the market
 * value of what is owed, or takes off that of what is held, is what is asked here.
 */
export interface MarginPolicy {
  /** Largest margin, a fraction of equity. */
  readonly useMax: number;
  /** Of the value of shares held. */
  readonly long: number;
  /** Of the value of shares sold short. */
  readonly short: number;
  /** Of the stock's value, less what a written option is out of the money. */
  readonly option: number;
  /** At least, of the stock's value for a call and of the strike for a put. */
  readonly optionMin: number;
}

/** The rule's own rates. Source: FINRA Rule 4210(c)(1) and (3), (f)(2). */
export const DEFAULT_MARGIN: MarginPolicy = {
  useMax: 1,
  long: 0.25,
  short: 0.3,
  option: 0.2,
  optionMin: 0.1,
};

/** Below so much a share, shares sold short ask their whole value. Units: US dollars. */
const CHEAP_SHARE = 5;

/** What a share sold short asks at least, cheap or not. Units: US dollars. */
const SHORT_SHARE_MIN = { cheap: 2.5, other: 5 } as const;

/**
 * What signed shares of one stock ask. Units: US dollars. Source: FINRA Rule 4210(c)(1) to (3).
 * @param value What they are worth, signed as they are.
 */
// hot
export function stockMargin(shares: number, value: number, { long, short }: MarginPolicy): number {
  if (shares >= 0) return long * value;
  const size = -shares;
  const owed = -value;
  return owed < CHEAP_SHARE * size
    ? Math.max(owed, SHORT_SHARE_MIN.cheap * size)
    : Math.max(short * owed, SHORT_SHARE_MIN.other * size);
}

/** A written option. Units: US dollars a share. */
export interface WrittenOption {
  readonly type: 'call' | 'put';
  readonly strike: number;
  /** Last price of the stock. */
  readonly spot: number;
}

/**
 * What each share of an uncovered written option asks, beside the option's own value.
 * Units: US dollars. Source: FINRA Rule 4210(f)(2).
 */
export function writtenMargin(
  { type, strike, spot }: WrittenOption,
  { option, optionMin }: MarginPolicy,
): number {
  const outOfTheMoney = Math.max(0, type === 'call' ? strike - spot : spot - strike);
  return Math.max(option * spot - outOfTheMoney, optionMin * (type === 'call' ? spot : strike));
}
