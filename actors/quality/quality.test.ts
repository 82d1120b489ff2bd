// Every rule with the case that breaks it and the one that just does not; planted faults are found.

import fc from 'fast-check';
import t from 'tap';
import { nextRandom } from '../../engine/index.js';
import { newYorkMidnightUs, sessionOf } from '../calendar/index.js';
import { bitOf, codesOf, REFUSING_BITS, TICK_CODES, type TickCode } from './codes.js';
import { plantFaults } from './plant.js';
import { type PlantScore, scoreFaults } from './plant-score.js';
import { conditionsOf, SALE_CONDITIONS, UPDATES, updatesOf } from './sale-conditions.js';
import { createTickColumns, writeTick } from './tick-columns.js';
import {
  bandOf,
  createTickRules,
  noTick,
  TICK_LIMITS,
  type Tick,
  type TickRules,
} from './tick-rules.js';

const DATE = 20131008;
const { openUs, closeUs } = sessionOf(DATE);
const HOURS = {
  firstUs: newYorkMidnightUs(DATE) + 4 * 3_600_000_000,
  lastUs: newYorkMidnightUs(DATE) + 20 * 3_600_000_000,
  openUs,
  closeUs,
};

function tick(changes: Partial<Tick>): Tick {
  return {
    ...noTick(),
    row: 0,
    timeUs: openUs + 1_800_000_000,
    price: 100,
    size: 100,
    flags: 1,
    ...changes,
  };
}

function rules(): TickRules {
  const made = createTickRules(2);
  made.open(HOURS);
  made.setAverageVolume(0, 10_000);
  for (let count = 0; count < 21; count++) {
    made.check(tick({ timeUs: openUs + 1_790_000_000 + count, sequence: count + 1 }));
  }
  return made;
}

/** The codes of one record after 21 sound ones, the last of which had number 21. */
function verdictOf(changes: Partial<Tick>): TickCode[] {
  return codesOf(rules().check(tick({ sequence: 22, ...changes })));
}

const quote = { isQuote: true, price: 0 };
const newestUs = openUs + 1_790_000_020;
const CASES: readonly [TickCode | 'sound', Partial<Tick>][] = [
  ['sound', {}],
  ['gap', { sequence: 23 }],
  ['duplicate', { sequence: 21 }],
  ['duplicate', { sequence: 1 }],
  ['unknown_symbol', { row: -1 }],
  ['unknown_symbol', { row: 2 }],
  ['not_a_number', { price: Number.NaN }],
  ['not_a_number', { size: Number.POSITIVE_INFINITY }],
  ['not_a_number', { timeUs: Number.NaN }],
  ['price_not_positive', { price: 0 }],
  ['price_not_positive', { price: -100 }],
  ['price_not_positive', { ...quote, bid: -1, ask: 100 }],
  ['sound', { ...quote, bid: 99.99, ask: 100 }],
  ['sound', { ...quote, bid: 100, ask: 0 }],
  ['size_negative', { size: -1 }],
  ['sound', { size: 0 }],
  ['outside_session', { timeUs: HOURS.firstUs - 1 }],
  ['outside_session', { timeUs: HOURS.lastUs + 1 }],
  ['crossed_quote', { ...quote, bid: 100.01, ask: 100 }],
  ['locked_quote', { ...quote, bid: 100, ask: 100 }],
  ['out_of_order', { timeUs: newestUs - 1 }],
  ['out_of_order', { timeUs: newestUs - TICK_LIMITS.lateUs }],
  ['late', { timeUs: newestUs - TICK_LIMITS.lateUs - 1 }],
  ['late', { arrivalUs: openUs + 1_800_000_000 + TICK_LIMITS.lateUs + 1 }],
  ['sound', { arrivalUs: openUs + 1_800_000_000 + TICK_LIMITS.lateUs }],
  ['stale', { timeUs: newestUs + TICK_LIMITS.silenceUs + 1 }],
  ['sound', { timeUs: newestUs + TICK_LIMITS.silenceUs }],
  ['outside_price_band', { price: 105.01 }],
  ['bad_print', { price: 104.99 }],
  ['bad_print', { price: 99.59 }],
  ['sound', { price: 100.39 }],
  ['sound', { price: 104, flags: 1 << 13 }],
  ['size_outlier', { size: 1_001 }],
  ['sound', { size: 1_000 }],
  ['sound', { size: 1_000_000, flags: 1 << 7 }],
];

