// An actor's state out of its snapshot and events, upcast where an older version stored them.

import { type Address, keyOf, type Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { CommandWindow, isCommandDone } from './commands.js';
import type { AnyBehaviour } from './kinds.js';
import type { Recovered, Snapshot } from './ports.js';

/** What recovery makes of a stored past. */
export interface Folded {
  readonly state: unknown;
  readonly sequence: number;
  readonly commands: CommandWindow | undefined;
  readonly seed: number | undefined;
}

/** An event as it is stored by a behaviour of a version above 1. */
type Versioned = Message & { readonly eventVersion?: number };

/** Marks an event with the version that persisted it; version 1 is not marked. */
export function stampVersion(event: Message, version: number): Message {
  if (version === 1) return event;
  const versioned: Versioned = { ...event, eventVersion: version };
  return versioned;
}

/**
 * Folds a stored past into a state.
 * Errors: fault `behaviour.snapshot_newer` or `behaviour.event_newer` when a newer version stored
 * it; whatever `decode`, the upcasts and `evolve` throw.
 */
export function foldRecovered(
  behaviour: AnyBehaviour,
  address: Address,
  recovered: Recovered,
): Folded {
  const { snapshot, events } = recovered;
  const state =
    snapshot === undefined
      ? behaviour.initial(keyOf(address))
      : stateOf(behaviour, address, snapshot);
  let commands: CommandWindow | undefined;
  for (const done of snapshot?.commands ?? []) {
    commands ??= new CommandWindow();
    commands.remember(done);
  }
  for (const event of events) {
    if (isCommandDone(event)) {
      commands ??= new CommandWindow();
      commands.remember(event);
    } else behaviour.evolve(state, currentEvent(behaviour, address, event));
  }
  const sequence = (snapshot?.sequence ?? 0) + events.length;
  return { state, sequence, commands, seed: snapshot?.seed };
}

function stateOf(behaviour: AnyBehaviour, address: Address, snapshot: Snapshot): unknown {
  const { state, version } = snapshot;
  if (version > behaviour.version) {
    throw newer('behaviour.snapshot_newer', address, behaviour.version, version);
  }
  if (version < behaviour.version && behaviour.upcast !== undefined) {
    return behaviour.decode(behaviour.upcast(version, state), behaviour.version);
  }
  return behaviour.decode(state, version);
}

function currentEvent(behaviour: AnyBehaviour, address: Address, event: Versioned): Message {
  const version = event.eventVersion ?? 1;
  if (version > behaviour.version) {
    throw newer('behaviour.event_newer', address, behaviour.version, version);
  }
  if (version === behaviour.version || behaviour.upcastEvent === undefined) return event;
  return behaviour.upcastEvent(version, event);
}

function newer(code: string, address: Address, expected: number, was: number): Fault {
  const text = `expected what ${address} stored to be of version ${expected} or older`;
  return new Fault(code, `${text}, was ${was}; start the release that wrote it`);
}
