// Alert rules: told once between two thresholds, and the same by whoever judges them again.

import fc from 'fast-check';
import t from 'tap';
import { parseCondition } from '../conditions/index.js';
import {
  type AlertRule,
  type AlertTransition,
  AlertWatch,
  compileAlertRules,
  conditionText,
  createAlertMemory,
  PORTFOLIO_MEASURES,
  RULES_MAX,
  type WatchedNames,
} from './index.js';

const NAMES: WatchedNames = { portfolio: ['a', 'b'], group: ['firm'], symbol: ['X', 'Y', 'Z'] };
const SYMBOL_LAYOUT = new Map([['price', 0]]);
const POINTS_KEPT = 64;
const SPAN = { pointsKept: POINTS_KEPT, pointsPerSession: 4 };

const SCOPE_FEATURES = {
  portfolio: new Set(PORTFOLIO_MEASURES.map(({ name }) => name)),
  group: new Set(PORTFOLIO_MEASURES.map(({ name }) => name)),
  symbol: new Set(SYMBOL_LAYOUT.keys()),
};

function condition(data: unknown, scope: AlertRule['scope']) {
  const { condition, mistakes } = parseCondition(data, SCOPE_FEATURES[scope]);
  if (condition === undefined) throw new Error(JSON.stringify(mistakes));
  return condition;
}

function rule(
  scope: AlertRule['scope'],
  when: unknown,
  release: unknown,
  only: readonly string[] = [],
): AlertRule {
  return {
    id: `${scope}-rule`,
    scope,
    only,
    severity: 'warning',
    when: condition(when, scope),
    release: condition(release, scope),
    text: 'A test',
  };
}

/** Raised above 10, released below 8. */
const HIGH = { feature: 'price', op: '>', value: 10 };
const LOW = { feature: 'price', op: '<', value: 8 };
const BETWEEN = rule('symbol', HIGH, LOW);

function setUp(rules: readonly AlertRule[]) {
  const sets = compileAlertRules(rules, SYMBOL_LAYOUT);
  const memory = createAlertMemory(sets, NAMES, SPAN);
  const start = () => new AlertWatch(memory, sets, NAMES, SPAN);
  return { start, watch: start() };
}

/** Judges symbol `row` at a point by one price. */
function look(watch: AlertWatch, row: number, index: number, price: number) {
  const seen = {
    values: Float64Array.of(price),
    from: 0,
    state: new Float64Array(0),
    stateBase: 0,
  };
  return watch.symbol(row, { index, timeUs: index * 1_000 }, seen);
}

const FIGURES = {
  key: 'a',
  pointIndex: 0,
  asOfUs: 7,
  equity: 1_000,
  marketValue: 900,
  unrealised: 0,
  dayPnl: -40,
  grossExposure: 900,
  netExposure: 900,
  drawdown: 0.06,
  positions: 3,
  var95: 30,
  var99: 50,
  cvar95: 40,
  cvar99: 70,
  margin: 250,
  riskAsOfUs: 7,
  proxied: 0,
  limits: [
    { severity: 'hard', utilisation: 0.5 },
    { severity: 'soft', utilisation: 1.5 },
  ],
};

