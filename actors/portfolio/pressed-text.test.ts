// Pressed text: what is repeated is written once, and all comes back.

import fc from 'fast-check';
import t from 'tap';
import { pressed, unpressed } from './pressed-text.js';

t.test('any text comes back, whatever is repeated in it', async (t) => {
  const word = fc.constantFrom('AAPL', 'opening-p1-', '18627 ', '000000', '\n', '"', '\u0001', 'é');
  const text = fc.array(fc.oneof(word, fc.string({ maxLength: 6 }))).map((parts) => parts.join(''));
  const isBack = (texts: readonly string[]): boolean =>
    unpressed(pressed(texts)).join('\u0000') === texts.join('\u0000');
  fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), isBack));
  const repeated = fc.tuple(text, fc.nat({ max: 400 })).map(([one, times]) => one.repeat(times));
  fc.assert(fc.property(fc.tuple(repeated, text), isBack), { numRuns: 30 });
  t.same(unpressed(pressed(['', ''])), ['', '']);
});

t.test('a part is found near and far, and beyond what a mark can tell it is written', async (t) => {
  const part = '"symbols":["AAPL","KO"]';
  for (const distance of [23, 207, 208, 1_000, 43_263, 43_264, 60_000]) {
    const whole = `${part}${'~'.repeat(distance - part.length)}${part}`;
    const short = pressed([whole]);
    t.same(unpressed(short), [whole]);
    t.equal(short.endsWith(part), distance > 43_263, `${distance} characters before`);
  }
});

t.test('a run is one part that reaches into itself', async (t) => {
  const run = '18627 '.repeat(30);
  t.equal(pressed([run]).length, '18627 '.length + 3);
  t.same(unpressed(pressed([run])), [run]);
});

t.test('pressed text is a byte a character; text that can not be so stays as it is', async (t) => {
  const whole = '["AAPL","opening-AAPL"]'.repeat(40);
  const short = pressed([whole]);
  t.equal(Buffer.byteLength(short, 'latin1'), short.length);
  t.same(unpressed(Buffer.from(short, 'latin1').toString('latin1')), [whole]);
  const wide = `${whole}株`;
  t.equal(pressed([wide]), wide);
  t.same(unpressed(wide), [wide]);
});
