// Reads and validates the funnel's configuration.

import {
  type FeatureNames,
  type FeatureTraits,
  parseCondition,
} from '../../actors/conditions/index.js';
import { type FunnelConfig, STAGE_NAMES, type StageConfig } from '../../actors/funnel/index.js';
import { askedFeature, CROSS_FEATURES, type FeatureSpec } from '../../actors/indicators/index.js';
import { HISTORY_LOADED_COLUMN, PRINT_COLUMNS, ROW_FEATURES } from '../../actors/market/index.js';
import { BOOK_ROW_COLUMNS, HAS_BOOK_COLUMN } from '../../actors/microstructure/index.js';
import { ASKED_PATTERNS } from '../../actors/patterns/index.js';
import { type Fields, known, mapOf } from './fields.js';
import { type ConfigMistake, readYaml, type YamlSource } from './yaml-source.js';

/** Print columns that a condition may read; the others are clocks and factors. */
const READABLE = ['open', 'high', 'low', 'close', 'volume', 'bid', 'ask', 'session_fraction'];

/** Names that stand in a list, and what their past values need. */
const LISTED: ReadonlyMap<string, FeatureTraits> = new Map<string, FeatureTraits>([
  ...PRINT_COLUMNS.filter((name) => READABLE.includes(name)).map(
    (name) => [name, { basis: basisOfPrint(name), hasPast: true }] as const,
  ),
  ...[...ROW_FEATURES, ...ASKED_PATTERNS].map(
    (feature) => [feature.name, traitsOf(feature)] as const,
  ),
  // Computed at points from the whole universe, or read of order books there: a row keeps no past.
  ...[
    ...CROSS_FEATURES.map(({ name }) => name),
    HISTORY_LOADED_COLUMN,
    ...BOOK_ROW_COLUMNS.keys(),
    HAS_BOOK_COLUMN,
  ].map((name) => [name, { basis: 'none', hasPast: false }] as const),
]);

/** Every name that a condition over symbols may use: those listed, and indicators by numbers. */
export const SYMBOL_FEATURES: FeatureNames = {
  has: (name) => LISTED.has(name) || askedFeature(name) !== undefined,
  keys: () => LISTED.keys(),
  get(name) {
    const asked = askedFeature(name);
    return asked === undefined ? LISTED.get(name) : traitsOf(asked);
  },
};

function traitsOf({ unit }: FeatureSpec): FeatureTraits {
  return { basis: unit === 'price' ? 'price' : 'none', hasPast: true };
}

function basisOfPrint(name: string): FeatureTraits['basis'] {
  if (name === 'volume') return 'volume';
  return name === 'session_fraction' ? 'none' : 'price';
}

/** Reads a funnel file. Errors: `config.invalid` with line and column, and those of `readYaml`. */
export function readFunnelConfig(file: string): FunnelConfig {
  return checkFunnel(readYaml(file));
}

/** Validates parsed data. Errors: `config.invalid`. */
export function checkFunnel(source: YamlSource): FunnelConfig {
  const mistakes: ConfigMistake[] = [];
  const data = mapOf(source.data, [], mistakes);
  known(data, ['name', 'backfill', 'research', 'stages'], [], mistakes);
  const backfill = mapOf(data['backfill'], ['backfill'], mistakes);
  known(backfill, ['per_session', 'sessions_done'], ['backfill'], mistakes);
  const research = mapOf(data['research'], ['research'], mistakes);
  known(research, ['stop_atrs', 'position_dollars', 'participation'], ['research'], mistakes);
  const number = (fields: Fields, at: string, key: string, low: number, high: number): number =>
    numberOf(fields[key], [at, key], low, high, mistakes);
  const config: FunnelConfig = {
    name: textOf(data['name'], ['name'], mistakes),
    backfill: {
      perSession: number(backfill, 'backfill', 'per_session', 0, 10_000),
      sessionsDone: number(backfill, 'backfill', 'sessions_done', 0, 10_000),
    },
    research: {
      stopAtrs: number(research, 'research', 'stop_atrs', 0.1, 20),
      positionDollars: number(research, 'research', 'position_dollars', 1, 1e12),
      participation: number(research, 'research', 'participation', 0.0001, 1),
    },
    stages: stagesOf(data['stages'], mistakes),
  };
  source.failOn(mistakes);
  return config;
}

function stagesOf(data: unknown, mistakes: ConfigMistake[]): StageConfig[] {
  if (!Array.isArray(data) || data.length !== STAGE_NAMES.length) {
    const found = Array.isArray(data) ? `${data.length} stages` : typeof data;
    const text = `expected the ${STAGE_NAMES.length} stages ${STAGE_NAMES.join(', ')}, was ${found}`;
    mistakes.push({ path: ['stages'], text });
    return [];
  }
  return data.map((item, index) => stageOf(item, index, mistakes));
}

function stageOf(item: unknown, index: number, mistakes: ConfigMistake[]): StageConfig {
  const path = ['stages', index];
  const fields = mapOf(item, path, mistakes);
  known(fields, ['name', 'title', 'meaning', 'condition'], path, mistakes);
  const name = STAGE_NAMES[index]!;
  if (fields['name'] !== name) {
    const text = `expected stage ${index + 1} to be named ${name}, was ${String(fields['name'])}`;
    mistakes.push({ path: [...path, 'name'], text });
  }
  const at = [...path, 'condition'];
  const parsed = parseCondition(fields['condition'], SYMBOL_FEATURES, at);
  mistakes.push(...parsed.mistakes);
  const condition = parsed.condition ?? { kind: 'all' as const, of: [] };
  return {
    name,
    title: textOf(fields['title'], [...path, 'title'], mistakes),
    meaning: textOf(fields['meaning'], [...path, 'meaning'], mistakes),
    condition,
  };
}

function textOf(data: unknown, path: ConfigMistake['path'], mistakes: ConfigMistake[]): string {
  if (typeof data === 'string' && data.length > 0 && data.length <= 1_000) return data;
  mistakes.push({ path, text: `expected a text of 1 to 1,000 characters, was ${String(data)}` });
  return '';
}

function numberOf(
  data: unknown,
  path: ConfigMistake['path'],
  low: number,
  high: number,
  mistakes: ConfigMistake[],
): number {
  if (typeof data === 'number' && data >= low && data <= high) return data;
  mistakes.push({ path, text: `expected a number from ${low} to ${high}, was ${String(data)}` });
  return low;
}
