// Reads recorded TAP, planted files and a planted coverage summary as the test run does.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { judgeCoverage } from './coverage-gate.js';
import { countsLine, type TapOutcome, TapReader } from './tap-counts.js';
import { runTestFile } from './test-process.js';

/** Reads what a file said whose process ended well or not. */
function read(text: string, isExitOk: boolean): TapOutcome & { readonly line: string } {
  const reader = new TapReader();
  for (const line of text.split('\n')) reader.line(line);
  const outcome = reader.end(isExitOk);
  return { ...outcome, line: countsLine(outcome.counts) };
}

const GOOD = `TAP version 14
# Subtest: adds
    ok 1 - should be equal
    ok 2 - should be equal
    1..2
ok 1 - adds # time=6.6ms

# Subtest: groups
    # Subtest: first
        ok 1 - one
        1..1
    ok 1 - first # time=1ms

    # Subtest: second
        1..0
    ok 2 - second # SKIP not here
    1..2
ok 2 - groups # time=2ms

1..2`;

const BAD = `TAP version 14
# Subtest: fine
    ok 1 - one
    1..1
ok 1 - fine # time=1ms

# Subtest: wrong
    not ok 1 - should be equal
      ---
      compare: ===
      message: |
        ok 1 - not a point
      ...
    1..1
not ok 2 - wrong # time=1ms

1..2`;

t.test('counts named blocks, not assertions nor the groups around them', async (t) => {
  t.match(read(GOOD, true), { line: '2 passed, 0 failed, 1 skipped', isOk: true });
  t.match(read(BAD, false), { line: '1 passed, 1 failed, 0 skipped', isOk: false });
});

t.test('keeps the text of what failed and only that', async (t) => {
  t.same(read(GOOD, true).failures, []);
  const kept = read(BAD, false).failures.join('\n');
  t.match(kept, 'compare: ===');
  t.notMatch(kept, 'one');
});

t.test('counts a file that failed by itself, once', async (t) => {
  t.match(read(GOOD, false), { line: '2 passed, 1 failed, 1 skipped', isOk: false });
  t.equal(read('', true).line, '0 passed, 1 failed, 0 skipped', 'it said nothing');
  t.equal(read('1..0 # no tests found', false).line, '0 passed, 1 failed, 0 skipped');
  t.equal(read('1..0 # not on this machine', true).line, '0 passed, 0 failed, 1 skipped');
  t.equal(read('ok 1 - alone\n1..1', true).line, '1 passed, 0 failed, 0 skipped');
  t.equal(read('not ok 1 - alone\n1..1', false).line, '0 passed, 1 failed, 0 skipped');
});

t.test('counts the tests that a file was in when it was cut short', async (t) => {
  const cut = `# Subtest: done
    ok 1 - one
    1..1
ok 1 - done # time=1ms

# Subtest: group
    # Subtest: slow
        ok 1 - one`;
  const { line, failures } = read(cut, false);
  t.equal(line, '1 passed, 1 failed, 0 skipped');
  t.match(failures.join('\n'), '# Subtest: slow');
});

t.test('reads buffered blocks, whose result comes first', async (t) => {
  const buffered = `# Subtest: one
ok 1 - one # time=1ms {
    ok 1 - inner
    1..1
}

not ok 2 - two # time=1ms {
    not ok 1 - inner
    1..1
}

1..2`;
  t.equal(read(buffered, false).line, '1 passed, 1 failed, 0 skipped');
});

t.test('counts a bail-out as a failure', async (t) => {
  t.equal(read(`Bail out! no disk\n${GOOD}`, true).line, '2 passed, 1 failed, 1 skipped');
});

t.test('a file is a process of its own, whose coverage is kept', async (t) => {
  const tap = import.meta.resolve('tap');
  const folder = t.testdir({
    'good.test.mjs': `import t from '${tap}'; t.test('adds', async (t) => t.equal(1 + 1, 2));`,
    'bad.test.mjs': `import t from '${tap}'; t.test('adds', async (t) => t.equal(1 + 1, 3));`,
    'gone.test.mjs': `import './nowhere.mjs';`,
  });
  const coverage = path.join(folder, 'coverage');
  const run = (name: string) => runTestFile(path.join(folder, name), coverage);
  t.match(await run('good.test.mjs'), { isOk: true, counts: { passed: 1, failed: 0 } });
  t.match(await run('bad.test.mjs'), { isOk: false, counts: { passed: 0, failed: 1 } });
  t.match(await run('gone.test.mjs'), { isOk: false, counts: { passed: 0, failed: 1 } });
  const covered = readdirSync(coverage).map((file) =>
    readFileSync(path.join(coverage, file), 'utf8'),
  );
  t.ok(covered.some((text) => text.includes('good.test.mjs')));
});

t.test('holds each folder to 85 % of lines, counting files no test loaded', async (t) => {
  const root = t.testdir({
    engine: { 'seen.ts': 'one();\n', 'types.ts': 'export type A = 1;\n' },
    actors: { 'seen.ts': 'one();\n', 'unseen.ts': '1;\n'.repeat(9), 'seen.test.ts': 'one();\n' },
    dist: { engine: { 'types.js': 'export {};\n//# sourceMappingURL=types.js.map\n' } },
  });
  const summary = path.join(root, 'summary.json');
  const lines = { total: 100, covered: 90 };
  writeFileSync(
    summary,
    JSON.stringify({
      total: { lines },
      [path.join(root, 'engine/seen.ts')]: { lines: { total: 100, covered: 85 } },
      [path.join(root, 'actors/seen.ts')]: { lines },
    }),
  );
  t.match(judgeCoverage(root, summary), [
    { folder: 'engine', linePercent: 85, isEnough: true, worst: ['engine/seen.ts (15)'] },
    { folder: 'actors', isEnough: false, worst: ['actors/seen.ts (10)', 'actors/unseen.ts (10)'] },
  ]);
});
