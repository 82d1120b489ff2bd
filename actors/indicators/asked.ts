// Features that are made only where a condition names them: a function, its numbers, its output.

import { FEATURE_MAKERS } from './by-function.js';
import { FEATURES } from './catalogue.js';
import type { FeatureSpec, Indicator } from './indicator.js';
import { type Maker, snake } from './named-indicator.js';
import { ruleOf } from './parameters.js';

/** Longest period that may be asked for: some four years of every symbol, and 8 bytes each. */
const ASKED_BARS_MAX = 1_000;

/** What always is in a row must not be asked for. */
const KEPT: ReadonlySet<string> = new Set(FEATURES.map(({ name }) => name));

/** A function with its numbers, as a name asks for it. */
export interface AskedFunction {
  /** Its name in lower case, such as `linearreg_slope`. */
  readonly function: string;
  readonly values: readonly number[];
}

/** A name taken apart. */
interface Asked extends AskedFunction {
  readonly maker: Maker;
  /** The function with its numbers, which its outputs share. */
  readonly stem: string;
  /** Names of all outputs, in order. */
  readonly names: readonly string[];
}

/**
 * What a name asks for, such as `kama_30`, `ppo_12_26` or `macdext_12_1_26_1_9_1_signal`: the
 * function in lower case, its parameters in TA-Lib's order, and an output where there are several.
 * What is as it would be unless told is left out at the end, so that everything has one name.
 */
function parse(name: string): Asked | undefined {
  if (KEPT.has(name)) return undefined;
  const parts = name.split('_');
  for (let length = parts.length; length > 0; length--) {
    const word = parts.slice(0, length).join('_');
    const maker = Object.hasOwn(FEATURE_MAKERS, word) ? FEATURE_MAKERS[word] : undefined;
    const values = maker && valuesOf(maker, parts.slice(length));
    if (maker === undefined || values === undefined) continue;
    const stem = [word, ...toldOf(maker, values)].join('_');
    const outputs = Object.keys(maker.outputs);
    const names = outputs.map((output) => (output === '' ? stem : `${stem}_${snake(output)}`));
    if (names.includes(name)) return { function: word, maker, values, stem, names };
  }
  return undefined;
}

/** The leading numbers of the parts, each as its rule has it; undefined where one is not. */
function valuesOf(maker: Maker, parts: readonly string[]): readonly number[] | undefined {
  const values = Object.values(maker.needs).map((rule, index) => {
    const { isMet, otherwise, isBars } = ruleOf(rule);
    const part = parts[index] ?? '';
    const value = /^-?\d/.test(part) ? Number(part) : otherwise;
    const isRight = value !== undefined && isMet(value) && !(isBars && value > ASKED_BARS_MAX);
    return isRight ? value : Number.NaN;
  });
  return values.some(Number.isNaN) ? undefined : values;
}

/** The numbers of a name: all but those at the end that are as they would be unless told. */
function toldOf(maker: Maker, values: readonly number[]): readonly number[] {
  const rules = Object.values(maker.needs);
  const last = values.findLastIndex((value, index) => value !== ruleOf(rules[index]!).otherwise);
  return values.slice(0, last + 1);
}

function indicatorOf({ maker, values, names }: Asked): Indicator {
  const indicator = maker.make(...values);
  const at = Object.values(maker.outputs);
  const outputs = indicator.outputs.flatMap((spec, index): FeatureSpec[] => {
    const name = names[at.indexOf(index)];
    return name === undefined ? [{ ...spec, name: `${names[0]}_${index}` }] : [{ ...spec, name }];
  });
  return { ...indicator, outputs };
}

/** The feature of a name that is made where it is asked for; undefined where there is none. */
export function askedFeature(name: string): FeatureSpec | undefined {
  const asked = parse(name);
  return asked && indicatorOf(asked).outputs.find((spec) => spec.name === name);
}

/** What a name asks for, with the output that it means, '' for the only one. */
export function askedFunction(name: string): (AskedFunction & { output: string }) | undefined {
  const asked = parse(name);
  const output = asked && Object.keys(asked.maker.outputs)[asked.names.indexOf(name)];
  return asked && { function: asked.function, values: asked.values, output: output ?? '' };
}

/** Indicators of those names that must be asked for, each once, in the order of the names. */
export function indicatorsAmong(names: Iterable<string>): readonly Indicator[] {
  const byStem = new Map<string, Indicator>();
  for (const name of names) {
    const asked = parse(name);
    if (asked !== undefined && !byStem.has(asked.stem)) byStem.set(asked.stem, indicatorOf(asked));
  }
  return [...byStem.values()];
}

/**
 * How names of such features are written, `kama_<timePeriod>`, with what examples of them say.
 * Made when it is asked for: a second indicator of a kind costs the catalogue's own its code, which
 * the compiler makes for one set of numbers as long as there is only one.
 */
export function askedForms(): readonly Omit<FeatureSpec, 'warmUpBars'>[] {
  return Object.entries(FEATURE_MAKERS).flatMap(([word, { needs, make, outputs }]) => {
    const specs = make(...Object.values(needs).map((rule) => ruleOf(rule).example)).outputs;
    const stem = [word, ...Object.keys(needs).map((name) => `<${name}>`)].join('_');
    return Object.entries(outputs).map(([output, index]) => {
      const { unit, description, source } = specs[index]!;
      const name = output === '' ? stem : `${stem}_${snake(output)}`;
      return { name, unit, description, source };
    });
  });
}
