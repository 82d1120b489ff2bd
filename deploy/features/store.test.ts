// The feature store: a join that tries to look ahead sees nothing, and versions keep their meaning.

import fc from 'fast-check';
import t from 'tap';
import { temporaryFolder } from '../services/test-system.js';
import { type FeatureRows, joinAsOf, type Moments } from './join.js';
import { FeatureStore } from './store.js';

interface Row {
  readonly symbol: string;
  readonly time: number;
  readonly delay: number;
  readonly value: number;
}

const symbol = fc.constantFrom('A', 'B');
const row = fc.record({
  symbol,
  time: fc.integer({ min: 1, max: 30 }),
  delay: fc.nat(12),
  value: fc.nat(1_000),
});
const moment = fc.record({ symbol, time: fc.nat(45) });

function columnsOf(rows: readonly Row[]): FeatureRows {
  return {
    symbols: rows.map((one) => one.symbol),
    timeUs: Float64Array.from(rows, ({ time }) => time),
    knownUs: Float64Array.from(rows, ({ time, delay }) => time + delay),
    values: { value: Float64Array.from(rows, ({ value }) => value) },
  };
}

function momentsOf(moments: readonly { symbol: string; time: number }[]): Moments {
  const timeUs = Float64Array.from(moments, ({ time }) => time);
  return { symbols: moments.map((one) => one.symbol), timeUs };
}

t.test('a join gives what a search through all that was known gives', async (t) => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 40 }),
      fc.array(moment, { maxLength: 20 }),
      (rows, at) => {
        const joined = joinAsOf(columnsOf(rows), momentsOf(at));
        return at.every(({ symbol, time }, index) => {
          let best = -1;
          rows.forEach((one, number) => {
            if (one.symbol !== symbol || one.time + one.delay > time) return;
            const than = rows[best];
            const isLater =
              than === undefined ||
              one.time > than.time ||
              (one.time === than.time && one.delay >= than.delay);
            if (isLater) best = number;
          });
          const [found, wanted] = [rows[joined[index]!], rows[best]];
          return found?.time === wanted?.time && found?.delay === wanted?.delay;
        });
      },
    ),
    { numRuns: 400, seed: 3 },
  );
  t.pass();
});

t.test('nothing that happens or becomes known later changes what was joined', async (t) => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 30 }),
      fc.array(row, { maxLength: 30 }),
      fc.array(moment, { maxLength: 20 }),
      (past, future, at) => {
        const valueAt = (rows: readonly Row[], index: number, join: Int32Array) =>
          rows[join[index]!]?.value;
        const before = joinAsOf(columnsOf(past), momentsOf(at));
        return at.every((one, index) => {
          const later = future.filter(({ time, delay }) => time + delay > one.time);
          const rows = [...past, ...later];
          const after = joinAsOf(columnsOf(rows), momentsOf([one]));
          return valueAt(rows, 0, after) === valueAt(past, index, before);
        });
      },
    ),
    { numRuns: 400, seed: 4 },
  );
  t.pass();
});

t.test('sets are declared once a version, grow, and refuse what is known too early', async (t) => {
  const store = new FeatureStore(temporaryFolder(t, 'features'));
  const set = { name: 'trend', version: 1, description: 'slow', features: { value: 'a value' } };
  t.match(store.declare(set), { ok: true });
  t.match(store.declare(set), { ok: true });
  t.match(store.declare({ ...set, description: 'x' }), { refusal: { code: 'features.changed' } });
  t.match(store.declare({ ...set, name: '../x' }), { refusal: { code: 'features.bad_name' } });
  const other = { ...set, name: 'other' };
  const turned = store.declare(other, { ...set, description: 'x' });
  t.match(turned, { refusal: { code: 'features.changed' } });
  t.same(store.sets().length, 1, 'all or none');
  t.match(store.declare({ ...set, version: 2 }), { ok: true });
  t.equal(store.sets().length, 2);
  const rows = columnsOf([
    { symbol: 'NA', time: 10, delay: 2, value: 7 },
    { symbol: 'NA', time: 10, delay: 5, value: 8 },
  ]);
  t.match(await store.append('trend', 1, rows), { ok: true });
  t.match(await store.append('trend', 1, rows), { ok: true });
  const early = { ...rows, knownUs: Float64Array.of(9, 15) };
  t.match(await store.append('trend', 1, early), { refusal: { code: 'features.bad_rows' } });
  t.match(await store.append('trend', 3, rows), { refusal: { code: 'features.unknown' } });
  const moments = momentsOf([11, 12, 14, 15].map((time) => ({ symbol: 'NA', time })));
  const answer = await store.at('trend', 1, moments);
  t.same(answer.ok && [...answer.value['value']!], [Number.NaN, 7, 7, 8]);
  const empty = await store.at('trend', 2, moments);
  t.ok(empty.ok && empty.value['value']!.every(Number.isNaN));
});

t.test('of two revisions known at one time the one added last holds', async (t) => {
  for (const [first, second] of [
    [1, 1.5],
    [1.5, 1],
    [2, 2.5],
    [2.5, 2],
  ] as const) {
    const store = new FeatureStore(temporaryFolder(t, 'features'));
    store.declare({ name: 'x', version: 1, description: '', features: { value: '' } });
    const add = (value: number) =>
      store.append('x', 1, columnsOf([{ symbol: 'A', time: 1, delay: 0, value }]));
    await add(first);
    await add(second);
    await add(second);
    const answer = await store.at('x', 1, momentsOf([{ symbol: 'A', time: 9 }]));
    t.same(answer.ok && [...answer.value['value']!], [second]);
  }
});

t.test('rows with the same numbers under other names are other rows', async (t) => {
  const store = new FeatureStore(temporaryFolder(t, 'features'));
  store.declare({ name: 'x', version: 1, description: '', features: { a: '', b: '' } });
  const [one, two] = [Float64Array.of(1), Float64Array.of(2)];
  const at = (time: number) => ({ ...columnsOf([{ symbol: 'A', time, delay: 0, value: 0 }]) });
  await store.append('x', 1, { ...at(1), values: { a: one, b: two } });
  await store.append('x', 1, { ...at(1), values: { b: one, a: two } });
  const answer = await store.at('x', 1, momentsOf([{ symbol: 'A', time: 9 }]));
  t.match(answer, { ok: true, value: { a: [2], b: [1] } });
});
