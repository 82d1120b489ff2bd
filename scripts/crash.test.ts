// A short drill: the process killed twice loses and repeats nothing, and a wrong option is told.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const CRASH = fileURLToPath(new URL('./crash.js', import.meta.url));

t.setTimeout(300_000);

t.test('two kills lose and repeat nothing', async (t) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CRASH, '--kills', '2', '--seed', '7'],
    { encoding: 'utf8' },
  );
  t.equal(status, 0, stderr);
  const last = stdout.trimEnd().split('\n').pop() ?? '';
  const counts = /^2 kills: (\d+) acknowledged, (\d+) found, 0 lost, 0 doubled$/.exec(last);
  t.ok(counts, last);
  t.ok(Number(counts?.[1]) > 0, 'some were acknowledged before a kill');
  t.equal(counts?.[1], counts?.[2]);
});

t.test('a number that is none is told', async (t) => {
  const { status, stderr } = spawnSync(process.execPath, [CRASH, '--kills', 'many'], {
    encoding: 'utf8',
  });
  t.equal(status, 2);
  t.match(stderr, /--kills, was "many"/);
});
