// Compares our option values with a reference case; pure, the caller reads the files.

import type { Refusal } from '../../engine/index.js';
import {
  accept,
  attempt,
  differences,
  isRefusal,
  numberOf,
  type ReferenceCase,
  type ReferenceVerdict,
  skipped,
  type Tolerance,
  textOf,
  unknownWord,
  verdictOf,
  verdictOn,
} from '../reference/index.js';
import { americanPrice, crrPrice } from './american.js';
import { type BarrierKind, barrierPrice } from './barrier.js';
import { blackScholes } from './black-scholes.js';
import { impliedVolatility } from './implied-volatility.js';
import type { OptionTerms, OptionType } from './terms.js';

const TERMS = ['type', 'spot', 'strike', 'rate', 'dividendYield', 'days', 'timeYears'];
/** Days of a year, by the conventions that count actual days over a fixed year. */
const DAYS_PER_YEAR: Readonly<Record<string, number>> = {
  'Actual/365F': 365,
  'Actual/360': 360,
  'Actual/364': 364,
};

/** The words each function reads. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  black_scholes: [...TERMS, 'volatility'],
  implied_volatility: [...TERMS, 'price'],
  american_binomial: [...TERMS, 'volatility'],
  barrier: [...TERMS, 'volatility', 'barrierType', 'barrier', 'rebate'],
};

/** The conventions of the inputs we implement; any other is skipped. */
const CONVENTIONS: Readonly<Record<string, readonly string[]>> = {
  compounding: ['continuous'],
  dayCount: Object.keys(DAYS_PER_YEAR),
  monitoring: ['continuous'],
};

/** Compares one case of `options.json`. */
export function verifyOptionCase(reference: ReferenceCase): ReferenceVerdict {
  const known = Object.hasOwn(KNOWN, reference.function) ? KNOWN[reference.function] : undefined;
  if (known === undefined) return skipped(`no function ${reference.function}`);
  const word = unknownWord(reference.params, known);
  if (word !== undefined) return skipped(`${reference.function} has no parameter ${word}`);
  for (const [name, value] of Object.entries(reference.input)) {
    const isKnown = CONVENTIONS[name]?.includes(String(value)) === true;
    if (!isKnown) return skipped(`no convention ${name} = ${String(value)}`);
  }
  const daysPerYear = DAYS_PER_YEAR[String(reference.input['dayCount'] ?? 'Actual/365F')]!;
  const { params } = reference;
  const isImplied = reference.function === 'implied_volatility';
  const volatility = isImplied ? 0 : numberOf(params, 'volatility');
  const terms = { ...termsOf(params, daysPerYear), volatility };
  switch (reference.function) {
    case 'black_scholes':
      return judge(() => blackScholes(terms), reference);
    case 'implied_volatility':
      return judge(
        () => impliedVolatility({ ...terms, price: numberOf(params, 'price') }),
        reference,
      );
    case 'american_binomial':
      return verifyAmerican(terms, reference);
    default:
      return verifyBarrier(terms, reference);
  }
}

type Unpriced = Omit<OptionTerms, 'volatility'>;

function termsOf(params: ReferenceCase['params'], daysPerYear: number): Unpriced {
  const type = textOf(params, 'type');
  if (type !== 'call' && type !== 'put') throw new TypeError(`expected call or put, was ${type}`);
  return {
    type: type satisfies OptionType,
    spot: numberOf(params, 'spot'),
    strike: numberOf(params, 'strike'),
    rate: numberOf(params, 'rate'),
    dividendYield: params['dividendYield'] === undefined ? 0 : numberOf(params, 'dividendYield'),
    timeYears:
      params['timeYears'] === undefined
        ? numberOf(params, 'days') / daysPerYear
        : numberOf(params, 'timeYears'),
  };
}

function judge<T>(compute: () => T | Refusal, reference: ReferenceCase): ReferenceVerdict {
  const got = attempt(() => accept(compute()));
  return verdictOn(got, (value) => differences(value, reference.expected, reference.tolerance));
}

/** The outputs are named after their method; those of another tool's own kind are informative. */
function verifyAmerican(terms: OptionTerms, reference: ReferenceCase): ReferenceVerdict {
  const notes: string[] = [];
  // The schema gives this function one tolerance for trees and one for the converged value; a
  // case may as well have one for all.
  const tolerances = reference.tolerance as Readonly<Record<string, Tolerance>>;
  const forAll = reference.tolerance as Tolerance;
  const expected = new Map<string, unknown>(Object.entries(reference.expected ?? {}));
  for (const [name, value] of expected) {
    if (name.startsWith('quantlib_')) continue;
    const got = americanBy(name, terms);
    if (got === undefined) return skipped(`american_binomial has no output ${name}`);
    const tolerance = tolerances[name === 'converged' ? name : 'crr'] ?? forAll;
    const own = differences(isRefusal(got) ? null : got, value, tolerance, name);
    notes.push(...own);
  }
  return verdictOf(notes);
}

function americanBy(name: string, terms: OptionTerms): number | Refusal | undefined {
  if (name === 'converged') return americanPrice(terms);
  if (name === 'european') {
    const plain = blackScholes(terms);
    return 'price' in plain ? plain.price : plain;
  }
  const steps = /^crr_(\d+)$/.exec(name)?.[1];
  return steps === undefined ? undefined : crrPrice(terms, Number(steps));
}

function verifyBarrier(terms: OptionTerms, reference: ReferenceCase): ReferenceVerdict {
  const kind = textOf(reference.params, 'barrierType');
  if (!isBarrierKind(kind)) return skipped(`no barrier type ${kind}`);
  const rebate = reference.params['rebate'];
  const option = {
    ...terms,
    barrierType: kind,
    barrier: numberOf(reference.params, 'barrier'),
    rebate: rebate === undefined ? 0 : numberOf(reference.params, 'rebate'),
  };
  return judge(() => barrierPrice(option), reference);
}

function isBarrierKind(kind: string): kind is BarrierKind {
  return ['DownIn', 'DownOut', 'UpIn', 'UpOut'].includes(kind);
}
