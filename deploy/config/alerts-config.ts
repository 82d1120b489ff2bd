// Reads alert rules: conditions over portfolios, groups and symbols, with when each is released.

import {
  ALERT_SCOPES,
  ALERT_SEVERITIES,
  type AlertRule,
  type AlertScope,
  conditionText,
  GROUP_MEASURES,
  type Measure,
  PORTFOLIO_MEASURES,
  RULES_MAX,
  type WatchedNames,
} from '../../actors/alerts/index.js';
import {
  type Condition,
  type FeatureNames,
  type FeatureTraits,
  parseCondition,
} from '../../actors/conditions/index.js';
import { type FieldPath, type Fields, known, mapOf } from './fields.js';
import { SYMBOL_FEATURES } from './funnel-config.js';
import type { Member } from './members.js';
import type { PortfoliosConfig } from './portfolio-config.js';
import { type ConfigMistake, readYaml, type YamlSource } from './yaml-source.js';

const KEYS = ['id', 'for', 'only', 'severity', 'when', 'release', 'text'];
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TEXT_MAX = 200;

/** Stands for a condition that could not be read; never leaves this file without a mistake. */
const NOTHING: Condition = { kind: 'all', of: [] };

/** What conditions over each kind of scope may name. */
const FEATURES: Readonly<Record<AlertScope, FeatureNames>> = {
  portfolio: traitsOf(PORTFOLIO_MEASURES),
  group: traitsOf(GROUP_MEASURES),
  symbol: SYMBOL_FEATURES,
};

/** The names that rules may be kept to: what the portfolios file declares, and all stocks. */
export function alertNames(
  { portfolios, groups }: PortfoliosConfig,
  members: ReadonlyMap<string, Member>,
): WatchedNames {
  return {
    portfolio: portfolios.map(({ id }) => id),
    group: groups.map(({ id }) => id),
    symbol: [...members.keys()],
  };
}

/** Reads a file. Errors: `config.invalid` with line and column, and those of `readYaml`. */
export function readAlertRules(file: string, names: WatchedNames): AlertRule[] {
  return checkAlertRules(readYaml(file), names);
}

/** Validates parsed data. Errors: `config.invalid`. */
export function checkAlertRules(source: YamlSource, names: WatchedNames): AlertRule[] {
  const mistakes: ConfigMistake[] = [];
  const data = mapOf(source.data, [], mistakes);
  known(data, ['rules'], [], mistakes);
  const items = data['rules'];
  if (!Array.isArray(items)) mistakes.push({ path: ['rules'], text: 'expected a list of rules' });
  const rules = (Array.isArray(items) ? items : []).map((item, index) =>
    ruleOf(item, ['rules', index], names, mistakes),
  );
  checkTogether(rules, mistakes);
  source.failOn(mistakes);
  return rules;
}

/** No id twice, and no more rules of a kind than there are places. */
function checkTogether(rules: readonly AlertRule[], mistakes: ConfigMistake[]): void {
  const seen = new Set<string>();
  const counts = new Map<AlertScope, number>();
  rules.forEach(({ id, scope }, index) => {
    if (seen.has(id)) {
      const text = `expected an id of its own, was ${id} again`;
      mistakes.push({ path: ['rules', index, 'id'], text });
    }
    seen.add(id);
    const count = (counts.get(scope) ?? 0) + 1;
    counts.set(scope, count);
    if (count !== RULES_MAX + 1) return;
    const text = `expected at most ${RULES_MAX} rules for ${scope}s`;
    mistakes.push({ path: ['rules', index], text });
  });
}

function ruleOf(
  item: unknown,
  path: FieldPath,
  names: WatchedNames,
  mistakes: ConfigMistake[],
): AlertRule {
  const fields = mapOf(item, path, mistakes);
  known(fields, KEYS, path, mistakes);
  const id = String(fields['id'] ?? '');
  if (!ID.test(id)) {
    mistakes.push({ path: [...path, 'id'], text: `expected an id of a-z, 0-9 and -, was ${id}` });
  }
  const scope = ALERT_SCOPES.find((one) => `${one}s` === fields['for']);
  const severity = ALERT_SEVERITIES.find((one) => one === (fields['severity'] ?? 'warning'));
  if (scope === undefined) {
    const some = ALERT_SCOPES.map((one) => `${one}s`).join(', ');
    wrong('for', `expected one of ${some}, was ${String(fields['for'])}`);
  }
  if (severity === undefined) {
    const some = ALERT_SEVERITIES.join(', ');
    wrong('severity', `expected one of ${some}, was ${String(fields['severity'])}`);
  }
  const of = scope ?? 'portfolio';
  const when = conditionOf(fields['when'], of, [...path, 'when'], mistakes);
  const release = fields['release'];
  return {
    id,
    scope: of,
    only: onlyOf(fields['only'], names[of], [...path, 'only'], mistakes),
    severity: severity ?? 'warning',
    when,
    release:
      release === undefined
        ? { kind: 'not', of: when }
        : conditionOf(release, of, [...path, 'release'], mistakes),
    text: textOf(fields, path, mistakes) || conditionText(when),
  };

  function wrong(key: string, text: string): void {
    mistakes.push({ path: [...path, key], text });
  }
}

function conditionOf(
  data: unknown,
  scope: AlertScope,
  path: FieldPath,
  mistakes: ConfigMistake[],
): Condition {
  const parsed = parseCondition(data, FEATURES[scope], path);
  mistakes.push(...parsed.mistakes);
  return parsed.condition ?? NOTHING;
}

function onlyOf(
  data: unknown,
  names: readonly string[],
  path: FieldPath,
  mistakes: ConfigMistake[],
): readonly string[] {
  if (data === undefined) return [];
  if (!Array.isArray(data) || data.length === 0) {
    mistakes.push({ path, text: `expected a list of names, was ${JSON.stringify(data)}` });
    return [];
  }
  const all = new Set(names);
  data.forEach((name, index) => {
    if (all.has(String(name))) return;
    const some = names.slice(0, 3).join(', ') || 'none';
    const text = `expected a name that there is, such as ${some}, was ${String(name)}`;
    mistakes.push({ path: [...path, index], text });
  });
  return data.map(String);
}

function textOf(fields: Fields, path: FieldPath, mistakes: ConfigMistake[]): string {
  const text = fields['text'] ?? '';
  if (typeof text === 'string' && text.length <= TEXT_MAX) return text;
  const expected = `expected a text of at most ${TEXT_MAX} characters`;
  mistakes.push({ path: [...path, 'text'], text: expected });
  return '';
}

function traitsOf(measures: readonly Measure[]): ReadonlyMap<string, FeatureTraits> {
  return new Map(measures.map(({ name }) => [name, { basis: 'none', hasPast: true }]));
}
