// Parsers of configuration and reference files, with good ones to begin with.

import { readFileSync } from 'node:fs';
import { parseFactorFile, parseMapFile } from '../../actors/universe/index.js';
import { inRepository } from '../app/paths.js';
import { checkAlertRules } from '../config/alerts-config.js';
import { checkBarsPlan } from '../config/bars-config.js';
import { checkFeatureSets } from '../config/feature-sets-config.js';
import { checkFunnel } from '../config/funnel-config.js';
import { checkPortfolios } from '../config/portfolio-config.js';
import { checkScenarios } from '../config/scenario-config.js';
import { parseYaml, type YamlSource } from '../config/yaml-source.js';
import { type FuzzTarget, orFault } from './fuzz.js';

const STAGES = ['hygiene', 'history', 'structural', 'energy', 'participation', 'confirmed'];

/** A funnel, short so that what is made wrong of it is not always the same. */
const FUNNEL = `name: a
backfill: {per_session: 1, sessions_done: 1}
research: {stop_atrs: 2.5, position_dollars: 5000000, participation: 0.1}
stages:
${STAGES.map(
  (name) => `  - name: ${name}
    title: t
    meaning: m
    condition: {all: [{feature: close, op: '>=', value: 10, label: l, why: w}]}
`,
).join('')}`;

/** Alert rules of each kind, and the names that they may be kept to. */
const ALERT_RULES = `rules:
  - {id: a, for: portfolios, only: [p], when: {feature: var_99, op: '>', than: equity, times: 2}}
  - {id: b, for: groups, severity: critical, when: {not: {feature: drawdown, op: '<', value: 0.1}}}
  - {id: c, for: symbols, when: {min: close, bars: 5, op: '<', value: 1}, release: {any: [{feature: close, op: '>', value: 2}]}, text: t}
`;
const ALERT_NAMES = { portfolio: ['p'], group: ['g'], symbol: ['X'] };

/** Portfolios with every part of their file. */
const PORTFOLIOS = `limits: {var99: {warning: 0.07, hard: 0.1, actions: {hard: block}}}
groups:
  - {id: g, level: desk, portfolios: [a], limits: {single_name: {soft: 0.1}}}
options: {rate: 0, dividend_yields: {X: 0.01}, volatilities: {X: 0.2}}
pretrade:
  enforce: true
  rate: {trades: 100, seconds: 60}
  short: {default: 10, available: {X: 20}}
  margin: {use_max: 1, long: 0.25, short: 0.3, option: 0.2, option_min: 0.1}
breakers: {spread_max: 0.02, market: [{fall: 0.07, minutes: 15}]}
portfolios:
  - {id: a, name: A, cash: '9', long: {symbols: [X]}, long_share: 1, limits: {margin: {soft: 1}}}
`;

/** A name that the scenarios of the sample shock. */
const MEMBERS = new Map([['X', { symbol: 'X', name: 'x', sector: 'Energy' }]]);
const SCENARIOS = `scenarios:
  - {id: a, name: n, all: -0.1}
  - {id: b, name: m, sectors: {Energy: -0.4}, symbols: {X: 0.08}, factors: {market: -0.2}}
`;

/** A series of every style. */
const BARS_PLAN = readFileSync(inRepository('deploy', 'config', 'bars-every-style.yaml'), 'utf8');

/** Two versions of a set. */
const FEATURE_SETS = `sets:
  - {name: trend, version: 1, description: d, features: {sma_20: mean, slope: s}}
  - {name: trend, version: 2, description: e, features: {sma_20: mean}}
`;

const MAP_FILE = '19980102,goocv,Q\n20140402,goocv,Q\n20501231,goog,Q\n';
const FACTOR_FILE = '19980102,0.8893653,0.25,100\n20140606,0.9,1,645.57\n20501231,1,1,0\n';

/** A file of configuration that is either read or refused with its mistakes. */
function yamlTarget(name: string, sample: string, check: (source: YamlSource) => unknown) {
  return {
    name,
    samples: async () => [Buffer.from(sample)],
    read: (input: Buffer) => orFault(() => check(parseYaml(input.toString('utf8'), 'a.yaml'))),
  };
}

/** The targets. */
export const CONFIG_TARGETS: readonly FuzzTarget[] = [
  yamlTarget('yaml', 'stages:\n  - name: a\n    when: {all: [1, "x"]}\n', (source) => source),
  yamlTarget('funnel', FUNNEL, checkFunnel),
  yamlTarget('alert-rules', ALERT_RULES, (source) => checkAlertRules(source, ALERT_NAMES)),
  yamlTarget('portfolios', PORTFOLIOS, checkPortfolios),
  yamlTarget('scenarios', SCENARIOS, (source) => checkScenarios(source, MEMBERS)),
  yamlTarget('bars-plan', BARS_PLAN, checkBarsPlan),
  yamlTarget('feature-sets', FEATURE_SETS, checkFeatureSets),
  {
    name: 'map-file',
    samples: async () => [Buffer.from(MAP_FILE)],
    read: (input) => void parseMapFile('goog', input.toString('utf8')),
  },
  {
    name: 'factor-file',
    samples: async () => [Buffer.from(FACTOR_FILE)],
    read: (input) => void parseFactorFile(input.toString('utf8')),
  },
];
