// Candlestick patterns against TA-Lib, by hand-made candles, and to the engine's contract.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { ReferenceCase } from '../reference/index.js';
import {
  ASKED_PATTERNS,
  type Candle,
  createPatternEngine,
  PATTERN_FEATURES,
  patternsAmong,
} from './engine.js';
import { formOf } from './form.js';
import { verifyPatternCase } from './verify.js';

const HERE = new URL('../../../actors/patterns/fixtures/', import.meta.url);

interface FixtureCase extends ReferenceCase {
  readonly expected: readonly (readonly [bar: number, value: number])[];
  /** Rows of open, high, low, close. */
  readonly prices: string;
}

interface Fixture {
  readonly prices: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly cases: readonly FixtureCase[];
}

const fixture = JSON.parse(readFileSync(new URL('patterns.json', HERE), 'utf8')) as Fixture;

function pricesOf(name: string): {
  open: number[];
  high: number[];
  low: number[];
  close: number[];
} {
  const rows = fixture.prices[name]!;
  const column = (at: number): number[] => rows.map((row) => row[at]!);
  return { open: column(0), high: column(1), low: column(2), close: column(3) };
}

for (const reference of fixture.cases) {
  t.test(`agrees with TA-Lib on ${reference.id}`, async (t) => {
    const { status, notes } = verifyPatternCase(reference, () => pricesOf(reference.prices));
    t.equal(status, 'passed', notes.join('; '));
  });
}

const ASKED = ASKED_PATTERNS.map(({ name }) => name);
const EVERY = [...PATTERN_FEATURES, ...ASKED_PATTERNS];

t.test("the reference cases cover all of TA-Lib's 61 patterns, each with a hit", async (t) => {
  const hit = fixture.cases.filter(({ expected }) => expected.length > 0);
  const covered = new Set(hit.map((reference) => reference.function.replace('cdl', 'cdl_')));
  t.same(covered, new Set(EVERY.map(({ name }) => name)));
  t.equal(covered.size, 61);
  t.equal(PATTERN_FEATURES.length, 16);
});

t.test('only the patterns that are asked for are made beside the sixteen', async (t) => {
  const asked = patternsAmong(['rsi_14', 'cdl_tristar', 'cdl_doji', 'cdl_2crows', 'cdl_tristar']);
  t.same(asked, ['cdl_2crows', 'cdl_tristar']);
  const names = createPatternEngine({ asked }).features.map(({ name }) => name);
  t.same(names, [...PATTERN_FEATURES.map(({ name }) => name), ...asked]);
  t.throws(() => createPatternEngine({ asked: ['cdl_none'] }), /patterns.rule_is_known/);
});

t.test('a form that is written wrong is a bug, told by its code', async (t) => {
  for (const [text, code] of [
    ['body0 <= girth0', /form_knows_its_words/],
    ['body0 <= 0.3', /form_knows_its_words/],
    ['body0', /form_compares/],
    ['(white0 or black1', /form_closes_its_groups/],
    ['white0 black1', /form_is_read_whole/],
    ['white0 & black1', /form_is_read_whole/],
  ] as const) {
    t.throws(() => formOf(text), code, text);
  }
});

t.test(
  'bars before the warm-up have no value, and a hit expected there is a difference',
  async (t) => {
    const [first] = fixture.cases;
    const one = (): ReturnType<typeof pricesOf> => {
      const { open, high, low, close } = pricesOf(first!.prices);
      return { open: [open[0]!], high: [high[0]!], low: [low[0]!], close: [close[0]!] };
    };
    const short = { ...first!, function: 'cdldoji', params: {}, first_valid_index: null };
    t.same(verifyPatternCase({ ...short, expected: [] }, one), { status: 'passed', notes: [] });
    t.same(verifyPatternCase({ ...short, expected: [[0, 100]] }, one).notes, [
      '[0]: expected 100, was nothing',
    ]);
  },
);

