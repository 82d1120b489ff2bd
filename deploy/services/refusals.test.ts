// What a refusal means on the wires: who reads only the status must know whether to ask again.

import t from 'tap';
import { APPLICATION_ERRORS } from '../errors.js';
import { httpStatusOf, refused } from './refusals.js';

/** "Again" in these is no advice to send the same request once more. */
const NO_ADVICE: readonly string[] = ['install.broken', 'portfolio.bad_date'];

function meaningOf(code: string): readonly [grpc: string, http: number] {
  return [refused({ code, text: '' }).status, httpStatusOf(code)];
}

t.test('a refusal that says to try again is retryable by its status', (t) => {
  const advised = Object.entries(APPLICATION_ERRORS).filter(
    ([code, text]) =>
      /\b(again|later)\b|so nothing was done|is stopping/.test(text) && !NO_ADVICE.includes(code),
  );
  t.ok(advised.length >= 10, 'there are such codes');
  for (const [code] of advised) t.same(meaningOf(code), ['UNAVAILABLE', 503], code);
  t.end();
});

t.test('the others say what is wrong: the name, the bound, the state, the form', (t) => {
  for (const code of ['portfolio.unknown', 'history.none', 'funnel.no_such_session']) {
    t.same(meaningOf(code), ['NOT_FOUND', 404], code);
  }
  for (const code of ['ingest.too_many_sources', 'gateway.too_many_keys']) {
    t.same(meaningOf(code), ['RESOURCE_EXHAUSTED', 429], code);
  }
  for (const code of ['pretrade.refused', 'portfolio.not_enough_cash', 'limits.same_person']) {
    t.same(meaningOf(code), ['FAILED_PRECONDITION', 409], code);
  }
  for (const code of ['portfolio.bad_price', 'ingest.broken_records', 'supervision.bad_sort']) {
    t.same(meaningOf(code), ['INVALID_ARGUMENT', 400], code);
  }
  t.end();
});
