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
  const text = texts.join(String.fromCharCode(BETWEEN));
  if (WIDE.test(text)) return text;
  seen.fill(-1);
  const codes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const slot = slotOf(text, at);
    const from = seen[slot]!;
    seen[slot] = at;
    const length = from < 0 ? 0 : repeated(text, from, at);
    const distance = at - from;
    const lengthMin = distance < VALUES ? NEAR_LENGTH_MIN : FAR_LENGTH_MIN;
    if (length < lengthMin || distance >= VALUES * VALUES) {
      codes.push(text.charCodeAt(at++));
      continue;
    }
    if (distance < VALUES) codes.push(NEAR);
    else codes.push(FAR, ZERO + Math.floor(distance / VALUES));
    codes.push(ZERO + (distance % VALUES), ZERO + length);
    at += length;
  }
  return textOf(codes);
}

/** The texts that were pressed together, none of which holds on to the others. */
export function unpressed(text: string): string[] {
  const codes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at++);
    if (code !== NEAR && code !== FAR) {
      codes.push(code);
      continue;
    }
    const far = code === FAR ? numberAt(text, at++) * VALUES : 0;
    const from = codes.length - far - numberAt(text, at++);
    const end = from + numberAt(text, at++);
    // One by one: a part may reach into what it makes.
    for (let index = from; index < end; index++) codes.push(codes[index]!);
  }
  const texts: string[] = [];
  for (let from = 0; from <= codes.length; ) {
    const end = codes.indexOf(BETWEEN, from);
    const to = end < 0 ? codes.length : end;
    texts.push(textOf(codes.slice(from, to)));
    from = to + 1;
  }
  return texts;
}

/** Where the four characters at a place are remembered; behind the end there is nothing. */
function slotOf(text: string, at: number): number {
  const four =
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24);
  return Math.imul(four, SPREAD) >>> (32 - SEEN_BITS);
}

/** Characters that stand at both places, as many as a mark can tell. */
function repeated(text: string, from: number, at: number): number {
  const most = Math.min(VALUES - 1, text.length - at);
  let length = 0;
  while (length < most && text.charCodeAt(from + length) === text.charCodeAt(at + length)) length++;
  return length;
}

function numberAt(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO;
}

/** Characters handed over in one call: each is an argument. */
const CODES_A_CALL = 8_192;

/** One text of so many characters, in one piece where it is as long as most are. */
function textOf(codes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < codes.length; at += CODES_A_CALL) {
    text += String.fromCharCode(...codes.slice(at, at + CODES_A_CALL));
  }
  return text;
}
