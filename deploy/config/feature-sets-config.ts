// Reads declarations of feature sets: a name, a version, and what each of its features is.

import {
  type FeatureSet,
  faultOfFeature,
  faultOfFeatures,
  faultOfName,
  faultOfVersion,
} from '../features/feature-set.js';
import { type FieldPath, known, mapOf } from './fields.js';
import { type ConfigMistake, readYaml, type YamlSource } from './yaml-source.js';

const KEYS = ['name', 'version', 'description', 'features'];

/** Sets of one file. */
const SETS_MAX = 1_000;

/** Longest description of a set or of a feature. */
const TEXT_MAX = 1_000;

/** Reads a file. Errors: `config.invalid` with line and column, and those of `readYaml`. */
export function readFeatureSets(file: string): FeatureSet[] {
  return checkFeatureSets(readYaml(file));
}

/** Validates parsed data. Errors: `config.invalid`. */
export function checkFeatureSets(source: YamlSource): FeatureSet[] {
  const mistakes: ConfigMistake[] = [];
  const data = mapOf(source.data, [], mistakes);
  known(data, ['sets'], [], mistakes);
  const items: readonly unknown[] = Array.isArray(data['sets']) ? data['sets'] : [];
  if (items.length === 0 || items.length > SETS_MAX) {
    mistakes.push({ path: ['sets'], text: `expected a list of 1 to ${SETS_MAX} sets` });
  }
  const sets = items
    .slice(0, SETS_MAX)
    .map((item, index) => setOf(item, ['sets', index], mistakes));
  const seen = new Set<string>();
  sets.forEach(({ name, version }, index) => {
    const id = `${name}@${version}`;
    if (seen.has(id)) {
      const path = ['sets', index, 'version'];
      mistakes.push({ path, text: `expected each version of a set once, was ${id} again` });
    }
    seen.add(id);
  });
  source.failOn(mistakes);
  return sets;
}

function setOf(item: unknown, path: FieldPath, mistakes: ConfigMistake[]): FeatureSet {
  const fields = mapOf(item, path, mistakes);
  known(fields, KEYS, path, mistakes);
  const { name, version } = fields;
  const tell = (at: readonly (string | number)[], text: string | undefined): void => {
    if (text !== undefined) mistakes.push({ path: [...path, ...at], text });
  };
  tell(['name'], faultOfName(name));
  tell(['version'], faultOfVersion(version));
  const description = textOf(fields['description'], [...path, 'description'], mistakes);
  const meant = mapOf(fields['features'], [...path, 'features'], mistakes);
  const names = Object.keys(meant);
  if (fields['features'] !== undefined) tell(['features'], faultOfFeatures(names));
  for (const one of names) tell(['features', one], faultOfFeature(one));
  const features = names.map((one) => {
    return [one, textOf(meant[one], [...path, 'features', one], mistakes)] as const;
  });
  return {
    name: String(name),
    version: Number(version),
    description,
    features: Object.fromEntries(features),
  };
}

function textOf(value: unknown, path: FieldPath, mistakes: ConfigMistake[]): string {
  if (typeof value === 'string' && value.length <= TEXT_MAX) return value;
  mistakes.push({ path, text: `expected what it is, in at most ${TEXT_MAX} characters` });
  return '';
}
