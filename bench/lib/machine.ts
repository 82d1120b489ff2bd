// Where figures were taken: without it no figure can be compared with another.

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What a machine is and how busy it was. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly os: string;
  /** Processes that wanted a core, averaged over the minute before: above 0 it was shared. */
  readonly loadBefore: number;
}

/** Looks at this machine. */
export function machineHere(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    os: `${platform()} ${release()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** One line about a machine. */
export function describe({ cpu, cores, memoryGb, node, os, loadBefore }: Machine): string {
  const size = `${cores} x ${cpu}, ${memoryGb} GiB`;
  // Ours leaves half a core to the system's own work; above that others were at work too.
  const shared = loadBefore > 0.5 ? ' (others were at work: read ratios, not single figures)' : '';
  const load = `load ${loadBefore.toFixed(2)} before the run${shared}`;
  return `${size}, ${os}, Node ${node}, ${load}`;
}

/** Whether figures of two machines may stand in one table. */
export function isSameMachine(left: Machine, right: Machine): boolean {
  return (
    left.cpu === right.cpu &&
    left.cores === right.cores &&
    left.memoryGb === right.memoryGb &&
    left.node === right.node
  );
}

/** The commit that is measured, marked when files differ from it; `unknown` outside of git. */
export function revisionHere(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':!bench');
    return `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
  } catch {
    // An export without history, or no git at all.
    return 'unknown';
  }
}
