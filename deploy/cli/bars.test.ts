// `sluice bars` of a file: what has no price shows a dash, and no bars come with their reason.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCommand } from '../e2e/sluice-command.js';
import { temporaryFolder } from '../services/test-system.js';

t.test('bars of a file, of none that counts a price, and none at all', async (t) => {
  const file = join(temporaryFolder(t, 'bars'), 'trades.csv');
  const rows = [
    'time,price,size,sets_price',
    '2021-01-04 14:30:00,10.00,100,true',
    '2021-01-04 14:30:01,10.10,100,false',
    '2021-01-04 14:30:02,10.20,100,true',
  ];
  writeFileSync(file, `${rows.join('\n')}\n`);
  const bars = (...flags: string[]) => runCommand(['bars', file, ...flags]);
  const [priced, unpriced] = (await bars('--style', 'tick', '--size', '1')).out
    .split('\n')
    .slice(1, 3);
  t.match(priced, /10\.0000 +10\.0000 +10\.0000 +10\.0000 +100 +1 +1/);
  t.match(unpriced, /Z +- +- +- +- +100 +1 +1/, 'no NaN');
  const reasons = [
    ['renko --size 1', 'a move of $1 from the first price; prices went from 10 to 10.2'],
    ['renko-atr --sessions 2', '3 whole sessions, which make 2 true ranges, and then a move'],
    ['point-and-figure --size 5', 'a price in another box of $5 than the first one'],
    ['volume --size 1000', '1000 shares'],
  ] as const;
  for (const [flags, reason] of reasons) {
    const { code, out } = await bars('--style', ...flags.split(' '));
    t.equal(code, 0);
    t.ok(out.startsWith(`no bar: the first one takes ${reason}`), out);
    t.match(out, /0 bars of 3 trades/);
  }
  t.equal((await bars('--style', 'tick', '--size', '1', '--json')).code, 0);
});

t.test('tiny prices show their digits, and rejected rows their reasons', async (t) => {
  const file = join(temporaryFolder(t, 'bars'), 'coins.csv');
  const rows = [
    'time_us,price,size',
    '1609770600000000,0.00001,3000000000',
    // In milliseconds: that would be January 1970.
    '1609770600000,0.00001,100',
    '1609770600000000,-1,100',
  ];
  writeFileSync(file, `${rows.join('\n')}\n`);
  const { out } = await runCommand(['bars', file]);
  t.match(out, / 0\.00001000 +0\.00001000 +3000000000 /);
  t.match(out, /2 rejected \(no_time 1, bad_price 1\)/);
});
