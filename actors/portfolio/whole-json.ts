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
  const value: unknown = JSON.parse(text);
  return text.includes(`"${MARK}`) ? read(value) : value;
}

/** Not by the parser's own reviver, which takes three times as long. */
function read(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith(MARK)) return value;
    return value.startsWith(MARK, 1) ? value.slice(1) : BigInt(value.slice(1));
  }
  if (typeof value !== 'object' || value === null) return value;
  // What was parsed has plain fields or entries, and nobody else has it yet.
  const fields = value as Record<string, unknown>;
  for (const key in fields) fields[key] = read(fields[key]);
  return value;
}
