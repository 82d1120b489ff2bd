// Gains by the rules of tax as the message of the services.

import { create } from '@bufbuild/protobuf';
import { dateOf } from '../../../actors/calendar/index.js';
import { formatDecimal, type TaxShown } from '../../../actors/portfolio/index.js';
import {
  CarryingLotSchema,
  TaxedGainSchema,
  type TaxResponse,
  TaxResponseSchema,
  TaxSumsSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** Amounts of a gain, or of a sum of them. */
interface Amounts {
  readonly gain: bigint;
  readonly carried: bigint;
  readonly disallowed: bigint;
  readonly recognised: bigint;
}

/** What was realised, as a message; `others` are accounts of the owner that were looked at too. */
export function taxOf(
  { rows, total, sums, carrying, delivered, closed }: TaxShown,
  others: readonly string[],
): TaxResponse {
  return create(TaxResponseSchema, {
    others: [...others],
    gains: rows.map((row) =>
      create(TaxedGainSchema, {
        entry: row.eventId,
        symbol: row.symbol,
        currency: row.currency,
        lot: row.lotId,
        openedDate: dateOf(row.openedDay),
        closedDate: dateOf(row.closedDay),
        quantity: formatDecimal(row.quantity, 0),
        proceeds: formatDecimal(row.proceeds),
        cost: formatDecimal(row.cost),
        term: row.term,
        ...amountsOf(row),
      }),
    ),
    total,
    sums: sums.map((sum) =>
      create(TaxSumsSchema, { currency: sum.currency, term: sum.term, ...amountsOf(sum) }),
    ),
    carrying: carrying.map(({ symbol, lotId, quantity, carried, heldFromDay }) =>
      create(CarryingLotSchema, {
        symbol,
        lot: lotId,
        quantity: formatDecimal(quantity, 0),
        carried: formatDecimal(carried),
        heldFromDate: dateOf(heldFromDay),
      }),
    ),
    delivered: formatDecimal(delivered),
    closed,
  });
}

function amountsOf({ gain, carried, disallowed, recognised }: Amounts) {
  return {
    gain: formatDecimal(gain),
    carried: formatDecimal(carried),
    disallowed: formatDecimal(disallowed),
    recognised: formatDecimal(recognised),
  };
}
