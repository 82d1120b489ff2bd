// Any history of a live portfolio: its books add up, and come again from journal and snapshot.

import fc from 'fast-check';
import t from 'tap';
import { accountGaps } from './account.js';
import type { PortfolioMessage } from './messages.js';
import { formatDecimal } from './money.js';
import type { PortfolioState } from './state.js';
import { openBooks, SYMBOLS, text } from './test-books.js';

const hands = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'trade',
      'trade',
      'trade',
      'cash',
      'charge',
      'exchange',
      'correct',
      'day',
    ),
    symbol: fc.constantFrom(...SYMBOLS),
    isPlus: fc.boolean(),
    size: fc.integer({ min: 1, max: 90_000_000 }),
    price: fc.integer({ min: 10_000, max: 200_000_000 }),
    method: fc.constantFrom('', 'lifo', 'hifo', 'average'),
    target: fc.nat(40),
  }),
  { maxLength: 40 },
);

type Hand = typeof hands extends fc.Arbitrary<readonly (infer H)[]> ? H : never;

function commandOf(hand: Hand, commandId: string): PortfolioMessage {
  const { symbol, isPlus, method } = hand;
  const quantity = formatDecimal(BigInt(hand.size));
  const price = formatDecimal(BigInt(hand.price));
  switch (hand.kind) {
    case 'cash':
      return {
        kind: 'cash',
        commandId,
        amount: quantity,
        direction: isPlus ? 'deposit' : 'withdraw',
      };
    case 'charge':
      return { kind: 'charge', commandId, what: isPlus ? 'fee' : 'interest', amount: price };
    case 'exchange': {
      const [currency, toCurrency] = isPlus ? ['USD', 'EUR'] : ['EUR', 'USD'];
      const amounts = { amount: price, toAmount: quantity };
      return {
        kind: 'exchange',
        commandId,
        currency: currency!,
        toCurrency: toCurrency!,
        ...amounts,
      };
    }
    case 'correct':
      return { kind: 'correct', commandId, eventId: `c${hand.target}`, reason: 'a mistake' };
    default: {
      const side = isPlus ? 'buy' : 'sell';
      return { kind: 'trade', commandId, symbol, side, quantity, price, fee: '0.37', method };
    }
  }
}

t.test('over any history books add up, and journal and snapshot make them again', async () => {
  fc.assert(
    fc.property(hands, fc.nat(40), (history, copyAt) => {
      const live = openBooks();
      live.mark(20210104);
      let date = 20210104;
      for (const [index, hand] of history.entries()) {
        if (hand.kind === 'day') {
          live.prices[0] = hand.price / 1e6;
          if (date < 20210129) live.mark(++date);
        } else {
          live.ask(commandOf(hand, `c${index}`));
        }
        if (accountGaps(live.account()).size > 0) return false;
        if (index === copyAt) live.copy();
      }
      const { behaviour } = live;
      const replayed = behaviour.initial('p1');
      for (const event of live.journal) behaviour.evolve(replayed, structuredClone(event));
      return pictureOf(replayed) === pictureOf(live.state());
    }),
    { seed: 7, numRuns: 150 },
  );
});

/** What the market does between commands: told again, in its order, by a replay. */
type Told = (books: ReturnType<typeof openBooks>) => void;

t.test('over any history a plain restart makes the books that there were', async () => {
  const actions = fc.array(
    fc.record({
      at: fc.nat(40),
      row: fc.nat(SYMBOLS.length - 1),
      split: fc.constantFrom(1, 1, 2, 0.5, 1 / 3),
      dividend: fc.constantFrom(0, 0.25, 1),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(hands, actions, (history, told) => {
      const live = openBooks();
      const market: Told[] = [];
      const tell = (one: Told): void => {
        market.push(one);
        one(live);
      };
      let date = 20210104;
      tell((books) => books.mark(20210104));
      for (const [index, hand] of history.entries()) {
        const due = told.filter(({ at }) => at === index);
        if (due.length > 0 && date < 20210129) date++;
        for (const { row, split, dividend } of due) {
          const action = { kind: 'corporate_action', row, date, split, dividend } as const;
          tell((books) => books.send(action));
          // A command between the splits and dividends of one open.
          live.ask(commandOf({ ...hand, kind: 'trade' }, `o${index}-${row}`));
          const eventId = `market:dividend-${SYMBOLS[row]}-${date}`;
          live.ask({ kind: 'correct', commandId: `m${index}`, eventId, reason: 'never paid' });
        }
        const session = date;
        if (due.length > 0) tell((books) => books.mark(session));
        if (hand.kind !== 'day') live.ask(commandOf(hand, `c${index}`));
      }
      const again = openBooks();
      for (const event of live.journal) again.behaviour.evolve(again.state(), event);
      for (const one of market) one(again);
      if (again.state().waiting.length > 0) return false;
      return pictureOf(again.state()) === pictureOf(live.state());
    }),
    { seed: 11, numRuns: 150 },
  );
});

function pictureOf(state: PortfolioState): string {
  const encoded = createdFrom(state);
  return text([encoded, [...state.commandIds]]);
}

function createdFrom({ account }: PortfolioState): unknown {
  return [[...account.positions], [...account.sums], [...account.rates]];
}
