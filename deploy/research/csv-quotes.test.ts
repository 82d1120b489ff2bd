// Quotes of CSV: one that is not closed is found, wherever the bytes are cut; sound ones are none.

import fc from 'fast-check';
import t from 'tap';
import { delimiterOf, QuoteScan } from './csv-quotes.js';

function unclosed(text: string, cuts: readonly number[] = [], delimiter = ','): number {
  const bytes = Buffer.from(text);
  const scan = new QuoteScan(delimiter);
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    if (cut < from) continue;
    scan.take(bytes.subarray(from, cut));
    from = cut;
  }
  return scan.unclosedAt();
}

t.test('a quote that is never closed is told by its place', async (t) => {
  t.equal(unclosed('a,b\n1,"2\n3,4\n'), 6, 'to the end of the file');
  t.equal(unclosed('a,b\n"1,2\n"3",4\n'), 4, 'up to the quote of another cell');
  t.equal(unclosed('"a,b\n'), 0);
  t.equal(unclosed('\ufeff"a,b\n'), 3);
  t.equal(unclosed('a\tb\n1\t"2\n', [], '\t'), 6);
  t.equal(unclosed('a,b\n"1""'), 4, 'a doubled one closes nothing');
});

t.test('what is closed, or opens nothing, is none', async (t) => {
  for (const text of [
    '',
    'a,b\n1,2\n',
    '"a","b"\r\n"1","2"\r\n',
    'a\n"one ""two"" three"\n',
    'a,b\n"first\nsecond",2\n',
    'a,b\n5" disk,6"\n',
    'a\n"x"',
    'a\n"Foo" Inc\n',
    'a\n""\n',
  ]) {
    t.equal(unclosed(text), -1, JSON.stringify(text));
  }
});

t.test('it is the same quote however the bytes come', async (t) => {
  const text = fc.array(fc.constantFrom('"', ',', '\n', 'x'), { maxLength: 30 });
  const cuts = fc.array(fc.nat(30), { maxLength: 5 });
  fc.assert(
    fc.property(text, cuts, (parts, at) => {
      const all = parts.join('');
      return (
        unclosed(
          all,
          at.sort((a, b) => a - b),
        ) === unclosed(all)
      );
    }),
    { numRuns: 500, seed: 11 },
  );
  t.pass();
});

t.test('cells are separated by what a first line has most of', async (t) => {
  t.equal(delimiterOf('a;b;c,d'), ';');
  t.equal(delimiterOf('a|b'), '|');
  t.equal(delimiterOf('alone'), ',');
});
