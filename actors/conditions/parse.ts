// Reads a condition from plain data (YAML or JSON), with the place of every mistake.

import {
  AGGREGATES,
  type Aggregate,
  BARS_MAX,
  COMPARISONS,
  type Comparison,
  type Condition,
  DEPTH_MAX,
  LEAVES_MAX,
  type Leaf,
  type LeafText,
  type Operand,
} from './condition.js';

/** A mistake and where it stands: keys and indices from the root of the data. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

/** Parser state: what features exist, what was found wrong. */
interface Reader {
  readonly features: ReadonlySet<string>;
  readonly mistakes: Mistake[];
  leaves: number;
}

const KEYS = [
  'feature',
  'ago',
  'times',
  'min',
  'max',
  'mean',
  'sum',
  'bars',
  'op',
  'value',
  'than',
  'than_times',
  'low',
  'high',
  'crosses',
  'label',
  'why',
];

/** Placeholder for a leaf that could not be read; never leaves this file without a mistake. */
const NOTHING: Operand = { kind: 'number', value: 0 };

/**
 * Reads a condition.
 * Errors: a list of mistakes, each with its path; the condition is absent then.
 */
export function parseCondition(
  data: unknown,
  features: ReadonlySet<string>,
  path: Path = [],
): { readonly condition?: Condition; readonly mistakes: readonly Mistake[] } {
  const reader: Reader = { features, mistakes: [], leaves: 0 };
  const condition = readNode(reader, data, path, 0);
  return reader.mistakes.length === 0 ? { condition, mistakes: [] } : { mistakes: reader.mistakes };
}

function wrong(reader: Reader, path: Path, text: string): void {
  reader.mistakes.push({ path, text });
}

function readNode(reader: Reader, data: unknown, path: Path, depth: number): Condition {
  const empty: Condition = { kind: 'all', of: [] };
  if (depth > DEPTH_MAX) {
    wrong(reader, path, `expected at most ${DEPTH_MAX} levels of nesting`);
    return empty;
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    wrong(
      reader,
      path,
      `expected a condition such as {feature: close, op: '>', value: 5}, was ${show(data)}`,
    );
    return empty;
  }
  const fields = data as Fields;
  for (const kind of ['all', 'any'] as const) {
    if (!(kind in fields)) continue;
    onlyKeys(reader, fields, path, [kind]);
    const items = fields[kind];
    if (!Array.isArray(items) || items.length === 0) {
      wrong(reader, [...path, kind], `expected a list of conditions, was ${show(items)}`);
      return empty;
    }
    return {
      kind,
      of: items.map((item, i) => readNode(reader, item, [...path, kind, i], depth + 1)),
    };
  }
  if ('not' in fields) {
    onlyKeys(reader, fields, path, ['not']);
    return { kind: 'not', of: readNode(reader, fields['not'], [...path, 'not'], depth + 1) };
  }
  return readLeaf(reader, fields, path);
}

function readLeaf(reader: Reader, fields: Fields, path: Path): Leaf {
  onlyKeys(reader, fields, path, KEYS);
  reader.leaves++;
  if (reader.leaves === LEAVES_MAX + 1) {
    wrong(reader, path, `expected at most ${LEAVES_MAX} comparisons in one condition`);
  }
  const left = readLeft(reader, fields, path);
  const text: LeafText = {
    id: path.join('.'),
    label: readText(reader, fields, 'label', path) || describeFields(fields),
    why: readText(reader, fields, 'why', path),
  };
  if ('crosses' in fields) return readCross(reader, fields, path, text);
  if (fields['op'] === 'between') {
    const low = readNumber(reader, fields, 'low', path);
    const high = readNumber(reader, fields, 'high', path);
    if (low > high) wrong(reader, [...path, 'low'], `expected low <= high, was ${low} > ${high}`);
    return { kind: 'between', left, low, high, ...text };
  }
  const op = COMPARISONS.find((known) => known === fields['op']) as Comparison | undefined;
  if (op === undefined) {
    const known = [...COMPARISONS, 'between'].join(' ');
    wrong(
      reader,
      'op' in fields ? [...path, 'op'] : path,
      `expected op to be one of ${known}, was ${show(fields['op'])}`,
    );
  }
  return { kind: 'compare', left, op: op ?? '>', right: readRight(reader, fields, path), ...text };
}

