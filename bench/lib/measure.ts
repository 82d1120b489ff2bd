// How a figure is taken: several rounds in one process, the median told with its spread.

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Runs `round` so many times after one warm-up round, and keeps the median. */
export async function measure(
  name: string,
  unit: string,
  rounds: number,
  round: () => number | Promise<number>,
): Promise<Figure> {
  await round();
  const values: number[] = [];
  for (let index = 0; index < rounds; index++) values.push(await round());
  values.sort((a, b) => a - b);
  return {
    name,
    unit,
    median: values[Math.floor(values.length / 2)]!,
    low: values[0]!,
    high: values[values.length - 1]!,
  };
}

/** A number in few digits. */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
