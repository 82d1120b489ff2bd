// The rules of ticks, one a row of a table: streaming, with a fixed memory for each symbol.

import { bitOf, REFUSING_BITS, TICK_CODES, type TickCode } from './codes.js';
import { PRINTS_MIN, SequenceMemory, SymbolMemory } from './memory.js';
import { AUCTION_FLAGS, UPDATES, updatesOf } from './sale-conditions.js';

/** One trade or quote as it came; one object is filled again and again. */
export interface Tick {
  /** Row of the symbol; -1 for one that nobody knows. */
  row: number;
  isQuote: boolean;
  /** Number given by the source; 0 where it gives none. */
  sequence: number;
  /** Units: microseconds since 1970-01-01 UTC. */
  timeUs: number;
  /** When it arrived, by the same clock; 0 where nobody knows. */
  arrivalUs: number;
  /** Of a trade; 0 in quotes. */
  price: number;
  size: number;
  /** Sale conditions, as `SALE_CONDITIONS` numbers them. */
  flags: number;
  /** Of a quote; 0 for a side that is absent. */
  bid: number;
  ask: number;
}

/** Limits of the rules. */
export interface TickLimits {
  /** Behind the newest of its symbol by more than this is late. Units: microseconds. */
  readonly lateUs: number;
  /** Silence within the session that makes the next record stale. Units: microseconds. */
  readonly silenceUs: number;
  /** Distance from the median of the last prints that makes a price suspect, as a fraction. */
  readonly distance: number;
  /** Least such distance: a cheap stock moves by whole ticks. Units: dollars. */
  readonly distanceMin: number;
  /** Share of an average day's volume that one trade may have. */
  readonly volumeShare: number;
}

/**
 * A bad print lies 40 basis points from the median of 21: on the day used for tuning (BAC, IBM and
 * SPY, 2013-10-07) no print that sets the price was further than 15 from it, or 2 ticks.
 */
export const TICK_LIMITS: TickLimits = {
  lateUs: 1_000_000,
  silenceUs: 60_000_000,
  distance: 0.004,
  distanceMin: 0.04,
  volumeShare: 0.1,
};

/** Prices near each other, away from the rest, after which that is where the market is. */
const SUSPECTS_MAX = 5;

/** The bands are twice as wide in the first and in the last part of a session. */
const OPENING_US = 15 * 60_000_000;
const CLOSING_US = 25 * 60_000_000;

/** The hours that records may fall into, and the regular session within them. */
interface Hours {
  firstUs: number;
  lastUs: number;
  openUs: number;
  closeUs: number;
}

/** What a rule looks at. */
interface Sight {
  tick: Tick;
  readonly symbol: SymbolMemory;
  readonly hours: Hours;
  readonly limits: TickLimits;
  /** What the trade may update, as bits of `UPDATES`. */
  updates: number;
}

type Rule = (sight: Sight) => boolean;

/**
 * Half width of the band around the reference price, as a fraction.
 * Source: Plan to Address Extraordinary Market Volatility, appendix A, tier 1.
 */
export function bandOf(reference: number): number {
  if (reference > 3) return 0.05;
  return reference >= 0.75 ? 0.2 : Math.min(0.75, 0.15 / reference);
}

