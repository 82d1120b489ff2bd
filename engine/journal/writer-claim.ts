// Which process writes to a journal: one at a time, known by more than its number.

import { readFileSync } from 'node:fs';

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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
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
