// A short drill: the process killed twice loses and repeats nothing, and a wrong option is told.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const CRASH = fileURLToPath(new URL('./crash.js', import.meta.url));

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

for (const [options, text] of [
  ['--kills many', /--kills, was "many"/],
  ['--kill 2', /crash: .*'--kill'.*--help tells every flag/],
] as const) {
  t.test(`${options} is refused`, async (t) => {
    const { status, stderr } = spawnSync(process.execPath, [CRASH, ...options.split(' ')], {
      encoding: 'utf8',
    });
    t.equal(status, 2);
    t.match(stderr, text);
  });
}

t.test('help tells every flag', async (t) => {
  const { status, stdout } = spawnSync(process.execPath, [CRASH, '--help'], { encoding: 'utf8' });
  t.equal(status, 0);
  for (const flag of ['kills', 'long', 'seed', 'json']) t.match(stdout, `--${flag}`);
});
