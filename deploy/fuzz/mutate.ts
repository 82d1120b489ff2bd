// Turns good input into bad: every way in which a wire, a disk or an adversary does it, by a seed.

/** Tokens that parsers trip over. */
const TOKENS = [
  '"__proto__":{"polluted":1},',
  'null',
  'NaN',
  '1e999',
  '-0',
  '99999999999999999999',
  '[[[[[[[[[[[[[[[[[[[[[[[[',
  '{"a":'.repeat(20),
  '\u0000',
  '\ufeff',
  '\ud800',
  '\r\n',
  ',,,,',
  '"',
  '2021-13-45T99:99:99Z',
  '9'.repeat(400),
];

/** Longest input made: more than any message bound lets through in one piece is not told apart. */
const BYTES_MAX = 64 * 1024;

/** A generator of numbers from 0 up to 1, the same for the same seed. Source: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An input with one to eight things wrong; now and then nothing of it is left. */
export function mutate(sample: Buffer, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(sample);
  const times = 1 + Math.floor(random() * 8);
  for (let time = 0; time < times; time++) bytes = mutateOnce(bytes, random);
  return bytes.subarray(0, BYTES_MAX);
}

function mutateOnce(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * (bytes.length + 1));
  const span = Math.floor(random() * Math.min(64, bytes.length - at + 1));
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at + span);
  switch (Math.floor(random() * 9)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = flipped[at]! ^ (1 << Math.floor(random() * 8));
      return flipped;
    }
    case 1:
      return Buffer.from(before);
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, bytes.subarray(at, at + span), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([before, noise(span, random), after]);
    case 5: {
      const token = Buffer.from(TOKENS[Math.floor(random() * TOKENS.length)]!);
      return Buffer.concat([before, token, after]);
    }
    case 6: {
      const number = Buffer.alloc(8);
      number.writeDoubleLE(
        [Number.NaN, -1, 2 ** 53, Number.MAX_VALUE, 0][Math.floor(random() * 5)]!,
      );
      return Buffer.concat([before, number, bytes.subarray(at + 8)]);
    }
    case 7: {
      const number = Buffer.alloc(4);
      number.writeUInt32LE([0, 1, 0x7fff_ffff, 0xffff_ffff][Math.floor(random() * 4)]!);
      return Buffer.concat([before, number, bytes.subarray(at + 4)]);
    }
    default:
      return noise(Math.floor(random() * 256), random);
  }
}

function noise(length: number, random: () => number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}
