// Text whose repeated parts are written once: books at rest name each symbol and id several times,
// and whole lists of them twice.

/**
 * A part that stood before is written as a mark, how far before it began, and its length. JSON
 * holds no such mark, nor does text that was shortened.
 * ```
 * near   mark, distance, length
 * far    mark, distance / 208, distance % 208, length
 * ```
 * Each number is one character, so many above `0`: a single byte. The marks are part of the form
 * of version 8.
 */
const FAR = 0x10;
const NEAR = 0x11;
/** Stands between texts that are pressed together. */
const BETWEEN = 0x12;
const BETWEEN_TEXTS = String.fromCharCode(BETWEEN);
const ZERO = 0x30;
const VALUES = 0x100 - ZERO;

/** Shortest parts that are worth their marks. */
const FAR_LENGTH_MIN = 8;
const NEAR_LENGTH_MIN = 4;

/** A character of more than a byte: beside one, pressed text would not be a byte a character. */
const WIDE = /[\u0100-\uffff]/;

/** Where four characters stood last, by their hash: scratch of the text that is being pressed. */
const SEEN_BITS = 12;
const seen = new Int32Array(1 << SEEN_BITS);
/** Source: Knuth, The Art of Computer Programming, 6.4: 2^32 by the golden ratio. */
const SPREAD = 0x9e37_79b1;

/**
 * Presses JSON or shortened texts together; those that have wide characters stay as they are. In
 * one piece: a text put together of others holds on to all that they were part of.
 */
export function pressed(texts: readonly string[]): string {
  const text = texts.join(BETWEEN_TEXTS);
  if (WIDE.test(text)) return text;
  seen.fill(-1);
  const whole = Buffer.from(text, 'latin1');
  // A mark is shorter than what it stands for.
  const short = Buffer.allocUnsafe(whole.length);
  let end = 0;
  for (let at = 0; at < whole.length; ) {
    const slot = slotOf(whole, at);
    const from = seen[slot]!;
    seen[slot] = at;
    const length = from < 0 ? 0 : repeated(whole, from, at);
    const distance = at - from;
    const lengthMin = distance < VALUES ? NEAR_LENGTH_MIN : FAR_LENGTH_MIN;
    if (length < lengthMin || distance >= VALUES * VALUES) {
      short[end++] = whole[at++]!;
      continue;
    }
    short[end++] = distance < VALUES ? NEAR : FAR;
    if (distance >= VALUES) short[end++] = ZERO + Math.floor(distance / VALUES);
    short[end++] = ZERO + (distance % VALUES);
    short[end++] = ZERO + length;
    at += length;
  }
  return short.toString('latin1', 0, end);
}

/** The texts that were pressed together, none of which holds on to the others. */
export function unpressed(text: string): string[] {
  if (WIDE.test(text)) return text.split(BETWEEN_TEXTS);
  const short = Buffer.from(text, 'latin1');
  const whole = Buffer.allocUnsafe(lengthOf(short));
  let end = 0;
  for (let at = 0; at < short.length; ) {
    const code = short[at++]!;
    if (code !== NEAR && code !== FAR) {
      whole[end++] = code;
      continue;
    }
    const far = code === FAR ? short[at++]! - ZERO : 0;
    const distance = far * VALUES + short[at++]! - ZERO;
    // One by one: a part may reach into what it makes.
    for (const to = end + short[at++]! - ZERO; end < to; end++) whole[end] = whole[end - distance]!;
  }
  const texts: string[] = [];
  for (let from = 0; from <= end; ) {
    const between = whole.indexOf(BETWEEN, from);
    const to = between < 0 ? end : between;
    texts.push(whole.toString('latin1', from, to));
    from = to + 1;
  }
  return texts;
}

/** Characters that pressed text stands for. */
function lengthOf(short: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < short.length; ) {
    const code = short[at]!;
    const isMark = code === NEAR || code === FAR;
    at += code === FAR ? 4 : isMark ? 3 : 1;
    length += isMark ? short[at - 1]! - ZERO : 1;
  }
  return length;
}

/** Where the four characters at a place are remembered; behind the end there is nothing. */
function slotOf(text: Uint8Array, at: number): number {
  const four = text[at]! | (text[at + 1]! << 8) | (text[at + 2]! << 16) | (text[at + 3]! << 24);
  return Math.imul(four, SPREAD) >>> (32 - SEEN_BITS);
}

/** Characters that stand at both places, as many as a mark can tell. */
function repeated(text: Uint8Array, from: number, at: number): number {
  const most = Math.min(VALUES - 1, text.length - at);
  let length = 0;
  while (length < most && text[from + length] === text[at + length]) length++;
  return length;
}
