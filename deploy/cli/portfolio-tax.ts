// `portfolio tax`: what was realised as the tax knows it, in the terminal.

import { create, toJson } from '@bufbuild/protobuf';
import {
  Portfolio,
  TaxRequestSchema,
  type TaxResponse,
  TaxResponseSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { wholeFlag } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { dateText, print, table } from './output.js';

/** Flags of `portfolio tax`. */
export interface TaxFlags extends AskOptions {
  readonly year?: string;
  readonly asBooked?: boolean;
}

/** `portfolio tax`. Errors: `flag.invalid`, those of `askSystem`. */
export async function portfolioTax(portfolio: string, options: TaxFlags): Promise<void> {
  const year = options.year === undefined ? 0 : wholeFlag('--year', options.year, 1970, 2100);
  const asBooked = options.asBooked === true;
  const request = create(TaxRequestSchema, { portfolio, year, asBooked });
  const response = await askSystem(Portfolio, options, (client) => client.call('tax', request));
  print(toJson(TaxResponseSchema, response), options.json === true, () =>
    [
      `${portfolio}${year === 0 ? '' : ` in ${year}`}: ${response.total} gains and losses${asBooked ? ', as booked' : ', wash sales moved on'}`,
      ...taxText(response),
    ].join('\n'),
  );
}

function taxText(response: TaxResponse): string[] {
  const { gains, total, sums, carrying, delivered, closed, others } = response;
  const amounts = ['gain', 'carried', 'disallowed', 'recognised'];
  return [
    ...(others.length > 0 ? [`purchases of ${others.join(', ')}, of one owner, count too`] : []),
    ...(closed > 0 ? [`gains of ${closed} entries before the books were closed are left out`] : []),
    ...(gains.length < total ? [`the latest ${gains.length} of them; sums are of all`] : []),
    table([
      ['symbol', 'lot', 'opened', 'closed', 'quantity', 'proceeds', 'cost', ...amounts, 'term'],
      ...gains.map((one) => [
        one.symbol,
        one.lot,
        dateText(one.openedDate),
        dateText(one.closedDate),
        ...[one.quantity, one.proceeds, one.cost],
        ...[one.gain, one.carried, one.disallowed, one.recognised, one.term],
      ]),
    ]),
    table([
      ['currency', 'term', ...amounts],
      ...sums.map((one) => [
        ...[one.currency, one.term, one.gain, one.carried, one.disallowed, one.recognised],
      ]),
    ]),
    ...(carrying.length === 0
      ? []
      : [
          'open shares that carry disallowed losses in their basis:',
          table([
            ['symbol', 'lot', 'quantity', 'carried', 'held from'],
            ...carrying.map((one) => [
              ...[one.symbol, one.lot, one.quantity, one.carried, dateText(one.heldFromDate)],
            ]),
          ]),
        ]),
    ...(Number(delivered) === 0 ? [] : [`carried by shares that were delivered: ${delivered}`]),
  ];
}
