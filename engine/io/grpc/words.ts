// Short texts that come again and again, such as names: each is made once and then found.

/** Longest text that is kept: longer ones seldom come twice. */
export const WORD_LETTERS = 12;

/**
 * Texts kept at most, a power of two: some 5,000 names find a place each; two that fall on one
 * take turns in it.
 */
const WORDS = 16_384;

/** Spreads the letters of a text over the places. Source: FNV-1a, offset basis and prime. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** The texts that came last, each in the one place that its letters tell. */
export class Words {
  readonly #words: string[] = new Array<string>(WORDS).fill('');

  /** The text of some bytes, the same string as before where it is kept; undefined if not ASCII. */
  // hot
  at(bytes: Buffer, from: number, end: number): string | undefined {
    let hash = BASIS;
    for (let at = from; at < end; at++) {
      const letter = bytes[at]!;
      if (letter > 127) return undefined;
      hash = Math.imul(hash ^ letter, PRIME);
    }
    const place = (hash ^ (hash >>> 16)) & (WORDS - 1);
    const known = this.#words[place]!;
    if (isSame(known, bytes, from, end)) return known;
    const word = bytes.toString('latin1', from, end);
    this.#words[place] = word;
    return word;
  }
}

// hot
function isSame(word: string, bytes: Buffer, from: number, end: number): boolean {
  if (word.length !== end - from) return false;
  for (let index = 0; index < word.length; index++) {
    if (word.charCodeAt(index) !== bytes[from + index]) return false;
  }
  return true;
}
