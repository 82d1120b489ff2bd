// Margin of a live portfolio: at points, when shown, before orders: the same by three ways.

import fc from 'fast-check';
import t from 'tap';
import type { LimitConfig } from '../limits/index.js';
import { DEFAULT_MARGIN, DEFAULT_POLICY } from '../pretrade/index.js';
import type { OrderChecked, PortfolioShown } from './answers.js';
import { toldFigures } from './kept-figures.js';
import type { EncodedPortfolio } from './state-form.js';
import { openOptions } from './test-options.js';

const DATE = 20210104;
const CALL = 'AAPL210319C00120000';
const FAR_CALL = 'AAPL210319C00150000';
const PUT = 'AAPL210319P00110000';
/** More than nine months to go. */
const LATE_PUT = 'AAPL220121P00120000';

const SYMBOLS = ['AAPL', 'KO', CALL, FAR_CALL, PUT, LATE_PUT];

/** A portfolio that is asked its margin in each way there is. */
function opened(limits: readonly LimitConfig[] = []) {
  const books = openOptions({ limitsOf: () => limits, policy: DEFAULT_POLICY });
  books.mark(DATE);
  const checked = (side: string, symbol: string, quantity: string): OrderChecked =>
    books.ask({ kind: 'check_order', side, symbol, quantity, price: '', fee: '' });
  const shown = (): number => books.ask<PortfolioShown>({ kind: 'show_portfolio' }).now.margin;
  return { ...books, checked, shown };
}

t.test('margin is the same at a point, when shown, and before and after an order', async (t) => {
  const trade = fc.record({
    side: fc.constantFrom('buy', 'sell'),
    at: fc.nat(SYMBOLS.length - 1),
    lots: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 8 }), (trades) => {
      const books = opened();
      return trades.every(({ side, at, lots }) => {
        const symbol = SYMBOLS[at]!;
        const quantity = String(at < 2 ? lots * 100 : lots);
        const near = (one: number, other: number): boolean =>
          Math.abs(one - other) <= 1e-6 * (1 + Math.abs(other));
        const before = books.shown();
        const { facts } = books.checked(side, symbol, quantity);
        books.trade(side, symbol, quantity, '');
        const after = books.shown();
        const marked = books.mark(DATE).margin;
        const isSame = near(facts.before.margin, before) && near(facts.after.margin, after);
        return isSame && near(marked, books.shown());
      });
    }),
    { seed: 11, numRuns: 60 },
  );
  t.pass();
});

t.test('shares ask a quarter held and three tenths sold short', async (t) => {
  const books = opened();
  books.trade('buy', 'AAPL', '100', '130');
  t.equal(books.mark(DATE).margin, 3_250);
  books.trade('sell', 'AAPL', '300', '130');
  t.equal(books.mark(DATE).margin, 7_800);
  t.equal(books.shown(), 7_800);
});

t.test('a limit names margin, and is broken, used and mended by it', async (t) => {
  const limits = [{ measure: 'margin', severity: 'hard', limit: 0.002 } as const];
  const books = opened(limits);
  books.trade('sell', CALL, '1', '14');
  t.match(books.mark(DATE).limits, [{ breached: true }]);
  const { findings } = books.checked('sell', FAR_CALL, '1');
  t.match(
    findings.filter(({ verdict }) => verdict === 'no'),
    [{ rule: 'limits.margin.hard' }],
  );
  books.trade('buy', 'AAPL', '50', '130');
  t.match(books.mark(DATE).limits, [{ breached: true }], 'half a contract is covered by nothing');
  books.trade('buy', CALL, '1', '14');
  const { limits: kept, margin, equity } = books.mark(DATE);
  t.match(kept, [{ breached: false, value: margin / equity }]);
});

t.test('figures of a state of before margin are read, and made at the next point', async (t) => {
  const books = opened();
  books.trade('buy', 'AAPL', '100', '130');
  books.mark(DATE);
  // The behaviour encodes it so.
  const encoded = books.behaviour.encode(books.state()) as EncodedPortfolio;
  const { margin, ...old } = toldFigures(encoded.figures)!;
  t.equal(margin, 100 * 130 * DEFAULT_MARGIN.long);
  const upcast = books.behaviour.upcast!(6, { ...encoded, figures: old }) as EncodedPortfolio;
  t.same(toldFigures(upcast.figures), { ...old, margin: Number.NaN });
  t.same({ ...upcast, figures: encoded.figures }, encoded);
  t.equal(books.behaviour.decode(upcast, 8).marked?.equity, old.equity);
});
