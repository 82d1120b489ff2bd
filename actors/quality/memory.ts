// What the rules remember: of each symbol its newest time and last prices, of a source its numbers.

/** Prints whose median a price is judged by. */
const WINDOW = 21;

/** The reference price is the mean of five minutes, kept in slots. */
const SLOTS = 10;
const SLOT_US = 30_000_000;

/** Prints before a mean or a median is trusted. */
export const PRINTS_MIN = 5;

/** Sequence numbers behind the newest whose repetition is still known. */
const NUMBERS_KEPT = 4_096;

/** Numbers that a source may lose at once; what is further on is believed when others follow. */
const NUMBERS_LOST = NUMBERS_KEPT * 16;

/** Prices that were far away, one after the other, and near each other. */
class Suspects {
  #price = Number.NaN;
  #count = 0;

  /** Takes one; answers how many there are now that lie within `allowed` of each other. */
  // hot
  take(price: number, allowed: number): number {
    this.#count = Math.abs(price - this.#price) <= allowed ? this.#count + 1 : 1;
    this.#price = price;
    return this.#count;
  }

  /** Forgets them: a price came that is where the others are. */
  // hot
  clear(): void {
    this.#count = 0;
  }
}

/** What is remembered of one symbol: a fixed size, whatever comes. */
export class SymbolMemory {
  /** Event time of the newest record taken. Units: microseconds. */
  newestUs = 0;
  /** Event time of the newest print that set the last price. Units: microseconds. */
  newestPriceUs = 0;
  isHalted = false;
  /** Shares of an average day; NaN while unknown. */
  averageVolume = Number.NaN;
  /** The last prices by age, and by size. */
  readonly #byAge = new Float64Array(WINDOW);
  /** When each of them was, in the same order. Units: microseconds of event time. */
  readonly #timesUs = new Float64Array(WINDOW);
  readonly #sorted = new Float64Array(WINDOW);
  count = 0;
  #next = 0;
  readonly #slotStartUs = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);
  readonly #slotSum = new Float64Array(SLOTS);
  readonly #slotCount = new Float64Array(SLOTS);
  readonly #slotLow = new Float64Array(SLOTS);
  readonly #slotHigh = new Float64Array(SLOTS);
  /** Lowest and highest price of the time that was looked back to last. */
  thenLow = Number.NaN;
  thenHigh = Number.NaN;
  /** Price known from before: the last close, or the price after an action. */
  #reference = Number.NaN;
  /** Of prints in their order, and of late ones: these tell nothing of where the market is. */
  readonly suspects = new Suspects();
  readonly lateSuspects = new Suspects();

  /** Median of the last prices; NaN while there is none. */
  // hot
  median(): number {
    const { count } = this;
    if (count === 0) return Number.NaN;
    const middle = count >> 1;
    const upper = this.#sorted[middle]!;
    return (count & 1) === 1 ? upper : (upper + this.#sorted[middle - 1]!) / 2;
  }

  /**
   * Event time of the print that as many of the last ones are older as are newer than; 0 before
   * the first. Units: microseconds.
   */
  // hot
  middleUs(): number {
    const { count } = this;
    if (count === 0) return 0;
    const back = (count >> 1) + 1;
    return this.#timesUs[(this.#next - back + WINDOW) % WINDOW]!;
  }

  /**
   * Mean price of the five minutes before, or what was known before the first print; NaN without
   * either: a price of hours ago, or one print alone, says little of where the market is. Of a time
   * in the past it is made of as much as is kept.
   */
  // hot
  reference(timeUs: number): number {
    let sum = 0;
    let count = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const ageUs = timeUs - this.#slotStartUs[slot]!;
      if (ageUs > SLOTS * SLOT_US || ageUs < 0) continue;
      sum += this.#slotSum[slot]!;
      count += this.#slotCount[slot]!;
    }
    if (count >= PRINTS_MIN) return sum / count;
    return this.count === 0 ? this.#reference : Number.NaN;
  }

