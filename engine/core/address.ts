// Names of actors and the typed handles that behaviours hold instead of instances.

/** Anything an actor receives or emits: immutable, told apart by `kind`. */
export interface Message {
  readonly kind: string;
}

/** `kind/key`, unique in the system. */
export type Address = `${string}/${string}`;

/** What says where an actor is. */
export interface Addressed {
  readonly address: Address;
}

/** A typed handle to an actor: says where it is and what it understands, nothing more. */
export interface Ref<M extends Message = Message> extends Addressed {
  /** Never set; ties the message type to the handle at compile time. */
  readonly accepts?: (message: M) => void;
}

/** Builds the handle of the actor `kind/key`. */
export function ref<M extends Message>(kind: string, key: string): Ref<M> {
  return new Handle<M>(`${kind}/${key}`);
}

/** A handle that remembers, for the system that delivers to it, where that found its actor. */
class Handle<M extends Message> implements Ref<M> {
  readonly address: Address;
  #remembered: unknown = undefined;

  constructor(address: Address) {
    this.address = address;
  }

  // hot
  static rememberedBy(handle: Addressed): unknown {
    return #remembered in handle ? handle.#remembered : undefined;
  }

  static remember(handle: Addressed, what: unknown): void {
    if (#remembered in handle) handle.#remembered = what;
  }
}

/** What a handle was given to remember; those that `ref` has not made remember nothing. */
export const { rememberedBy } = Handle;

/** Has a handle remember something, in the place of what it did. */
export const { remember } = Handle;

/** The part of an address before the first slash. */
export function kindOf(address: Address): string {
  return address.slice(0, address.indexOf('/'));
}

/** The part of an address after the first slash. */
export function keyOf(address: Address): string {
  return address.slice(address.indexOf('/') + 1);
}
