// What a benchmark is: a named case, run once in a process of its own, giving figures.

import type { Better } from './statistics.js';

/** The three sizes of benchmark: one part, parts on several threads, the whole process. */
export type Suite = 'micro' | 'topology' | 'macro';

/** Figures of one run, by the names that the case declares. */
export type Sample = Readonly<Record<string, number>>;

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** One number that a case gives. */
export interface FigureSpec {
  readonly name: string;
  /** Plural, as it stands behind the number: `messages/s`, `us`, `MB`. */
  readonly unit: string;
  readonly better: Better;
}

/** One benchmark. */
export interface Case {
  /** `subject.contender`: `tell.sluice`, `tell.nact`. Cases of one subject are compared. */
  readonly name: string;
  readonly suite: Suite;
  /** A line for the table. */
  readonly title: string;
  readonly figures: readonly FigureSpec[];
  /** Whether the two-minute subset has it. */
  readonly isShort: boolean;
  /** True where it measures another's system or a limit, not ours. */
  readonly isPeer?: boolean;
  /** True where it works on the whole checkout, so that two revisions can't be compared by it. */
  readonly isFixed?: boolean;
  /** True for a case too long or too heavy to run unless it is named. */
  readonly isOnDemand?: boolean;
  /** Most rounds: a run of the whole process is long and says much. */
  readonly roundsMax?: number;
  /** Longest time a run may take. Units: milliseconds. */
  readonly timeoutMs?: number;
  /** Functions of what comes before the measured part: its profile begins behind the last. */
  readonly before?: readonly string[];
  /** Loads the module, in the case's own process only. */
  readonly load: () => Promise<{ readonly run: () => Sample | Promise<Sample> }>;
}

/** A run that can't be done here, as a tool is missing: shown, and no failure. */
export class Unavailable extends Error {}

/** The subject of a case: the part of its name before the dot. */
export function subjectOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
