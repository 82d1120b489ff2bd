// Counts which planted faults the rules of ticks find.

import { TICK_CODES, type TickCode } from './codes.js';
import type { Planted } from './plant.js';
import type { PlantedDay } from './spoil.js';
import { readTick } from './tick-columns.js';
import { createTickRules, noTick } from './tick-rules.js';

/** What became of the faults of one code. */
export interface PlantScore {
  readonly code: TickCode;
  readonly planted: number;
  /** Planted ticks that bear the code. */
  found: number;
  /** Ticks that bear the code though none was planted there. */
  alarms: number;
}

/** Runs the rules over a planted day and adds what they found to the scores. */
export function scoreFaults(
  day: PlantedDay,
  { ticks, planted }: Planted,
  scores: Map<TickCode, PlantScore>,
): void {
  const rules = createTickRules(day.averageVolumes.length);
  rules.open(day);
  for (const [row, shares] of day.averageVolumes.entries()) rules.setAverageVolume(row, shares);
  const tick = noTick();
  const counts = TICK_CODES.map(() => ({ planted: 0, found: 0, alarms: 0 }));
  for (let index = 0; index < ticks.count; index++) {
    const isHalted = ticks.isHalted[index] === 1;
    readTick(ticks, index, tick);
    if (isHalted) rules.setHalted(tick.row, true);
    const verdict = rules.check(tick);
    if (isHalted) rules.setHalted(tick.row, false);
    const label = planted[index]!;
    if (label >= 0) counts[label]!.planted++;
    if (verdict === 0) continue;
    for (let code = 0; code < counts.length; code++) {
      if ((verdict & (1 << code)) === 0) continue;
      if (label === code) counts[code]!.found++;
      else counts[code]!.alarms++;
    }
  }
  for (const [index, { code }] of TICK_CODES.entries()) {
    const before = scores.get(code) ?? { planted: 0, found: 0, alarms: 0 };
    const { planted: count, found, alarms } = counts[index]!;
    scores.set(code, {
      code,
      planted: before.planted + count,
      found: before.found + found,
      alarms: before.alarms + alarms,
    });
  }
}
