// Day trades: how many a day's orders make, and when they make a pattern day trader.

import { type Refusal, refusal } from '../../engine/index.js';
import { countSessions, dateOf, daysOf, isDate, isSession } from '../calendar/index.js';

/** One order of a day in one symbol, in order of time. */
export type DayOrder = readonly [side: 'buy' | 'sell', quantity: number];

/**
 * Day trades in one symbol on one day. An order that closes what was opened the same day makes
 * one, however many orders opened it; further closings without a new opening are the same day
 * trade. Closing a position held overnight before any new opening makes none.
 * `startPosition` is signed. Source: FINRA Rule 4210(f)(8)(B)(i).
 */
export function countDayTrades(startPosition: number, orders: readonly DayOrder[]): number {
  let position = startPosition;
  let hasOpenedToday = false;
  let count = 0;
  for (const [side, quantity] of orders) {
    if (quantity === 0) continue;
    const before = position;
    position += side === 'buy' ? quantity : -quantity;
    const isClosing = before !== 0 && before > 0 === (side === 'sell');
    if (!isClosing) {
      hasOpenedToday = true;
      continue;
    }
    if (hasOpenedToday) count++;
    // An order larger than the position closes it and opens one of the other side.
    hasOpenedToday = position !== 0 && position > 0 !== before > 0;
  }
  return count;
}

/** Day trades and all trades of one date, yyyymmdd. */
export interface DayOfTrades {
  readonly date: number;
  readonly dayTrades: number;
  readonly trades: number;
}

/** When day trading becomes a pattern. */
export interface PatternRule {
  /** Day trades in the window that make a pattern. */
  readonly threshold: number;
  readonly windowSessions: number;
  /** Day trades must be more than this share of all trades in the window, in per cent. */
  readonly percent: number;
}

/**
 * Four day trades in five business days, if more than six per cent of all trades. The rule was
 * in force from 28 September 2001 until it gave way to intraday margin standards.
 * Source: FINRA Rule 4210(f)(8)(B)(ii); eliminated by SR-FINRA-2025-017, approved by the SEC on
 * 14 April 2026 (Release 34-105226, 91 FR 20731).
 */
export const FINRA_PATTERN_RULE: PatternRule = { threshold: 4, windowSessions: 5, percent: 6 };

/** First day of the rule, of its elimination, and of the end of the phase-in; yyyymmdd. */
const PATTERN_RULE_START = 20010928;
const PATTERN_RULE_ELIMINATED = 20260604;
const PHASE_IN_END = 20271020;

/** How the pattern rule stands. */
export type PatternRuleStatus = 'not_yet' | 'in_force' | 'phasing_out' | 'ended';

/**
 * Whether the pattern rule binds on a date, yyyymmdd. While it is phased out each firm says by
 * which rule it goes. Source: as `FINRA_PATTERN_RULE`; the two last dates are those of FINRA's
 * regulatory notice of 20 April 2026 as the press reports them.
 */
export function patternRuleStatus(date: number): PatternRuleStatus {
  if (date < PATTERN_RULE_START) return 'not_yet';
  if (date < PATTERN_RULE_ELIMINATED) return 'in_force';
  return date <= PHASE_IN_END ? 'phasing_out' : 'ended';
}

/** Whether and since when an account is a pattern day trader. */
export interface PatternDayTrader {
  readonly isPattern: boolean;
  /** First date, yyyymmdd, at whose end the rule is met. */
  readonly firstFlagDate: number | undefined;
  /** Most day trades in any window. */
  readonly dayTradesMax: number;
}

function check(days: readonly DayOfTrades[], rule: PatternRule): Refusal | undefined {
  const { threshold, windowSessions, percent } = rule;
  if (!(threshold >= 1 && windowSessions >= 1 && percent >= 0)) {
    const text = 'expected a threshold and a window of 1 or more and a percentage of 0 or more';
    return refusal('compliance.rule', text);
  }
  for (const { date, dayTrades, trades } of days) {
    if (!isDate(date) || !isSession(date)) {
      return refusal('compliance.no_session', `expected a date of a session, was ${date}`);
    }
    if (!(dayTrades >= 0 && trades >= dayTrades)) {
      const text = `expected no more day trades than trades on ${date}`;
      return refusal('compliance.trades', `${text}, was ${dayTrades} of ${trades}`);
    }
  }
  return undefined;
}

/**
 * Judges the windows of sessions that end on each date with trades.
 * Errors: `compliance.rule`, `compliance.no_session`, `compliance.trades`.
 */
export function patternDayTrader(
  days: readonly DayOfTrades[],
  rule: PatternRule = FINRA_PATTERN_RULE,
): PatternDayTrader | Refusal {
  const refused = check(days, rule);
  if (refused !== undefined) return refused;
  const ordered = [...days].sort((one, other) => one.date - other.date);
  let firstFlagDate: number | undefined;
  let dayTradesMax = 0;
  let first = 0;
  ordered.forEach(({ date }, last) => {
    while (countSessions(ordered[first]!.date, date) > rule.windowSessions) first++;
    let dayTrades = 0;
    let trades = 0;
    for (let index = first; index <= last; index++) {
      dayTrades += ordered[index]!.dayTrades;
      trades += ordered[index]!.trades;
    }
    dayTradesMax = Math.max(dayTradesMax, dayTrades);
    const isMet = dayTrades >= rule.threshold && dayTrades * 100 > rule.percent * trades;
    if (isMet) firstFlagDate ??= date;
  });
  return { isPattern: firstFlagDate !== undefined, firstFlagDate, dayTradesMax };
}

/** The date, yyyymmdd, of a text yyyy-mm-dd; undefined where it is none. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const date = Number(match.slice(1).join(''));
  return isDate(date) ? dateOf(daysOf(date)) : undefined;
}
