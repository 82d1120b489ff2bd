// Processor time that a virtual machine wanted and its host gave to others.

import { readFileSync } from 'node:fs';

/** Processor time of all cores so far. Units: ticks of the system, 10 ms on most. */
export interface ProcessorTime {
  readonly used: number;
  readonly stolen: number;
}

/** Reads the first line of `/proc/stat`. Source: proc(5), fields user to steal. */
export function processorTimeIn(stat: string): ProcessorTime | undefined {
  const [name, ...fields] = stat.split('\n', 1)[0]!.trim().split(/\s+/);
  const [user, nice, system, , , irq, softirq, steal] = fields.map(Number);
  if (name !== 'cpu' || steal === undefined || Number.isNaN(steal)) return undefined;
  return { used: user! + nice! + system! + irq! + softirq!, stolen: steal };
}

/** What was stolen of all that was wanted between two readings. Units: percent. */
export function stolenPercent(from: ProcessorTime, to: ProcessorTime): number {
  const stolen = to.stolen - from.stolen;
  const wanted = to.used - from.used + stolen;
  return wanted > 0 ? (stolen / wanted) * 100 : 0;
}

/** Begins to watch; the function tells what was stolen since, NaN where no system says so. */
export function watchStolen(): () => number {
  const from = processorTimeHere();
  return () => {
    const to = processorTimeHere();
    return from === undefined || to === undefined ? Number.NaN : stolenPercent(from, to);
  };
}

function processorTimeHere(): ProcessorTime | undefined {
  try {
    return processorTimeIn(readFileSync('/proc/stat', 'utf8'));
  } catch {
    // Only Linux has it.
    return undefined;
  }
}
