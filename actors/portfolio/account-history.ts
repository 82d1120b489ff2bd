// Replays an account's history with its corrections: what was reversed never happened.

import { type Refusal, refusal } from '../../engine/index.js';
import type { Account } from './account.js';
import { applyEvent } from './account-apply.js';
import type { AccountEntry, AccountEvent, Reversed } from './account-event.js';
import type { RealisedGain } from './account-trade.js';

/** An account as its history makes it, and all that was realised, in order of taking effect. */
export interface ReplayedAccount {
  readonly account: Account;
  readonly gains: readonly RealisedGain[];
}

/** Which entry reverses which; the last one, where an earlier reversal was itself reversed. */
interface Corrections {
  readonly reversalOf: Map<string, Reversed>;
  /** The reversal that a replacement came with. */
  readonly broughtBy: Map<string, Reversed>;
}

/**
 * The events in force, in order of taking effect: those reversed are out, their replacements in
 * their place, and what was entered late stands at its day. A reversal that is itself reversed
 * counts for nothing.
 * Errors: `portfolio.event_repeated`, `portfolio.unknown_event`, `portfolio.already_reversed`,
 * `portfolio.bad_replacement`.
 */
export function eventsInForce(entries: readonly AccountEntry[]): readonly AccountEvent[] | Refusal {
  const corrections = correctionsOf(entries);
  if ('kind' in corrections) return corrections;
  const events: AccountEvent[] = [];
  for (const entry of entries) {
    if (entry.kind === 'reversed') continue;
    const inForce = finalForm(entry, corrections);
    if (inForce !== undefined) events.push(inForce);
  }
  const untoldDays = untoldDaysOf(entries);
  const rankOf = (event: AccountEvent): number =>
    untoldDays.has(event.day) && 'ofMarket' in event ? 0 : 1;
  // The sort is stable: events of one day keep the order of their entries.
  return events.sort((one, other) => one.day - other.day || rankOf(one) - rankOf(other));
}

/** Days on which what the market enters stands before all else: it takes effect at the open. */
function untoldDaysOf(entries: readonly AccountEntry[]): ReadonlySet<number> {
  const days = new Set<number>();
  for (const entry of entries) {
    if (entry.isUntold !== true) continue;
    days.add(entry.kind === 'reversed' ? (entry.replacement?.day ?? entry.day) : entry.day);
  }
  return days;
}

/** Whether an entry stands: the one that reverses it, if any, does not. */
function isStanding(eventId: string, { reversalOf }: Corrections): boolean {
  let stands = true;
  // Each step goes to a later entry, so the walk ends.
  for (let by = reversalOf.get(eventId); by !== undefined; by = reversalOf.get(by.eventId)) {
    stands = !stands;
  }
  return stands;
}

/** Follows an event through its replacements; undefined where it was taken back. */
function finalForm(event: AccountEvent, corrections: Corrections): AccountEvent | undefined {
  let current: AccountEvent | undefined = event;
  while (current !== undefined && !isStanding(current.eventId, corrections)) {
    current = corrections.reversalOf.get(current.eventId)?.replacement;
  }
  return current;
}

function correctionsOf(entries: readonly AccountEntry[]): Corrections | Refusal {
  const known = new Map<string, AccountEntry>();
  const corrections: Corrections = { reversalOf: new Map(), broughtBy: new Map() };
  for (const entry of entries) {
    const stated: AccountEntry[] = [entry];
    if (entry.kind === 'reversed') {
      const refused = checkReversal(entry, known, corrections);
      if (refused !== undefined) return refused;
      corrections.reversalOf.set(entry.reversedId, entry);
      if (entry.replacement !== undefined) {
        corrections.broughtBy.set(entry.replacement.eventId, entry);
        stated.push(entry.replacement);
      }
    }
    for (const one of stated) {
      if (known.has(one.eventId)) {
        return refusal('portfolio.event_repeated', `expected one event ${one.eventId}, was two`);
      }
      known.set(one.eventId, one);
    }
  }
  return corrections;
}

function checkReversal(
  { reversedId, replacement }: Reversed,
  known: ReadonlyMap<string, AccountEntry>,
  corrections: Corrections,
): Refusal | undefined {
  const target = known.get(reversedId);
  if (target === undefined) {
    return refusal('portfolio.unknown_event', `expected an earlier event, was ${reversedId}`);
  }
  const bringer = corrections.broughtBy.get(reversedId);
  const isBrought = bringer === undefined || isStanding(bringer.eventId, corrections);
  if (!isBrought || !isStanding(reversedId, corrections)) {
    return refusal('portfolio.already_reversed', `expected ${reversedId} in force, it is not`);
  }
  if (target.kind === 'reversed' && replacement !== undefined) {
    const text = 'expected no replacement where a reversal is reversed';
    return refusal('portfolio.bad_replacement', text);
  }
  return undefined;
}

/**
 * Replays a history into `account`, what there was before it. A correction that leaves a later
 * event impossible (a delivery of shares that were then never bought) is refused with its id.
 * Errors: those of `eventsInForce` and `applyEvent`.
 */
export function replayAccount(
  entries: readonly AccountEntry[],
  account: Account,
): ReplayedAccount | Refusal {
  const events = eventsInForce(entries);
  if ('kind' in events) return events;
  const gains: RealisedGain[] = [];
  for (const event of events) {
    const realised = applyEvent(account, event);
    if ('kind' in realised) return refusal(realised.code, `${event.eventId}: ${realised.text}`);
    gains.push(...realised);
  }
  return { account, gains };
}
