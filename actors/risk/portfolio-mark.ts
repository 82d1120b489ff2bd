// What a portfolio tells of itself to those who judge it among others.

/** What a portfolio is worth at a point. Units: dollars. */
export interface PortfolioMark {
  readonly pointIndex: number;
  readonly equity: number;
  readonly net: number;
  readonly gross: number;
  /** Of options, 0 without any: what a rise of 1 % changes their exposure by delta. */
  readonly gamma: number;
  /** The same: what a point of volatility brings. */
  readonly vega: number;
  /** What all positions ask of equity. */
  readonly margin: number;
  /** Paid in less paid out in this session as of the point, and as it is counted on from there. */
  readonly flow: number;
  readonly flowOn: number;
  /** Rows held, and the exposure of each. */
  readonly rows: Int32Array;
  readonly exposures: Float64Array;
  /** Profit in each scenario, the day of the first of which is `firstDay`: made when it is read. */
  readonly book: { readonly latest: Float64Array };
  readonly firstDay: number;
  /** Event time that the profits are of: they are the same as long as it is. */
  readonly riskAsOfUs: number;
}
