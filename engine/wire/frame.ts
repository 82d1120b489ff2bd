// The fixed 64-byte frame that crosses threads in a ring: where each lane of it lies.

/**
 * Layout of one frame.
 *
 * ```
 * byte  0      4      8        16       24      ...     56
 *       +------+------+--------+--------+--------+------+--------+
 *       | kind | row  | lane 1 | lane 2 | lane 3 | ...  | lane 7 |
 *       | i32  | i32  | f64    | f64    | f64    |      | f64    |
 *       +------+------+--------+--------+--------+------+--------+
 * ```
 */
export const FRAME_BYTES = 64;
/** Float64 slots a frame takes; slot 0 holds the two integers. */
export const FRAME_LANES = 8;
/** Int32 slots a frame takes. */
export const FRAME_INTS = 16;

/** The meaning of a frame's lanes, given as data by the schema that uses it. */
export interface FrameLayout {
  /** The integer in the `kind` slot. */
  readonly kind: number;
  /** Lane number (1 to 7) of each named field. */
  readonly lanes: Readonly<Record<string, number>>;
}
