// Lives of securities under changing names: from LEAN's map files, asked by name and date.

import { dateOf, daysOf } from '../calendar/index.js';

/** A name and the dates it was borne on, both included, yyyymmdd. */
export interface Named {
  readonly ticker: string;
  /** Code of the exchange of the last listing under it; '' where the file has none. */
  readonly exchange: string;
  readonly from: number;
  readonly to: number;
}

/** A security through all of its names. */
export interface SecurityLife {
  /** Its last name, with a number where others bore it too: `FB.1`. */
  readonly id: string;
  readonly names: readonly Named[];
  /** First and last date of trading, yyyymmdd; the last is `STILL_LISTED` for a living one. */
  readonly listed: number;
  readonly delisted: number;
}

/** Last date of a security that is listed still, as the map files write it. */
export const STILL_LISTED = 20501231;

/** A map file that can't be read. */
export interface MapProblem {
  readonly line: number;
  readonly problem: string;
}

/** A life, or what is wrong with its file. */
export type ParsedLife =
  | { readonly ok: true; readonly life: SecurityLife }
  | { readonly ok: false; readonly problem: MapProblem };

/**
 * Reads a map file: lines of `date,ticker[,exchange]`. The first is the listing; a name is borne
 * up to the date of its line. `id` is the file's name.
 * Source: QuantConnect LEAN, Common/Data/Auxiliary/MapFile.
 */
export function parseMapFile(id: string, text: string): ParsedLife {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names: Named[] = [];
  let listed = 0;
  let before = 0;
  for (const [index, line] of lines.entries()) {
    const [date = '', ticker = '', exchange = ''] = line.split(',').map((part) => part.trim());
    const to = Number(date);
    const bad = (problem: string): ParsedLife => {
      return { ok: false, problem: { line: index + 1, problem } };
    };
    if (!/^\d{8}$/.test(date)) return bad(`expected a date yyyymmdd, was "${date}"`);
    if (ticker === '') return bad('expected a ticker, was nothing');
    if (to < before) return bad(`expected a date from ${before} on, was ${date}`);
    // The first line only tells when it was listed; a file of one line has a life of one day.
    if (index === 0) listed = to;
    if (index > 0 || lines.length === 1) {
      const from = names.length === 0 ? listed : dayAfter(before);
      names.push({ ticker: ticker.toUpperCase(), exchange: exchange.toUpperCase(), from, to });
    }
    before = to;
  }
  if (names.length === 0) {
    return { ok: false, problem: { line: 1, problem: 'expected lines, was an empty file' } };
  }
  return {
    ok: true,
    life: { id: id.toUpperCase(), names: merged(names), listed, delisted: before },
  };
}

/** Lines of one name after the other are one name. */
function merged(names: readonly Named[]): Named[] {
  const result: Named[] = [];
  for (const name of names) {
    const last = result.at(-1);
    if (last?.ticker === name.ticker) result[result.length - 1] = { ...name, from: last.from };
    else result.push(name);
  }
  return result;
}

function dayAfter(date: number): number {
  return dateOf(daysOf(date) + 1);
}

/** The name that a security bore on a date; undefined before its listing and after its end. */
export function nameOn(life: SecurityLife, date: number): Named | undefined {
  return life.names.find(({ from, to }) => date >= from && date <= to);
}

/** Whose a name was on a date: names go to others once they are free. */
export function lifeOf(
  lives: readonly SecurityLife[],
  ticker: string,
  date: number,
): SecurityLife | undefined {
  const wanted = ticker.toUpperCase();
  return lives.find((life) => nameOn(life, date)?.ticker === wanted);
}

/** Renames and ends of a life, in order. */
export function eventsOf(life: SecurityLife): readonly {
  readonly kind: 'listed' | 'renamed' | 'delisted';
  readonly date: number;
  readonly ticker: string;
}[] {
  const [first, ...later] = life.names;
  const last = life.names.at(-1)!;
  return [
    { kind: 'listed', date: life.listed, ticker: first!.ticker },
    ...later.map(({ ticker, from }) => ({ kind: 'renamed' as const, date: from, ticker })),
    ...(life.delisted === STILL_LISTED
      ? []
      : [{ kind: 'delisted' as const, date: life.delisted, ticker: last.ticker }]),
  ];
}
