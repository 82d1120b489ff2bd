// Files that people bring: what could be read in two ways is refused with its row, before anything
// is booked.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readStatement } from './statement-file.js';
import { readTransactions } from './transaction-file.js';

function file(t: Test, ...lines: readonly string[]): string {
  const path = join(t.testdir(), 'file.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const HEAD = 'id,date,kind,symbol,quantity,price';
const GOOD = 'o1,2021-03-01,traded,KO,10,50';

t.test('rows of an import are put in the order of their days', async (t) => {
  const path = file(t, HEAD, GOOD, 'o2,20210105,traded,KO,-5,49', 'o3,2021-01-05,traded,PEP,1,9');
  const requests = await readTransactions(path, 'travel');
  t.same(
    requests.map(({ request: { commandId, command } }) => [
      commandId,
      command.case === 'trade' && command.value.date,
    ]),
    [
      ['o2', 20_210_105],
      ['o3', 20_210_105],
      ['o1', 20_210_301],
    ],
  );
});

t.test('an import with one row that can not be taken is refused as a whole', async (t) => {
  for (const [row, message] of [
    ['o2,02/16/2021,traded,KO,-10,51', /row 2, date: expected a day .*02\/16\/2021/],
    ['o2,20210230,traded,KO,-10,51', /row 2, date: expected a day/],
    ['o2,,traded,KO,-10,51', /row 2, date: expected a day .* nothing/],
    [',2021-03-01,traded,KO,-10,51', /row 2, id: expected an id of 1 to 64/],
    [`${'x'.repeat(65)},2021-03-01,traded,KO,-10,51`, /row 2, id: expected an id of 1 to 64/],
    ['o1,2021-03-01,traded,KO,7,50', /row 2, id: expected an id of its own, was o1, as row 1/],
  ] as const) {
    const read = readTransactions(file(t, HEAD, GOOD, row), 'travel');
    await t.rejects(read, { code: 'data.bad_row', message }, row);
  }
  const lot = 'id,date,kind,symbol,quantity,amount,opened_date';
  const opened = readTransactions(
    file(t, lot, 'o1,2021-03-01,lot_received,KO,7,50,1/2/03'),
    'travel',
  );
  await t.rejects(opened, { code: 'data.bad_row', message: /1\/2\/03/ });
});

t.test('a file of transactions that is no whole table is refused, and says where', async (t) => {
  const head = 'id;date;kind;symbol;quantity;price';
  const semicolons = file(t, `\ufeff${head}`, 'o1;2021-03-01;traded;KO;10;50');
  t.equal((await readTransactions(semicolons, 'travel'))[0]?.request.commandId, 'o1');
  for (const [row, message] of [
    ['o2,2021-03-01,traded,KO,10', /Line: 3, Expected Number of Columns: 6 Found: 5/],
    ['o2,2021-03-01,traded,KO,10,50,1,2', /Line: 3, Expected Number of Columns: 6 Found: 7/],
    ['"o2,2021-03-01,traded,KO,10,50', /a quote on line 3 is not closed$/],
  ] as const) {
    const read = readTransactions(file(t, HEAD, GOOD, row, 'o3,20210302,traded,KO,1,50'), 'travel');
    await t.rejects(read, { code: 'data.unreadable', message }, row);
  }
});

t.test('a statement is read as brokers print it', async (t) => {
  const { date, lines } = await readStatement(
    file(
      t,
      'Symbol,Quantity,Cost Basis,Report Date',
      'KO,"1,234.50","$56,789.00",20210421;160000',
      'BRK B,(12),--,2021-04-21',
      'PEP,.5,"1234567.89",2021-04-21 16:00:00',
      'MSFT,-.25,10.,2021-04-21',
      'AAPL  210618P00130000,3,,2021-04-21',
      'aapl 210618C00140000,-1,,2021-04-21',
      'CASH,"$1,000.00",,2021-04-21',
      'Date downloaded 04/22/2021,,,',
      ',total 3,,',
    ),
  );
  t.equal(date, 20_210_421);
  t.same(
    lines.map(({ symbol, quantity, cost }) => [symbol, quantity, cost]),
    [
      ['KO', '1234.5', '56789'],
      ['BRK.B', '-12', ''],
      ['PEP', '0.5', '1234567.89'],
      ['MSFT', '-0.25', '10'],
      ['AAPL210618P00130000', '3', ''],
      ['AAPL210618C00140000', '-1', ''],
      ['', '1000', ''],
    ],
  );
});

t.test('a statement without a row says so', async (t) => {
  const read = readStatement(file(t, 'symbol,quantity'));
  await t.rejects(read, { code: 'data.wrong_columns', message: /found no rows$/ });
});

t.test('a statement with a number or a day of another form is refused', async (t) => {
  for (const [row, message] of [
    [
      'KO,"1.234,50",2021-04-21',
      /row 1, quantity: expected a number such as 1,234.50, was 1\.234,50/,
    ],
    ['KO,"1,5",2021-04-21', /row 1, quantity: expected a number/],
    ['KO,"12,34,567",2021-04-21', /row 1, quantity: expected a number/],
    ['KO,1e3,2021-04-21', /row 1, quantity: expected a number/],
    ['KO,10,04/21/2021', /row 1, date: expected a day such as 2021-02-16, was 04\/21\/2021/],
  ] as const) {
    const read = readStatement(file(t, 'symbol,quantity,date', row));
    await t.rejects(read, { code: 'data.bad_row', message }, row);
  }
});
