// Scenario files: the shipped one is sound, and mistakes are told with line and column.

import t from 'tap';
import { inRepository } from '../app/paths.js';
import { readMembers } from './members.js';
import { checkScenarios, readScenarios } from './scenario-config.js';
import { parseYaml } from './yaml-source.js';

const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const check = (text: string) => checkScenarios(parseYaml(text, 's.yaml'), members);

t.test('the shipped scenarios move sectors, symbols, factors and everything', async (t) => {
  const found = readScenarios(inRepository('deploy', 'config', 'scenarios.yaml'), members);
  t.equal(found.length, 9);
  t.equal(found[0]?.all, -0.1);
  t.equal(found[1]?.sectors.get('Information Technology'), -0.25);
  t.equal(found[2]?.symbols.get('AAL'), 0.08);
  t.equal(found[4]?.factors.get('market'), -0.25);
  t.same(found[6]?.correlation, { to: 1, share: 0.9 });
  t.same(found[8]?.liquidity, { volume: 0.2, spread: 0.01 });
});

t.test('a name is the id where there is none, and no scenario is fine', async (t) => {
  t.equal(check('scenarios:\n  - { id: a, all: 0 }')[0]?.name, 'a');
  t.strictSame(check('scenarios: []'), []);
});

const mistakes: [string, string, RegExp][] = [
  ['no list', 'scenarios: 3', /s\.yaml:1:1 expected a list of at most 200/],
  [
    'an unknown key',
    'scenarios: []\nshocks: 1',
    /s\.yaml:2:1 expected one of scenarios, was shocks/,
  ],
  ['a bad id', 'scenarios:\n  - { id: A B, all: 0 }', /s\.yaml:2:7 expected an id of a-z/],
  ['an id twice', 'scenarios:\n  - { id: a, all: 0 }\n  - { id: a, all: 0 }', /:3:7 .*a again/],
  ['no shock', 'scenarios:\n  - id: a', /s\.yaml:2:5 expected at least one of all, sectors/],
  [
    'a wrong sector',
    'scenarios:\n  - id: a\n    sectors: { Enegry: -0.1 }',
    /s\.yaml:3:16 expected a known name, one of Communication Services, .*was Enegry/,
  ],
  ['a wrong symbol', 'scenarios:\n  - id: a\n    symbols: { ZZZZ: -0.1 }', /such as .*was ZZZZ/],
  ['a wrong factor', 'scenarios:\n  - id: a\n    factors: { value: 1 }', /one of market, momentum/],
  [
    'a fall by more than all',
    'scenarios:\n  - id: a\n    all: -10',
    /s\.yaml:3:5 expected a change from -1 to 5, such as -0\.1 for a tenth less, was -10/,
  ],
  ['not a number', 'scenarios:\n  - id: a\n    all: .nan', /was NaN/],
  [
    'a text',
    'scenarios:\n  - id: a\n    sectors: { Energy: "x" }',
    /3:16 expected a change.*was x/,
  ],
  ['shocks that are a list', 'scenarios:\n  - id: a\n    sectors: [1]', /3:5 expected a mapping/],
];
for (const [what, text, expected] of mistakes) {
  t.test(`tells ${what} with its place`, async (t) => {
    t.throws(() => check(text), { code: 'config.invalid', message: expected });
  });
}