/** A rule for each code but those of the source's numbers and of the symbol. */
const RULES: Readonly<Partial<Record<TickCode, Rule>>> = {
  not_a_number: ({ tick }) => {
    // One test for six numbers: a NaN or an infinity anywhere makes the sum one too.
    const sum = tick.timeUs + tick.price + tick.size + tick.bid + tick.ask + tick.arrivalUs;
    return sum - sum !== 0;
  },
  price_not_positive: ({ tick }) => (tick.isQuote ? tick.bid < 0 || tick.ask < 0 : tick.price <= 0),
  size_negative: ({ tick }) => tick.size < 0,
  outside_session: ({ tick, hours }) => tick.timeUs < hours.firstUs || tick.timeUs > hours.lastUs,
  halted: ({ tick, symbol }) => symbol.isHalted && !tick.isQuote,
  crossed_quote: ({ tick }) => tick.ask > 0 && tick.bid > tick.ask,
  locked_quote: ({ tick }) => tick.ask > 0 && tick.bid === tick.ask,
  late: ({ tick, symbol, limits }) =>
    symbol.newestUs - tick.timeUs > limits.lateUs ||
    (tick.arrivalUs > 0 && tick.arrivalUs - tick.timeUs > limits.lateUs),
  out_of_order: ({ tick, symbol, limits }) =>
    tick.timeUs < symbol.newestUs && symbol.newestUs - tick.timeUs <= limits.lateUs,
  stale: ({ tick, symbol, hours, limits }) =>
    tick.timeUs >= hours.openUs &&
    tick.timeUs <= hours.closeUs &&
    tick.timeUs - Math.max(symbol.newestUs, hours.openUs) > limits.silenceUs,
  outside_price_band: (sight) => {
    const { tick, hours, updates } = sight;
    if ((updates & UPDATES.last) === 0) return false;
    const reference = referenceOf(sight);
    const isWide =
      tick.timeUs < hours.openUs + OPENING_US || tick.timeUs > hours.closeUs - CLOSING_US;
    return Math.abs(tick.price - reference) > reference * bandOf(reference) * (isWide ? 2 : 1);
  },
  bad_print: (sight) => {
    const { tick, symbol, limits, updates } = sight;
    if ((updates & UPDATES.last) === 0) return false;
    if (isBehind(sight) && symbol.lookBack(tick.timeUs) >= PRINTS_MIN) {
      const away = Math.max(symbol.thenLow - tick.price, tick.price - symbol.thenHigh);
      return away > allowed(tick.price, limits);
    }
    if (symbol.count < PRINTS_MIN || !(referenceOf(sight) > 0)) return false;
    const median = symbol.median();
    const far = allowed(median, limits) * quietness(tick.timeUs, symbol, limits);
    return Math.abs(tick.price - median) > far;
  },
  size_outlier: ({ tick, symbol, limits }) =>
    (tick.flags & AUCTION_FLAGS) === 0 && tick.size > symbol.averageVolume * limits.volumeShare,
};

const RULE_LIST = TICK_CODES.map(({ code }): Rule | undefined => RULES[code]);

const PRICE_BITS = bitOf('outside_price_band') | bitOf('bad_print');

/** Whether a print is late behind those that set the price: then these say little of its own. */
// hot
function isBehind({ tick, symbol, limits }: Sight): boolean {
  return symbol.newestPriceUs - tick.timeUs > limits.lateUs;
}

/** The mean price before a print; before a late one of whose time nothing is kept, that of now. */
// hot
function referenceOf(sight: Sight): number {
  const { tick, symbol } = sight;
  const reference = symbol.reference(tick.timeUs);
  return reference > 0 || !isBehind(sight) ? reference : symbol.reference(symbol.newestPriceUs);
}

function allowed(median: number, limits: TickLimits): number {
  return Math.max(median * limits.distance, limits.distanceMin);
}

/**
 * How much further a price may have gone from the median of prints that are mostly older than a
 * silence: twice as far, as the bands of the plan above in the parts of a session that move most.
 */
// hot
function quietness(timeUs: number, symbol: SymbolMemory, limits: TickLimits): number {
  return timeUs - symbol.middleUs() > limits.silenceUs ? 2 : 1;
}

/** The rules of one source, with what they remember. */
export interface TickRules {
  /** Judges one record: the bits of `TICK_CODES`; 0 for a sound one. Takes it unless refused. */
  check(tick: Tick): number;
  /**
   * Opens the hours that records may fall into, with the regular session in them. Units:
   * microseconds of event time.
   */
  open(hours: {
    readonly firstUs: number;
    readonly lastUs: number;
    readonly openUs: number;
    readonly closeUs: number;
  }): void;
  setHalted(row: number, isHalted: boolean): void;
  /** Tells a price known from elsewhere: the close before, or the price after a split. */
  setReference(row: number, price: number): void;
  /** Tells the shares of an average day. */
  setAverageVolume(row: number, shares: number): void;
  /** Sequence numbers that never came. */
  missing(): number;
}