t.test(
  'a wrong hit and a missed one fail, an unknown pattern is skipped, a tie is let be',
  async (t) => {
    const [first] = fixture.cases;
    const prices = () => pricesOf(first!.prices);
    const [[index, value]] = first!.expected as [[number, number]];
    t.equal(verifyPatternCase({ ...first!, expected: [] }, prices).status, 'failed');
    const moved = first!.expected.map(([at, hit]) => [at === index ? at + 1 : at, hit] as const);
    t.equal(verifyPatternCase({ ...first!, expected: moved }, prices).status, 'failed');
    t.equal(verifyPatternCase({ ...first!, function: 'cdlnone' }, prices).status, 'skipped');
    const negated = first!.expected.map(([at, hit]) => [at, at === index ? -value : hit] as const);
    const tie = { ...first!, expected: negated, tie_sensitive: [index] };
    t.equal(verifyPatternCase(tie, prices).status, 'passed');
    const shouted = { ...first!, function: first!.function.toUpperCase() };
    t.equal(verifyPatternCase(shouted, prices).status, 'passed');
    const params = { penetration: 'deep' };
    t.equal(verifyPatternCase({ ...first!, params }, prices).status, 'failed');
    t.equal(verifyPatternCase({ ...first!, params: { depth: 1 } }, prices).status, 'skipped');
    t.throws(() => verifyPatternCase({ ...first!, expected: null }, prices), /bars and their/);
  },
);

/** Candles in cents, so that ties are common. */
const candles = fc.array(
  fc
    .tuple(...[0, 0, 0, 0].map(() => fc.integer({ min: 9_900, max: 10_100 })))
    .map((cents): Candle => {
      const [a, b, c, d] = cents.sort((x, y) => x - y) as [number, number, number, number];
      const isWhite = (a + b + c + d) % 2 === 0;
      const [open, close] = isWhite ? [b, c] : [c, b];
      return { open: open / 100, high: d / 100, low: a / 100, close: close / 100 };
    }),
  { minLength: 1, maxLength: 60 },
);

/** Results at every close. */
function run(bars: readonly Candle[], judgements = 1, base = 0): number[][] {
  const engine = createPatternEngine({ asked: ASKED });
  const state = new Float64Array(base + engine.stateLength);
  return bars.map((bar) => {
    for (let again = 0; again < judgements; again++) engine.judge(state, base, bar);
    engine.commit(state, base, bar);
    const out = new Float64Array(engine.features.length);
    engine.results(state, base, out);
    return [...out];
  });
}

t.test('judging again, elsewhere in memory, or after a split in two changes nothing', async () => {
  fc.assert(
    fc.property(candles, (bars) => {
      const expected = JSON.stringify(run(bars));
      const doubled = bars.map(({ open, high, low, close }) => ({
        open: open * 2,
        high: high * 2,
        low: low * 2,
        close: close * 2,
      }));
      return (
        JSON.stringify(run(bars, 3)) === expected &&
        JSON.stringify(run(bars, 1, 5)) === expected &&
        JSON.stringify(run(doubled)) === expected
      );
    }),
    { numRuns: 100, seed: 20210104 },
  );
});

t.test('a copied state goes on as the one it was copied from', async () => {
  fc.assert(
    fc.property(candles, fc.nat(59), (bars, cut) => {
      const engine = createPatternEngine({ asked: ASKED });
      const state = new Float64Array(engine.stateLength);
      const at = Math.min(cut, bars.length - 1);
      for (const bar of bars.slice(0, at)) engine.commit(state, 0, bar);
      const other = createPatternEngine({ asked: ASKED });
      const copy = state.slice();
      const out = new Float64Array(engine.features.length);
      const expected = run(bars);
      return bars.slice(at).every((bar, index) => {
        other.judge(copy, 0, bar);
        other.commit(copy, 0, bar);
        other.results(copy, 0, out);
        return out.every((value, output) => Object.is(value, expected[at + index]![output]));
      });
    }),
    { numRuns: 100, seed: 20210104 },
  );
});

t.test(
  'each is NaN exactly until its warm-up is over, and NaN before anything was judged',
  async (t) => {
    const flat: Candle = { open: 10, high: 11, low: 9, close: 10 };
    const rows = run(Array.from({ length: 20 }, () => flat));
    EVERY.forEach(({ warmUpBars, name }, output) => {
      const first = rows.findIndex((row) => !Number.isNaN(row[output]!));
      t.equal(first + 1, warmUpBars, name);
    });
    const engine = createPatternEngine();
    const out = new Float64Array(engine.features.length);
    engine.results(new Float64Array(engine.stateLength), 0, out);
    t.ok(out.every(Number.isNaN));
  },
);
