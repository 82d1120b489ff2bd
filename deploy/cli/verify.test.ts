// `sluice verify` on directories that are not as they should be: every case is told, none ends it.

import t from 'tap';
import { type Ended, runCommand } from '../e2e/sluice-command.js';

type Files = Record<string, string | Record<string, string>>;

/** Runs the command on a directory of these files. */
function verified(t: Tap, files: Files, ...flags: readonly string[]): Promise<Ended> {
  return runCommand(['verify', t.testdir(files), ...flags]);
}

type Tap = { testdir(files: Files): string };

/** A case of a simple mean over closes that stand in the case itself; it passes. */
const SMA = {
  id: 'sma',
  function: 'sma',
  params: { timePeriod: 2 },
  input: { close: [1, 2, 4] },
  tolerance: { abs: 1e-9 },
  expected: { first_valid_index: 1, length: 3, last: [1.5, 3], sample: { 0: null, 1: 1.5 } },
};

const PRICES = { 'ABC.csv': 'date,close\n2020-01-02,1\n2020-01-03,2\n2020-01-06,4\n' };

function vectors(...cases: readonly unknown[]): string {
  return JSON.stringify({ tool: 'by hand', cases });
}

t.test('each case is judged by itself, whatever stands in the others', async (t) => {
  const { code, out } = await verified(
    t,
    {
      prices: PRICES,
      'indicators.json': vectors(
        SMA,
        { ...SMA, id: 'unknown', function: 'zzz' },
        { ...SMA, id: 'extra', params: { timePeriod: 2, shift: 1 } },
        { ...SMA, id: 'no file', input: {} },
        { ...SMA, id: 'lost file', input: { file: 'NONE' } },
        { ...SMA, id: 'climbing', input: { file: '../secret' } },
        { ...SMA, id: 'no volume', input: { file: 'ABC' } },
        { ...SMA, id: 'ragged', input: { close: [1, 2], volume: [1] } },
        { ...SMA, id: 'wrong', expected: { ...SMA.expected, last: [3.1] } },
        { ...SMA, id: 'no series', expected: 'none' },
        { ...SMA, id: 'listed', params: [2] },
        { function: 'sma' },
        null,
      ),
    },
    '--verbose',
  );
  t.equal(code, 1);
  const line = (id: string): string =>
    out.split('\n').find((found) => found.includes(` indicators ${id}: `)) ?? '';
  t.equal(line('sma'), '', 'what passed is not told');
  t.match(line('unknown'), /^skipped .*no function zzz$/);
  t.match(line('extra'), /^skipped .*sma has no parameter shift$/);
  t.match(line('no file'), /^failed .*expected a price file and dates, was \{\}/);
  t.match(line('lost file'), /^failed .*no such file/);
  t.match(line('climbing'), /^failed .*expected the name of a price file/);
  t.match(line('no volume'), /^failed .*expected a column open in ABC/);
  t.match(line('ragged'), /^failed .*expected 2 values of volume, was 1/);
  t.match(line('wrong'), /^failed .*: \[2\]: expected 3.1, was 3$/);
  t.match(line('no series'), /^failed .*expected "none", was/);
  t.match(line('listed'), /^failed .*expected params as an object, was \[2\]/);
  t.match(line('#11'), /^failed .*expected an id, was nothing/);
  t.match(line('#12'), /^failed .*expected a case, was null/);
  t.equal(out.trimEnd().split('\n').at(-1), '1 passed, 10 failed, 2 skipped');
});

t.test('a file that is broken is told, and the others are run', async (t) => {
  const { code, out, err } = await verified(t, {
    'calendar.json': '{ "cases": [',
    'risk.json': '{}',
    'notes.json': '{"by": "hand"}',
    'indicators.json': vectors(SMA),
  });
  t.equal(code, 2);
  t.match(err, /verify\.unreadable: expected .*calendar\.json to be JSON, was not: /);
  t.match(err, /verify\.unreadable: expected a list of cases in .*risk\.json/);
  t.match(err, /passed over: expected a list of cases in .*notes\.json/);
  t.equal(out, '1 passed, 0 failed, 0 skipped\n');
});

t.test(
  'cases of a file nobody knows are skipped; skips and failures are in the JSON',
  async (t) => {
    const ran = await verified(t, { 'weather.json': vectors(SMA) }, '--json');
    t.equal(ran.code, 0);
    t.match(JSON.parse(ran.out), {
      passed: 0,
      failed: 0,
      skipped: 1,
      failures: [],
      skips: [{ id: 'sma', file: 'weather', notes: ['no functions of weather'] }],
    });
  },
);

t.test('a directory without vectors, or none at all, is refused', async (t) => {
  t.match(await verified(t, { 'readme.txt': 'x' }), { code: 2, err: /verify\.no_vectors/ });
  const file = `${t.testdir({ 'risk.json': vectors() })}/risk.json`;
  const ran = await runCommand(['verify', file]);
  t.match(ran, { code: 2, err: /verify\.no_directory/ });
});
