// Accounts after any history: identities to the last unit, whatever lots are closed.

import fc from 'fast-check';
import t from 'tap';
import { daysOf } from '../calendar/index.js';
import { LOT_METHODS } from '../lots/index.js';
import {
  type Account,
  type AccountEntry,
  type AccountEvent,
  accountGaps,
  applyEvent,
  costOf,
  emptyAccount,
  eventsInForce,
  quantityOf,
  type RealisedGain,
} from './index.js';
import { pictureOf, replayed } from './test-account.js';

/** Histories of a few symbols in two currencies, as a trader with a random hand makes them. */
const histories = fc
  .array(
    fc.record({
      kind: fc.constantFrom('traded', 'traded', 'traded', 'cash', 'dividend', 'split', 'exchange'),
      days: fc.nat(120),
      symbol: fc.constantFrom('A', 'B', 'C'),
      quantity: fc.bigInt(-500_000_000n, 500_000_000n),
      price: fc.bigInt(1n, 900_000_000n),
      fee: fc.bigInt(0n, 9_999_999n),
      method: fc.constantFrom(...LOT_METHODS.filter((name) => name !== 'specific')),
    }),
    { maxLength: 60 },
  )
  .map((hands) => {
    let day = daysOf(20230102);
    return hands.map((hand, index): AccountEvent => {
      day += hand.days;
      const { symbol, price } = hand;
      const stated = { eventId: `e${index}`, day };
      const currency = symbol === 'C' ? 'EUR' : 'USD';
      const quantity = hand.quantity === 0n ? 1n : hand.quantity;
      if (hand.kind === 'cash')
        return { kind: 'cash_moved', ...stated, currency, amount: quantity };
      if (hand.kind === 'dividend') {
        return { kind: 'dividend_paid', ...stated, symbol, perShare: price / 50n };
      }
      if (hand.kind === 'split') {
        const newShares = (price % 7n) + 1n;
        return { kind: 'shares_split', ...stated, symbol, newShares, oldShares: 3n };
      }
      if (hand.kind === 'exchange') {
        const to = { toCurrency: currency === 'EUR' ? 'USD' : 'EUR', toAmount: hand.fee + 1n };
        return { kind: 'cash_exchanged', ...stated, currency, amount: price, ...to };
      }
      const { fee, method } = hand;
      return { kind: 'traded', ...stated, symbol, currency, quantity, price, fee, method };
    });
  });

/** Applies what can be applied. */
function accountOf(events: readonly AccountEvent[]): {
  account: Account;
  gains: readonly RealisedGain[];
  accepted: readonly AccountEvent[];
} {
  const account = emptyAccount('fifo');
  const gains: RealisedGain[] = [];
  const accepted: AccountEvent[] = [];
  for (const event of events) {
    const realised = applyEvent(account, event);
    if ('kind' in realised) continue;
    gains.push(...realised);
    accepted.push(event);
  }
  return { account, gains, accepted };
}

t.test('cash, cost and gains add up to the last unit in every currency', async (t) => {
  fc.assert(
    fc.property(histories, (events) => {
      const { account, gains } = accountOf(events);
      const rows = gains.reduce((sum, { gain }) => sum + gain, 0n);
      let sums = 0n;
      for (const { realisedShort, realisedLong } of account.sums.values()) {
        sums += realisedShort + realisedLong;
      }
      const isOneSided = [...account.positions.values()].every(({ lots }) =>
        lots.every((lot) => lot.quantity > 0n === lots[0]!.quantity > 0n && lot.quantity !== 0n),
      );
      return accountGaps(account).size === 0 && rows === sums && isOneSided;
    }),
    { seed: 51, numRuns: 400 },
  );
  t.end();
});

t.test('whatever lots are closed, totals are the same', async (t) => {
  fc.assert(
    fc.property(histories, (events) => {
      // Cash, shares and profit with what is open do not depend on the choice of lots.
      const totals = LOT_METHODS.filter((name) => name !== 'specific').map((method) => {
        const { account } = accountOf(events.map((event) => ({ ...event, method })));
        const pictures = [...account.sums].map(([currency, sums]) => {
          const positions = [...account.positions].filter(([, held]) => held.currency === currency);
          const cost = positions.reduce((sum, [, held]) => sum + costOf(held), 0n);
          const shares = positions.map(([symbol, held]) => `${symbol} ${quantityOf(held)}`).sort();
          const gain = sums.realisedShort + sums.realisedLong;
          return [currency, sums.cash, gain - cost, sums.dividends, shares.join()].join(':');
        });
        return pictures.sort().join('|');
      });
      return totals.every((total) => total === totals[0]);
    }),
    { seed: 52, numRuns: 300 },
  );
  t.end();
});

t.test('reversing everything that was added gives the account back', async (t) => {
  fc.assert(
    fc.property(histories, fc.nat(60), (events, count) => {
      const { accepted } = accountOf(events);
      const kept = accepted.slice(0, Math.max(0, accepted.length - count));
      const reversals = accepted
        .slice(kept.length)
        .reverse()
        .map((event, index): AccountEntry => {
          const eventId = `r${index}`;
          return { kind: 'reversed', eventId, reversedId: event.eventId, day: 0, reason: 'test' };
        });
      const inForce = eventsInForce([...accepted, ...reversals]);
      const got = pictureOf(replayed([...accepted, ...reversals]));
      return (
        !('kind' in inForce) && inForce.length === kept.length && got === pictureOf(replayed(kept))
      );
    }),
    { seed: 53, numRuns: 200 },
  );
  t.end();
});