function readCross(reader: Reader, fields: Fields, path: Path, text: LeafText): Leaf {
  const direction = fields['crosses'];
  if (direction !== 'above' && direction !== 'below') {
    wrong(reader, [...path, 'crosses'], `expected above or below, was ${show(direction)}`);
  }
  const right =
    'than' in fields
      ? readFeature(reader, fields, 'than', path)
      : readNumber(reader, fields, 'value', path);
  return {
    kind: 'crosses',
    direction: direction === 'below' ? 'below' : 'above',
    left: readFeature(reader, fields, 'feature', path),
    right,
    ...text,
  };
}

function readLeft(reader: Reader, fields: Fields, path: Path): Operand {
  const times = 'times' in fields ? readNumber(reader, fields, 'times', path) : 1;
  const aggregate = AGGREGATES.find((name) => name in fields) as Aggregate | undefined;
  if (aggregate !== undefined) {
    const name = readFeature(reader, fields, aggregate, path);
    return {
      kind: 'window',
      aggregate,
      name,
      bars: readBars(reader, fields, 'bars', path, 1),
      times,
    };
  }
  if (!('feature' in fields)) {
    wrong(
      reader,
      path,
      `expected a feature (or ${AGGREGATES.join(', ')} of one), was ${show(fields)}`,
    );
    return NOTHING;
  }
  const ago = 'ago' in fields ? readBars(reader, fields, 'ago', path, 0) : 0;
  return { kind: 'feature', name: readFeature(reader, fields, 'feature', path), ago, times };
}

function readRight(reader: Reader, fields: Fields, path: Path): Operand {
  if ('than' in fields) {
    const times = 'than_times' in fields ? readNumber(reader, fields, 'than_times', path) : 1;
    return { kind: 'feature', name: readFeature(reader, fields, 'than', path), ago: 0, times };
  }
  if (!('value' in fields)) {
    wrong(
      reader,
      path,
      'expected value (a number) or than (a feature) to compare with, was neither',
    );
    return NOTHING;
  }
  return { kind: 'number', value: readNumber(reader, fields, 'value', path) };
}

function readFeature(reader: Reader, fields: Fields, key: string, path: Path): string {
  const name = fields[key];
  if (typeof name === 'string' && reader.features.has(name)) return name;
  const near = typeof name === 'string' ? nearest(name, reader.features) : undefined;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  wrong(
    reader,
    key in fields ? [...path, key] : path,
    `expected the name of a feature, was ${show(name)}${hint}`,
  );
  return '';
}

function readNumber(reader: Reader, fields: Fields, key: string, path: Path): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  wrong(
    reader,
    key in fields ? [...path, key] : path,
    `expected ${key} to be a number, was ${show(value)}`,
  );
  return 0;
}

function readBars(reader: Reader, fields: Fields, key: string, path: Path, least: number): number {
  const value = readNumber(reader, fields, key, path);
  if (!Number.isInteger(value) || value < least || value > BARS_MAX) {
    wrong(
      reader,
      [...path, key],
      `expected a whole number of bars from ${least} to ${BARS_MAX}, was ${show(value)}`,
    );
  }
  return value;
}

function readText(reader: Reader, fields: Fields, key: string, path: Path): string {
  const value = fields[key];
  if (value === undefined) return '';
  if (typeof value === 'string' && value.length <= 400) return value;
  wrong(reader, [...path, key], `expected a text of at most 400 characters, was ${show(value)}`);
  return '';
}

function onlyKeys(reader: Reader, fields: Fields, path: Path, known: readonly string[]): void {
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue;
    wrong(reader, [...path, key], `expected one of ${known.join(', ')}, was ${key}`);
  }
}

/** A leaf in words, from its own fields. */
function describeFields(fields: Fields): string {
  const aggregate = AGGREGATES.find((name) => name in fields);
  const left =
    aggregate === undefined
      ? String(fields['feature'])
      : `${aggregate} of ${fields[aggregate]} over ${fields['bars']} bars`;
  const scaled = 'times' in fields ? `${fields['times']} x ${left}` : left;
  const ago = 'ago' in fields ? `${scaled} ${fields['ago']} bars ago` : scaled;
  if ('crosses' in fields)
    return `${ago} crosses ${fields['crosses']} ${fields['than'] ?? fields['value']}`;
  if (fields['op'] === 'between') return `${ago} between ${fields['low']} and ${fields['high']}`;
  const right =
    'than_times' in fields
      ? `${fields['than_times']} x ${fields['than']}`
      : (fields['than'] ?? fields['value']);
  return `${ago} ${fields['op']} ${right}`;
}

/** Data as a short text for an error. */
function show(data: unknown): string {
  if (data === undefined) return 'missing';
  const text = JSON.stringify(data) ?? String(data);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The known name that is fewest edits away, within a third of its length. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance. Source: Wagner and Fischer 1974. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[b.length]!;
}
