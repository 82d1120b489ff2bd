// The command line: what it takes, and what it says about what it does not.

import t from 'tap';
import { type Options, readOptions } from './options.js';

const read = (...args: string[]): Options => {
  const options = readOptions(args);
  if (typeof options === 'string') throw new Error(options);
  return options;
};

t.test('flags are read', async (t) => {
  const options = read('--short', '--json', '--only', 'tell|ask', '--rounds', '9');
  t.equal(options.isShort, true);
  t.equal(options.isJson, true);
  t.equal(options.rounds, 9);
  t.ok(options.only?.test('ask-hot.sluice'));
  t.equal(options.revisions, undefined);
  t.equal(read('-h').isHelp, true);
});

t.test('a comparison has two revisions and perhaps a bound', async (t) => {
  const options = read('compare', 'auto', 'HEAD', '--fail-percent', '15');
  t.same(options.revisions, { base: 'auto', head: 'HEAD' });
  t.equal(options.failPercent, 15);
});

t.test('what is wrong is said with what was expected', async (t) => {
  t.match(
    readOptions(['--rounds', '0']),
    /--rounds: expected a whole number from 1 to 99, was "0"/,
  );
  t.match(readOptions(['--rounds', '1.5']), /was "1\.5"/);
  t.match(readOptions(['--only', '(']), /--only: expected a regular expression/);
  t.match(readOptions(['--fail-percent', 'x']), /--fail-percent: expected a number/);
  t.match(readOptions(['compare', 'a']), /expected nothing or "compare BASE HEAD"/);
  t.match(readOptions(['compare', 'a', 'b', 'c']), /expected nothing or "compare BASE HEAD"/);
  t.match(readOptions(['--profile']), /expected --only with it/);
  t.match(readOptions(['--wat']), /--wat/);
});