/** Creates the rules of one source for so many symbols. */
export function createTickRules(rowCount: number, limits: TickLimits = TICK_LIMITS): TickRules {
  const symbols = Array.from({ length: rowCount }, () => new SymbolMemory());
  const numbers = new SequenceMemory();
  const hours: Hours = { firstUs: 0, lastUs: 0, openUs: 0, closeUs: 0 };
  const [gap, duplicate, unknown] = [bitOf('gap'), bitOf('duplicate'), bitOf('unknown_symbol')];
  const sights = symbols.map((symbol): Sight => {
    return { tick: noTick(), symbol, hours, limits, updates: 0 };
  });
  return {
    // hot
    check(tick) {
      let verdict = 0;
      if (tick.sequence > 0) {
        const jumped = numbers.take(tick.sequence);
        if (jumped < 0) return duplicate;
        if (jumped > 0) verdict = gap;
      }
      const sight = sights[tick.row];
      if (sight === undefined) return verdict | unknown;
      verdict |= judge(sight, tick);
      if ((verdict & PRICE_BITS) !== 0 && isNewLevel(sight, tick)) verdict &= ~PRICE_BITS;
      if ((verdict & REFUSING_BITS) === 0) take(sight, tick);
      return verdict;
    },
    open(opened) {
      Object.assign(hours, opened);
    },
    setHalted(row, isHalted) {
      symbols[row]!.isHalted = isHalted;
    },
    setReference(row, price) {
      symbols[row]!.restart(price);
    },
    setAverageVolume(row, shares) {
      symbols[row]!.averageVolume = shares;
    },
    missing: () => numbers.missing,
  };
}

/** Marks add up; the first reason to refuse ends it: such numbers judge nothing further. */
// hot
function judge(sight: Sight, tick: Tick): number {
  sight.tick = tick;
  sight.updates = tick.isQuote ? 0 : updatesOf(tick.flags);
  let verdict = 0;
  for (let index = 0; index < RULE_LIST.length; index++) {
    const rule = RULE_LIST[index];
    if (rule === undefined || !rule(sight)) continue;
    verdict |= 1 << index;
    if (((1 << index) & REFUSING_BITS) !== 0) break;
  }
  return verdict;
}

/**
 * A price that others follow was no bad print: the market is there, and it begins anew. Where they
 * are late it was there.
 */
// hot
function isNewLevel(sight: Sight, { price }: Tick): boolean {
  const { symbol, limits } = sight;
  const isLate = isBehind(sight);
  const suspects = isLate ? symbol.lateSuspects : symbol.suspects;
  if (suspects.take(price, allowed(price, limits)) < SUSPECTS_MAX) return false;
  if (!isLate) symbol.restart(price);
  return true;
}

// hot
function take(sight: Sight, tick: Tick): void {
  const { symbol, updates } = sight;
  if (tick.timeUs > symbol.newestUs) symbol.newestUs = tick.timeUs;
  if ((updates & UPDATES.last) === 0) return;
  if (isBehind(sight)) {
    symbol.takeLate(tick.timeUs, tick.price);
    symbol.lateSuspects.clear();
  } else {
    symbol.takePrice(tick.timeUs, tick.price);
    symbol.suspects.clear();
  }
}

/** An empty record to fill. */
export function noTick(): Tick {
  return {
    row: -1,
    isQuote: false,
    sequence: 0,
    timeUs: 0,
    arrivalUs: 0,
    price: 0,
    size: 0,
    flags: 0,
    bid: 0,
    ask: 0,
  };
}
