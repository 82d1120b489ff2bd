// Reads recorded TAP and a planted coverage summary as the test run does.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { judgeCoverage } from './coverage-gate.js';
import { countsLine, type FileOutcome, TapReader } from './tap-counts.js';

function read(text: string): { outcomes: FileOutcome[]; line: string } {
  const outcomes: FileOutcome[] = [];
  const reader = new TapReader((outcome) => outcomes.push(outcome));
  for (const line of text.split('\n')) reader.line(line);
  return { outcomes, line: countsLine(reader.totals) };
}

const TWO_FILES = `TAP version 14
# Subtest: dist/good.test.js
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

    1..2
ok 1 - dist/good.test.js # time=24.894ms

# Subtest: dist/bad.test.js
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

    1..2
not ok 2 - dist/bad.test.js # time=1.5s
1..2`;

t.test('counts named blocks, not assertions nor the groups around them', async (t) => {
  const { outcomes, line } = read(TWO_FILES);
  t.equal(line, '3 passed, 1 failed, 1 skipped');
  t.same(
    outcomes.map(({ file, isOk, durationMs }) => ({ file, isOk, durationMs })),
    [
      { file: 'dist/good.test.js', isOk: true, durationMs: 24.894 },
      { file: 'dist/bad.test.js', isOk: false, durationMs: 1500 },
    ],
  );
});

t.test('keeps the text of what failed and only that', async (t) => {
  const { outcomes } = read(TWO_FILES);
  t.same(outcomes[0]?.failures, []);
  const kept = outcomes[1]?.failures.join('\n') ?? '';
  t.match(kept, 'compare: ===');
  t.notMatch(kept, 'fine');
});

t.test('counts a file that failed by itself, once', async (t) => {
  const timeout = `# Subtest: dist/slow.test.js
    # Subtest: runs
        ok 1 - one
        1..1
    ok 1 - runs # time=1ms
not ok 1 - dist/slow.test.js # time=120000ms`;
  t.equal(read(timeout).line, '1 passed, 1 failed, 0 skipped');
  t.equal(read('not ok 1 - dist/gone.test.js').line, '0 passed, 1 failed, 0 skipped');
  t.equal(read('ok 1 - dist/empty.test.js').line, '1 passed, 0 failed, 0 skipped');
});

t.test('reads buffered blocks, whose result comes first', async (t) => {
  const buffered = `# Subtest: dist/jobs.test.js
    # Subtest: one
    ok 1 - one # time=1ms {
        ok 1 - inner
        1..1
    }

    not ok 2 - two # time=1ms {
        not ok 1 - inner
        1..1
    }

    1..2
not ok 1 - dist/jobs.test.js # time=5ms`;
  t.equal(read(buffered).line, '1 passed, 1 failed, 0 skipped');
});

t.test('counts a bail-out as a failure', async (t) => {
  t.equal(read('Bail out! no disk').line, '0 passed, 1 failed, 0 skipped');
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
