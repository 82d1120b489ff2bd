// An actor's state out of its snapshot and events, upcast where an older version stored them.

import { type Address, keyOf, type Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import type { Cell } from './cell.js';
import { CommandWindow, isCommandDone } from './commands.js';
import { textOf } from './failure.js';
import type { AnyBehaviour } from './kinds.js';
import type { DoneCommand, Snapshot } from './ports.js';

/** An event as it is stored by a behaviour of a version above 1. */
type Versioned = Message & { readonly eventVersion?: number };

/** Marks an event with the version that persisted it; version 1 is not marked. */
export function stampVersion(event: Message, version: number): Message {
  if (version === 1) return event;
  const versioned: Versioned = { ...event, eventVersion: version };
  return versioned;
}

/**
 * Gives an actor the state it has before its events: its snapshot's, or a new one's.
 * Errors: fault `behaviour.snapshot_newer`; whatever `decode` and `upcast` throw.
 */
export function beginState(cell: Cell, snapshot: Snapshot | undefined): void {
  const { behaviour } = cell.kind;
  const { address } = cell;
  cell.state =
    snapshot === undefined
      ? behaviour.initial(keyOf(address))
      : stateOf(behaviour, address, snapshot);
  cell.sequence = snapshot?.sequence ?? 0;
  cell.commands = undefined;
  for (const done of snapshot?.commands ?? []) remember(cell, done);
}

/**
 * Folds the next stored event into an actor.
 * Errors: fault `behaviour.event_newer`; whatever `upcastEvent` and `evolve` throw.
 */
export function foldStored(cell: Cell, event: Message): void {
  const { behaviour } = cell.kind;
  if (isCommandDone(event)) remember(cell, event);
  else behaviour.evolve(cell.state, currentEvent(behaviour, cell.address, event));
  cell.sequence++;
}

/** An actor's state as of now, with what else must come back with it. */
export function snapshotOf(cell: Cell): Snapshot {
  const { behaviour } = cell.kind;
  return {
    state: behaviour.encode(cell.state),
    version: behaviour.version,
    sequence: cell.sequence,
    seed: cell.seed[0]!,
    ...(cell.commands === undefined ? {} : { commands: cell.commands.list() }),
  };
}

/** An actor's state for people to look at; what kept it from being encoded where that failed. */
export function stateToShow(cell: Cell): unknown {
  try {
    return cell.kind.behaviour.encode(cell.state);
  } catch (error) {
    return textOf(error);
  }
}

function remember(cell: Cell, done: DoneCommand): void {
  cell.commands ??= new CommandWindow();
  cell.commands.remember(done);
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
