// Reads a condition from plain data (YAML or JSON), with the place of every mistake.

import {
  AGGREGATES,
  BARS_MAX,
  COMPARISONS,
  type Condition,
  DEPTH_MAX,
  HELD_BARS_MAX,
  LEAVES_MAX,
  type Leaf,
  type LeafText,
  type Operand,
  operandsOf,
  reachOf,
} from './condition.js';
import { operandName } from './explain.js';
import {
  AGO,
  at,
  type FeatureNames,
  type Fields,
  isFields,
  type Mistake,
  type Path,
  Reader,
  show,
  WINDOW,
} from './fields.js';

/** Keys of an operand. */
const OPERAND_KEYS = ['feature', ...AGGREGATES, 'bars', 'ago', 'times', 'plus'];

/** Keys of a leaf that compares. */
const LEAF_KEYS = [
  ...OPERAND_KEYS,
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

/** Keys of a condition that is held over bars. */
const HELD = { any: 'within_bars', all: 'throughout_bars' } as const;

/** Stands for what could not be read; never leaves this file without a mistake. */
const NOTHING: Operand = { kind: 'number', value: 0 };
const EMPTY: Condition = { kind: 'all', of: [] };

/** Where a node stands: its level, and how many copies of it the whole is compiled to. */
interface Place {
  readonly depth: number;
  readonly copies: number;
}

/**
 * Reads a condition.
 * Errors: a list of mistakes, each with its path; the condition is absent then.
 */
export function parseCondition(
  data: unknown,
  features: FeatureNames,
  path: Path = [],
): { readonly condition?: Condition; readonly mistakes: readonly Mistake[] } {
  const parser = new Parser(features);
  const condition = parser.node(data, path, { depth: 0, copies: 1 });
  const { mistakes } = parser.reader;
  return mistakes.length === 0 ? { condition, mistakes: [] } : { mistakes };
}

/** One reading of one tree. */
class Parser {
  readonly reader: Reader;
  #leaves = 0;
  #isTooLarge = false;

  constructor(features: FeatureNames) {
    this.reader = new Reader(features);
  }

  node(data: unknown, path: Path, place: Place): Condition {
    const { reader } = this;
    if (place.depth > DEPTH_MAX) {
      reader.wrong(path, `expected at most ${DEPTH_MAX} levels of nesting`);
      return EMPTY;
    }
    if (!isFields(data)) {
      const example = "{feature: close, op: '>', value: 5}";
      reader.wrong(path, `expected a condition such as ${example}, was ${show(data)}`);
      return EMPTY;
    }
    const below = { ...place, depth: place.depth + 1 };
    for (const kind of ['all', 'any'] as const) {
      if (kind in data) return this.#list(kind, data, path, below);
    }
    if ('not' in data) {
      reader.onlyKeys(data, path, ['not']);
      return { kind: 'not', of: this.node(data['not'], [...path, 'not'], below) };
    }
    for (const fold of ['any', 'all'] as const) {
      if (HELD[fold] in data) return this.#held(fold, data, path, below);
    }
    return this.#leaf(data, path, place);
  }

  #list(kind: 'all' | 'any', fields: Fields, path: Path, place: Place): Condition {
    this.reader.onlyKeys(fields, path, [kind]);
    const items = fields[kind];
    if (!Array.isArray(items) || items.length === 0) {
      this.reader.wrong([...path, kind], `expected a list of conditions, was ${show(items)}`);
      return EMPTY;
    }
    // A list beyond the bound is refused before it is walked.
    this.#count(items.length > LEAVES_MAX ? items.length : 0, path);
    const walked: unknown[] = this.#isTooLarge ? [] : items;
    return { kind, of: walked.map((item, i) => this.node(item, [...path, kind, i], place)) };
  }

  #held(fold: 'any' | 'all', fields: Fields, path: Path, place: Place): Condition {
    const { reader } = this;
    const key = HELD[fold];
    reader.onlyKeys(fields, path, [key, 'of', 'label', 'why']);
    const bars = reader.bars(fields, key, path, { least: 1, most: HELD_BARS_MAX });
    const of = this.node(fields['of'], at(fields, 'of', path), {
      ...place,
      copies: place.copies * bars,
    });
    const words = fold === 'any' ? 'at any of' : 'at all of';
    const leaf: Leaf = {
      kind: 'over',
      fold,
      bars,
      of,
      ...this.#text(fields, path, `${words} the last ${bars} bars`),
    };
    this.#checkPast(leaf, path);
    return leaf;
  }

  #leaf(fields: Fields, path: Path, { copies }: Place): Leaf {
    this.reader.onlyKeys(fields, path, LEAF_KEYS);
    this.#count(copies, path);
    const before = this.reader.mistakes.length;
    const leaf = this.#comparison(fields, path);
    if (this.reader.mistakes.length === before) this.#checkPast(leaf, path);
    return leaf;
  }

  #count(leaves: number, path: Path): void {
    this.#leaves += leaves;
    if (this.#leaves <= LEAVES_MAX || this.#isTooLarge) return;
    this.#isTooLarge = true;
    const text = `expected at most ${LEAVES_MAX} comparisons in one condition`;
    this.reader.wrong(path, `${text}, each bar it is held over counted`);
  }

  #comparison(fields: Fields, path: Path): Leaf {
    const { reader } = this;
    const left = this.#operand(fields, path);
    if ('crosses' in fields) {
      this.#noneOf(['op', 'low', 'high'], fields, path, 'crosses');
      const direction = fields['crosses'] === 'below' ? 'below' : 'above';
      if (direction !== fields['crosses']) {
        const text = `expected above or below, was ${show(fields['crosses'])}`;
        reader.wrong([...path, 'crosses'], text);
      }
      const right = this.#right(fields, path);
      const words = `${operandName(left)} crosses ${direction} ${operandName(right)}`;
      return { kind: 'crosses', direction, left, right, ...this.#text(fields, path, words) };
    }
    if (fields['op'] === 'between') {
      this.#noneOf(['value', 'than', 'than_times'], fields, path, 'op between');
      const low = reader.number(fields, 'low', path);
      const high = reader.number(fields, 'high', path);
      if (low > high) reader.wrong([...path, 'low'], `expected low <= high, was ${low} > ${high}`);
      const words = `${operandName(left)} between ${low} and ${high}`;
      return { kind: 'between', left, low, high, ...this.#text(fields, path, words) };
    }
    const op = COMPARISONS.find((known) => known === fields['op']);
    if (op === undefined) {
      const known = [...COMPARISONS, 'between'].join(' ');
      const text = `expected op to be one of ${known}, was ${show(fields['op'])}`;
      reader.wrong(at(fields, 'op', path), text);
    } else this.#noneOf(['low', 'high'], fields, path, `op ${op}`);
    const right = this.#right(fields, path);
    const words = `${operandName(left)} ${op ?? ''} ${operandName(right)}`;
    return { kind: 'compare', left, op: op ?? '>', right, ...this.#text(fields, path, words) };
  }

  /** Notes keys that would do nothing beside others: the condition would not mean what it says. */
  #noneOf(keys: readonly string[], fields: Fields, path: Path, beside: string): void {
    for (const key of keys) {
      if (!(key in fields)) continue;
      const text = `expected no ${key} beside ${beside}, was ${show(fields[key])}`;
      this.reader.wrong([...path, key], text);
    }
  }

  #text(fields: Fields, path: Path, words: string): LeafText {
    const label = this.reader.text(fields, 'label', path) || words;
    return { id: path.join('.'), label, why: this.reader.text(fields, 'why', path) };
  }

  #operand(fields: Fields, path: Path): Operand {
    const { reader } = this;
    const aggregate = AGGREGATES.find((known) => known in fields);
    const key = aggregate ?? 'feature';
    if (!(key in fields)) {
      const forms = `a feature (or ${AGGREGATES.join(', ')} of one)`;
      reader.wrong(path, `expected ${forms}, was ${show(fields)}`);
      return NOTHING;
    }
    const others = ['feature', ...AGGREGATES].filter((other) => other !== key);
    this.#noneOf(others, fields, path, key);
    const name = reader.feature(fields[key], [...path, key]);
    const scaled = {
      name,
      basis: reader.traits(name).basis,
      times: 'times' in fields ? reader.number(fields, 'times', path) : 1,
      plus: 'plus' in fields ? reader.number(fields, 'plus', path) : 0,
      ago: 'ago' in fields ? reader.bars(fields, 'ago', path, AGO) : 0,
    };
    if (aggregate === undefined) {
      if ('bars' in fields) {
        const text = `expected ${AGGREGATES.join(', ')} of a feature beside bars, was feature`;
        reader.wrong([...path, 'bars'], text);
      }
      return { kind: 'feature', ...scaled };
    }
    return {
      kind: 'window',
      aggregate,
      bars: reader.bars(fields, 'bars', path, WINDOW),
      ...scaled,
    };
  }

  /** The right side: a number under `value`; a feature's name or a whole operand under `than`. */
  #right(fields: Fields, path: Path): Operand {
    const { reader } = this;
    if ('value' in fields && !('than' in fields)) {
      this.#noneOf(['than_times'], fields, path, 'value');
      return { kind: 'number', value: reader.number(fields, 'value', path) };
    }
    const than = fields['than'];
    if ('value' in fields || than === undefined) {
      const was = than === undefined ? 'neither' : 'both';
      const text = 'expected value (a number) or than (a feature) to compare with';
      reader.wrong(path, `${text}, was ${was}`);
      return NOTHING;
    }
    if (isFields(than)) {
      this.#noneOf(['than_times'], fields, path, 'a than that has its own times');
      reader.onlyKeys(than, [...path, 'than'], OPERAND_KEYS);
      return this.#operand(than, [...path, 'than']);
    }
    const name = reader.feature(than, [...path, 'than']);
    const times = 'than_times' in fields ? reader.number(fields, 'than_times', path) : 1;
    return { kind: 'feature', name, basis: reader.traits(name).basis, ago: 0, times, plus: 0 };
  }

  /** A leaf may look back only where a past is kept, and only as far as it is. */
  #checkPast(leaf: Leaf, path: Path): void {
    const reach = reachOf(leaf);
    if (reach > BARS_MAX) {
      this.reader.wrong(path, `expected to look back ${BARS_MAX} bars at most, was ${reach}`);
    }
    if (reach === 0) return;
    for (const operand of operandsOf(leaf)) {
      if (operand.kind === 'number' || operand.name === '') continue;
      const looksBack =
        leaf.kind === 'crosses' ||
        leaf.kind === 'over' ||
        operand.kind === 'window' ||
        operand.ago > 0;
      if (!looksBack || this.reader.traits(operand.name).hasPast) continue;
      const text = `expected a feature whose past is kept, was ${operand.name}`;
      this.reader.wrong(path, `${text}: what compares the whole universe has none`);
    }
  }
}
