// The one assertion of the tree: a broken invariant is a bug and fails the turn it happens in.

/** A broken invariant: the program is wrong, not the world and not the user. */
export class Bug extends Error {
  /** Stable code of the invariant, `area.what_must_hold`. */
  readonly code: string;

  constructor(code: string) {
    super(`broken invariant: ${code}`);
    this.name = 'Bug';
    this.code = code;
  }
}

/**
 * Checks an invariant; stays on in production.
 * Errors: throws `Bug` with the given code, which fails the turn.
 */
export function assert(condition: boolean, code: string): asserts condition {
  if (!condition) throw new Bug(code);
}
