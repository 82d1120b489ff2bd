// The pre-trade check through every door of a running system: gRPC, HTTP, the command line.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import {
  CommandRequestSchema,
  TradeSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  CheckOrderRequestSchema,
  GetRiskRequestSchema,
  LimitsRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import { openSystem, temporaryFolder } from './test-system.js';

t.test('an order is judged by every rule before anyone trades it', async (t) => {
  const { grpc, http, market } = await openSystem(t);
  const risk = createGrpcClient(Risk, grpc);
  t.teardown(() => risk.close());
  const order = { portfolio: 'megacaps', symbol: 'AAPL', side: 'buy', quantity: '1000' };

  await t.test('gRPC tells risk before and after, and changes nothing', async (t) => {
    const shown = create(GetRiskRequestSchema, { portfolio: 'megacaps' });
    const before = await risk.call('get', shown);
    const checked = await risk.call('checkOrder', create(CheckOrderRequestSchema, order));
    t.notOk(checked.enforced);
    // Profits are those of the last risk, and no price has moved since the last close.
    t.equal(checked.before?.var99, before.summary?.var99);
    t.equal(checked.before?.cvar99, before.summary?.cvar99);
    t.equal(checked.after!.held - checked.before!.held, 1_000);
    t.equal(checked.after!.cash, checked.before!.cash - 1_000 * checked.price);
    t.match(
      checked.findings.find(({ rule }) => rule === 'market'),
      { verdict: 'warn', code: 'pretrade.market_closed' },
    );
    await market.settle();
    t.same(await risk.call('get', shown), before);
  });

  await t.test('an order that is no order is refused with its code', async (t) => {
    for (const [wrong, code] of [
      [{ symbol: 'NOPE' }, /portfolio\.unknown_symbol/],
      [{ quantity: '-5' }, /portfolio\.bad_quantity/],
      [{ side: '' }, /portfolio\.bad_side/],
      [{ price: '1e3' }, /portfolio\.bad_price/],
      [{ portfolio: 'nobody' }, /portfolio\.unknown/],
    ] as const) {
      const request = create(CheckOrderRequestSchema, { ...order, ...wrong });
      await t.rejects(risk.call('checkOrder', request), { code: 'grpc.refused', message: code });
    }
  });

  await t.test('HTTP answers the same', async (t) => {
    const { portfolio, ...query } = order;
    const url = `${http}/api/v1/risk/${portfolio}/check?${new URLSearchParams(query)}`;
    t.match(await (await fetch(url)).json(), {
      findings: [{ rule: 'cash' }],
      before: { held: Number },
    });
    t.equal((await fetch(url.replace('AAPL', 'NOPE'))).status, 404);
    t.equal((await fetch(url.replace('/check', '/else'))).status, 404);
  });

  await t.test('the command line shows a table, or JSON, and ends with 1 on a no', async (t) => {
    const sluice = (...args: readonly string[]) =>
      runCommand(['risk', 'check', 'megacaps', '--address', grpc, ...args]);
    const [sold, bought, wrong] = await Promise.all([
      sluice('--symbol', 'aapl', '--quantity', '-100', '--json'),
      sluice('--symbol', 'AAPL', '--quantity', '300000', '--price', '150'),
      sluice('--symbol', 'AAPL', '--quantity', 'many'),
    ]);
    t.equal(sold.code, 0, sold.err);
    t.match(JSON.parse(sold.out), { allowed: true });
    t.equal(bought.code, 1);
    t.match(bought.out, /not allowed \(told, not enforced\)[\s\S]*VaR 99 +[\d,]+ +[\d,]+/);
    for (const code of ['cash', 'collar', 'notional', 'limit']) {
      t.match(bought.out, new RegExp(` no .*pretrade\\.${code}: expected`), code);
    }
    t.equal(wrong.code, 2);
    t.match(wrong.err, /flag\.invalid: --quantity: expected shares/);
  });
});

t.test(
  'a halted symbol and a restricted one are not traded where rules are enforced',
  async (t) => {
    const folder = temporaryFolder(t, 'breakers');
    const portfolios = join(folder, 'p.yaml');
    const lines = [
      'limits: {}',
      'pretrade: { enforce: true, restricted: { KO: "on the list" } }',
      // Any move halts its symbol, until long after the last close.
      'breakers: { move: { max: 0.000001, minutes: 10000 }, market: [{ fall: 0.5, minutes: 1 }] }',
      'portfolios: [{ id: cash, cash: "1000000", long: { symbols: [] } }]',
    ];
    writeFileSync(portfolios, lines.join('\n'));
    const { system, grpc } = await openSystem(t, { portfolios, shards: '2' });
    const command = (symbol: string) =>
      system.portfolios.command(
        create(CommandRequestSchema, {
          portfolio: 'cash',
          commandId: symbol,
          command: {
            case: 'trade',
            value: create(TradeSchema, { symbol, side: 'buy', quantity: '1' }),
          },
        }),
      );
    t.match(await command('AAPL'), {
      accepted: false,
      code: 'pretrade.refused',
      text: /pretrade\.market_halted: expected AAPL to trade, its state is halted/,
    });
    t.match(await command('KO'), { text: /market_halted.*restricted: .* on the list/ });
    const risk = createGrpcClient(Risk, grpc);
    t.teardown(() => risk.close());
    const { halts, marketHaltedUntilUs } = await risk.call('limits', create(LimitsRequestSchema));
    t.match(
      halts.find(({ symbol }) => symbol === 'AAPL'),
      { state: 'halted' },
    );
    t.equal(marketHaltedUntilUs, 0);
  },
);