t.test('each rule holds where it must, and not a step before', async (t) => {
  for (const [code, changes] of CASES) {
    t.same(verdictOf(changes), code === 'sound' ? [] : [code], JSON.stringify(changes));
  }
  const tried = new Set(CASES.map(([code]) => code));
  t.same(
    TICK_CODES.filter(({ code }) => !tried.has(code) && code !== 'halted'),
    [],
  );
});

t.test('a halted symbol may be quoted, not traded', async (t) => {
  const made = rules();
  made.setHalted(0, true);
  t.same(codesOf(made.check(tick({ sequence: 22 }))), ['halted']);
  t.equal(made.check(tick({ sequence: 23, ...quote, bid: 99, ask: 101 })), 0);
  t.equal(made.check(tick({ sequence: 24, row: 1 })) & REFUSING_BITS, 0, 'another one goes on');
  made.setHalted(0, false);
  t.equal(made.check(tick({ sequence: 25 })), 0);
});

t.test('a number that comes after all was not missing, and not twice', async (t) => {
  const made = rules();
  t.same(codesOf(made.check(tick({ sequence: 25 }))), ['gap']);
  t.equal(made.missing(), 3);
  t.equal(made.check(tick({ sequence: 23 })), 0);
  t.same(codesOf(made.check(tick({ sequence: 23 }))), ['duplicate']);
  t.equal(made.missing(), 2);
});

t.test('one broken number refuses nothing that follows it', async (t) => {
  const made = createTickRules(1);
  made.open(HOURS);
  const codes = (sequence: number) =>
    codesOf(made.check(tick({ sequence }))).filter((code) => code !== 'stale');
  t.same(codes(5), []);
  t.same(codes(3), [], 'what came before the first was never missed');
  t.equal(made.missing(), 0);
  t.same(codes(2 ** 50), ['gap']);
  t.same(codes(2 ** 50), ['duplicate']);
  t.same([6, 7, 8].map(codes), [[], [], []]);
  t.equal(made.missing(), 0);
  t.same(codes(1_000_000), ['gap']);
  t.same(codes(1_000_002), ['gap'], 'a source that goes on elsewhere');
  t.same(codes(1_000_003), []);
  t.equal(made.missing(), 1_000_003 - 8 - 3);
});

t.test('prices that others follow are where the market is', async (t) => {
  const made = rules();
  const verdicts = [1, 2, 3, 4, 5, 6].map((step) =>
    made.check(tick({ timeUs: newestUs + step, price: 103 })),
  );
  t.same(
    verdicts.map((bits) => codesOf(bits).length),
    [1, 1, 1, 1, 0, 0],
  );
  t.same(codesOf(made.check(tick({ timeUs: newestUs + 7, price: 100 }))).length, 0, 'few know yet');
});

t.test('after a silence the market may have gone twice as far from its last prints', async (t) => {
  const { silenceUs } = TICK_LIMITS;
  const after = (quietUs: number, price: number): TickCode[] =>
    verdictOf({ timeUs: newestUs + quietUs, price }).filter((code) => code === 'bad_print');
  t.same(after(silenceUs / 2, 99.59), ['bad_print']);
  t.same(after(2 * silenceUs, 99.59), [], 'four tenths of a percent are no longer far');
  t.same(after(2 * silenceUs, 99.19), ['bad_print'], 'eight are');
  const made = rules();
  const quiet = newestUs + 2 * silenceUs;
  for (let count = 0; count < 11; count++) made.check(tick({ timeUs: quiet + count }));
  t.not(made.check(tick({ timeUs: quiet + 11, price: 99.59 })), 0, 'until most prints are new');
});

