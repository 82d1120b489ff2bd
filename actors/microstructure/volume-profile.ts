// How much was traded at which price: point of control, value area, VWAP and its bands.

/** Rows kept; prices beyond them are counted in the outermost ones. */
const ROWS = 2_048;

/** Share of the volume in the value area. Source: CBOT, "Market Profile", 1996: 70 %. */
const VALUE_SHARE = 0.7;

/** The middle of a profile. Units: ticks. */
export interface ValueArea {
  /** Low edge of the row with the most volume; the lower of two equal ones. */
  readonly pointOfControl: number;
  readonly low: number;
  /** Upper edge of the highest row. */
  readonly high: number;
  /** Share of the volume inside, at least 0.7. */
  readonly share: number;
}

/** What was traded in a row: bought, sold, and where nobody knows which. Units: ticks, lots. */
export interface ProfileRow {
  readonly lowTicks: number;
  readonly bought: number;
  readonly sold: number;
  readonly unsided: number;
}

/**
 * Volume by rows of equal height, centred on the first price. Bound: 2,048 rows.
 * Source: Steidlmayer's Market Profile, as in CBOT, "Market Profile", 1996.
 */
export class VolumeProfile {
  readonly rowTicks: number;
  /** Volume beyond the rows, counted in the outermost ones as well. */
  outside = 0;
  total = 0;
  readonly #bought = new Float64Array(ROWS);
  readonly #sold = new Float64Array(ROWS);
  /** Nobody knows who began these. */
  readonly #unsided = new Float64Array(ROWS);
  #first = Number.NaN;
  #low = ROWS;
  #high = -1;

  constructor(rowTicks: number) {
    this.rowTicks = rowTicks;
  }

  // hot
  push(priceTicks: number, sizeLots: number, side: number): void {
    const level = Math.floor(priceTicks / this.rowTicks);
    if (this.#first !== this.#first) this.#first = level - ROWS / 2;
    let row = level - this.#first;
    if (row < 0 || row >= ROWS) {
      this.outside += sizeLots;
      row = row < 0 ? 0 : ROWS - 1;
    }
    if (side < 0) this.#sold[row]! += sizeLots;
    else if (side > 0) this.#bought[row]! += sizeLots;
    else this.#unsided[row]! += sizeLots;
    this.total += sizeLots;
    if (row < this.#low) this.#low = row;
    if (row > this.#high) this.#high = row;
  }

  /**
   * From the row with the most volume outwards: of the two rows above and the two below, those with
   * more volume join, until 70 % is inside. Undefined before the first trade.
   */
  valueArea(): ValueArea | undefined {
    if (this.total === 0) return undefined;
    let point = this.#low;
    for (let row = this.#low; row <= this.#high; row++) {
      if (this.#at(row) > this.#at(point)) point = row;
    }
    let low = point;
    let high = point;
    let inside = this.#at(point);
    while (inside < VALUE_SHARE * this.total && (low > this.#low || high < this.#high)) {
      const above = this.#at(high + 1) + this.#at(high + 2);
      const below = this.#at(low - 1) + this.#at(low - 2);
      if (low === this.#low || (high < this.#high && above >= below)) {
        inside += above;
        high = Math.min(this.#high, high + 2);
      } else {
        inside += below;
        low = Math.max(this.#low, low - 2);
      }
    }
    return {
      pointOfControl: this.#edge(point),
      low: this.#edge(low),
      high: this.#edge(high + 1),
      share: inside / this.total,
    };
  }

  /** The rows from the lowest to the highest traded. */
  rows(): ProfileRow[] {
    const rows = [];
    for (let row = this.#low; row <= this.#high; row++) {
      rows.push({
        lowTicks: this.#edge(row),
        bought: this.#bought[row]!,
        sold: this.#sold[row]!,
        unsided: this.#unsided[row]!,
      });
    }
    return rows;
  }

  #at(row: number): number {
    if (row < 0 || row >= ROWS) return 0;
    return this.#bought[row]! + this.#sold[row]! + this.#unsided[row]!;
  }

  #edge(row: number): number {
    return (row + this.#first) * this.rowTicks;
  }
}

/**
 * Volume-weighted mean price and deviation, so bands at any distance. The sums are of distances
 * from the first price, which keeps them exact where prices are large and close together.
 * Source: Berkowitz, Logue and Noser, "The total cost of transactions on the NYSE", J. Finance 43
 * (1988), for VWAP; the deviation is the volume-weighted population one.
 */
export class VwapBands {
  #first = Number.NaN;
  #weight = 0;
  #sum = 0;
  #squares = 0;

  // hot
  push(price: number, size: number): void {
    if (this.#first !== this.#first) this.#first = price;
    const distance = price - this.#first;
    this.#weight += size;
    this.#sum += distance * size;
    this.#squares += distance * distance * size;
  }

  /** NaN before the first trade. */
  // hot
  get vwap(): number {
    return this.#first + this.#sum / this.#weight;
  }

  // hot
  get deviation(): number {
    const mean = this.#sum / this.#weight;
    return Math.sqrt(Math.max(0, this.#squares / this.#weight - mean * mean));
  }
}
