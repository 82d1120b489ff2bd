// Breakers on both sides of each bound, by event time, and the same in a replay.

import t from 'tap';
import { type BreakerConfig, Breakers, createBreakers, NO_BREAKERS } from './index.js';

const CONFIG: BreakerConfig = {
  moveMax: 0.125,
  moveHaltUs: 300,
  spreadMax: 0.02,
  ageMaxUs: 1_000,
  market: [
    { fall: 0.07, haltUs: 900 },
    { fall: 0.2, haltUs: 90_000 },
  ],
};

const QUOTE = { last: 100, bid: 99.5, ask: 100.5, lastTimeUs: 0, reference: 100 };

function setUp(config = CONFIG) {
  const memory = createBreakers(3);
  return { memory, breakers: new Breakers(memory, config) };
}

t.test('a move beyond the bound halts its symbol for its time, and no other', async (t) => {
  const { breakers } = setUp();
  breakers.notePoint(1, 100, 112.5, 1_000);
  t.equal(breakers.haltedUntil(1), 0, 'at the bound it does not');
  breakers.notePoint(1, 100, 87.4, 1_000);
  const stateAt = (row: number, nowUs: number) =>
    breakers.stateOf(row, { ...QUOTE, lastTimeUs: nowUs }, nowUs);
  t.equal(stateAt(1, 1_299), 'halted');
  t.equal(stateAt(1, 1_300), 'open');
  t.equal(stateAt(2, 1_000), 'open');
  breakers.notePoint(2, Number.NaN, 5, 1_000);
  t.equal(stateAt(2, 1_000), 'open', 'the first point of a session has none before it');
});

t.test('the market halts at each step, for all, the longest counts', async (t) => {
  const { breakers } = setUp();
  breakers.noteMarket(-0.0699, 10, 20210104);
  t.equal(breakers.marketHaltedUntil, 0);
  breakers.noteMarket(-0.07, 10, 20210104);
  t.equal(breakers.haltedUntil(0), 910);
  breakers.noteMarket(-0.2, 20, 20210104);
  t.equal(breakers.haltedUntil(2), 90_020);
  const both = setUp().breakers;
  both.noteMarket(-0.5, 20, 20210104);
  t.equal(both.marketHaltedUntil, 90_020, 'two steps at once');
});

t.test('a step halts once in a session, also for who comes after', async (t) => {
  const { memory, breakers } = setUp();
  breakers.noteMarket(-0.071, 10, 20210104);
  breakers.noteMarket(-0.071, 1_000, 20210104);
  new Breakers(memory, CONFIG).noteMarket(-0.08, 2_000, 20210104);
  t.equal(breakers.marketHaltedUntil, 910, 'a fall that lasts halts no more');
  breakers.noteMarket(-0.071, 5_000, 20210105);
  t.equal(breakers.marketHaltedUntil, 5_900, 'the next session begins anew');
  breakers.noteMarket(-0.5, 6_000, 20210104);
  t.equal(breakers.marketHaltedUntil, 5_900, 'a session before is over');
});

t.test('the quote of the moment counts too', async (t) => {
  const { breakers } = setUp();
  for (const [changes, state] of [
    [{}, 'open'],
    [{ last: 113 }, 'halted'],
    [{ last: 113, reference: Number.NaN }, 'open'],
    [{ bid: 98.9, ask: 101 }, 'wide'],
    [{ lastTimeUs: -1 }, 'stale'],
    [{ lastTimeUs: Number.NaN }, 'stale'],
  ] as const) {
    t.equal(breakers.stateOf(0, { ...QUOTE, ...changes }, 1_000), state, JSON.stringify(changes));
  }
  t.equal(breakers.stateOf(-7, QUOTE, 0), 'stale', 'a symbol that this run does not have');
});

t.test('a replay of old points finds the halts of newer ones', async (t) => {
  const { memory, breakers } = setUp();
  breakers.notePoint(0, 100, 120, 1_000);
  breakers.notePoint(0, 100, 120, 2_000);
  const successor = new Breakers(memory, CONFIG);
  successor.notePoint(0, 100, 120, 1_000);
  t.equal(successor.haltedUntil(0), 2_300);
});

t.test('nothing configured halts nothing', async (t) => {
  const { breakers } = setUp(NO_BREAKERS);
  breakers.notePoint(0, 1, 1e6, 5);
  breakers.noteMarket(-1, 5, 20210104);
  t.equal(breakers.stateOf(0, { ...QUOTE, ask: 1e6, last: 1e9 }, 1e15), 'open');
  t.equal(breakers.stateOf(0, { ...QUOTE, lastTimeUs: Number.NaN }, 1e15), 'open');
});