/** Rules of a stock that rose from 100 to 104 within two minutes, a print every tenth second. */
function risen(): { readonly made: TickRules; readonly atUs: (second: number) => number } {
  const made = createTickRules(1);
  made.open(HOURS);
  const atUs = (second: number): number => openUs + 3_600_000_000 + second * 1_000_000;
  for (let tenth = 0; tenth < 1_500; tenth++) {
    const price = 100 + Math.min(4, Math.max(0, tenth - 200) / 300);
    made.check(tick({ timeUs: atUs(tenth / 10), price }));
  }
  return { made, atUs };
}

t.test('a late print is judged by the prices of its time', async (t) => {
  const { made, atUs } = risen();
  const codes = (second: number, price: number): TickCode[] =>
    codesOf(made.check(tick({ timeUs: atUs(second), price })));
  t.same(codes(150, 104), [], 'the market is there now');
  t.same(codes(10, 100), ['late'], 'it was four dollars lower then');
  t.same(codes(80, 102), ['late']);
  t.same(codes(10, 101.5), ['late'], 'the half minutes beside its own are of its time');
  t.same(codes(10, 106), ['late', 'outside_price_band']);
  t.same(codes(10, 99.2), ['late', 'bad_print']);
  t.same(codes(10, 104), ['late', 'bad_print'], 'nobody knew then of what is paid now');
  t.same(codes(150.1, 102), ['bad_print']);
});

t.test('late prints change nothing that newer ones are judged by', async (t) => {
  const { made, atUs } = risen();
  for (let count = 0; count < 40; count++) {
    const late = tick({ timeUs: atUs(10 + count / 10), price: 100 });
    t.same(codesOf(made.check(late)), ['late']);
  }
  t.same(codesOf(made.check(tick({ timeUs: atUs(150), price: 104 }))), []);
  t.same(codesOf(made.check(tick({ timeUs: atUs(150), price: 103.4 }))), ['bad_print']);
});

t.test('late prints that agree with each other were the market of their time', async (t) => {
  const { made, atUs } = risen();
  const codes = (second: number, price: number): TickCode[] =>
    codesOf(made.check(tick({ timeUs: atUs(second), price })));
  const first = [1, 2, 3, 4].map((step) => codes(10 + step, 99).at(-1));
  t.same(first, ['bad_print', 'bad_print', 'bad_print', 'bad_print']);
  t.same(codes(150, 104), [], 'newer ones between them are of no matter');
  t.same(codes(15, 99), ['late']);
  t.same(codes(16, 99), ['late'], 'from then on they are known');
  t.same(codes(150.2, 104), [], 'and the market of now is where it was');
});

t.test('a late print of a time that nobody knows of is judged by what is known', async (t) => {
  const few = createTickRules(1);
  few.open(HOURS);
  const atUs = (second: number): number => openUs + 3_600_000_000 + second * 1_000_000;
  for (let count = 0; count < 8; count++) few.check(tick({ timeUs: atUs(200 + count * 40) }));
  t.same(codesOf(few.check(tick({ timeUs: atUs(10), price: 100 }))), ['late']);
  t.same(codesOf(few.check(tick({ timeUs: atUs(10), price: 101 }))), ['late', 'bad_print']);
});

t.test('bands are wider for cheap stocks and around the open and the close', async (t) => {
  t.same([100, 3, 1, 0.5].map(bandOf), [0.05, 0.2, 0.2, 0.3]);
  const wide = createTickRules(1);
  wide.open(HOURS);
  wide.setReference(0, 100);
  t.equal(wide.check(tick({ timeUs: openUs + 1, price: 109.9 })), 0);
  const narrow = createTickRules(1);
  narrow.open(HOURS);
  narrow.setReference(0, 100);
  t.same(
    codesOf(narrow.check(tick({ timeUs: openUs + 1_000_000_000, price: 109.9 }))),
    ['outside_price_band', 'stale'].sort().reverse(),
  );
});

