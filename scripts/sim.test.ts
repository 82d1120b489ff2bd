// The simulator's command: the same seed prints the same, a failure repeats, bad options are told.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const SIM = fileURLToPath(new URL('./sim.js', import.meta.url));

function sim(options: string) {
  return spawnSync(process.execPath, [SIM, ...options.split(' ')], { encoding: 'utf8' });
}

t.test('the same seed prints the same hash', async (t) => {
  const [one, two] = [1, 2].map(() => sim('--seed 21 --steps 1500 --json'));
  t.equal(one?.status, 0, one?.stderr ?? '');
  const printed = JSON.parse(one?.stdout ?? '');
  t.match(printed, { seed: 21, steps: 1500, hash: /^[0-9a-f]{64}$/ });
  t.equal(printed.failure, undefined);
  t.equal(JSON.parse(two?.stdout ?? '').hash, printed.hash);
});

t.test('a failing seed prints its plan and a command that repeats it', async (t) => {
  const { status, stdout } = sim('--seed 30 --seeds 40 --steps 1500 --plant effect-twice');
  t.equal(status, 1);
  const again = /^again: npm run sim -- (.+)$/m.exec(stdout);
  t.ok(again, stdout);
  const judge = /: "(.+)" does not hold/.exec(stdout)?.[1];
  const repeated = sim(`${again?.[1]} --json`);
  t.equal(repeated.status, 1);
  t.equal(JSON.parse(repeated.stdout).failure.judge, judge);
});

t.test('fresh seeds print where they begin', async (t) => {
  const { status, stderr } = sim('--seeds 2 --steps 500');
  t.equal(status, 0);
  t.match(stderr, /sim: seeds from \d+, 500 steps each/);
  t.match(stderr, /sim: 2 seeds from \d+, .* no judge objected/);
});

t.test('help tells every flag and the bugs that can be planted', async (t) => {
  const { status, stdout } = sim('--help');
  t.equal(status, 0);
  for (const flag of ['seed', 'steps', 'seeds', 'seconds', 'plant', 'faults', 'operations']) {
    t.match(stdout, new RegExp(`^  --${flag} `, 'm'));
  }
  t.match(stdout, /early-ack +effects leave before/);
});

for (const [options, text] of [
  ['--seed many', /--seed, was "many"/],
  ['--seed 1 --plant weeds', /--plant to be one of .*, was weeds/],
  ['--seed 1 --faults x', /--faults such as 1,4-7 or none, was x/],
  ['--weeds', /sim: .*'--weeds'.*--help tells every flag/],
  ['7', /sim: .*'7'/],
] as const) {
  t.test(`${options} is refused`, async (t) => {
    const { status, stderr } = sim(options);
    t.equal(status, 2);
    t.match(stderr, text);
  });
}
