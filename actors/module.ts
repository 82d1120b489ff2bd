// What a module says of itself: its tier, what it needs, what it reads and writes.

/** The manifest of one module. */
export interface ModuleManifest {
  readonly name: string;
  readonly tier: 'Core' | 'Pro' | 'Institutional';
  /** Sibling modules whose door it may use. */
  readonly needs: readonly string[];
  /** Kinds of actors it brings. */
  readonly behaviours: readonly string[];
  /** Topics and columns read. */
  readonly reads: readonly string[];
  /** Topics and columns written. */
  readonly writes: readonly string[];
  /** gRPC services it answers for. */
  readonly services: readonly string[];
}
