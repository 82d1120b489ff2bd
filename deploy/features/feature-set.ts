// What a version of a feature set means, and what may be called one.

/** What a version of a set means. */
export interface FeatureSet {
  /** Lower case letters, digits and dashes. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** Names of its values and what each is. */
  readonly features: Readonly<Record<string, string>>;
}

/** Features of one set: columns of one table. */
const FEATURES_MAX = 500;

/** Largest version. */
const VERSION_MAX = 999_999;

/** Columns of every set beside its features: one of that name would be lost among them. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['symbol', 'time_us', 'known_us']);

/** What is wrong with the name of a set. */
export function faultOfName(name: unknown): string | undefined {
  if (typeof name === 'string' && /^[a-z][a-z0-9-]{0,40}$/.test(name)) return undefined;
  return `expected a name of a-z, 0-9 and dashes such as trend-daily, was ${shown(name)}`;
}

/** What is wrong with a version. */
export function faultOfVersion(version: unknown): string | undefined {
  const isVersion = Number.isInteger(version) && Number(version) > 0;
  if (isVersion && Number(version) <= VERSION_MAX) return undefined;
  return `expected a version from 1 to ${VERSION_MAX}, was ${shown(version)}`;
}

/** What is wrong with the name of a feature. */
export function faultOfFeature(name: string): string | undefined {
  if (OWN_COLUMNS.has(name)) return `expected another name, ${name} is a column of every set`;
  if (/^[a-z][a-z0-9_]{0,60}$/.test(name)) return undefined;
  return `expected a feature of a-z, 0-9 and _ such as sma_20, was ${shown(name)}`;
}

/** What is wrong with the features of a set together. */
export function faultOfFeatures(names: readonly string[]): string | undefined {
  if (names.length > 0 && names.length <= FEATURES_MAX) return undefined;
  return `expected 1 to ${FEATURES_MAX} features, was ${names.length}`;
}

/** Whether two declarations mean the same, in whatever order their features stand. */
export function meansSame(one: FeatureSet, other: FeatureSet): boolean {
  return canonical(one) === canonical(other);
}

function canonical({ name, version, description, features }: FeatureSet): string {
  const sorted = Object.entries(features).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, version, description, sorted]);
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : String(value).slice(0, 60);
}
