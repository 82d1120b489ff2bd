// A row of the tables of patterns: what TA-Lib's function of the same name says, as forms.

/** One pattern. A value is 100 or -100, 80 for a weaker one. Source: TA-Lib, ta_CDL*.c. */
export interface PatternRow {
  /** TA-Lib's name without CDL, in lower case. */
  readonly name: string;
  readonly title: string;
  /** The first that holds gives its value; 0 where none does. */
  readonly cases: readonly (readonly [value: number, form: string])[];
  /**
   * Whether it also looks for the mirror image, with the value turned, or for that alone: prices
   * upside down, highs as lows, white as black. Where it is left out, for neither.
   */
  readonly mirror?: 'both' | 'alone';
  /** How far a candle must reach into another unless one is given: a share of that one's body. */
  readonly penetration?: number;
  /** Closed candles before the newest, where TA-Lib asks for more than the forms need. */
  readonly lookback?: number;
}
