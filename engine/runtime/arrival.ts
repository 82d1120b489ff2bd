// How actors begin and come back: created, recovered, given what they had not finished.

import type { Address, Message } from '../core/address.js';
import { kindOf } from '../core/address.js';
import { type ChildSpec, DEFAULT_CHILD } from '../core/supervision.js';
import { hashText } from '../shard/placement.js';
import { Cell } from './cell.js';
import type { Envelope } from './envelope.js';
import { codeOf, textOf } from './failure.js';
import type { Kernel } from './kernel.js';
import type { Recovered } from './ports.js';
import { foldRecovered } from './recovery.js';

/** Cause of the messages that recovery has handled again. */
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
    cells.delete(address);
    cells.set(address, cell);
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
    if (then !== undefined) {
      const before = cell.onRebuilt;
      cell.onRebuilt = () => {
        before?.();
        then();
      };
    }
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

  #recovered(cell: Cell, recovered: Recovered): void {
    try {
      const { behaviour } = cell.kind;
      const folded = foldRecovered(behaviour, cell.address, recovered);
      cell.state = folded.state;
      cell.sequence = folded.sequence;
      cell.commands = folded.commands;
      cell.seed[0] = folded.seed ?? hashText(`${cell.address} ${folded.sequence}`);
      const hasPast = recovered.snapshot !== undefined || folded.sequence > 0;
      if (cell.incarnation === 1 && hasPast) this.#kernel.counters.revived++;
      const quarantining = cell.quarantining;
      cell.quarantining = undefined;
      if (quarantining !== undefined) quarantining.state = behaviour.encode(cell.state);
    } catch (error) {
      // What is stored will not change by itself: the actor waits, stopped, for somebody to look.
      this.#kernel.counters.failures++;
      cell.lastFailure = textOf(error);
      const code = codeOf(error);
      cell.stopCode = code.startsWith('behaviour.') ? code : 'actor.recovery_failed';
      this.#kernel.stop(cell);
      return;
    }
    cell.status = 'running';
    cell.urgent = this.#unfinished(cell, recovered.replay ?? []);
    this.#kernel.enqueue(cell);
    const then = cell.onRebuilt;
    cell.onRebuilt = undefined;
    then?.();
  }

  /**
   * What comes before the mailbox: the messages to handle again, then those that were taken from it
   * and not finished, the failed one first.
   */
  #unfinished(cell: Cell, replay: readonly Message[]): Envelope[] {
    const taken = new Map<Message, Envelope>();
    if (cell.suspect !== undefined) {
      taken.set(cell.suspect.envelope.message, cell.suspect.envelope);
    }
    for (const envelope of cell.urgent) {
      if (envelope.cause !== REPLAY) taken.set(envelope.message, envelope);
    }
    const urgent: Envelope[] = [];
    const waiting = new Set<Message>();
    if (replay.length > 0) for (const { message } of cell.mailbox) waiting.add(message);
    const { address } = cell;
    for (const message of replay) {
      if (waiting.has(message) || this.#kernel.quarantine.holds(address, message)) continue;
      if (!cell.kind.waits.has(message.kind)) {
        const odd = {
          to: address,
          from: '' as const,
          message,
          ask: 0,
          cause: REPLAY,
          commandKey: '',
        };
        const text = `expected a message ${address} understands to be replayed, was ${message.kind}`;
        this.#kernel.dead(odd, 'actor.unknown_message', text);
        continue;
      }
      const own = taken.get(message);
      taken.delete(message);
      urgent.push(own ?? { to: address, from: '', message, ask: 0, cause: REPLAY, commandKey: '' });
    }
    urgent.push(...taken.values());
    return urgent;
  }
}