t.test('what is refused leaves no trace in what is remembered', async () => {
  const record = fc.record({
    price: fc.constantFrom(100, 100.1, 99.9, 104, 90, 0, Number.NaN),
    size: fc.constantFrom(100, -1, 5_000),
    afterUs: fc.nat(2_000_000),
    row: fc.constantFrom(0, 0, 0, 5),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 60 }), (list) => {
      let timeUs = newestUs;
      const ticks = list.map((one) => {
        timeUs += one.afterUs;
        return tick({ ...one, timeUs });
      });
      // Prices far away count towards a new level: without them, only structural refusals are left.
      const isLevel = (bits: number): boolean =>
        (bits & (bitOf('bad_print') | bitOf('outside_price_band'))) !== 0;
      const all = rules();
      const verdicts = ticks.map((one) => all.check(one));
      const kept = ticks.filter(
        (_, index) => (verdicts[index]! & REFUSING_BITS) === 0 || isLevel(verdicts[index]!),
      );
      const again = rules();
      const expected = verdicts.filter((bits) => (bits & REFUSING_BITS) === 0 || isLevel(bits));
      return kept.every((one, index) => again.check(one) === expected[index]);
    }),
    { numRuns: 200, seed: 4 },
  );
});

t.test('a trade updates what all of its conditions let it', async (t) => {
  const updates = (name: string, source: 'tape' | 'lean' = 'tape'): number =>
    updatesOf(1 << SALE_CONDITIONS.find((one) => one.name === name)!.bit, source);
  const { last, range, volume, lastIfFirst } = UPDATES;
  t.equal(updates('regular') & (last | range | volume), last | range | volume);
  t.equal(updates('intermarket_sweep') & last, last);
  t.equal(updates('intermarket_sweep', 'lean'), volume);
  t.equal(updates('derivatively_priced'), range | volume | lastIfFirst);
  t.equal(updates('average_price'), volume);
  t.equal(updates('official_close'), 0);
  t.equal(updatesOf(0x20002020), volume, 'a sweep in extended hours counts for volume');
  t.same(conditionsOf(0x20000220), [
    'intermarket_sweep',
    'derivatively_priced',
    'trade_through_exempt',
  ]);
  t.equal(new Set(SALE_CONDITIONS.map(({ bit }) => bit)).size, SALE_CONDITIONS.length);
});

/** A day of two symbols: prices walk by a cent, quotes stand a cent around them. */
function walkedDay(seed: number) {
  const count = 60_000;
  const ticks = createTickColumns(count);
  const state = Uint32Array.of(seed);
  const prices = [100, 15];
  const stepUs = (closeUs - openUs) / count;
  for (let index = 0; index < count; index++) {
    const row = nextRandom(state) < 0.5 ? 0 : 1;
    const share = nextRandom(state);
    prices[row]! += share < 0.005 ? -0.01 : share > 0.995 ? 0.01 : 0;
    const price = Math.round(prices[row]! * 100) / 100;
    const isQuote = index % 3 === 0;
    writeTick(ticks, index, {
      ...tick({ row, timeUs: openUs + index * stepUs, price: isQuote ? 0 : price }),
      isQuote,
      bid: isQuote ? price - 0.01 : 0,
      ask: isQuote ? price + 0.01 : 0,
    });
  }
  return { ticks, ...HOURS, averageVolumes: [1_000_000, 1_000_000] };
}

t.test('planted faults are found where they were planted, and nowhere else', async (t) => {
  const day = walkedDay(7);
  const scores = new Map<TickCode, PlantScore>();
  for (const kind of ['others', 'silences'] as const) {
    scoreFaults(day, plantFaults(day, kind, { each: 100, seed: 3 }), scores);
  }
  t.equal(scores.size, TICK_CODES.length);
  for (const { code, planted, found, alarms } of scores.values()) {
    t.equal(planted, 100, `${code} planted`);
    t.ok(found >= 99, `${code}: ${found} found`);
    t.ok(alarms <= 1, `${code}: ${alarms} false alarms`);
  }
  const again = plantFaults(day, 'others', { each: 100, seed: 3 });
  t.same(again.planted, plantFaults(day, 'others', { each: 100, seed: 3 }).planted);
});
