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
import { commandIdOf, readTransactions, writeTransactions } from './transaction-file.js';

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
        `${one.amount} ${one.amount === '' ? '' : one.currency}`.trim(),
        [one.realisedShort, one.realisedLong].filter((gain) => Number(gain) !== 0).join(' + '),
        noteOf(one),
      ]),
    ]),
  ].join('\n');
}

function noteOf(one: Transaction): string {
  const notes = [
    one.toCurrency === '' ? '' : `for ${one.toAmount} ${one.toCurrency}`,
    one.ratio,
    one.lots,
    one.reverses === '' ? '' : `takes ${one.reverses} back: ${one.reason}`,
    one.inForce ? '' : 'taken back',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

/**
 * `portfolio import`: stops at the first row that is refused or not answered; those before it are
 * booked, and known by their ids when the file is imported again. What the books have under an id
 * of their own, such as a dividend that the market told, is not booked again under a command's.
 */
export async function portfolioImport(
  id: string,
  file: string,
  options: AskOptions,
): Promise<void> {
  const requests = await readTransactions(file, id);
  let repeated = 0;
  const importAll = async (client: GrpcClient<typeof Portfolio>): Promise<void> => {
    const { all } = await allTransactions(client, id, '');
    const known = new Set(all.map((entry) => commandIdOf(entry.id)));
    for (const request of requests) {
      const response = known.has(request.commandId)
        ? { repeatedCommand: true }
        : failOn(await client.call('command', request), `${file}, ${request.commandId}: `);
      if (response.repeatedCommand) repeated++;
    }
  };
  await withAdvice('import the file again: what is booked already is known by its id', () =>
    askSystem(Portfolio, options, importAll, IMPORT_DEADLINE_MS),
  );
  const booked = requests.length - repeated;
  print(
    { booked, repeated },
    options.json === true,
    () => `${booked} booked, ${repeated} were booked before`,
  );
}
