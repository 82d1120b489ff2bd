// Declarations of feature sets: what is read, and each mistake with its line and column.

import t from 'tap';
import { checkFeatureSets } from './feature-sets-config.js';
import { parseYaml } from './yaml-source.js';

const read = (text: string) => checkFeatureSets(parseYaml(text, 'sets.yaml'));

t.test('sets are read with their versions and features', async (t) => {
  const text = `sets:
  - name: trend
    version: 1
    description: slow trend
    features:
      sma_20: mean close of twenty sessions
      slope: its change a session
`;
  t.same(read(text), [
    {
      name: 'trend',
      version: 1,
      description: 'slow trend',
      features: { sma_20: 'mean close of twenty sessions', slope: 'its change a session' },
    },
  ]);
});

t.test('every mistake is told where it stands', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['sets: []', /:1:1 expected a list of 1 to 1000 sets/],
    ['other: 1', /:1:1 expected one of sets, was other/],
    ['sets: [5]', /:1:8 expected a mapping, was a number/],
    [
      '{name: ../x, version: 1, description: d, features: {a: b}}',
      /:2:6 expected a name .* \.\.\/x/,
    ],
    [
      '{name: x, version: 0, description: d, features: {a: b}}',
      /:2:15 expected a version .* was 0/,
    ],
    ['{name: x, version: 1.5, description: d, features: {a: b}}', /was 1\.5/],
    ['{name: x, version: 1, features: {a: b}}', /:2:5 expected what it is/],
    ['{name: x, version: 1, description: d}', /:2:5 expected a mapping, was nothing/],
    ['{name: x, version: 1, description: d, features: {}}', /:2:43 expected 1 to 500 features/],
    ['{name: x, version: 1, description: d, features: {A: b}}', /:2:54 expected a feature .* A$/],
    ['{name: x, version: 1, description: d, features: {known_us: b}}', /is a column of every set/],
    ['{name: x, version: 1, description: d, features: {a: 5}}', /:2:54 expected what it is/],
    [
      '{name: x, version: 1, description: d, features: {a: b}}\n  - {name: x, version: 1, description: d, features: {a: b}}',
      /:3:15 expected each version of a set once, was x@1 again/,
    ],
  ];
  for (const [text, message] of cases) {
    const whole = text.startsWith('{') ? `sets:\n  - ${text}` : text;
    t.throws(() => read(whole), { code: 'config.invalid', message }, text);
  }
});
