// JSON that holds whole numbers of any size, for what a portfolio keeps as text.

/** Whole numbers are written behind a mark, and texts that begin with it are given another. */
const MARK = '#';

/** Writes plain data. */
export function writeJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${MARK}${value}`;
    return typeof value === 'string' && value.startsWith(MARK) ? `${MARK}${value}` : value;
  });
}

/** The inverse of `writeJson`. */
export function readJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    return value.startsWith(MARK, 1) ? value.slice(1) : BigInt(value.slice(1));
  });
}