  /**
   * Looks for the prices of a past time: those of its slot and of the nearest ones before and after
   * that have some, whose lowest and highest are then in `thenLow` and `thenHigh`. Answers how many
   * there are.
   */
  // hot
  lookBack(timeUs: number): number {
    let own = -1;
    let before = -1;
    let after = -1;
    for (let slot = 0; slot < SLOTS; slot++) {
      const startUs = this.#slotStartUs[slot]!;
      if (startUs === Number.NEGATIVE_INFINITY) continue;
      if (startUs > timeUs) {
        if (after < 0 || startUs < this.#slotStartUs[after]!) after = slot;
      } else if (timeUs - startUs < SLOT_US) own = slot;
      else if (before < 0 || startUs > this.#slotStartUs[before]!) before = slot;
    }
    this.thenLow = Number.POSITIVE_INFINITY;
    this.thenHigh = Number.NEGATIVE_INFINITY;
    return this.#addSlot(own) + this.#addSlot(before) + this.#addSlot(after);
  }

  /** Widens the range that is looked for by a slot, -1 for none; answers its prints. */
  // hot
  #addSlot(slot: number): number {
    if (slot < 0) return 0;
    this.thenLow = Math.min(this.thenLow, this.#slotLow[slot]!);
    this.thenHigh = Math.max(this.thenHigh, this.#slotHigh[slot]!);
    return this.#slotCount[slot]!;
  }

  /** Takes a price that sets the last. */
  // hot
  takePrice(timeUs: number, price: number): void {
    if (timeUs > this.newestPriceUs) this.newestPriceUs = timeUs;
    if (this.count === WINDOW) this.#remove(this.#byAge[this.#next]!);
    else this.count++;
    this.#insert(price);
    this.#byAge[this.#next] = price;
    this.#timesUs[this.#next] = timeUs;
    this.#next = this.#next + 1 === WINDOW ? 0 : this.#next + 1;
    this.takeLate(timeUs, price);
  }

  /** Takes a price of a past time, which is none of the last ones. */
  // hot
  takeLate(timeUs: number, price: number): void {
    const start = Math.floor(timeUs / SLOT_US) * SLOT_US;
    const slot = (start / SLOT_US) % SLOTS;
    // A late trade of a slot since reused is too old for the mean.
    if (start < this.#slotStartUs[slot]!) return;
    if (start > this.#slotStartUs[slot]!) {
      this.#slotStartUs[slot] = start;
      this.#slotSum[slot] = this.#slotCount[slot] = 0;
      this.#slotLow[slot] = this.#slotHigh[slot] = price;
    }
    this.#slotSum[slot] = this.#slotSum[slot]! + price;
    this.#slotCount[slot] = this.#slotCount[slot]! + 1;
    if (price < this.#slotLow[slot]!) this.#slotLow[slot] = price;
    if (price > this.#slotHigh[slot]!) this.#slotHigh[slot] = price;
  }

  /** Forgets the prices: after a split, or where the market has moved to a new level. */
  restart(price: number): void {
    this.count = this.#next = 0;
    this.suspects.clear();
    this.lateSuspects.clear();
    this.#slotStartUs.fill(Number.NEGATIVE_INFINITY);
    this.#slotSum.fill(0);
    this.#slotCount.fill(0);
    this.#reference = price;
  }

  // hot
  #insert(price: number): void {
    let at = this.count - 1;
    while (at > 0 && this.#sorted[at - 1]! > price) {
      this.#sorted[at] = this.#sorted[at - 1]!;
      at--;
    }
    this.#sorted[at] = price;
  }

  // hot
  #remove(price: number): void {
    let at = 0;
    while (this.#sorted[at] !== price) at++;
    for (; at < WINDOW - 1; at++) this.#sorted[at] = this.#sorted[at + 1]!;
  }
}

/** Numbers of one source: which came, and how many never did. */
export class SequenceMemory {
  /** Highest number so far; 0 before the first. */
  newest = 0;
  /** Numbers that were jumped over, less those that came after all. */
  missing = 0;
  readonly #seen = new Float64Array(NUMBERS_KEPT).fill(-1);
  #first = 0;
  /** A number far beyond the newest, which may be a broken one; 0 for none. */
  #suspect = 0;

  /** Takes a number: how many were jumped over, or -1 for one that was seen. */
  // hot
  take(sequence: number): number {
    if (this.newest === 0) {
      this.#first = sequence;
      this.newest = sequence - 1;
    }
    if (sequence - this.newest > NUMBERS_LOST) return this.#takeFar(sequence);
    const slot = sequence % NUMBERS_KEPT;
    if (this.#seen[slot] === sequence) return -1;
    // Older than what is kept: nobody can tell whether it came, so it is not taken twice.
    if (this.newest - sequence >= NUMBERS_KEPT) return -1;
    this.#seen[slot] = sequence;
    if (sequence < this.newest) {
      // What came before the first was never missed.
      if (sequence > this.#first) this.missing--;
      return 0;
    }
    const jumped = sequence - this.newest - 1;
    this.newest = sequence;
    this.missing += jumped;
    return jumped;
  }

  /**
   * A number so far on is broken, or the source has begun elsewhere: then the next ones follow it.
   * One alone must not make all that comes behind it look old.
   */
  // hot
  #takeFar(sequence: number): number {
    if (sequence === this.#suspect) return -1;
    const jumped = sequence - this.newest - 1;
    const before = this.#suspect;
    this.#suspect = sequence;
    if (before === 0 || Math.abs(sequence - before) > NUMBERS_LOST) return jumped;
    this.#seen[before % NUMBERS_KEPT] = before;
    this.#seen[sequence % NUMBERS_KEPT] = sequence;
    // The one before it came.
    this.missing += Math.max(sequence, before) - this.newest - 2;
    this.newest = Math.max(sequence, before);
    this.#suspect = 0;
    return Math.max(0, sequence - before - 1);
  }
}
