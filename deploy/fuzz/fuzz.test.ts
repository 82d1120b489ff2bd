// Every parser at the door against a fixed number of bad inputs; `npm run fuzz` takes its time.

import t from 'tap';
import { fuzz } from './fuzz.js';
import { randomOf } from './mutate.js';
import { FUZZ_TARGETS } from './targets.js';

for (const target of FUZZ_TARGETS) {
  t.test(`${target.name} survives what it can't read`, async (t) => {
    const budget = { seed: 7, untilMs: Number.POSITIVE_INFINITY, inputsMax: 512 };
    const { failure } = await fuzz(target, budget);
    t.equal(failure, undefined);
  });
}

t.test('a parser that breaks is found, with the input that does it', async (t) => {
  const fragile = {
    name: 'fragile',
    samples: async () => [Buffer.from('{"a":[1,2]}')],
    read: (input: Buffer) => {
      JSON.parse(input.toString());
    },
  };
  const budget = { seed: 7, untilMs: Number.POSITIVE_INFINITY, inputsMax: 512 };
  const { failure } = await fuzz(fragile, budget);
  t.match(failure?.error, /SyntaxError/);
  t.throws(() => fragile.read(Buffer.from(failure!.input, 'hex')));
  t.equal(randomOf(3)(), randomOf(3)());
});
