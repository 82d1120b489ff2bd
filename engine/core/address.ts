// Names of actors and the typed handles that behaviours hold instead of instances.

/** Anything an actor receives or emits: immutable, told apart by `kind`. */
export interface Message {
  readonly kind: string;
}

/** `kind/key`, unique in the system. */
export type Address = `${string}/${string}`;

/** A typed handle to an actor: says where it is and what it understands, nothing more. */
export interface Ref<M extends Message = Message> {
  readonly address: Address;
  /** Never set; ties the message type to the handle at compile time. */
  readonly accepts?: (message: M) => void;
}

/** Builds the handle of the actor `kind/key`. */
export function ref<M extends Message>(kind: string, key: string): Ref<M> {
  return { address: `${kind}/${key}` };
}

/** The part of an address before the first slash. */
export function kindOf(address: Address): string {
  return address.slice(0, address.indexOf('/'));
}

/** The part of an address after the first slash. */
export function keyOf(address: Address): string {
  return address.slice(address.indexOf('/') + 1);
}
