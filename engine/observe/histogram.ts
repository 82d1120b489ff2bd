// A histogram in shared memory: one thread records, any thread reads percentiles.

/** Linear steps in each power of two: values are told apart to about 3 %. */
const STEPS = 32;
const STEP_BITS = 5;
/** Powers of two covered: up to 2^31 units. */
const POWERS = 31;
const BUCKETS = STEPS * (POWERS + 1);

/** Allocates a histogram of whole, non-negative values. */
export function createHistogram(): SharedArrayBuffer {
  return new SharedArrayBuffer(BUCKETS * 8);
}

/** A view of a shared histogram. */
export class Histogram {
  readonly #counts: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#counts = new Float64Array(buffer);
  }

  /** Counts one value; what is above the range counts in the last bucket. */
  // hot
  record(value: number): void {
    const whole = value > 2_147_483_647 ? 2_147_483_647 : value | 0;
    this.#counts[bucketOf(whole < 0 ? 0 : whole)]!++;
  }

  /** Values counted. */
  count(): number {
    let sum = 0;
    for (const count of this.#counts) sum += count;
    return sum;
  }

  /** Upper edge of the bucket that holds a share of all values; 0 when there are none. */
  percentile(share: number): number {
    return percentileOf([this], share);
  }

  /** Count of one bucket. */
  at(bucket: number): number {
    return this.#counts[bucket]!;
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0);
  }
}

/** A percentile over several histograms together, such as one a thread. */
export function percentileOf(histograms: readonly Histogram[], share: number): number {
  const total = histograms.reduce((sum, histogram) => sum + histogram.count(), 0);
  if (total === 0) return 0;
  let left = Math.ceil(total * share);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    for (const histogram of histograms) left -= histogram.at(bucket);
    if (left <= 0) return upperEdge(bucket);
  }
  return upperEdge(BUCKETS - 1);
}

// hot
function bucketOf(value: number): number {
  if (value < STEPS) return value;
  const power = 31 - Math.clz32(value);
  const step = (value >> (power - STEP_BITS)) & (STEPS - 1);
  return (power - STEP_BITS + 1) * STEPS + step;
}

function upperEdge(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const power = Math.floor(bucket / STEPS) + STEP_BITS - 1;
  return 2 ** power + ((bucket % STEPS) + 1) * 2 ** (power - STEP_BITS) - 1;
}
