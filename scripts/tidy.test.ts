// Feeds the tidy rules texts that break them, one rule each, and texts that do not.

import t from 'tap';
import { isAllowed } from './licences.js';
import { lockViolations } from './lock-file.js';
import { textViolations, tidyViolations, versionViolations } from './tidy.js';

const HEADER = '// A file for the test.\n';

function rulesIn(text: string, file = 'engine/core/sample.ts'): string[] {
  return textViolations(file, text).map(({ rule }) => rule);
}

const lines = (count: number): string => '  one();\n'.repeat(count);

const broken: readonly (readonly [string, string])[] = [
  ['header', 'const one = 1;\n'],
  ['file-length', `${HEADER}${'one();\n'.repeat(600)}`],
  ['line-length', `${HEADER}const one = ${'x + '.repeat(30)}1;\n`],
  ['function-length', `${HEADER}function long() {\n${lines(69)}}\n`],
  ['parameters', `${HEADER}const f = (a, b, c, d, e, f) => 1;\n`],
  ['any', `${HEADER}let one: any;\n`],
  ['cast-reason', `${HEADER}\nlet one = two as unknown as Three;\n`],
  ['docstring', `${HEADER}\nexport const one = 1;\n`],
  ['docstring', `${HEADER}\n// Not a docstring.\nexport function one() {}\n`],
  ['unfinished', `${HEADER}// ${'TO'}${'DO'} later\n`],
  ['machine-path', `${HEADER}const one = '/${'tmp'}/sluice';\n`],
  ['outside-path', `${HEADER}const one = '../${'shared'}/data';\n`],
];

for (const [rule, text] of broken) {
  t.test(`finds ${rule}: ${text.slice(HEADER.length, HEADER.length + 40).trim()}`, async (t) => {
    t.same(rulesIn(text), [rule]);
  });
}

t.test('leaves sound code alone, at the very edge of each rule', async (t) => {
  const text = [
    '#!/usr/bin/env node',
    '// A file for the test.',
    '',
    '/** A narrowed literal is no claim. */',
    "export const one = ['a'] as const;",
    '// The shape was checked above.',
    'const two = one as Two;',
    'const three = one as Three; // Checked above.',
    'export type { Four } from "./four.js";',
    `// https://example.org/${'x'.repeat(90)}`,
    `function edge(a, b, c, d) {\n${lines(68)}}`,
    '',
  ].join('\n');
  t.same(rulesIn(text), []);
});

t.test('lets hot code take eight parameters, and no more', async (t) => {
  t.same(rulesIn(`${HEADER}// hot\nconst f = (a, b, c, d, e, f, g, h) => 1;\n`), []);
  t.same(rulesIn(`${HEADER}// hot\nconst f = (a, b, c, d, e, f, g, h, i) => 1;\n`), ['parameters']);
});

t.test('asks of a text that is not code only that it is finished and at home', async (t) => {
  t.same(rulesIn(`${'x'.repeat(200)}\n${'FIX'}${'ME'}\n`, 'engine/notes.md'), ['unfinished']);
  t.same(rulesIn(`verify ../${'shared'}/vectors\n`, 'README.md'), [], 'the README may show usage');
});

t.test('judges file names, places and sizes', async (t) => {
  const root = t.testdir({
    'utils.ts': HEADER,
    engine: { 'camelCase.ts': HEADER, helpers: { 'ring.ts': HEADER }, 'ring-2.test.ts': HEADER },
    deploy: { 'large.bin': 'x'.repeat(1_000_001), sample: { 'large.bin': 'x'.repeat(1_000_001) } },
  });
  const files = [
    'utils.ts',
    'engine/camelCase.ts',
    'engine/helpers/ring.ts',
    'engine/ring-2.test.ts',
    'deploy/large.bin',
    'deploy/sample/large.bin',
  ];
  const found = tidyViolations(root, files).map(({ file, rule }) => `${rule} ${file}`);
  t.same(found, [
    'top-level utils.ts',
    'empty-name utils.ts',
    'kebab-case engine/camelCase.ts',
    'empty-name engine/helpers/ring.ts',
    'blob-size deploy/large.bin',
  ]);
});

t.test('accepts exact versions only', async (t) => {
  const dependencies = { a: '1.2.3', b: '1.5.6-r.1', c: 'npm:typescript@7.0.2' };
  t.same(versionViolations(JSON.stringify({ dependencies })), []);
  const loose = { a: '^1.2.3', b: '1.2', c: 'latest', d: '*', e: 'npm:typescript@7' };
  t.equal(versionViolations(JSON.stringify({ devDependencies: loose })).length, 5);
});

t.test('allows a licence expression that can be met permissively', async (t) => {
  for (const good of [
    'MIT',
    '(MIT OR GPL-3.0)',
    '(Apache-2.0 AND BSD-3-Clause)',
    'GPL-3.0 AND MIT OR ISC',
    '((MIT) OR GPL-3.0) AND (ISC)',
  ]) {
    t.ok(isAllowed(good), good);
  }
  for (const bad of [
    'GPL-3.0',
    '(MIT AND GPL-3.0)',
    '(MIT OR Apache-2.0) AND GPL-3.0',
    'GPL-3.0 AND (MIT OR ISC)',
    '(MIT',
    'unknown',
    'UNLICENSED',
    '',
  ]) {
    t.notOk(isAllowed(bad), bad);
  }
});

t.test('misses an optional package that the lock file refers to and does not hold', async (t) => {
  const packages = {
    '': { optionalDependencies: { addon: '1.0.0' } },
    'node_modules/addon': { optionalDependencies: { 'addon-linux': '1.0.0', shared: '2.0.0' } },
    'node_modules/addon/node_modules/addon-linux': { optionalDependencies: { shared: '2.0.0' } },
    'node_modules/shared': {},
  };
  t.same(lockViolations(JSON.stringify({ packages })), []);
  const { 'node_modules/shared': _shared, ...without } = packages;
  const missed = lockViolations(JSON.stringify({ packages: without })).map(({ text }) => text);
  t.match(missed, [/'shared' 2.0.0, an option of 'node_modules\/addon'/, /addon-linux'/]);
});
