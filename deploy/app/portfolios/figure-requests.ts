// Requests for measures and sizes, checked: left out is the default, what is wrong is refused.

import { QUANTILE_METHODS } from '../../../actors/statistics/index.js';
import { type Refusal, refusal } from '../../../engine/index.js';
import type { MeasureRequest, SizeRequest } from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { TAIL_METHODS } from '../../research/backtest-methods.js';
import { COVARIANCES } from '../../research/covariance-estimates.js';
import {
  type Bounds,
  MEASURE_BOUNDS,
  SIZE_BOUNDS,
  SIZE_DEFAULTS,
} from '../../research/figure-bounds.js';
import type { SizingTerms } from '../../research/position-sizes.js';
import { DEFAULT_TAILS } from '../../research/risk-measures.js';
import type { StudyAsk } from '../../roles/study-program.js';
import type { Answer } from '../port.js';

/** Returns that measures rest on where nothing else is asked: those of live risk. */
const WINDOW = 504;

/** Longest scenarios, those of a file. Units: UTF-16 units. */
const SCENARIOS_LENGTH_MAX = 1_000_000;

/** Collects what is wrong with the fields of a request. */
class Fields {
  readonly #wrong: string[] = [];

  number(name: string, value: number | undefined, [low, high]: Bounds, fallback: number): number {
    if (value === undefined) return fallback;
    if (!(value >= low && value <= high)) {
      this.#wrong.push(`expected ${name} from ${low} to ${high}, was ${value}`);
    }
    return value;
  }

  word<T extends string>(name: string, value: string, words: readonly T[], fallback: T): T {
    if (value === '') return fallback;
    const word = words.find((known) => known === value);
    if (word === undefined) {
      const was = value.slice(0, 32);
      this.#wrong.push(`expected ${name} to be one of ${words.join(', ')}, was "${was}"`);
    }
    return word ?? fallback;
  }

  /** The value, or all that is wrong. */
  answer<T>(value: T): Answer<T> {
    if (this.#wrong.length === 0) return { ok: true, value };
    return { ok: false, refusal: bad(this.#wrong.join('; ')) };
  }
}

function bad(text: string): Refusal {
  return refusal('risk.bad_request', text);
}

/** What measures are asked. Errors: `risk.bad_request`. */
export function measuresAsked(
  request: MeasureRequest,
): Answer<StudyAsk & { readonly kind: 'measures' }> {
  const { confidence, window, quantile, covariance, degrees, paths, seed } = request;
  if (request.methods.length > TAIL_METHODS.length) {
    const text = `expected at most ${TAIL_METHODS.length} methods, was ${request.methods.length}`;
    return { ok: false, refusal: bad(text) };
  }
  const fields = new Fields();
  const bounds = MEASURE_BOUNDS;
  const standing = DEFAULT_TAILS;
  const named = request.methods.map((method) =>
    fields.word('methods', method, TAIL_METHODS, standing.methods[0]!),
  );
  const options = {
    confidence: fields.number('confidence', confidence, bounds.confidence, standing.confidence),
    quantile: fields.word('quantile', quantile, QUANTILE_METHODS, standing.quantile),
    covariance: fields.word('covariance', covariance, COVARIANCES, standing.covariance),
    methods: TAIL_METHODS.filter((method) => named.length === 0 || named.includes(method)),
    degrees: fields.number('degrees', degrees, bounds.degrees, standing.degrees),
    paths: fields.number('paths', paths, bounds.paths, standing.paths),
    seed: fields.number('seed', seed, bounds.seed, standing.seed),
  };
  const sessions = fields.number('window', window, bounds.window, WINDOW);
  return fields.answer({ kind: 'measures', window: sessions, options });
}

/** Which scenarios are asked. Errors: `config.too_large`. */
export function stressAsked(scenarios: string): Answer<StudyAsk & { readonly kind: 'stress' }> {
  const { length } = scenarios;
  if (length <= SCENARIOS_LENGTH_MAX) return { ok: true, value: { kind: 'stress', scenarios } };
  const text = `expected scenarios of at most ${SCENARIOS_LENGTH_MAX} characters, was ${length}`;
  return { ok: false, refusal: refusal('config.too_large', text) };
}

/** What a size is asked by. Errors: `risk.bad_request`. */
export function sizeAsked(request: SizeRequest): Answer<SizingTerms> {
  const fields = new Fields();
  const of = (name: keyof typeof SIZE_DEFAULTS): number =>
    fields.number(name, request[name], SIZE_BOUNDS[name], SIZE_DEFAULTS[name]);
  const equity = fields.number('equity', request.equity, SIZE_BOUNDS.equity, 0);
  const riskShare = of('risk');
  return fields.answer({
    equity,
    lotSize: of('lot'),
    leverageMax: of('leverage'),
    window: of('window'),
    riskFree: of('riskFree'),
    kellyFraction: of('kelly'),
    targetVolatility: of('volatility'),
    riskShare,
    multiple: of('multiple'),
    fixedShare: of('share'),
    lossMax: fields.number('loss', request.loss, SIZE_BOUNDS.loss, riskShare * equity),
  });
}
