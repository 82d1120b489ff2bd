// Reads the fields of parsed configuration data and keeps what is wrong with them.

import type { ConfigMistake } from './yaml-source.js';

/** A mapping whose values were not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands in its file. */
export type FieldPath = ConfigMistake['path'];

/** A mapping; an empty one, and a mistake, for anything else. */
export function mapOf(data: unknown, path: FieldPath, mistakes: ConfigMistake[]): Fields {
  // A mapping by the two checks; what is in it is unknown either way.
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Fields;
  mistakes.push({ path, text: `expected a mapping, was ${kindOf(data)}` });
  return {};
}

/** What a value is, as its writer would call it. */
function kindOf(data: unknown): string {
  if (data === undefined || data === null) return 'nothing';
  return Array.isArray(data) ? 'a list' : `a ${typeof data}`;
}

/** Keeps a mistake for every key that is not among the names. */
export function known(
  fields: Fields,
  names: readonly string[],
  path: FieldPath,
  mistakes: ConfigMistake[],
): void {
  for (const key of Object.keys(fields)) {
    if (names.includes(key)) continue;
    mistakes.push({
      path: [...path, key],
      text: `expected one of ${names.join(', ')}, was ${key}`,
    });
  }
}
