// Entries of a vector file: what is left out is empty, what is wrong is told.

import t from 'tap';
import { isRefusal, referenceCaseOf } from './index.js';

t.test('parameters, input and tolerance may be left out or null, the rest is kept', async (t) => {
  const entry = { id: 'a', function: 'f', params: null, expected: null, tie_sensitive: [3] };
  t.same(referenceCaseOf(entry), { ...entry, params: {}, input: {}, tolerance: {} });
});

t.test('a parameter or field that is null is not stated', async (t) => {
  const params = { maxWeight: null, longOnly: true };
  const input = { file: 'A', from: null, close: [null, 1] };
  const made = referenceCaseOf({ id: 'a', function: 'f', params, input, expected: 1 });
  t.match(made, { params: { longOnly: true }, input: { file: 'A', close: [null, 1] } });
  if (!isRefusal(made)) t.notOk('maxWeight' in made.params || 'from' in made.input);
});

t.test('what is no case says what it lacks', async (t) => {
  const textOf = (entry: unknown): string => {
    const made = referenceCaseOf(entry);
    return isRefusal(made) ? made.text : 'a case';
  };
  t.equal(textOf(5), 'expected a case, was 5');
  t.equal(textOf(null), 'expected a case, was null');
  t.equal(textOf([]), 'expected a case, was []');
  t.equal(textOf({}), 'expected an id, was nothing');
  t.equal(textOf({ id: 'a' }), 'expected the name of a function, was nothing');
  const named = { id: 'a', function: 'f' };
  t.equal(textOf(named), 'expected an expectation, was nothing');
  const nothing = textOf({ ...named, expected: {} });
  t.equal(nothing, 'expected an expectation, was {}', 'whatever came would pass');
  t.equal(textOf({ ...named, expected: [] }), 'a case', 'of no hits');
  t.equal(textOf({ ...named, expected: 1 }), 'a case');
  t.equal(textOf({ ...named, expected: 1, params: [1] }), 'expected params as an object, was [1]');
  t.equal(
    textOf({ ...named, expected: 1, tolerance: 1 }),
    'expected tolerance as an object, was 1',
  );
  const tolerated = (tolerance: unknown) => textOf({ ...named, expected: 1, tolerance });
  t.equal(tolerated({ abs: 0, rel: '1e-9' }), 'a case');
  t.equal(tolerated({ crr: { abs: 1e-8 }, converged: { rel: null } }), 'a case');
  t.equal(tolerated({ band: true }), 'a case');
  t.equal(tolerated({ abs: 'x' }), 'expected abs of the tolerance as a number, was "x"');
  t.equal(tolerated({ crr: { rel: [] } }), 'expected rel of the tolerance as a number, was []');
});