const prices = fc.array(fc.double({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });

t.test('nothing is told while a value stays between the two thresholds', async () => {
  fc.assert(
    fc.property(prices, (all) => {
      const { watch } = setUp([BETWEEN]);
      let isRaised = false;
      return all.every((price, index) => {
        const told = look(watch, 0, index, price);
        // Also a price that is not known.
        if (told.length === 0) return !(isRaised ? price < 8 - 1e-6 : price > 10 + 1e-6);
        isRaised = !isRaised;
        const [{ kind }] = told as [AlertTransition];
        return isRaised
          ? kind === 'alert_raised' && price > 10
          : kind === 'alert_released' && price < 8;
      });
    }),
  );
});

t.test('a release that holds beside `when` releases nothing', async () => {
  const overlapping = rule('symbol', HIGH, { feature: 'price', op: '>', value: 0 });
  fc.assert(
    fc.property(prices, (all) => {
      const { watch } = setUp([overlapping]);
      const kinds = all.flatMap((price, index) =>
        look(watch, 0, index, price).map(({ kind }) => [kind, price] as const),
      );
      return kinds.every(([kind, price]) => (kind === 'alert_raised') === price > 10);
    }),
  );
});

t.test('who judges points again, in another’s place, tells the same of them', async () => {
  fc.assert(
    fc.property(prices, fc.nat(39), (all, from) => {
      const { watch, start } = setUp([BETWEEN]);
      const told = all.map((price, index) => look(watch, 1, index, price));
      const again = start();
      return all.every((price, index) => {
        if (index < from) return true;
        return JSON.stringify(look(again, 1, index, price)) === JSON.stringify(told[index]);
      });
    }),
  );
});

t.test('a point that was left out, or without a price, changes nothing', async (t) => {
  const { watch } = setUp([BETWEEN]);
  const told = look(watch, 2, 0, 12);
  t.match(told, [
    { kind: 'alert_raised', scope: 'symbol/Z', asOfUs: 0, text: 'A test: price = 12' },
  ]);
  watch.symbol(2, { index: 1, timeUs: 1 }, undefined);
  t.same(look(watch, 2, 30, 11), [], 'points between were judged for nobody');
  t.same(look(watch, 2, 31, Number.NaN), []);
  t.same(watch.raisedFor(BETWEEN, 32), ['symbol/Z']);
  t.match(look(watch, 2, 32, 7), [{ kind: 'alert_released', text: 'A test: price = 7' }]);
  t.same(watch.raisedFor(BETWEEN, 33), []);
});

t.test('all rules of a kind are kept apart, also the last of them', async (t) => {
  const rules = Array.from({ length: RULES_MAX }, (_, index) => ({
    ...rule('symbol', { feature: 'price', op: '>', value: index }, LOW),
    id: `above-${index}`,
  }));
  const { watch } = setUp(rules);
  const ids = (told: readonly AlertTransition[]) => told.map(({ rule }) => rule);
  t.same(
    ids(look(watch, 0, 0, 31.5)),
    rules.map(({ id }) => id),
  );
  t.same(ids(look(watch, 0, 1, 31.5)), []);
  t.same(
    ids(look(watch, 0, 2, 5.5)),
    rules.slice(6).map(({ id }) => id),
  );
});

t.test('rules read measures of portfolios and groups, and keep to their names', async (t) => {
  const risky = rule(
    'portfolio',
    {
      all: [
        { feature: 'var_99', op: '>', than: 'equity', than_times: 0.03 },
        { feature: 'drawdown', op: '>', value: 0.05 },
        { feature: 'limit_use', op: '==', value: 1.5 },
        { feature: 'hard_limit_use', op: '==', value: 0.5 },
        { feature: 'cash', op: '==', value: 100 },
        { feature: 'risk_age', op: '==', value: 0 },
      ],
    },
    { feature: 'drawdown', op: '<', value: 0.04 },
    ['a'],
  );
  const { watch } = setUp([
    risky,
    rule(
      'group',
      { feature: 'cvar_99', op: '>', than: 'var_99' },
      { feature: 'var_99', op: '<', value: 0 },
    ),
  ]);
  t.match(watch.portfolio(FIGURES), [{ rule: 'portfolio-rule', scope: 'portfolio/a', asOfUs: 7 }]);
  t.same(watch.portfolio({ ...FIGURES, pointIndex: 1, drawdown: 0.045 }), [], 'not yet below');
  t.match(watch.portfolio({ ...FIGURES, pointIndex: 2, drawdown: 0.03 }), [
    { kind: 'alert_released' },
  ]);
  t.same(watch.portfolio({ ...FIGURES, key: 'b' }), [], 'the rule looks at a alone');
  t.same(watch.portfolio({ ...FIGURES, key: 'unknown' }), []);
  const { watch: watchOptions } = setUp([
    rule(
      'portfolio',
      { feature: 'vega', op: '>', value: 5 },
      { feature: 'vega', op: '==', value: 0 },
    ),
  ]);
  const options = { delta: 1, gamma: 2, vega: 6, theta: -1, unpriced: 0 };
  t.match(watchOptions.portfolio({ ...FIGURES, options }), [{ text: 'A test: vega = 6' }]);
  t.match(watchOptions.portfolio({ ...FIGURES, pointIndex: 1 }), [{ kind: 'alert_released' }]);
  t.match(watch.group({ ...FIGURES, id: 'firm' }, { index: 0, timeUs: 3 }), [
    { scope: 'group/firm', asOfUs: 3, text: /cvar_99 = 70, var_99 = 50/ },
  ]);
  const unknown = { severity: 'soft', utilisation: Number.NaN };
  const used = { severity: 'hard', utilisation: 2 };
  const { watch: watchUse } = setUp([
    rule(
      'portfolio',
      { feature: 'limit_use', op: '>', value: 1 },
      { feature: 'limit_use', op: '<', value: 1 },
    ),
  ]);
  t.same(watchUse.portfolio({ ...FIGURES, limits: [unknown, used] }), [], 'not that of the rest');
});

t.test('rules over symbols look back at past bars', async (t) => {
  const { watch, sets } = withPast();
  const seen = {
    values: Float64Array.of(10),
    from: 0,
    state: new Float64Array(sets.symbol.stateLength),
    stateBase: 0,
  };
  const at = (index: number, price: number) => {
    seen.values[0] = price;
    return watch.symbol(0, { index, timeUs: index }, seen).map(({ kind }) => kind);
  };
  t.same(at(0, 10), [], 'nothing is known of the bar before');
  sets.symbol.commit(seen.values, 0, seen.state, 0);
  t.same(at(1, 11), [], 'a tenth more than 10');
  t.same(at(2, 12), ['alert_raised']);
});

function withPast() {
  const when = { feature: 'price', op: '>', than: { feature: 'price', ago: 1, times: 1.1 } };
  const rules = [rule('symbol', when, LOW)];
  const sets = compileAlertRules(rules, SYMBOL_LAYOUT);
  const memory = createAlertMemory(sets, NAMES, SPAN);
  return { sets, watch: new AlertWatch(memory, sets, NAMES, SPAN) };
}

t.test('rules over portfolios and groups look back at past closes', async (t) => {
  // Point 0 is a close, and every fourth from then on.
  const rising = { feature: 'var_99', op: '>', than: { feature: 'var_99', ago: 2, times: 1.1 } };
  const peak = { feature: 'equity', op: '<', than: { max: 'equity', bars: 3, ago: 1 } };
  const { start, watch } = setUp([
    rule('portfolio', rising, { not: rising }),
    rule('group', peak, { not: peak }),
  ]);
  const risk = (by: AlertWatch, pointIndex: number, var99: number, key = 'a') =>
    by.portfolio({ ...FIGURES, key, pointIndex, var99 }).map(({ kind }) => kind);
  t.same(risk(watch, 0, 50), []);
  t.same(risk(watch, 4, 60), [], 'two closes before there was none');
  t.same(risk(watch, 5, 55), [], 'a tenth more than 50 is not more than it');
  t.same(risk(watch, 6, 56), ['alert_raised']);
  t.same(risk(watch, 8, 54), ['alert_released'], 'the close itself looks back from its own place');
  t.same(risk(watch, 9, 65), [], 'two closes before it was 60');
  t.same(risk(watch, 9, 65, 'b'), [], 'nothing is known of another');
  t.same(risk(watch, 10, 67), ['alert_raised']);
  t.same(risk(start(), 6, 56), ['alert_raised'], 'a thread in its place finds the past of a point');
  t.same(risk(start(), 20, 99), [], 'what nobody told two closes before is unknown');

  const equity = (index: number, value: number) =>
    watch.group({ ...FIGURES, id: 'firm', equity: value }, { index, timeUs: index });
  for (const [index, value] of [100, 110, 105].entries()) equity(index * 4, value);
  t.match(equity(9, 109), [{ kind: 'alert_raised', text: /equity = 109, max of equity .* = 110/ }]);
  t.match(equity(12, 110), [{ kind: 'alert_released' }]);
});

t.test('any point judged again finds the same closes before it', async () => {
  const fallen = { feature: 'equity', op: '<', than: { mean: 'equity', bars: 3, ago: 1 } };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 8, maxLength: 200 }),
      fc.nat({ max: POINTS_KEPT - 1 }),
      (equities, back) => {
        const { start, watch } = setUp([rule('portfolio', fallen, { not: fallen })]);
        const at = (by: AlertWatch, pointIndex: number) =>
          by.portfolio({ ...FIGURES, pointIndex, equity: equities[pointIndex]! });
        const told = equities.map((_equity, index) => at(watch, index));
        const from = Math.max(0, equities.length - 1 - back);
        const again = start();
        const isSame = told.slice(from).every((one, index) => {
          return JSON.stringify(at(again, from + index)) === JSON.stringify(one);
        });
        const isRaised = (index: number): boolean => {
          const close = Math.ceil(index / 4);
          if (close < 3) return false;
          const before = [3, 2, 1].map((ago) => equities[(close - ago) * 4]!);
          return equities[index]! < before.reduce((sum, one) => sum + one, 0) / 3 - 1e-9;
        };
        return (
          isSame &&
          told.every((one, index) => {
            const changed = isRaised(index) !== (index > 0 && isRaised(index - 1));
            return (one.length === 1) === changed;
          })
        );
      },
    ),
    { numRuns: 50 },
  );
});

t.test('a condition is told in words', async (t) => {
  const of = (data: unknown) => conditionText(condition(data, 'symbol'));
  t.equal(of({ any: [{ all: [HIGH, LOW] }, HIGH] }), '(price > 10 and price < 8) or price > 10');
  t.equal(of({ not: { all: [HIGH, LOW] } }), 'not (price > 10 and price < 8)');
  t.equal(of({ throughout_bars: 3, of: HIGH }), '(price > 10) at all of the last 3 bars');
});
