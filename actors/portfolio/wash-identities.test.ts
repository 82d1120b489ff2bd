// Wash sales of any trades: against another implementation, and what must add up.

import fc from 'fast-check';
import t from 'tap';
import { dateOf, daysOf } from '../calendar/index.js';
import { type WashTrade, washSales } from '../compliance/index.js';
import type { AccountEvent } from './account-event.js';
import { applyEvent, emptyAccount } from './index.js';
import { replayed, traded } from './test-account.js';
import { CALL, ownedTaxOf, PUT, taxOf } from './test-tax.js';

/** Buys and sells of whole shares at whole dollars, some days apart. */
const HANDS = fc.array(
  fc.record({
    days: fc.nat(25),
    size: fc.integer({ min: -60, max: 80 }),
    price: fc.integer({ min: 1, max: 200 }),
  }),
  { maxLength: 25 },
);

t.test('of one stock it is what the module of compliance makes of it', async (t) => {
  let disallowed = 0n;
  fc.assert(
    fc.property(HANDS, (hands) => {
      let [day, held] = [daysOf(20240102), 0];
      const events: AccountEvent[] = [];
      const trades: WashTrade[] = [];
      hands.forEach(({ days, size, price }, index) => {
        day += days;
        if (size === 0 || held + size < 0) return;
        held += size;
        events.push(traded(`e${index}`, dateOf(day), String(size), String(price)));
        const side = size > 0 ? 'buy' : 'sell';
        const whole = { quantity: BigInt(Math.abs(size)), amount: BigInt(Math.abs(size) * price) };
        trades.push({ id: `e${index}`, day, side, ...whole });
      });
      const other = washSales(trades);
      if ('kind' in other) throw new Error(other.text);
      const { rows, carrying } = taxOf(events);
      const byEvent = new Map<string, bigint>();
      for (const row of rows) {
        byEvent.set(row.eventId, (byEvent.get(row.eventId) ?? 0n) + row.disallowed);
        disallowed += row.disallowed;
      }
      const isSame = other.sales.every(
        ({ id, disallowedLoss }) => byEvent.get(id) === disallowedLoss * 1_000_000n,
      );
      const carried = other.lots
        .filter(({ basis, cost }) => basis !== cost)
        .map(({ id, quantity, basis, cost, heldFromDay }) =>
          [id, quantity * 1_000_000n, (basis - cost) * 1_000_000n, heldFromDay].join(),
        );
      const ours = carrying.map(({ lotId, quantity, carried: more, heldFromDay }) =>
        [lotId, quantity, more, heldFromDay].join(),
      );
      return isSame && carried.sort().join(' ') === ours.sort().join(' ');
    }),
    { seed: 21, numRuns: 500 },
  );
  t.ok(disallowed > 0n);
});

/** Trades of a stock and options on it, with what ends options, splits and deliveries. */
const ACTS = fc.array(
  fc.record({
    kind: fc.constantFrom('stock', 'stock', 'stock', 'call', 'put', 'end', 'split', 'deliver'),
    days: fc.nat(12),
    quantity: fc.integer({ min: -3, max: 3 }).map((lots) => lots || 1),
    price: fc.bigInt(1_000_000n, 90_000_000n),
  }),
  { maxLength: 40 },
);

/** The event of an act. */
function eventOf(act: { kind: string; quantity: number; price: bigint }, day: number, at: number) {
  const { kind, quantity, price } = act;
  const stated = { eventId: `e${at}`, day };
  const symbol = kind === 'put' || (kind === 'end' && quantity < 0) ? PUT : CALL;
  const size = BigInt(Math.abs(quantity)) * 1_000_000n;
  if (kind === 'split') {
    const newShares = BigInt(Math.abs(quantity) + 1);
    return { kind: 'shares_split', ...stated, symbol: 'IBM', newShares, oldShares: 2n } as const;
  }
  if (kind === 'deliver') {
    return { kind: 'lots_delivered', ...stated, symbol: 'IBM', quantity: size * 7n } as const;
  }
  if (kind === 'end') {
    const end = price > 60_000_000n ? 'assigned' : 'exercised';
    return { kind: 'option_ended', ...stated, symbol, end, quantity: size } as const;
  }
  const signed = BigInt(quantity) * 1_000_000n;
  const what =
    kind === 'stock' ? { symbol: 'IBM', quantity: signed * 37n } : { symbol, quantity: signed };
  const multiplier = kind === 'stock' ? 1n : 100n;
  return {
    kind: 'traded',
    ...stated,
    currency: 'USD',
    ...what,
    multiplier,
    price,
    fee: 7n,
  } as const;
}

t.test('what is recognised and what is carried add up to the gains of the books', async (t) => {
  let [carried, moved] = [0n, 0n];
  fc.assert(
    fc.property(ACTS, (acts) => {
      const account = emptyAccount('fifo');
      let day = daysOf(20240102);
      const events: AccountEvent[] = [];
      acts.forEach((act, at) => {
        day = Math.min(day + act.days, daysOf(20240621));
        const event = eventOf(act, day, at);
        if (!('kind' in applyEvent(account, event))) events.push(event);
      });
      const { gains } = replayed(events);
      const { rows, carrying, delivered } = taxOf(events);
      const sum = (of: readonly bigint[]): bigint => of.reduce((all, one) => all + one, 0n);
      const open = sum(carrying.map((one) => one.carried));
      carried += open;
      moved += sum(rows.map((one) => one.carried));
      const isWhole = (['quantity', 'proceeds', 'cost', 'gain'] as const).every(
        (name) => sum(rows.map((row) => row[name])) === sum(gains.map((gain) => gain[name])),
      );
      const isBounded = rows.every(
        (row) => row.disallowed >= 0n && (row.disallowed === 0n || row.recognised <= 0n),
      );
      const recognised = sum(rows.map((row) => row.recognised));
      return (
        isWhole && isBounded && recognised === sum(gains.map(({ gain }) => gain)) + open + delivered
      );
    }),
    { seed: 22, numRuns: 1_000 },
  );
  t.ok(carried > 0n && moved > 0n);
});

t.test("an owner's accounts recognise and carry what they have booked, to the unit", async (t) => {
  const trade = fc.record({
    account: fc.constantFrom('a', 'b', 'c'),
    date: fc.integer({ min: 0, max: 90 }),
    quantity: fc.integer({ min: -30, max: 30 }).filter((size) => size !== 0),
    price: fc.integer({ min: 10, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 25 }), (trades) => {
      const ids = ['a', 'b', 'c'] as const;
      const events = (id: string) =>
        trades
          .filter(({ account }) => account === id)
          .sort((one, other) => one.date - other.date)
          .map(({ date, quantity, price }, at) =>
            traded(`${at}`, dateOf(daysOf(20240102) + date), `${quantity}`, `${price}`),
          );
      let [booked, told] = [0n, 0n];
      for (const id of ids) {
        const others = ids.filter((one) => one !== id);
        const accounts = Object.fromEntries([id, ...others].map((one) => [one, events(one)]));
        const { rows, carrying } = ownedTaxOf(accounts);
        for (const { gain, recognised } of rows) {
          booked += gain;
          told += recognised;
        }
        // What is carried is a loss that is yet to come.
        for (const { carried } of carrying) told -= carried;
      }
      return booked === told;
    }),
    { seed: 5, numRuns: 300 },
  );
  t.pass();
});
