// `sluice portfolio transactions` and `import`: what books are made of, out to files and in again.

import { create, toJson } from '@bufbuild/protobuf';
import type { GrpcClient } from '../../engine/index.js';
import {
  Portfolio,
  type Transaction,
  TransactionsRequestSchema,
  type TransactionsResponse,
  TransactionsResponseSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { type AskOptions, askSystem } from './ask.js';
import { numberFlag } from './history-options.js';
import { dateText, print, say, table } from './output.js';
import { failOn, withAdvice } from './portfolio-entries.js';
import {
  commandIdOf,
  placeIn,
  type ReadRow,
  readTransactions,
  writeTransactions,
} from './transaction-file.js';

/** Entries of one question of an export. */
const PAGE = 1_000;

/** Largest number a request can skip. */
const OFFSET_MAX = 2 ** 31;

/** How long an import may take. Units: milliseconds. */
const IMPORT_DEADLINE_MS = 60_000;

/** `portfolio transactions`; with `--out` all of them go to a file. */
export async function portfolioTransactions(
  portfolio: string,
  options: AskOptions & {
    readonly symbol?: string;
    readonly limit: string;
    readonly offset: string;
    readonly out?: string;
  },
): Promise<void> {
  const symbol = (options.symbol ?? '').toUpperCase();
  if (options.out !== undefined) {
    const { all, closed } = await askSystem(Portfolio, options, (client) =>
      allTransactions(client, portfolio, symbol),
    );
    const text = `sluice: ${closed} entries of before the books were closed are left out`;
    if (closed > 0) say(text);
    await writeTransactions(options.out, all);
    const { length } = all;
    print(
      { file: options.out, transactions: length },
      options.json === true,
      () => `${options.out}: ${length} transactions`,
    );
    return;
  }
  const page = {
    limit: Math.floor(numberFlag('--limit', options.limit, 1, PAGE)),
    offset: Math.floor(numberFlag('--offset', options.offset, 0, OFFSET_MAX)),
  };
  const request = create(TransactionsRequestSchema, { portfolio, symbol, ...page });
  const response = await askSystem(Portfolio, options, (client) =>
    client.call('transactions', request),
  );
  print(toJson(TransactionsResponseSchema, response), options.json === true, () =>
    transactionsText(response),
  );
}

/** All of them, oldest first, and how many of before the books were closed are told no more. */
async function allTransactions(
  client: GrpcClient<typeof Portfolio>,
  portfolio: string,
  symbol: string,
): Promise<{ readonly all: readonly Transaction[]; readonly closed: number }> {
  const all: Transaction[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = { portfolio, symbol, limit: PAGE, offset };
    const request = create(TransactionsRequestSchema, page);
    const response = await client.call('transactions', request);
    all.push(...response.transactions);
    if (offset + PAGE < response.total) continue;
    return { all: all.reverse(), closed: response.closed };
  }
}

function transactionsText({ transactions, total }: TransactionsResponse): string {
  return [
    `${transactions.length} of ${total} transactions, newest first`,
    table([
      ['id', 'date', 'kind', 'symbol', 'quantity', 'price', 'fee', 'amount', 'realised', ''],
      ...transactions.map((one) => [
        one.id,
        dateText(one.date),
        one.kind,
        one.symbol,
        one.quantity,
        one.price,
        one.fee,
        amountOf(one),
        [one.realisedShort, one.realisedLong].filter((gain) => Number(gain) !== 0).join(' + '),
        noteOf(one),
      ]),
    ]),
  ].join('\n');
}

/** An amount with its currency; what a dividend pays a share, and a rate a unit, stands alone. */
function amountOf({ kind, amount, currency }: Transaction): string {
  return amount === '' || kind === 'rate_set' ? amount : `${amount} ${currency}`.trim();
}

function noteOf(one: Transaction): string {
  const notes = [
    one.kind === 'rate_set' ? `for 1 ${one.currency}` : '',
    one.kind === 'dividend_paid' ? 'a share' : '',
    one.toCurrency === '' ? '' : `for ${one.toAmount} ${one.toCurrency}`,
    one.ratio,
    one.lots,
    one.reverses === '' ? '' : `takes ${one.reverses} back: ${one.reason}`,
    one.inForce ? '' : 'taken back',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

/**
 * What an entry may lack that another one of its file brings: books were entered in another order
 * than that of their days, such as a rate behind an older deposit.
 */
const LACKS: ReadonlySet<string> = new Set(['portfolio.no_rate', 'portfolio.not_enough_cash']);

/**
 * `portfolio import`: stops at the first row that is refused or not answered; those before it are
 * booked, and known by their ids when the file is imported again: one that says something else by
 * then is refused. What the books have under an id of their own, such as a dividend that the market
 * told, is not booked again under a command's. A row that lacks what others bring waits for them.
 */
export async function portfolioImport(
  id: string,
  file: string,
  options: AskOptions,
): Promise<void> {
  const rows = await readTransactions(file, id);
  let [booked, repeated] = [0, 0];
  const importAll = async (client: GrpcClient<typeof Portfolio>): Promise<void> => {
    const { all } = await allTransactions(client, id, '');
    // Those of commands are compared where they are booked.
    const known = new Set(
      all.map(({ id: entry }) => commandIdOf(entry)).filter((entry, at) => entry !== all[at]!.id),
    );
    /** Books what can be; what lacks something is left for the next pass. */
    const book = async (some: readonly ReadRow[], isLast: boolean): Promise<ReadRow[]> => {
      const left: ReadRow[] = [];
      for (const row of some) {
        const { request } = row;
        const response = known.has(request.commandId)
          ? undefined
          : await client.call('command', request);
        if (response !== undefined && LACKS.has(response.code) && !isLast) left.push(row);
        else if (response === undefined) repeated++;
        else if (failOn(response, `${placeIn(file, row)}: `).repeatedCommand) repeated++;
        else booked++;
      }
      return left;
    };
    for (let left: readonly ReadRow[] = rows, isLast = false; left.length > 0; ) {
      const next = await book(left, isLast);
      isLast = next.length === left.length;
      left = next;
    }
  };
  const again = 'import the file again: what is booked already is known by its id';
  await withAdvice(again, async () => {
    try {
      await askSystem(Portfolio, options, importAll, IMPORT_DEADLINE_MS);
    } catch (error) {
      say(`sluice: ${booked} of ${rows.length} rows were booked before it, ${repeated} earlier`);
      throw error;
    }
  });
  print(
    { booked, repeated },
    options.json === true,
    () => `${booked} booked, ${repeated} were booked before`,
  );
}
