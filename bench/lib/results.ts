// The results as they are stored: figures with where and when each was taken.

import type { Suite } from './case.js';
import type { Machine } from './machine.js';
import type { Measured } from './rounds.js';
import { type Better, median, type Summary, summarise } from './statistics.js';

/** One figure over its rounds. */
export interface Figure extends Summary {
  /** `subject.contender.figure`: `tell.sluice.rate`. */
  readonly id: string;
  readonly suite: Suite;
  readonly title: string;
  readonly unit: string;
  readonly better: Better;
  /** True for another's system, or a limit, that ours is compared with. */
  readonly isPeer: boolean;
  /**
   * Processor time that the host gave to others meanwhile, the median of the rounds; absent where
   * it is not known. Units: percent of what was wanted.
   */
  readonly stolen?: number;
  /** Commit that was measured; a plus says that files differed from it. */
  readonly revision: string;
  /** yyyy-mm-dd. */
  readonly date: string;
}

/** What was seen on a machine. */
export interface Results {
  readonly machine: Machine;
  /** When the newest of its figures were written down: ISO 8601, UTC. */
  readonly takenAt: string;
  readonly figures: readonly Figure[];
  /** Cases without figures, and why. */
  readonly notes: Readonly<Record<string, string>>;
}

/** Turns rounds into figures. */
export function resultsOf(
  measured: readonly Measured[],
  machine: Machine,
  { revision, takenAt }: { readonly revision: string; readonly takenAt: string },
): Results {
  const at = { revision, date: takenAt.slice(0, 10) };
  const figures: Figure[] = [];
  const notes: Record<string, string> = {};
  for (const { one, values, stolen, note } of measured) {
    if (note !== '') notes[one.name] = note;
    const robbed = stolen.some(Number.isNaN) || stolen.length === 0 ? {} : stolenOf(stolen);
    for (const { name, unit, better } of one.figures) {
      const rounds = values[name] ?? [];
      if (rounds.length === 0) continue;
      const { suite, title, isPeer = false } = one;
      const id = `${one.name}.${name}`;
      figures.push({
        id,
        suite,
        title,
        unit,
        better,
        isPeer,
        ...summarise(rounds),
        ...robbed,
        ...at,
      });
    }
  }
  return { machine, takenAt, figures, notes };
}

function stolenOf(percents: readonly number[]): Pick<Figure, 'stolen'> {
  return { stolen: Math.round(median(percents) * 10) / 10 };
}

/**
 * New results over the old ones of the same machine: what was not measured this time stays, with
 * its own date. `order` lists all ids; figures of other ids are dropped.
 */
export function merged(
  before: Results | undefined,
  now: Results,
  order: readonly string[],
): Results {
  if (before === undefined) return now;
  const byId = new Map(before.figures.map((figure) => [figure.id, figure]));
  for (const figure of now.figures) byId.set(figure.id, figure);
  const figures = order.flatMap((id) => byId.get(id) ?? []);
  const measured = new Set(figures.map(({ id }) => id.slice(0, id.lastIndexOf('.'))));
  const told = Object.entries({ ...before.notes, ...now.notes });
  const notes = told.filter(([name]) => name in now.notes || !measured.has(name));
  return { ...now, figures, notes: Object.fromEntries(notes) };
}
