// American options on binomial trees: the textbook tree, and a converged value by extrapolation.

import { type Refusal, refusal } from '../../engine/index.js';
import { europeanPrice } from './black-scholes.js';
import { checkTerms, type OptionTerms } from './terms.js';

const STEPS_MAX = 20_000;
/**
 * Steps of the finer of two smoothed trees. Their extrapolation was within 4e-5 of the integral
 * method of QuantLib on every reference case, at about 10 ms a price.
 */
const CONVERGED_STEPS = 2000;

interface Tree {
  readonly terms: OptionTerms;
  readonly steps: number;
  readonly stepYears: number;
  readonly logUp: number;
  /** Discounted probabilities of a step up and a step down. */
  readonly up: number;
  readonly down: number;
}

/** A Cox-Ross-Rubinstein tree, or the refusal of one whose probabilities leave [0, 1]. */
function treeOf(terms: OptionTerms, steps: number): Tree | Refusal {
  const { volatility, timeYears, rate, dividendYield } = terms;
  const stepYears = timeYears / steps;
  const logUp = volatility * Math.sqrt(stepYears);
  const fall = Math.exp(-logUp);
  const chance = (Math.exp((rate - dividendYield) * stepYears) - fall) / (Math.exp(logUp) - fall);
  if (!(chance >= 0 && chance <= 1)) {
    const text = `expected a volatility above the drift of one of ${steps} steps, was ${volatility}`;
    return refusal('options.volatility_too_low', text);
  }
  const discount = Math.exp(-rate * stepYears);
  return { terms, steps, stepYears, logUp, up: discount * chance, down: discount * (1 - chance) };
}

/** Values of exercising at the nodes of one layer, lowest price first, into `out`. */
function exerciseInto(tree: Tree, layer: number, out: Float64Array): void {
  const { type, spot, strike } = tree.terms;
  const sign = type === 'call' ? 1 : -1;
  for (let node = 0; node <= layer; node++) {
    const price = spot * Math.exp(tree.logUp * (2 * node - layer));
    out[node] = Math.max(0, sign * (price - strike));
  }
}

/** Walks back from a filled layer to the root, exercising wherever that is worth more. */
function rollBack(tree: Tree, fromLayer: number, values: Float64Array): number {
  const { up, down, logUp } = tree;
  const { type, spot, strike } = tree.terms;
  const sign = type === 'call' ? 1 : -1;
  // Prices of all nodes: those of layer n are every second one from `steps - n`.
  const prices = new Float64Array(2 * tree.steps + 1);
  for (let index = 0; index < prices.length; index++) {
    prices[index] = spot * Math.exp(logUp * (index - tree.steps));
  }
  for (let layer = fromLayer - 1; layer >= 0; layer--) {
    const base = tree.steps - layer;
    for (let node = 0; node <= layer; node++) {
      const held = up * values[node + 1]! + down * values[node]!;
      const exercised = sign * (prices[base + 2 * node]! - strike);
      values[node] = held > exercised ? held : exercised;
    }
  }
  return values[0]!;
}

function checkAmerican(terms: OptionTerms, steps: number): Refusal | undefined {
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= STEPS_MAX)) {
    return refusal('options.steps', `expected 1 to ${STEPS_MAX} whole steps, was ${steps}`);
  }
  return checkTerms(terms);
}

function intrinsicOf({ type, spot, strike }: OptionTerms): number {
  return Math.max(0, type === 'call' ? spot - strike : strike - spot);
}

/**
 * American option on a tree of `steps` steps with up = exp(volatility * sqrt(dt)), down = 1 / up
 * and the risk-neutral probability; exercise is tried at every node, the root included.
 * Errors: the refusals of the terms; `options.steps`; `options.volatility_too_low`.
 * Source: Cox, Ross and Rubinstein 1979.
 */
export function crrPrice(terms: OptionTerms, steps: number): number | Refusal {
  const refused = checkAmerican(terms, steps);
  if (refused !== undefined) return refused;
  if (terms.timeYears === 0) return intrinsicOf(terms);
  const tree = treeOf(terms, steps);
  if ('kind' in tree) return tree;
  const values = new Float64Array(steps + 1);
  exerciseInto(tree, steps, values);
  return rollBack(tree, steps, values);
}

/** A tree whose last step is the closed form, which removes the saw teeth of the payoff's kink. */
function smoothedPrice(terms: OptionTerms, steps: number): number | Refusal {
  const tree = treeOf(terms, steps);
  if ('kind' in tree) return tree;
  const layer = steps - 1;
  const values = new Float64Array(steps);
  const step = { ...terms, timeYears: tree.stepYears };
  exerciseInto(tree, layer, values);
  for (let node = 0; node <= layer; node++) {
    const spot = terms.spot * Math.exp(tree.logUp * (2 * node - layer));
    const held = europeanPrice(step, spot);
    values[node] = Math.max(values[node]!, held);
  }
  return rollBack(tree, layer, values);
}

/**
 * American option, converged: two smoothed trees extrapolated to endless steps. Within about
 * 1e-6 of the strike for ordinary terms.
 * Errors: the refusals of the terms; `options.volatility_too_low`.
 * Source: Broadie and Detemple, "American Option Valuation", Rev. Financial Studies 9 (1996),
 * method BBSR.
 */
export function americanPrice(terms: OptionTerms): number | Refusal {
  const refused = checkTerms(terms);
  if (refused !== undefined) return refused;
  if (terms.timeYears === 0) return intrinsicOf(terms);
  const coarse = smoothedPrice(terms, CONVERGED_STEPS / 2);
  const fine = smoothedPrice(terms, CONVERGED_STEPS);
  if (typeof coarse !== 'number') return coarse;
  if (typeof fine !== 'number') return fine;
  return Math.max(2 * fine - coarse, intrinsicOf(terms));
}
