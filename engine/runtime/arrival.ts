// How actors begin and come back: created, recovered, given what they had not finished.

import type { Address, Message } from '../core/address.js';
import { kindOf } from '../core/address.js';
import { assert } from '../core/assert.js';
import { type ChildSpec, DEFAULT_CHILD } from '../core/supervision.js';
import { hashText } from '../shard/placement.js';
import { Cell } from './cell.js';
import { type Envelope, RETOLD } from './envelope.js';
import { codeOf, textOf } from './failure.js';
import type { Kernel } from './kernel.js';
import type { Recovered, Snapshot } from './ports.js';
import { beginState, foldStored, snapshotOf, stateToShow } from './recovery.js';

/** Cause of messages that recovery found unfinished: they are handled in turns of their own. */
const REPLAY = 'replay';

/** Begins actors. */
export class Arrival {
  readonly #kernel: Kernel;
  /** Supervisors of children, also of those that are out of memory. */
  readonly #parents = new Map<Address, Address>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Creates an actor and begins its recovery; undefined for an unknown kind. */
  start(address: Address, parent: Address | '', spec?: ChildSpec): Cell | undefined {
    const { kinds, cells, residents } = this.#kernel;
    const kind = kinds.get(kindOf(address));
    if (kind === undefined) return undefined;
    // A child that comes back into memory is still its supervisor's.
    const keeper = parent === '' ? (this.#parents.get(address) ?? '') : parent;
    const keeperCell = keeper === '' ? undefined : cells.get(keeper);
    const kept = spec ?? keeperCell?.children?.get(address) ?? DEFAULT_CHILD;
    const cell = new Cell(address, kind, keeperCell === undefined ? '' : keeper, kept);
    cells.put(cell);
    if (keeperCell !== undefined) {
      this.#parents.set(address, keeperCell.address);
      keeperCell.children ??= new Map();
      keeperCell.children.set(address, kept);
    }
    residents.touch(cell);
    this.rebuild(cell);
    return cell;
  }

  /** Forgets that an actor was somebody's child. */
  orphan(address: Address): void {
    this.#parents.delete(address);
  }

  /** Drops an actor's state and recovers it; `then` is called when it runs or has been stopped. */
  rebuild(cell: Cell, then?: () => void): void {
    if (then !== undefined) cell.whenRebuilt(then);
    cell.status = 'recovering';
    cell.state = undefined;
    cell.waiting = [];
    cell.incarnation++;
    const { incarnation } = cell;
    this.#kernel.ports.recover(cell.address, (recovered) => {
      if (cell.incarnation === incarnation && cell.status === 'recovering') {
        this.#recovered(cell, recovered);
      }
    });
  }

  /**
   * The snapshot that an actor would have after its past, for one that stays out of its turns:
   * nothing of what it would send leaves. Errors: bug for an unknown kind; what behaviours throw.
   */
  foldAside(address: Address, recovered: Recovered): Snapshot {
    const kind = this.#kernel.kinds.get(kindOf(address));
    assert(kind !== undefined, 'system.knows_the_kind');
    const cell = new Cell(address, kind);
    this.#fold(cell, recovered, { current: undefined, later: [] });
    return snapshotOf(cell);
  }

  #recovered(cell: Cell, recovered: Recovered): void {
    const retelling: Retelling = { current: undefined, later: [] };
    try {
      this.#fold(cell, recovered, retelling);
      const quarantining = cell.quarantining;
      cell.quarantining = undefined;
      if (quarantining !== undefined) quarantining.state = stateToShow(cell);
    } catch (error) {
      this.#failed(cell, retelling.current, error);
      return;
    }
    cell.status = cell.isHeld ? 'suspended' : 'running';
    cell.urgent = retelling.later;
    this.#kernel.enqueue(cell);
    const then = cell.onRebuilt;
    cell.onRebuilt = undefined;
    then?.();
  }

  /** Folds the past: events, and between them the messages that left none. */
  #fold(cell: Cell, { snapshot, events, messages = [] }: Recovered, retelling: Retelling): void {
    beginState(cell, snapshot);
    const first = cell.sequence;
    cell.seed[0] = snapshot?.seed ?? hashText(`${cell.address} ${first + events.length}`);
    const taken = takenFrom(cell);
    const waiting = new Set<Message>();
    if (messages.length > 0) for (const { message } of cell.mailbox) waiting.add(message);
    let folded = 0;
    for (const { message, after } of messages) {
      while (folded < after) foldStored(cell, events[folded++]!);
      if (waiting.has(message) || !this.#isTellable(cell, message)) continue;
      const own = taken.get(message);
      taken.delete(message);
      // What had not been finished, and what came after that, is handled in turns of its own.
      if (folded === events.length && (own !== undefined || retelling.later.length > 0)) {
        retelling.later.push(own ?? again(cell.address, message, REPLAY));
        continue;
      }
      const envelope = own ?? again(cell.address, message, RETOLD);
      retelling.current = envelope;
      this.#kernel.receiveAgain(cell, envelope);
      retelling.current = undefined;
    }
    while (folded < events.length) foldStored(cell, events[folded++]!);
    retelling.later.push(...taken.values());
    const hasPast = snapshot !== undefined || events.length > 0;
    if (cell.incarnation === 1 && hasPast) this.#kernel.counters.revived++;
  }

  #isTellable(cell: Cell, message: Message): boolean {
    const { address, kind } = cell;
    if (this.#kernel.quarantine.holds(address, message)) return false;
    if (kind.waits.get(message.kind) !== undefined) return true;
    const text = `expected a message ${address} understands to be told again, was ${message.kind}`;
    this.#kernel.dead(again(address, message, RETOLD), 'actor.unknown_message', text);
    return false;
  }

  #failed(cell: Cell, retold: Envelope | undefined, error: unknown): void {
    if (retold !== undefined) {
      this.#kernel.failRetold(cell, retold, error);
      return;
    }
    this.unreadable(cell, error);
  }

  /**
   * Stops an actor whose past can't be read: what is stored will not change by itself, so it waits
   * for somebody to look.
   */
  unreadable(cell: Cell, error: unknown): void {
    this.#kernel.counters.failures++;
    cell.lastFailure = textOf(error);
    const code = codeOf(error);
    cell.stopCode = code.startsWith('behaviour.') ? code : 'actor.recovery_failed';
    this.#kernel.stop(cell);
  }
}

/** Where a recovery is among the messages it tells again. */
interface Retelling {
  /** The one being handled. */
  current: Envelope | undefined;
  /** Those that come first once the actor runs. */
  readonly later: Envelope[];
}

/** Messages that were taken from the mailbox and not finished, the failed one first. */
function takenFrom(cell: Cell): Map<Message, Envelope> {
  const taken = new Map<Message, Envelope>();
  const suspect = cell.suspect?.envelope;
  // One that failed while it was told again has had its effects: it is told again once more.
  if (suspect !== undefined && suspect.cause !== RETOLD) taken.set(suspect.message, suspect);
  for (const envelope of cell.urgent) {
    if (envelope.cause !== REPLAY) taken.set(envelope.message, envelope);
  }
  return taken;
}

function again(to: Address, message: Message, cause: string): Envelope {
  return { to, from: '', message, ask: 0, cause, commandKey: '' };
}
