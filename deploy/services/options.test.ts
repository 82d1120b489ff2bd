// Options of a live portfolio through every door: traded, shown, judged, ended, written and read.

import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import {
  CommandRequestSchema,
  GetPortfolioRequestSchema,
  Portfolio,
  TaxRequestSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  CheckOrderRequestSchema,
  GetRiskRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import { openSystem, temporaryFolder } from './test-system.js';

const PUT = 'AAPL210618P00130000';

t.test('a put is bought, shown, stressed, exercised and told', async (t) => {
  const { grpc, http, market } = await openSystem(t);
  const [portfolio, risk] = [createGrpcClient(Portfolio, grpc), createGrpcClient(Risk, grpc)];
  t.teardown(() => {
    portfolio.close();
    risk.close();
  });
  const sluice = (...args: readonly string[]) => runCommand([...args, '--address', grpc]);
  const shown = () => portfolio.call('get', create(GetPortfolioRequestSchema, { id: 'megacaps' }));
  const before = await shown();

  await t.test('an order for it is judged, and it is booked at its price', async (t) => {
    const order = { portfolio: 'megacaps', symbol: PUT, side: 'buy', quantity: '10', price: '9.5' };
    const checked = await risk.call('checkOrder', create(CheckOrderRequestSchema, order));
    t.equal(checked.before!.cash - checked.after!.cash, 9_500);
    t.ok(checked.after!.var99 < checked.before!.var99, 'it is a hedge');
    const { side, symbol, quantity, price } = order;
    const booked = await portfolio.call(
      'command',
      create(CommandRequestSchema, {
        portfolio: 'megacaps',
        commandId: 'put-1',
        command: { case: 'trade', value: { side, symbol, quantity, price } },
      }),
    );
    t.match(booked, { accepted: true });
    const { positions, summary } = await shown();
    const held = positions.find((one) => one.symbol === PUT);
    t.match(held, {
      quantity: '10',
      cost: '9500.00',
      sector: 'Information Technology',
      option: { underlying: 'AAPL', strike: '130.00', type: 'put', volatilitySource: 'traded' },
    });
    t.ok(Math.abs(held!.last - 9.5) < 1e-6 && held!.option!.delta < 0);
    t.ok(Math.abs(summary!.equity - before.summary!.equity) < 0.01, 'nothing is earned by it');
  });

  await t.test('the pages and tables tell of it', async (t) => {
    const [holdings, riskShown] = await Promise.all([
      sluice('portfolio', 'show', 'megacaps'),
      (await fetch(`${http}/api/v1/portfolios/megacaps`)).json(),
    ]);
    t.match(holdings.out, /AAPL210618P00130000 +\d+\.\d % +traded/);
    t.match(JSON.stringify(riskShown), /"underlying":"AAPL"/);
    const detail = await risk.call('get', create(GetRiskRequestSchema, { portfolio: 'megacaps' }));
    t.equal(detail.scenarioPnl.length, 504);
    t.ok(detail.options!.var99 < detail.summary!.var99, 'known before the next point');
    t.equal(detail.options!.stress.length, 32);
  });

  await t.test('contracts are exercised, and the books can be written and read', async (t) => {
    const done = await sluice('portfolio', 'option', 'megacaps', 'exercised', PUT, '4');
    t.equal(done.code, 0, done.err);
    const { positions } = await shown();
    t.equal(positions.find((one) => one.symbol === PUT)?.quantity, '6');
    const sharesOf = (of: typeof positions) =>
      Number(of.find((one) => one.symbol === 'AAPL')?.quantity ?? 0);
    t.equal(sharesOf(positions), sharesOf(before.positions) - 400);
    const file = join(temporaryFolder(t, 'options'), 'books.csv');
    await sluice('portfolio', 'transactions', 'megacaps', '--symbol', PUT, '--out', file);
    const read = await sluice('portfolio', 'import', 'equal-weight', file);
    t.equal(read.code, 0, read.err);
    const copy = await portfolio.call(
      'get',
      create(GetPortfolioRequestSchema, { id: 'equal-weight' }),
    );
    t.equal(copy.positions.find((one) => one.symbol === PUT)?.quantity, '6');
  });
  await t.test('a loss that is bought back is told for tax, and stays in the books', async (t) => {
    for (const side of ['sell', 'buy']) {
      const trade = { symbol: 'MSFT', side, quantity: '10', price: '200' };
      const done = await portfolio.call(
        'command',
        create(CommandRequestSchema, {
          ...{ portfolio: 'megacaps', commandId: `wash-${side}` },
          command: { case: 'trade', value: trade },
        }),
      );
      t.equal(done.accepted, true, done.text);
    }
    const told = await sluice('portfolio', 'tax', 'megacaps', '--json', '--year', '2021');
    t.equal(told.code, 0, told.err);
    const { gains } = JSON.parse(told.out) as { gains: readonly Record<string, string>[] };
    const sold = gains.find(({ symbol }) => symbol === 'MSFT');
    t.match(sold, { gain: /^-\d/, recognised: '0.00', disallowed: sold?.['gain']?.slice(1) });
    const asBooked = create(TaxRequestSchema, { portfolio: 'megacaps', asBooked: true });
    const booked = await portfolio.call('tax', asBooked);
    t.match(
      booked.gains.find(({ symbol }) => symbol === 'MSFT'),
      { gain: sold?.['gain'], recognised: sold?.['gain'] },
    );
    const page = await fetch(`${http}/api/v1/portfolios/megacaps/tax?year=2021`);
    t.match(await page.json(), { carrying: [{ symbol: 'MSFT', carried: sold?.['disallowed'] }] });
  });
  await market.settle();
});
