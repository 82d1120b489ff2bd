// What a portfolio was worth at each close, and what was paid in and out between.

/** Sessions kept: two years, as long as the scenarios reach. */
const CLOSES_MAX = 512;

/** Sessions there is room for at first; the room doubles. */
const ROOM_FIRST = 32;

/** Closes in columns, oldest first. */
export interface Closes {
  count: number;
  /** Equity before the first of them; NaN while there is none. */
  base: number;
  /** As yyyymmdd. */
  dates: Float64Array;
  /** Units: the account's currency. */
  equities: Float64Array;
  /** Paid in less paid out since the close before, at the value it had then. */
  flows: Float64Array;
}

/** No close yet. */
export function noCloses(): Closes {
  const empty = new Float64Array(0);
  return { count: 0, base: Number.NaN, dates: empty, equities: empty, flows: empty };
}

/** Date of the last close, as yyyymmdd; 0 before the first. */
export function lastCloseDate({ count, dates }: Closes): number {
  return dates[count - 1] ?? 0;
}

/** Adds a close; beyond the bound the oldest is forgotten. */
export function addClose(closes: Closes, date: number, equity: number, flow: number): void {
  if (closes.count === CLOSES_MAX) {
    closes.base = closes.equities[0]!;
    for (const column of [closes.dates, closes.equities, closes.flows]) column.copyWithin(0, 1);
    closes.count--;
  } else if (closes.count === closes.dates.length) {
    const room = Math.min(CLOSES_MAX, Math.max(ROOM_FIRST, closes.count * 2));
    closes.dates = grown(closes.dates, room);
    closes.equities = grown(closes.equities, room);
    closes.flows = grown(closes.flows, room);
  }
  closes.dates[closes.count] = date;
  closes.equities[closes.count] = equity;
  closes.flows[closes.count] = flow;
  closes.count++;
}

function grown(column: Float64Array, room: number): Float64Array {
  const wider = new Float64Array(room);
  wider.set(column);
  return wider;
}

/** A copy with no room to spare. */
export function copyCloses({ count, base, dates, equities, flows }: Closes): Closes {
  return {
    count,
    base,
    dates: dates.slice(0, count),
    equities: equities.slice(0, count),
    flows: flows.slice(0, count),
  };
}
