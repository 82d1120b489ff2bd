// Tests of the comparison with reference values: it must be able to say no.

import t from 'tap';
import { refusal } from '../../engine/index.js';
import { accept, differences, listOf, numberOf, textOf, unknownWord, verdictOf } from './index.js';

const CLOSE = { abs: 0.01, rel: 0 };

t.test('numbers, texts, lists and objects are compared in depth', async (t) => {
  const expected = { a: 1, b: ['x', null], c: { d: '2.50' } };
  t.same(differences({ a: 1.005, b: ['x', Number.NaN], c: { d: '2.5' } }, expected, CLOSE), []);
  t.same(differences({ a: 1.02, b: ['y', 0], c: {} }, expected, CLOSE), [
    'a: expected 1, was 1.02',
    'b[0]: expected "x", was "y"',
    'b[1]: expected null, was 0',
    'c.d: expected "2.50", was nothing',
  ]);
  t.same(differences({ a: { x: 1 } }, { a: {} }, CLOSE), ['a: expected {}, was {"x":1}']);
  t.same(differences({ a: {} }, { a: {} }, CLOSE), []);
  t.same(differences([1], [1, 2], CLOSE), ['expected 2 elements, was 1']);
  t.same(differences(7, [1], CLOSE), ['expected 1 elements, was 7']);
  t.same(differences(Number.NaN, 1, CLOSE), ['expected 1, was null']);
  t.same(differences(true, true, CLOSE), []);
  t.same(differences([Infinity], [null], CLOSE), []);
});

t.test('decimals without a tolerance are exact far below a float', async (t) => {
  t.same(differences('1.00', '1', {}), []);
  t.same(differences('-0.00', '0', {}), []);
  t.equal(differences('1.00000000000000000001', '1', {}).length, 1);
  t.same(differences('1.005', '1', { abs: '1e-2' }), []);
  const third = (digits: number): string => `3.${'3'.repeat(digits)}`;
  t.same(differences(third(40), third(27), {}), [], 'a quotient cut where the tool cuts it');
  t.same(differences(`-${third(40)}`, `-${third(27)}`, {}), []);
  t.equal(differences(third(40), third(20), {}).length, 1, 'one that is cut before is another');
  t.equal(differences(third(20), third(27), {}).length, 1);
  t.equal(differences('2024-01-02', '2024-01-03', { abs: 9 }).length, 1, 'a date is no number');
});

t.test('what a case lacks is told by name', async (t) => {
  t.throws(() => numberOf({ x: 'y' }, 'x'), /expected x to be a number, was "y"/);
  t.throws(() => textOf({}, 'x'), /expected x to be text/);
  t.throws(() => listOf({ x: 1 }, 'x'), /expected x to be a list/);
  t.equal(numberOf({ x: 2 }, 'x'), 2);
  t.equal(unknownWord({ a: 1, b: 2 }, ['a']), 'b');
  t.equal(unknownWord({ a: 1 }, ['a']), undefined);
});

t.test('a refusal fails the case with its code', async (t) => {
  t.throws(() => accept(refusal('area.no', 'not so')), /area\.no: not so/);
  t.equal(accept<number>(3), 3);
  t.same(verdictOf([]), { status: 'passed', notes: [] });
  t.equal(verdictOf(Array.from({ length: 30 }, () => 'x')).notes.length, 10);
});
