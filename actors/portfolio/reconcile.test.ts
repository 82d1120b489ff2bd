// Books held against statements, and rebalancings: over all currencies, from their first day on.

import t from 'tap';
import { daysOf } from '../calendar/index.js';
import type { RebalanceProposed, Reconciled } from './answers.js';
import type { StatementLine } from './messages.js';
import { formatDecimal } from './money.js';
import { openBooks } from './test-books.js';

const EXCHANGE = {
  kind: 'exchange',
  commandId: 'x1',
  ...{ currency: 'USD', amount: '6000', toCurrency: 'EUR', toAmount: '5000' },
} as const;

const line = (currency: string, quantity: string, symbol = ''): StatementLine => {
  return { symbol, currency, quantity, cost: '' };
};

t.test('a statement that tells cash tells all of it', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  ask(EXCHANGE);
  const reconcile = (...lines: StatementLine[]) =>
    ask<Reconciled>({ kind: 'reconcile', date: 0, lines });
  t.match(reconcile(line('USD', '994000')), {
    compared: 2,
    breaks: [{ what: 'cash', name: 'EUR', books: 5_000_000_000n, statement: 0n }],
  });
  t.match(reconcile(line('EUR', '5000'), line('USD', '994000')), { compared: 2, breaks: [] });
  t.match(reconcile(line('GBP', '1')), {
    breaks: [{ name: 'EUR' }, { name: 'GBP' }, { name: 'USD' }],
  });
  t.match(reconcile(), { compared: 0, breaks: [] }, 'one of positions alone asks for no cash');
});

t.test(
  'a currency of the books may stand where symbols do, unless the run has such a stock',
  async (t) => {
    const { ask, mark } = openBooks();
    mark(20210104);
    ask(EXCHANGE);
    ask({ kind: 'rate', commandId: 'r1', currency: 'AAA', rate: '2' });
    ask({ kind: 'cash', commandId: 'm1', amount: '1', direction: 'deposit', currency: 'AAA' });
    const reconcile = (...lines: StatementLine[]) =>
      ask<Reconciled>({ kind: 'reconcile', date: 0, lines });
    const cash = [line('', '994000', 'USD'), line('USD', '5000', 'EUR')];
    t.match(reconcile(...cash, line('AAA', '1')), { compared: 3, breaks: [] });
    t.match(reconcile(...cash, line('', '1', 'AAA')), {
      breaks: [
        { what: 'quantity', name: 'AAA', books: 0n, statement: 1_000_000n },
        { what: 'cash', name: 'AAA', books: 1_000_000n, statement: 0n },
      ],
    });
    t.match(reconcile(...cash, line('USD', '994000')), {
      refusal: { code: 'portfolio.bad_statement', text: /one line of each name/ },
    });
  },
);

t.test('what nobody can explain is told by its size and side', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  const textOf = (cash: string): string | undefined =>
    ask<Reconciled>({ kind: 'reconcile', date: 0, lines: [line('USD', cash)] }).breaks[0]?.text;
  t.equal(textOf('999999.25'), '0.75 less in the statement');
  t.equal(textOf('1000001'), '1.00 more in the statement');
});

t.test('a statement of before the books were closed is refused', async (t) => {
  const { ask, mark, behaviour, state, copy } = openBooks();
  mark(20210104);
  const at = (date: number, cash: string) =>
    ask<Reconciled>({ kind: 'reconcile', date, lines: [line('USD', cash)] });
  const paid = { kind: 'cash_moved', currency: 'USD', amount: 1_000_000n } as const;
  for (let count = 0; count < 9_999; count++) {
    const day = daysOf(count < 9_000 ? 20210104 : 20210105);
    behaviour.evolve(state(), { ...paid, eventId: `d${count}`, day });
  }
  copy();
  mark(20210106);
  const refused = { refusal: { code: 'portfolio.bad_date' } };
  t.match(at(20210104, '1009000'), refused, 'though it is right');
  t.match(at(20210105, '1009999'), { breaks: [] });
  behaviour.evolve(state(), { ...paid, eventId: 'd', day: daysOf(20210106) });
  t.match(at(20210105, '1009999'), { breaks: [] });
  t.match(at(20210106, '1010000'), { breaks: [] });
});

t.test('a rebalancing takes shares of all that the portfolio is worth', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  ask({ ...EXCHANGE, amount: '600000', toAmount: '500000' });
  ask({ kind: 'charge', commandId: 'a1', what: 'accrual', amount: '-1000' });
  const figures = mark(20210105);
  const wish = { kind: 'rebalance', band: '', cost: '', lot: '', method: '' } as const;
  const proposed = ask<RebalanceProposed>({
    ...wish,
    targets: [{ symbol: 'AAA', weight: '0.3' }],
  });
  t.equal(formatDecimal(proposed.equity), `${figures?.equity}.00`);
  t.equal(formatDecimal(proposed.equity), '999000.00');
  t.match(proposed.trades, [{ quantity: 2_997_000_000n, after: 300_000n }]);
  const all = ask<RebalanceProposed>({ ...wish, targets: [{ symbol: 'AAA', weight: '1' }] });
  t.match(all, { cashAfter: 0n, trades: [{ quantity: 4_000_000_000n }] }, 'dollars alone pay');
});
