// What a scenario does beside moving prices, as sentences.

import type { StrainedExit, StrainedTail } from '../research/stress-strains.js';
import { percent } from './svg.js';

/** What there is to tell of a scenario. */
interface Strained {
  readonly name: string;
  readonly tail?: StrainedTail;
  readonly exit?: StrainedExit;
}

/** Tells it; nothing of a scenario that only moves prices. */
export function strainText({ name, tail, exit }: Strained): string[] {
  const texts: string[] = [];
  if (tail !== undefined) {
    const [before, after] = [percent(tail.before, 2), percent(tail.after, 2)];
    texts.push(`${name}: normal VaR 99 % goes from ${before} to ${after}`);
  }
  if (exit !== undefined) {
    const days = exit.daysToAll.toFixed(2);
    texts.push(
      `${name}: selling all costs ${percent(exit.cost, 2)}; at a tenth of the volume it takes ${days} days`,
    );
  }
  return texts;
}
