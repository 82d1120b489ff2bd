// Files of alert rules: the shipped one is sound, and mistakes are told with line and column.

import t from 'tap';
import { conditionText, RULES_MAX } from '../../actors/alerts/index.js';
import { inRepository } from '../app/paths.js';
import { checkAlertRules, readAlertRules } from './alerts-config.js';
import { parseYaml } from './yaml-source.js';

const NAMES = { portfolio: ['megacaps', 'travel'], group: ['firm'], symbol: ['AAPL', 'KO'] };
const check = (text: string) => checkAlertRules(parseYaml(text, 'a.yaml'), NAMES);

t.test('the shipped rules look at portfolios, groups and symbols', async (t) => {
  const rules = readAlertRules(inRepository('deploy', 'config', 'alerts.yaml'), NAMES);
  t.same([...new Set(rules.map(({ scope }) => scope))], ['portfolio', 'group', 'symbol']);
  t.ok(
    rules.every(({ release, when }) => conditionText(release) !== conditionText(when)),
    'each has a release of its own',
  );
});

t.test('without a release, a severity and a text a rule is still whole', async (t) => {
  const when = "{ feature: drawdown, op: '>', value: 0.1 }";
  const [rule] = check(`rules:\n  - { id: a, for: groups, only: [firm], when: ${when} }`);
  t.match(rule, { severity: 'warning', text: 'drawdown > 0.1', only: ['firm'] });
  t.equal(conditionText(rule!.release), 'not drawdown > 0.1');
  t.strictSame(check('rules: []'), []);
});

const RANK = "when: { feature: rank_roc_126, ago: 1, op: '>', value: 1 }";
const WHEN = "when: { feature: drawdown, op: '>', value: 0.1 }";
const TOO_MANY = Array.from({ length: RULES_MAX + 1 }, (_, index) => {
  return `\n  - { id: a${index}, for: groups, ${WHEN} }`;
});

const mistakes: [string, string, RegExp][] = [
  ['no list', 'rules: 3', /a\.yaml:1:1 expected a list of rules/],
  ['an unknown key', 'rules: []\nrule: 1', /a\.yaml:2:1 expected one of rules, was rule/],
  ['a bad id', `rules:\n  - { id: A B, for: groups, ${WHEN} }`, /:2:7 expected an id of a-z/],
  [
    'an id twice',
    `rules:\n  - { id: a, for: groups, ${WHEN} }\n  - { id: a, for: groups, ${WHEN} }`,
    /:3:7 .*a again/,
  ],
  [
    'a wrong scope',
    `rules:\n  - { id: a, for: firms, ${WHEN} }`,
    /:2:14 .*portfolios, groups, symbols, was firms/,
  ],
  [
    'a wrong severity',
    `rules:\n  - { id: a, for: groups, severity: hard, ${WHEN} }`,
    /:2:27 expected one of notice, warning, critical, was hard/,
  ],
  [
    'a measure of another scope, with a near one',
    "rules:\n  - id: a\n    for: groups\n    when: { feature: drawdwon, op: '>', value: 0.1 }",
    /:4:13 expected the name of a feature, was "drawdwon"; did you mean drawdown\?/,
  ],
  [
    'a past that is not kept',
    `rules:\n  - id: a\n    for: symbols\n    ${RANK}`,
    /:4:5 expected a feature whose past is kept, was rank_roc_126/,
  ],
  [
    'a wrong release',
    `rules:\n  - id: a\n    for: groups\n    ${WHEN}\n    release: { feature: equity, op: low, value: 1 }`,
    /:5:33 expected op to be one of/,
  ],
  ['no condition', 'rules:\n  - { id: a, for: groups }', /:2:5 expected a condition/],
  [
    'an unknown name',
    `rules:\n  - { id: a, for: portfolios, only: [travel, travle], ${WHEN} }`,
    /:2:46 expected a name that there is, such as megacaps, travel, was travle/,
  ],
  [
    'names that are none',
    `rules:\n  - { id: a, for: groups, only: firm, ${WHEN} }`,
    /a list of names, was "firm"/,
  ],
  [
    'a text that is none',
    `rules:\n  - { id: a, for: groups, text: 3, ${WHEN} }`,
    /:2:27 expected a text/,
  ],
  ['a rule that is no map', 'rules: [1]', /1:9 expected a mapping/],
  [
    'more rules than there are places',
    `rules:${TOO_MANY.join('')}`,
    /:34:5 expected at most 32 rules for groups/,
  ],
];
for (const [what, text, expected] of mistakes) {
  t.test(`tells ${what} with its place`, async (t) => {
    t.throws(() => check(text), { code: 'config.invalid', message: expected });
  });
}
