// The paths of the HTTP interface, and the parameters that each takes.

import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import { malformed, missing } from './http-answers.js';

/** Paths that are read, with their parameters; `*` stands for a name. */
const READ: readonly (readonly [path: string, parameters?: string])[] = [
  ['health'],
  ['ready'],
  ['quotes'],
  ['symbols/*', 'bars'],
  ['bars'],
  ['bars/*'],
  ['bars/*/*', 'limit'],
  ['books'],
  ['books/*'],
  ['feed'],
  ['quality'],
  ['quality/rejects', 'code limit'],
  ['funnel'],
  ['funnel/explain/*'],
  ['funnel/diff', 'date'],
  ['portfolios', 'limit offset'],
  ['portfolios/*'],
  ['portfolios/*/lots', 'symbol'],
  ['portfolios/*/transactions', 'limit offset symbol'],
  ['portfolios/*/rebalance', 'band calendar cost lot method targets taxLong taxShort'],
  ['portfolios/*/tax', 'as_booked year'],
  ['portfolios/*/returns', 'benchmark'],
  ['limits', 'scope'],
  ['alerts', 'before limit'],
  ['alerts/rules'],
  ['risk'],
  ['risk/*'],
  ['risk/*/flatten'],
  ['risk/*/study'],
  ['risk/*/report'],
  ['risk/*/check', 'fee price quantity side symbol'],
  ['actors', 'below limit match offset reverse sort state'],
  ['actors/quarantine', 'address limit offset'],
  ['actors/letters', 'address code limit offset'],
  ['actors/threads'],
  ['actors/logs'],
  ['actors/audit', 'limit offset'],
];

/** Paths that are told something, in a body. */
const TOLD: readonly (readonly [path: string])[] = [
  ['portfolios/*/commands'],
  ['limits/*'],
  ['risk/size'],
  ['risk/*/measure'],
  ['risk/*/stress'],
  ['actors/*'],
];

/** Parameters that are whole numbers, wherever they stand. */
const NUMBERS = ['bars', 'before', 'date', 'limit', 'offset', 'year'] as const;

/** Parameters that are `true` or `false`. */
const CHOICES = ['as_booked', 'reverse'] as const;

/** The answer to a request that no path takes as it is; undefined where one does. */
export function wrongRequest(
  request: HttpRequest,
  parts: readonly string[],
): HttpAnswer | undefined {
  const paths = request.method === 'POST' ? TOLD : READ;
  const found = paths.find(([path]) => leadsTo(path.split('/'), parts));
  if (found === undefined) return missing(request);
  const taken = (found[1] ?? '').split(' ').filter((name) => name !== '');
  for (const [name, value] of request.query) {
    const wrong = wrongParameter(request, taken, name, value);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function leadsTo(path: readonly string[], parts: readonly string[]): boolean {
  return (
    path.length === parts.length &&
    path.every((word, place) => word === '*' || word === parts[place])
  );
}

function wrongParameter(
  { query }: HttpRequest,
  taken: readonly string[],
  name: string,
  value: string,
): HttpAnswer | undefined {
  const was = `was "${value.slice(0, 32)}"`;
  if (!taken.includes(name)) {
    const known = taken.length === 0 ? 'no parameter' : `parameters among ${taken.join(', ')}`;
    return malformed(`${known}, was "${name.slice(0, 32)}"`);
  }
  if (query.getAll(name).length > 1) return malformed(`${name} once, was given more often`);
  if (isOneOf(NUMBERS, name) && !isWhole(value)) {
    return malformed(`${name} to be a whole number, ${was}`);
  }
  if (isOneOf(CHOICES, name) && value !== 'true' && value !== 'false') {
    return malformed(`${name} to be true or false, ${was}`);
  }
  return undefined;
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function isWhole(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31;
}

/** The number of a parameter, which was looked at before; 0 without it. */
export function whole({ query }: HttpRequest, name: (typeof NUMBERS)[number]): number {
  return Number(query.get(name) ?? 0);
}

/** Whether a parameter is `true`; not without it. */
export function chosen({ query }: HttpRequest, name: (typeof CHOICES)[number]): boolean {
  return query.get(name) === 'true';
}
