// Options in the books: exact cash with multipliers, lots, exercise, settlement, splits, restarts.

import fc from 'fast-check';
import t from 'tap';
import { costOf, quantityOf } from './account.js';
import { accountGaps } from './index.js';
import { formatDecimal } from './money.js';
import { text } from './test-books.js';
import { openOptions } from './test-options.js';

const CALL = 'AAPL210319C00120000';
const PUT = 'AAPL210319P00120000';

type Books = ReturnType<typeof openOptions>;

function opened(): Books {
  const books = openOptions();
  books.mark(20210104);
  return books;
}

const cashOf = (books: Books): string =>
  formatDecimal(books.state().account.sums.get('USD')?.cash ?? 0n);

function heldOf(books: Books): string[] {
  return Array.from(books.state().account.positions, ([symbol, position]) => {
    return `${symbol} ${formatDecimal(quantityOf(position), 0)} ${formatDecimal(costOf(position))}`;
  });
}

t.test('a contract costs its price times its shares, and has lots as a stock has', async (t) => {
  const books = opened();
  t.match(books.trade('buy', 'AAPL  210319C00120000', '3', '14.25'), { kind: 'command_applied' });
  t.equal(cashOf(books), '995725.00');
  t.same(heldOf(books), [`${CALL} 3 4275.00`]);
  books.trade('sell', CALL, '1', '15');
  t.equal(cashOf(books), '997225.00');
  t.equal(books.state().account.sums.get('USD')?.realisedShort, 75_000_000n);
  t.match(books.journal[0], { kind: 'traded', symbol: CALL, multiplier: 100n });
});

t.test('what is no contract, no whole one or too late is refused with its code', async (t) => {
  const books = opened();
  const cases: [symbol: string, quantity: string, code: string][] = [
    ['NONE210319C00120000', '1', 'portfolio.unknown_symbol'],
    ['AAPL211319C00120000', '1', 'portfolio.unknown_symbol'],
    ['AAPL1210319C00120000', '1', 'portfolio.bad_option'],
    ['AAPL201218C00120000', '1', 'portfolio.option_expired'],
    [CALL, '1.5', 'portfolio.bad_quantity'],
    [CALL, '701', 'portfolio.not_enough_cash'],
  ];
  for (const [symbol, quantity, code] of cases) {
    t.match(books.trade('buy', symbol, quantity, '14.3'), { refusal: { code } }, symbol);
  }
  t.match(books.end('exercised', CALL, '1'), { refusal: { code: 'portfolio.no_position' } });
  books.trade('sell', CALL, '1', '14');
  t.match(books.end('exercised', CALL, '1'), { refusal: { code: 'portfolio.bad_option' } });
  t.match(books.end('expired', CALL, '1'), { refusal: { code: 'portfolio.bad_date' } });
  t.match(books.end('settled', CALL, '', '130'), { refusal: { code: 'portfolio.bad_option' } });
});

t.test('what an option had cost moves into the shares that it trades', async (t) => {
  // IRS Publication 550, "Puts and calls": cost of a call bought joins the cost of its stock, a put
  // bought lessens what its stock brings; premiums received do the contrary.
  const cases: [side: string, symbol: string, what: string, held: string, gain: bigint][] = [
    ['buy', CALL, 'exercised', 'AAPL 200 26850.00', 0n],
    ['sell', PUT, 'assigned', 'AAPL 200 21150.00', 0n],
    ['buy', PUT, 'exercised', 'AAPL -200 -21150.00', 0n],
    ['sell', CALL, 'assigned', 'AAPL -200 -26850.00', 0n],
  ];
  for (const [side, symbol, what, held, gain] of cases) {
    const books = opened();
    books.trade(side, symbol, '2', '14.25');
    t.match(books.end(what, symbol, '2'), { kind: 'command_applied' }, what);
    t.same(heldOf(books), [held], `${side} ${symbol}`);
    t.equal(books.state().account.sums.get('USD')?.realisedShort, gain);
  }
});

t.test('on its last day an option is settled at the close, and once', async (t) => {
  const books = opened();
  for (const symbol of [CALL, PUT]) books.trade('buy', symbol, '1', '5');
  books.trade('sell', 'AAPL210319C00125000', '1', '2');
  books.prices[0] = 125.005;
  const before = books.mark(20210318);
  t.equal(before.positions, 3);
  books.mark(20210319, false);
  t.equal(books.state().account.positions.size, 3, 'not before the close');
  const after = books.mark(20210319);
  // The call is worth 5.005 a share, the put nothing, and the other half a cent: too little.
  t.same(heldOf(books), ['AAPL 100 12500.00']);
  t.equal(after.options, undefined);
  t.equal(after.equity, 1_000_000 - 1_000 + 200 - 12_000 + 12_500.5);
  const { realisedShort } = books.state().account.sums.get('USD')!;
  t.equal(realisedShort, -300_000_000n, 'the put is lost, the premium kept');
  books.restore();
  books.mark(20210322);
  t.same(heldOf(books), ['AAPL 100 12500.00']);
});

t.test('a settlement comes back in its place from the journal alone', async (t) => {
  for (const isToldLater of [true, false]) {
    const books = opened();
    books.trade('buy', CALL, '2', '14');
    books.mark(20210319);
    if (isToldLater) books.trade('buy', 'AAPL', '10', '130');
    const held = heldOf(books);
    books.restart();
    for (const date of [20210104, 20210318, 20210319, 20210322]) books.mark(date);
    t.same(heldOf(books), held);
    t.equal(accountGaps(books.state().account).size, 0);
  }
});

