// What is paid in or out and moved between accounts is neither profit nor fall.

import t from 'tap';
import type { PortfolioFigures, ReturnsShown } from './answers.js';
import type { PortfolioMessage } from './messages.js';
import { openBooks } from './test-books.js';

const cash = (commandId: string, direction: string, amount: string): PortfolioMessage => ({
  kind: 'cash',
  commandId,
  amount,
  direction,
});
const buy = (quantity: string): PortfolioMessage => ({
  kind: 'trade',
  commandId: `b${quantity}`,
  symbol: 'AAA',
  side: 'buy',
  quantity,
  price: '100',
  fee: '',
});

/** A portfolio of 1,000,000 that has fallen by a fifth, and what it shows. */
function fallen() {
  const books = openBooks();
  books.mark(20210104);
  books.ask(buy('10000'));
  books.mark(20210105, false);
  books.prices[0] = 80;
  const before = books.mark(20210106)!;
  return { ...books, before };
}

t.test('cash paid out and in leaves a fall the share that it was', async (t) => {
  const { ask, mark, before, prices, copy } = fallen();
  t.equal(before.drawdown, 1 - 0.8);
  ask(cash('d1', 'deposit', '800000'));
  ask(cash('w1', 'withdraw', '600000'));
  copy();
  ask(cash('w2', 'withdraw', '150000'));
  const after = mark(20210106, false)!;
  t.equal(after.equity, 850_000);
  t.ok(Math.abs(after.drawdown - 0.2) < 1e-12, `was ${after.drawdown}`);
  t.equal(after.dayPnl, 0);
  ask(cash('d2', 'deposit', '9000000'));
  t.ok(Math.abs(mark(20210107)!.drawdown - 0.2) < 1e-12);
  prices[0] = 40;
  const halved = mark(20210108)!;
  t.ok(Math.abs(halved.drawdown - (1 - (0.8 * 9_450_000) / 9_850_000)) < 1e-12, 'losses count');
});

t.test('what is paid in meets the equity of that moment, not that of the last point', async (t) => {
  const { ask, mark, prices, copy } = fallen();
  prices[0] = 40;
  ask(cash('d1', 'deposit', '400000'));
  copy();
  const after = mark(20210107, false)!;
  t.equal(after.equity, 800_000);
  t.ok(Math.abs(after.drawdown - 0.6) < 1e-12, `half was lost before it came: ${after.drawdown}`);
});

t.test('a portfolio that was emptied begins anew', async (t) => {
  const books = openBooks();
  books.mark(20210104);
  books.ask(cash('w1', 'withdraw', '1000000'));
  t.equal(books.mark(20210105)?.drawdown, 0);
  books.ask(cash('d1', 'deposit', '500'));
  t.equal(books.mark(20210106)?.drawdown, 0);
});

const transfer = (commandId: string, direction: string, quantity: string) => ({
  kind: 'transfer' as const,
  commandId,
  symbol: 'AAA',
  direction,
  quantity,
  cost: direction === 'in' ? '1' : '',
  openedDate: direction === 'in' ? 20200102 : 0,
});

t.test('shares moved in or out count at their price, whatever they cost', async (t) => {
  const { ask, mark, before, copy } = fallen();
  const still = (figures: PortfolioFigures | undefined, equity: number, text: string): void => {
    t.equal(figures?.equity, equity, text);
    t.equal(figures?.dayPnl, 0, `${text}: no profit`);
    t.ok(Math.abs((figures?.drawdown ?? 1) - before.drawdown) < 1e-12, `${text}: no fall`);
  };
  ask(transfer('t1', 'out', '5000'));
  still(mark(20210106, false), 400_000, 'delivered');
  ask(transfer('t2', 'in', '2500'));
  copy();
  still(mark(20210106, false), 600_000, 'received');
  const replacement = transfer('', 'in', '1250');
  ask({ kind: 'correct', commandId: 'c1', eventId: 't2', reason: 'half of it', replacement });
  still(mark(20210106, false), 500_000, 'corrected');
  ask({ kind: 'correct', commandId: 'c2', eventId: 't1', reason: 'never left' });
  still(mark(20210106, false), 900_000, 'taken back');
  ask({ kind: 'correct', commandId: 'c3', eventId: 'c2', reason: 'it did' });
  still(mark(20210106), 500_000, 'taken back again');
  const { closes, sums } = ask<ReturnsShown>({ kind: 'show_returns' });
  t.equal(closes.flows.at(-1), -300_000, 'returns take the same flow');
  t.equal(sums[0]?.transferred, -499_999_000_000n, 'the books go on at cost');
});
