// One actor's row of figures, and what two looks at a counter say of the time between them.

import type { Message } from '@bufbuild/protobuf';
import type { ActorInfo } from '../../../proto/gen/sluice/supervision/v1/supervision_pb.js';

/** One actor: what is told of it, and what that is worked out of. */
export interface ActorRow extends Omit<ActorInfo, keyof Message | 'turns'> {
  readonly address: string;
  /** Since it was first seen; those of its former threads and stays in memory are among them. */
  turns: number;
  /** When it was first seen with this many turns and messages waiting; 0 if none wait. */
  waitingSinceMs: number;
  /** What its thread counted when it was last seen. */
  counted: number;
}

/** What one look saw of an actor. */
export interface Seen {
  readonly mailbox: number;
  /** Turns since its thread began to count: anew where it was replaced, or the actor came back. */
  readonly counted: number;
}

/** When a look is taken, and how long after the one before; 0 for the first. */
export interface Look {
  readonly nowMs: number;
  readonly sinceMs: number;
}

/** A row of nothing yet. */
export function newRow(address: string, shard: number, parent = ''): ActorRow {
  return {
    address,
    parent,
    state: 'running',
    shard,
    mailbox: 0,
    turns: 0,
    restarts: 0,
    lastFailure: '',
    mailboxAgeMs: 0,
    turnsPerSecond: 0,
    quarantined: 0,
    turnUsP99: 0,
    depth: 0,
    waitingSinceMs: 0,
    counted: 0,
  };
}

/** Notes turns and messages seen, and what follows of them. */
export function note(row: ActorRow, { mailbox, counted }: Seen, { nowMs, sinceMs }: Look): void {
  // A count that has fallen began at 0 again: all of it has come since.
  const taken = counted >= row.counted ? counted - row.counted : counted;
  row.turnsPerSecond = sinceMs === 0 ? 0 : (taken * 1000) / sinceMs;
  if (mailbox === 0) row.waitingSinceMs = 0;
  else if (row.waitingSinceMs === 0 || taken > 0) row.waitingSinceMs = nowMs;
  row.mailboxAgeMs = row.waitingSinceMs === 0 ? 0 : nowMs - row.waitingSinceMs;
  row.mailbox = mailbox;
  row.turns += taken;
  row.counted = counted;
}