t.test(
  'a correction that brings an option back settles it at the close of its own day',
  async (t) => {
    for (const isAtRest of [false, true]) {
      const books = opened();
      books.trade('buy', CALL, '2', '14');
      const about = { kind: 'correct', reason: 'a mistake' } as const;
      t.match(books.ask({ ...about, commandId: 'back', eventId: 'c0' }), {
        kind: 'command_applied',
      });
      if (isAtRest) books.restore();
      books.mark(20210318);
      books.mark(20210319);
      books.prices[0] = 200;
      books.mark(20210322);
      t.same(heldOf(books), []);
      const again = books.ask({ ...about, commandId: 'again', eventId: 'back' });
      t.match(again, { kind: 'command_applied' });
      t.same(
        heldOf(books),
        ['AAPL 200 26800.00'],
        'exercised when the call ended, for 130 a share',
      );
      books.mark(20210323);
      t.same(heldOf(books), ['AAPL 200 26800.00']);
      const held = heldOf(books);
      books.restart();
      for (const date of [20210104, 20210318, 20210319, 20210322, 20210323]) books.mark(date);
      t.same(heldOf(books), held, 'and from the journal alone');
    }
  },
);

t.test('a correction of a settled trade settles what it leaves', async (t) => {
  const books = opened();
  books.trade('buy', CALL, '2', '14');
  books.mark(20210319);
  const replacement = { kind: 'trade', commandId: '', side: 'buy', symbol: CALL, fee: '' } as const;
  const corrected = books.ask({
    ...{ kind: 'correct', commandId: 'fix', eventId: 'c0', reason: 'one, not two' },
    replacement: { ...replacement, quantity: '1', price: '14' },
  });
  t.match(corrected, { kind: 'command_applied' });
  t.same(heldOf(books), ['AAPL 100 13400.00']);
  t.match(books.trade('buy', PUT, '1', '1', 20210104), {
    refusal: { code: 'portfolio.option_expired' },
  });
});

t.test('a split of the stock restates its options, though it is not held itself', async (t) => {
  const books = opened();
  books.trade('buy', CALL, '2', '14');
  books.trade('buy', 'KO210319C00050000', '1', '1');
  const split = { kind: 'corporate_action', date: 20210201, dividend: 0 } as const;
  books.ask({ ...split, row: 0, split: 4 });
  books.ask({ ...split, row: 1, split: 1.5 });
  t.same(heldOf(books), ['AAPL210319C00030000 8 2800.00', 'KO1210319C00050000 1 100.00']);
  books.prices.set([32.5, 33]);
  const { options, positions } = books.mark(20210201);
  t.match({ options, positions }, { options: { unpriced: 1 }, positions: 2 });
  books.mark(20210319);
  t.same(heldOf(books), ['KO1210319C00050000 1 100.00', 'AAPL 800 26800.00']);
  t.match(books.trade('sell', 'KO1210319C00050000', '1', '1'), {
    refusal: { code: 'portfolio.option_expired' },
  });
  t.match(books.end('expired', 'KO1210319C00050000', '1'), { kind: 'command_applied' });
});

t.test('contracts that a split makes alike stay apart, and each can be closed', async (t) => {
  const books = opened();
  const split = { kind: 'corporate_action', dividend: 0, row: 0 } as const;
  for (const [index, strike] of ['00130010', '00130020'].entries()) {
    books.trade('buy', `AAPL210319C${strike}`, String(index + 1), '3');
  }
  books.ask({ ...split, date: 20210201, split: 3 });
  t.same(heldOf(books), ['AAPL210319C00043340 3 300.00', 'AAPL1210319C00130020 6 600.00']);
  books.prices[0] = 43;
  books.mark(20210201);
  books.trade('buy', 'AAPL210319C00130020', '1', '3');
  books.ask({ ...split, date: 20210202, split: 0.5 });
  books.restore();
  t.same(
    heldOf(books).map((one) => one.split(' ')[0]),
    ['AAPL1210319C00130020', 'AAPL1210319C00043340', 'AAPL2210319C00130020'],
  );
  books.mark(20210202);
  t.match(books.trade('sell', 'AAPL2210319C00130020', '1', '2'), { kind: 'command_applied' });
  t.equal(accountGaps(books.state().account).size, 0);
});

t.test('any history of options keeps the identity and comes back from its journal', async () => {
  const step = fc.record({
    side: fc.constantFrom('buy', 'sell'),
    symbol: fc.constantFrom(CALL, PUT, 'AAPL210618C00140000', 'AAPL'),
    quantity: fc.integer({ min: 1, max: 5 }),
    price: fc.integer({ min: 1, max: 2_000 }),
    end: fc.constantFrom('none', 'exercised', 'assigned', 'expired', 'close'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const books = opened();
      const dates = [20210104];
      for (const { side, symbol, quantity, price, end } of steps) {
        const date = dates.length > 40 ? 20210416 : 20210200 + Math.min(28, dates.length);
        books.trade(side, symbol, String(quantity), (price / 100).toFixed(2));
        if (end === 'close') {
          const next = dates.length % 3 === 0 ? 20210319 : date;
          books.mark(Math.max(next, dates.at(-1)!));
          dates.push(Math.max(next, dates.at(-1)!));
        } else if (end !== 'none') books.end(end, symbol, '1');
      }
      if (accountGaps(books.state().account).size > 0) return false;
      const before = text([...books.state().account.sums]);
      books.restart();
      for (const date of dates.slice(1)) books.mark(date);
      return text([...books.state().account.sums]) === before;
    }),
    { numRuns: 60 },
  );
});
