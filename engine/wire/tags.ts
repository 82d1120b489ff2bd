// The first byte of every value that the message codec writes: its kind.
//
// ```
// | 0x80..0xff | whole number 0..127                                                |
// | tag        | payload, little endian                                              |
// | int        | i32                                                                |
// | float      | f64                                                                |
// | known      | u16 number of a text that was told before                          |
// | text       | u8 length, latin1; becomes the next known text                     |
// | latin1     | u32 length, latin1                                                 |
// | utf16      | u32 length, UTF-16 code units                                      |
// | bigint     | i64                                                                |
// | digits     | u32 length, latin1: a whole number beyond 64 bits                   |
// | array      | u32 length, values                                                 |
// | object     | u16 shape, one value a key                                         |
// | shape      | u16 count, key names as values: the next shape; an object follows  |
// | entries    | u32 count, key and value in turn                                   |
// | map, set   | u32 size, key and value in turn, or values                         |
// | view       | u8 type, u32 bytes, bytes                                          |
// | forget     | nothing: known texts begin anew                                    |
// ```

/** The tags of values that take more than their first byte. */
export const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  int: 4,
  float: 5,
  known: 6,
  text: 7,
  latin1: 8,
  utf16: 9,
  bigint: 10,
  digits: 11,
  array: 12,
  object: 13,
  shape: 14,
  entries: 15,
  map: 16,
  set: 17,
  view: 18,
  forget: 19,
} as const;

/** First byte of a small whole number, which it carries itself. */
export const SMALL = 0x80;

/**
 * Texts that both sides remember, each up to so many characters: addresses, kinds, causes. Once
 * there are as many, both forget them all, so that texts used once don't keep the table.
 */
export const KNOWN_TEXTS_MAX = 16_384;

/** Longest text that is remembered. Units: UTF-16 code units. */
export const KNOWN_LENGTH_MAX = 40;

/** Shapes that both sides remember; objects of further shapes carry their keys. */
export const SHAPES_MAX = 1024;

/** Most keys of a shape; larger objects are tables, whose keys seldom come again. */
export const SHAPE_KEYS_MAX = 64;

/** Deepest nesting; what is deeper, or has no end, does not fit. */
export const DEPTH_MAX = 32;

/** Typed arrays that the codec carries, at their number. */
export const VIEWS = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;
