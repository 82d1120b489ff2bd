// Why a row of a file of daily bars is not taken, as SQL over the rows that were read.

import { CALENDAR_LAST_DATE, isCovered, isSession } from '../../actors/calendar/index.js';
import { type DuckDb, sqlText } from '../../engine/index.js';

/**
 * Names that can be typed, listed with commas between them and stand in an address: letters, digits
 * and the signs that vendors use for classes, indices, currencies and futures.
 */
const SYMBOL_FORM = '[A-Za-z0-9._^=$&+/:*#@-]{1,16}';

/**
 * What no listed share has been, in dollars and shares a day: Berkshire's A shares stay under a
 * million, quotes go down to a hundredth of a cent (SEC Rule 612), and the most traded share of a
 * day comes to some ten thousand million. A number beyond is a fault of the file, and a single one
 * would decide every mean and every limit.
 */
const PRICE_MIN = 0.0001;
const PRICE_MAX = 10_000_000;
const VOLUME_MAX = 1e12;

/** Most new shares for an old one, or old ones for a new one. */
const SPLIT_MAX = 10_000;

/** A liquidation pays out many times what is left; beyond this many closes it is a fault. */
const DIVIDEND_CLOSES_MAX = 100;

/** The reason against a row with the columns of a bar and its `day`, '' for a sound one. */
export const BAR_REASON = `CASE
  WHEN NOT coalesce(regexp_full_match(symbol, ${sqlText(SYMBOL_FORM)}), false) THEN 'bad_symbol'
  WHEN day IS NULL THEN 'bad_date'
  WHEN NOT coalesce(isfinite(open + high + low + close + volume), false) THEN 'not_a_number'
  WHEN least(open, high, low, close) <= 0 THEN 'price_not_positive'
  WHEN volume < 0 THEN 'negative_volume'
  WHEN low > least(open, close) OR high < greatest(open, close) THEN 'range_broken'
  WHEN low < ${PRICE_MIN} OR high > ${PRICE_MAX} OR volume > ${VOLUME_MAX} THEN 'out_of_range'
  WHEN NOT coalesce(dividend BETWEEN 0 AND close * ${DIVIDEND_CLOSES_MAX}, false)
    THEN 'bad_dividend'
  WHEN NOT coalesce(split BETWEEN 1.0 / ${SPLIT_MAX} AND ${SPLIT_MAX}, false) THEN 'bad_split'
  ELSE '' END`;

/**
 * Marks sound rows of the table `judged` whose day the exchange was closed on. Of days before its
 * calendar begins nothing is known; after its end there can be no bar yet. Errors: `duckdb.failed`.
 */
export async function refuseClosedDays(db: DuckDb): Promise<void> {
  const rows = await db.rows(`SELECT DISTINCT day FROM judged WHERE reason = ''`);
  const closed = rows
    .map((row) => Number(row['day']))
    .filter((day) => day > CALENDAR_LAST_DATE || (isCovered(day) && !isSession(day)));
  if (closed.length === 0) return;
  await db.run(`UPDATE judged SET reason = 'outside_session'
    WHERE reason = '' AND day IN (${closed.join(', ')})`);
}
