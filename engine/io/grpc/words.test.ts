// Short texts found again: always what their bytes say, whichever came before.

import fc from 'fast-check';
import t from 'tap';
import { WORD_LETTERS, Words } from './words.js';

/** The text of bytes, as they lie somewhere within others. */
function read(words: Words, text: string): string | undefined {
  const bytes = Buffer.concat([Buffer.of(7), Buffer.from(text), Buffer.of(7)]);
  return words.at(bytes, 1, bytes.length - 1);
}

t.test('whatever came before, a text is what its bytes say', async () => {
  const letters = fc.string({ unit: 'binary-ascii', maxLength: WORD_LETTERS });
  const words = new Words();
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 50 }), (texts) =>
      texts.every((text) => read(words, text) === text),
    ),
    { numRuns: 500, seed: 20_261_122 },
  );
});

t.test('texts that share a place take turns in it', async (t) => {
  // More texts than places: some must share one.
  const texts = Array.from({ length: 40_000 }, (_, index) => index.toString(36));
  const words = new Words();
  for (let round = 0; round < 2; round++) {
    t.ok(texts.every((text) => read(words, text) === text));
  }
});

t.test('what is no ASCII is left to others', async (t) => {
  const words = new Words();
  t.equal(read(words, 'Zürich'), undefined);
  t.equal(read(words, ''), '');
});
