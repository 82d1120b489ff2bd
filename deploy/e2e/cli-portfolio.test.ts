// The books of a live portfolio over the command line, gRPC and HTTP.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient, DuckDb, sqlText } from '../../engine/index.js';
import {
  LotsRequestSchema,
  Portfolio,
  ReturnsRequestSchema,
  type Transaction,
  TransactionsRequestSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { readTransactions } from '../cli/transaction-file.js';
import { openSystem, temporaryFolder } from '../services/test-system.js';
import { runCommand } from './sluice-command.js';

t.test('a live portfolio is traded, corrected, explained, exported and reconciled', async (t) => {
  const { grpc, http } = await openSystem(t);
  const folder = temporaryFolder(t, 'books');
  const client = createGrpcClient(Portfolio, grpc);
  t.teardown(() => client.close());
  const sluice = (...args: string[]) => runCommand(['portfolio', ...args, '--address', grpc]);
  const entries = async (portfolio: string, symbol = ''): Promise<Transaction[]> => {
    const request = create(TransactionsRequestSchema, { portfolio, symbol, limit: 1000 });
    return (await client.call('transactions', request)).transactions;
  };

  const price = ['--price', '50', '--fee', '1.25', '--id', 'ko-1'];
  t.match(await sluice('trade', 'pair-coke-pepsi', 'sell', 'KO', '100', ...price), {
    code: 0,
    out: 'ko-1: booked\n',
  });
  const exchange = ['1200', 'USD', '1000', 'EUR'];
  const [again, unknown, exchanged] = await Promise.all([
    sluice('trade', 'pair-coke-pepsi', 'sell', 'KO', '100', ...price),
    sluice('trade', 'pair-coke-pepsi', 'buy', 'NOPE', '1'),
    sluice('exchange', 'pair-coke-pepsi', ...exchange),
  ]);
  t.match(again, { code: 0, out: 'ko-1: was booked before\n' });
  t.match(unknown, { code: 1, err: /portfolio\.unknown_symbol: expected a listed symbol/ });
  t.equal(exchanged.code, 0);
  const fix = '{"trade": {"symbol": "KO", "side": "sell", "quantity": "90", "price": "50"}}';
  const why = ['--reason', '90, not 100', '--replacement', fix, '--id', 'fix-1'];
  t.match(await sluice('correct', 'pair-coke-pepsi', 'ko-1', ...why), { code: 0 });

  const ko = await entries('pair-coke-pepsi', 'KO');
  t.match(
    ko.map(({ id, kind, quantity, inForce }) => [id, kind, quantity, inForce]),
    [
      ['fix-1:replacement', 'traded', '-90', true],
      ['ko-1', 'traded', '-100', false],
      ['opening-pair-coke-pepsi-KO', 'traded', /^\d+$/, true],
    ],
  );
  t.ok(Number(ko[0]?.realisedShort) !== 0, 'the sale realised something');
  const lots = await client.call(
    'lots',
    create(LotsRequestSchema, { portfolio: 'pair-coke-pepsi' }),
  );
  t.match(lots, { method: 'fifo', lots: [{ symbol: 'KO' }, { symbol: 'PEP' }] });

  const request = create(ReturnsRequestSchema, { portfolio: 'pair-coke-pepsi' });
  const { waterfall, sessions, benchmark } = await client.call('returns', request);
  const last = waterfall.at(-1);
  const explained = waterfall.slice(0, -1).reduce((sum, { amount }) => sum + micro(amount), 0n);
  t.equal(last?.name, 'equity');
  t.equal(explained, micro(last?.amount ?? ''), 'the steps add up to the last unit');
  t.equal(sessions.length, 12);
  t.equal(benchmark, 'equal-weight');
  const page = await fetch(`${http}/api/v1/portfolios/pair-coke-pepsi/returns`);
  t.equal(((await page.json()) as { sessions: unknown[] }).sessions.length, 12);

  await t.test('an export is imported into another portfolio, once', async (t) => {
    const files = ['all.csv', 'all.parquet'].map((name) => join(folder, name));
    const written = await Promise.all([
      ...files.map((file) => sluice('transactions', 'pair-coke-pepsi', '--out', file)),
      sluice('show', 'pair-coke-pepsi', '--lots'),
    ]);
    t.match(written, [{ code: 0 }, { code: 0 }, { code: 0, out: /2 lots/ }]);
    const csv = readFileSync(join(folder, 'all.csv'), 'utf8');
    const db = await DuckDb.open();
    const file = sqlText(join(folder, 'all.parquet'));
    const [row] = await db.rows(`SELECT count(*) AS rows FROM read_parquet(${file})`);
    db.close();
    t.equal(Number(row?.['rows']), csv.trimEnd().split('\n').length - 1);
    // Also what the books have under ids of their own: an import would book it beside them.
    t.match(csv, /^fix-1:replacement,/m);
    t.match(await sluice('import', 'pair-coke-pepsi', join(folder, 'all.csv')), {
      out: /^0 booked, [1-9]\d* were booked before\n$/,
    });
    // Another opening would be there twice.
    const rest = csv.split('\n').filter((line) => !line.startsWith('opening-'));
    const part = join(folder, 'part.csv');
    writeFileSync(part, rest.join('\n'));
    t.match(await sluice('import', 'dow-elders', part), {
      out: '2 booked, 0 were booked before\n',
    });
    t.match(await sluice('import', 'dow-elders', part), {
      out: '0 booked, 2 were booked before\n',
    });
    t.match((await entries('dow-elders', 'KO'))[0], { id: 'fix-1-replacement', quantity: '-90' });
    const changed = rest.map((line) => line.replace(/^(fix-1-?:?replacement,.*?),-90,/, '$1,-91,'));
    writeFileSync(part, changed.join('\n'));
    const other = await sluice('import', 'dow-elders', part);
    t.equal(other.code, 1, 'a row that was changed since it was booked is no repetition');
    t.match(other.err, /fix-1-replacement\): expected the command that .* was booked for/);
    t.match(other.err, /of 2 rows were booked before it/);
    writeFileSync(part, 'id,date,kind\nx,20210105,gift\n');
    await t.rejects(readTransactions(part, 'dow-elders'), {
      message: /row 1, kind: expected a kind/,
    });
  });

  await t.test('an import books in whatever order the books were kept', async (t) => {
    await sluice('rate', 'travel', 'CHF', '1.1', '--id', 'chf-rate');
    const older = ['--currency', 'CHF', '--date', '2021-01-05'];
    await sluice('cash', 'travel', 'deposit', '10', ...older, '--id', 'chf-cash');
    const file = join(folder, 'francs.csv');
    await sluice('transactions', 'travel', '--out', file);
    const rows = readFileSync(file, 'utf8').split('\n');
    const francs = rows.filter((line) => /^(id|chf-)/.test(line));
    writeFileSync(file, francs.join('\n'));
    t.match(await sluice('import', 'megacaps', file), { out: /^2 booked/ });
    const { out } = await sluice('show', 'megacaps');
    t.match(out, /^CHF +10\.00 +0\.00 +1\.10 +2021-01-\d\d +11 +0\.00 %$/m);

    writeFileSync(
      file,
      [...francs, 'y1,20210105,traded,NOPE,USD,1,1,0'.padEnd(46, ',')].join('\n'),
    );
    const wrong = await sluice('import', 'semiconductors', file);
    t.equal(wrong.code, 1);
    t.match(wrong.err, /francs\.csv, row 3 \(y1\): expected a listed symbol, was "NOPE"/);
    t.match(wrong.err, /0 of 3 rows were booked before it, 0 earlier/);
  });

  await t.test('a statement that differs is told why', async (t) => {
    const opening = Number(ko[2]?.quantity);
    const pep = lots.lots.find(({ symbol }) => symbol === 'PEP')?.quantity ?? '';
    const shown = JSON.parse((await sluice('show', 'pair-coke-pepsi', '--json')).out);
    const dollars = (shown as { summary: { cash: string } }).summary.cash;
    const file = join(folder, 'statement.csv');
    const write = (koShares: number, pepShares: string, euros: string): void => {
      const rows = [`KO,"${koShares.toLocaleString('en-US')}",USD`, `PEP,${pepShares},USD`];
      const cash = [`CASH,${euros},EUR`, `CASH,${dollars},USD`];
      writeFileSync(file, ['Symbol,Qty,Currency', ...rows, ...cash, ''].join('\n'));
    };
    write(opening - 90, pep, '1000.00');
    t.match(await sluice('reconcile', 'pair-coke-pepsi', '--statement', file), {
      code: 0,
      out: /4 compared, 0 breaks/,
    });
    write(opening - 190, `${Number(pep) * 2}`, '0');
    const { code, out } = await sluice('reconcile', 'pair-coke-pepsi', '--statement', file);
    t.equal(code, 1);
    t.match(out, /quantity +KO .* reversed +the statement has ko-1 of 2021-01-20/);
    t.match(out, /quantity +PEP .* twice_in_statement +.*opening-pair-coke-pepsi-PEP/);
    t.match(out, /cash +EUR .* not_in_statement/);
  });
});

function micro(text: string): bigint {
  const [whole = '', part = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
  return text.startsWith('-') ? -size : size;
}
