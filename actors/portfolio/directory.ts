// What a portfolio may know of the market beside its marks.

/** What a portfolio may know of the market. */
export interface Directory {
  /** Row of a symbol, or undefined. */
  rowOf(symbol: string): number | undefined;
  symbolOf(row: number): string;
  /** Last raw price of a row; NaN where none is known. */
  lastPrice(row: number): number;
}
