// Tables, prose and colours are what a terminal can show, and plain where there is none.

import fc from 'fast-check';
import t from 'tap';
import { painted, proseFor, tableFor, takesColour } from './terminal-text.js';

const ROWS = [
  ['name', 'profit', 'why'],
  ['AAPL', '1,234.5', 'a long reason that a narrow terminal has no room for'],
  ['BRK.B', '-7 %', ''],
];

function withoutLooks(text: string): string {
  return text.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', '');
}

t.test('numbers stand to the right, below their head', async (t) => {
  t.equal(
    tableFor(
      ROWS.map((row) => row.slice(0, 2)),
      {},
    ),
    ['name    profit', 'AAPL   1,234.5', 'BRK.B     -7 %'].join('\n'),
  );
});

t.test('a narrow terminal cuts the widest text, a file gets all of it', async (t) => {
  const cut = tableFor(ROWS, { isTTY: true, columns: 30 });
  const plain = withoutLooks(cut);
  t.match(plain, 'AAPL   1,234.5  a long reason…');
  t.ok(plain.split('\n').every((line) => line.length <= 30));
  t.match(tableFor(ROWS, { columns: 30 }), 'no room for');
  t.match(tableFor(ROWS, { isTTY: true, columns: 12 }), 'no room for', 'what can not fit is whole');
});

t.test('in a file one long text moves its own line alone', async (t) => {
  const long = 'x'.repeat(170);
  const lines = tableFor(
    [
      ['name', 'unit'],
      ['short', 'price'],
      [long, 'share'],
    ],
    {},
  ).split('\n');
  t.same(
    lines.map((line) => line.length),
    [48 + 2 + 4, 48 + 2 + 5, 170 + 2 + 5],
  );
  t.ok(lines[2]?.startsWith(`${long}  `), 'and is whole');
});

t.test('no line is wider than the terminal unless numbers alone are', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 60 });
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 28, max: 200 }), (all, columns) => {
      const lines = withoutLooks(tableFor(all, { isTTY: true, columns })).split('\n');
      return lines.every((line) => line.length <= columns);
    }),
    { seed: 7 },
  );
});

t.test('prose is broken between words', async (t) => {
  t.equal(proseFor('one two three', { isTTY: true, columns: 8 }), 'one two\nthree');
  t.equal(proseFor('one two three', { columns: 8 }), 'one two three');
});

t.test('colours are for terminals that want them', async (t) => {
  t.ok(takesColour({ isTTY: true }, {}));
  t.ok(takesColour({ isTTY: true }, { NO_COLOR: '' }));
  t.notOk(takesColour({ isTTY: true }, { NO_COLOR: '1' }));
  t.notOk(takesColour({ isTTY: true }, { TERM: 'dumb' }));
  t.notOk(takesColour({}, {}));
  t.equal(painted('x', 'bad', {}), 'x');
});
