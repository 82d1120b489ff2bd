// A seeded generator per actor, so that chance is part of the input and not of the machine.

/**
 * Next number in [0, 1) of a state held in `state[0]`.
 * Source: T. Ettinger, mulberry32.
 */
export function nextRandom(state: Uint32Array): number {
  state[0] = (state[0]! + 0x6d2b79f5) >>> 0;
  let mixed = state[0]!;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
