// Taxes on accounts that tests make up.

import type { AccountEvent } from './account-event.js';
import { emptyAccount } from './index.js';
import { type TaxReport, taxReport } from './tax-report.js';

/** Options on the stock that tests trade. */
export const CALL = 'IBM240621C00100000';
/** As `CALL`. */
export const PUT = 'IBM240621P00100000';

/** Taxes on one account's entries. */
export function taxOf(events: readonly AccountEvent[], washSales = true, year = 0): TaxReport {
  return ownedTaxOf({ own: events }, washSales, year);
}

/** Taxes of the first of an owner's accounts. */
export function ownedTaxOf(
  accounts: Readonly<Record<string, readonly AccountEvent[]>>,
  washSales = true,
  year = 0,
): TaxReport {
  const [own, ...others] = Object.entries(accounts).map(([id, entries]) => {
    return { id, entries, account: emptyAccount('fifo') };
  });
  const report = taxReport([own!, ...others], { year, washSales });
  if ('kind' in report) throw new Error(report.text);
  return report;
}
