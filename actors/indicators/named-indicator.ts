// A function of the reference: its parameters, what it makes of them, and how that is called.

import type { Indicator, Unit } from './indicator.js';
import type { Rule } from './parameters.js';
import { indicatorOfSeries, type Series } from './series.js';

/** Columns of bars that a function reads, in its order. */
export type BarColumn = 'open' | 'high' | 'low' | 'close' | 'volume';

/** A function by its name: its parameters in order, and what it makes of their values. */
export interface Maker {
  readonly needs: Readonly<Record<string, Rule>>;
  readonly make: (...values: readonly number[]) => Indicator;
  /** Reference name of each output; '' for the only one. */
  readonly outputs: Readonly<Record<string, number>>;
  /** What it reads, where a case may name other columns in their stead. */
  readonly reads?: readonly BarColumn[];
}

/** Makers by the names of their functions. */
export type Makers = Readonly<Record<string, Maker>>;

/** A function whose outputs are series. */
export interface SeriesFunction {
  readonly needs: Maker['needs'];
  readonly unit: Unit;
  readonly description: string;
  readonly reads?: readonly BarColumn[];
  /** Outputs in order; '' for the only one. */
  readonly make: (...values: readonly number[]) => Readonly<Record<string, Series>>;
  readonly outputs: readonly string[];
}

/** Parameters of a function of a period alone. */
export const PERIOD = { timePeriod: 'bars' } as const;
/** The same where one bar is too few. */
export const SPAN = { timePeriod: 'span' } as const;

/** A function of one output. */
export function single(
  needs: Maker['needs'],
  unit: Unit,
  description: string,
  make: (...values: readonly number[]) => Series,
  reads: readonly BarColumn[] = ['close'],
): SeriesFunction {
  const outputs = [''];
  return { needs, unit, description, reads, outputs, make: (...of) => ({ '': make(...of) }) };
}

/** Makers of functions over series. */
export function makersOf(functions: Readonly<Record<string, SeriesFunction>>): Makers {
  return Object.fromEntries(
    Object.entries(functions).map(([name, { make, outputs, needs, reads, unit, description }]) => [
      name,
      {
        needs,
        ...(reads === undefined ? {} : { reads }),
        outputs: Object.fromEntries(outputs.map((output, index) => [output, index])),
        make: (...values: readonly number[]) => {
          const series = make(...values);
          return indicatorOfSeries(
            outputs.map((output) => ({
              name: [name, ...values, snake(output)].filter((part) => part !== '').join('_'),
              unit,
              description: output === '' ? description : `${description}: ${snake(output)}`,
              source: `TA-Lib ${name.toUpperCase()}`,
              series: series[output]!,
            })),
          );
        },
      },
    ]),
  );
}

/** `leadSine` as `lead_sine`. */
export function snake(words: string): string {
  return words.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
