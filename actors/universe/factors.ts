// Factors that make prices comparable through splits and dividends, as of any date.

/** A split or a dividend on its ex-date. */
export interface CorporateAction {
  /** yyyymmdd. */
  readonly date: number;
  /** New shares for one old one; 1 for none. */
  readonly split: number;
  /** Dollars a share; 0 for none. */
  readonly dividend: number;
}

/** Factors of every date up to and including `until`, after the step before. */
export interface FactorStep {
  /** yyyymmdd. */
  readonly until: number;
  /** For dividends. */
  readonly price: number;
  /** For splits: a price before a four-for-one is worth a quarter of it. */
  readonly split: number;
}

/**
 * At which price a dividend is put back. `close_before`: on the evening before the ex-date, as
 * LEAN and CRSP do. `close_of_day`: at the ex-date's own close, as Alpha Vantage does.
 */
export type DividendMethod = 'close_before' | 'close_of_day';

/** Last date of the step that holds now. */
export const FACTORS_HOLD = 20501231;

/** Closes as traded, by row; dates ascending, yyyymmdd. */
export interface CloseSeries {
  readonly dates: ArrayLike<number>;
  readonly closes: ArrayLike<number>;
}

/**
 * Steps of a series from its actions, relative to its end. An action on a date without a close, or
 * on the first one, changes nothing: there is no price to put it to; nor does a dividend of all
 * that the stock was worth, for nothing would be left to compare. Actions of one date count
 * together.
 * Source: CRSP Data Definitions, "factor to adjust price"; QuantConnect LEAN, FactorFileGenerator.
 */
export function factorsOf(
  { dates, closes }: CloseSeries,
  actions: readonly CorporateAction[],
  method: DividendMethod,
): readonly FactorStep[] {
  const byDate = combined(actions);
  const steps: FactorStep[] = [{ until: FACTORS_HOLD, price: 1, split: 1 }];
  let [price, split] = [1, 1];
  for (let row = dates.length - 1; row > 0; row--) {
    const action = byDate.get(dates[row]!);
    if (action === undefined || (action.split === 1 && action.dividend === 0)) continue;
    const [before, close] = [closes[row - 1]!, closes[row]!];
    const paid =
      method === 'close_before'
        ? (before - action.dividend * action.split) / before
        : close / (close + action.dividend);
    if (paid > 0) price *= paid;
    split /= action.split;
    steps.push({ until: dates[row - 1]!, price, split });
  }
  return steps.reverse();
}

/** One action a date: a regular and a special dividend are paid both. */
function combined(actions: readonly CorporateAction[]): ReadonlyMap<number, CorporateAction> {
  const byDate = new Map<number, CorporateAction>();
  for (const action of actions) {
    const { date } = action;
    const other = byDate.get(date);
    byDate.set(
      date,
      other === undefined
        ? action
        : {
            date,
            split: other.split * action.split,
            dividend: other.dividend + action.dividend,
          },
    );
  }
  return byDate;
}

/** The step of a date. Steps ascend; the last one holds for every later date. */
export function stepOn(steps: readonly FactorStep[], date: number): FactorStep {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.until < date) low = middle + 1;
    else high = middle;
  }
  return steps[low] ?? { until: FACTORS_HOLD, price: 1, split: 1 };
}

/**
 * What a price of `date` is multiplied by to compare with prices of `asOf`: nothing of what
 * happened after `asOf` is in it. 1 for dates after it.
 */
export function factorAsOf(steps: readonly FactorStep[], date: number, asOf: number): number {
  const [then, now] = [stepOn(steps, Math.min(date, asOf)), stepOn(steps, asOf)];
  return (then.price * then.split) / (now.price * now.split);
}

/** What a volume of `date` is multiplied by to compare with volumes of `asOf`. */
export function volumeFactorAsOf(steps: readonly FactorStep[], date: number, asOf: number): number {
  return stepOn(steps, asOf).split / stepOn(steps, Math.min(date, asOf)).split;
}

/** Steps of a factor file, or the line that is wrong. */
export type ParsedFactors =
  | { readonly ok: true; readonly steps: readonly FactorStep[] }
  | { readonly ok: false; readonly line: number };

/**
 * Reads a factor file: lines of `date,price_factor,split_factor[,reference_price]`.
 * Source: QuantConnect LEAN, Common/Data/Auxiliary/FactorFile.
 */
export function parseFactorFile(text: string): ParsedFactors {
  const steps: FactorStep[] = [];
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  for (const [index, line] of lines.entries()) {
    const [until = Number.NaN, price = Number.NaN, split = Number.NaN] = line
      .split(',')
      .map(Number);
    const isSound = until >= (steps.at(-1)?.until ?? 0) && price > 0 && split > 0;
    if (!isSound) return { ok: false, line: index + 1 };
    steps.push({ until, price, split });
  }
  return { ok: true, steps };
}
