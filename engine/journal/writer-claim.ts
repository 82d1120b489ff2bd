// Which process writes to a journal: one at a time, known by more than its number.

import { readFileSync } from 'node:fs';
import { Fault } from '../core/fault.js';
import { isAlive } from '../io/alive.js';
import type { Lmdb, Store } from '../io/lmdb/store.js';

/** Key of the claim of the process that writes. */
const WRITER = ['writer'];

/**
 * Makes this process the writer. LMDB lets one process in at a time, so no two can both win.
 * Errors: `journal.locked` while another process writes.
 */
export function claimJournal(lmdb: Lmdb, meta: Store, directory: string): void {
  const refuseOther = (): void => {
    const held = meta.get(WRITER)?.toString();
    const holder = held === undefined ? undefined : holderOf(held);
    if (holder === undefined) return;
    const who = holder === process.pid ? 'this process has it open' : `process ${holder} writes`;
    const text = `expected ${directory} to be free, ${who} already`;
    throw new Fault('journal.locked', `${text}; stop it or choose another data directory`);
  };
  // First without waiting for a turn to write, which a stopped process could hold for ever.
  refuseOther();
  lmdb.exclusively(() => {
    refuseOther();
    meta.put(WRITER, Buffer.from(claimOf(process.pid)));
  });
}

/** Takes the claim back, in the transaction that is open. */
export function withdrawClaim(meta: Store): void {
  meta.remove(WRITER);
}

/**
 * The claim of a process: its number, the machine's boot and the process's start.
 * Numbers are used again, in containers at once, so a number alone would let a stranger or this
 * very process's predecessor hold the journal for ever. `-` where the system does not tell.
 * Processes on two machines that share a disk are not told apart: LMDB forbids that use.
 */
export function claimOf(pid: number): string {
  return `${pid} ${read('/proc/sys/kernel/random/boot_id')} ${startOf(pid)}`;
}

/** Process number of a claim whose process still lives; undefined when it is gone. */
export function holderOf(claim: string): number | undefined {
  const pid = Number(claim.split(' ')[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  return claimOf(pid) === claim ? pid : undefined;
}

/** Start of a process in beats of the clock since boot. Source: proc(5), field 22 of stat. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // The name in brackets may hold anything, so count from behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '-';
  }
}
