// Reads scenarios of shocks to sectors, symbols and factors, and of strained markets.

import { type FieldPath, known, mapOf } from './fields.js';
import type { Member } from './members.js';
import { STRAIN_FIELDS, type Strains, strainsOf } from './scenario-strains.js';
import { type ConfigMistake, readYaml, type YamlSource } from './yaml-source.js';

/** Factors that a scenario may move. */
export const SCENARIO_FACTORS = ['market', 'momentum', 'volatility'] as const;

/** One of them. */
export type ScenarioFactor = (typeof SCENARIO_FACTORS)[number];

/** Most scenarios of a file, and what they may be called. */
const SCENARIOS_MAX = 200;
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const NAME_MAX = 200;

/** Shocks beyond these are mistakes: no price falls by more than all, or grows sixfold at once. */
const SHOCK_MIN = -1;
const SHOCK_MAX = 5;

/** One scenario. Shocks are changes of price, fractions. */
export interface ScenarioConfig extends Strains {
  readonly id: string;
  readonly name: string;
  /** Moves every stock. */
  readonly all: number;
  readonly sectors: ReadonlyMap<string, number>;
  /** In place of all the others. */
  readonly symbols: ReadonlyMap<string, number>;
  readonly factors: ReadonlyMap<ScenarioFactor, number>;
}

/** Reads a file. Errors: `config.invalid` with line and column, and those of `readYaml`. */
export function readScenarios(
  file: string,
  members: ReadonlyMap<string, Member>,
): ScenarioConfig[] {
  return checkScenarios(readYaml(file), members);
}

/** Validates parsed data against the stocks there are. Errors: `config.invalid`. */
export function checkScenarios(
  source: YamlSource,
  members: ReadonlyMap<string, Member>,
): ScenarioConfig[] {
  const mistakes: ConfigMistake[] = [];
  const data = mapOf(source.data, [], mistakes);
  known(data, ['scenarios'], [], mistakes);
  const items = data['scenarios'];
  const isList = Array.isArray(items) && items.length <= SCENARIOS_MAX;
  if (!isList) {
    const text = `expected a list of at most ${SCENARIOS_MAX} scenarios`;
    mistakes.push({ path: ['scenarios'], text });
  }
  const sectors = [...new Set(Array.from(members.values(), ({ sector }) => sector))].sort();
  const names = { sectors, symbols: [...members.keys()] };
  const seen = new Set<string>();
  const scenarios = (isList ? items : []).map((item, index) => {
    const scenario = scenarioOf(item, ['scenarios', index], names, mistakes);
    if (seen.has(scenario.id)) {
      const text = `expected an id of its own, was ${scenario.id} again`;
      mistakes.push({ path: ['scenarios', index, 'id'], text });
    }
    seen.add(scenario.id);
    return scenario;
  });
  source.failOn(mistakes);
  return scenarios;
}

interface Names {
  readonly sectors: readonly string[];
  readonly symbols: readonly string[];
}

function scenarioOf(
  item: unknown,
  path: FieldPath,
  names: Names,
  mistakes: ConfigMistake[],
): ScenarioConfig {
  const fields = mapOf(item, path, mistakes);
  const shocks = ['all', 'sectors', 'symbols', 'factors', ...STRAIN_FIELDS];
  known(fields, ['id', 'name', ...shocks], path, mistakes);
  const id = String(fields['id'] ?? '');
  if (!ID.test(id)) {
    mistakes.push({ path: [...path, 'id'], text: `expected an id of a-z, 0-9 and -, was ${id}` });
  }
  const name = fields['name'] ?? id;
  if (typeof name !== 'string' || name.length > NAME_MAX) {
    const text = `expected a text of at most ${NAME_MAX} characters`;
    mistakes.push({ path: [...path, 'name'], text });
  }
  if (shocks.every((key) => fields[key] === undefined)) {
    mistakes.push({ path, text: `expected at least one of ${shocks.join(', ')}, was none` });
  }
  const all = fields['all'];
  return {
    id,
    name: String(name),
    all: all === undefined ? 0 : shockOf(all, [...path, 'all'], mistakes),
    sectors: shocksOf(fields['sectors'], names.sectors, [...path, 'sectors'], mistakes),
    symbols: shocksOf(fields['symbols'], names.symbols, [...path, 'symbols'], mistakes),
    factors: shocksOf(fields['factors'], SCENARIO_FACTORS, [...path, 'factors'], mistakes),
    ...strainsOf(fields, path, mistakes),
  };
}

function shocksOf<T extends string>(
  data: unknown,
  names: readonly T[],
  path: FieldPath,
  mistakes: ConfigMistake[],
): ReadonlyMap<T, number> {
  const shocks = new Map<T, number>();
  if (data === undefined) return shocks;
  for (const [key, value] of Object.entries(mapOf(data, path, mistakes))) {
    const name = names.find((one) => one === key);
    if (name === undefined) {
      const some = names.length <= 12 ? `one of ${names.join(', ')}` : `such as ${names[0]}`;
      mistakes.push({ path: [...path, key], text: `expected a known name, ${some}, was ${key}` });
      continue;
    }
    shocks.set(name, shockOf(value, [...path, key], mistakes));
  }
  return shocks;
}

function shockOf(value: unknown, path: FieldPath, mistakes: ConfigMistake[]): number {
  if (typeof value === 'number' && value >= SHOCK_MIN && value <= SHOCK_MAX) return value;
  const text = `expected a change from ${SHOCK_MIN} to ${SHOCK_MAX}, such as -0.1 for a tenth less, was ${String(value)}`;
  mistakes.push({ path, text });
  return 0;
}
