// Runs the numbered checks on a source, each on a rig of its own.

import { Fault } from '../../../../engine/index.js';
import { BOOK_CHECKS } from './book-checks.js';
import type { Check, Rig } from './checks.js';
import { HISTORY_CHECKS } from './history-checks.js';
import { LIVE_CHECKS } from './live-checks.js';
import { RIGS } from './rigs.js';

/** What came of one check. */
export interface CheckOutcome {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'not_applicable';
  /** What was found instead, or why the check does not apply. */
  readonly detail: string;
}

/** Every check, in the order of its number. */
const CHECKS: readonly Check[] = [...HISTORY_CHECKS, ...LIVE_CHECKS, ...BOOK_CHECKS];

/** Runs all checks on a source of the catalogue. Errors: `nng.unavailable`. */
export async function conformanceOf(name: string): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  let rig: Rig | undefined;
  for (const check of CHECKS) {
    rig ??= await RIGS[name]!();
    outcomes.push(await outcomeOf(check, rig));
    if (rig.isReusable === true) continue;
    await rig.close();
    rig = undefined;
  }
  await rig?.close();
  return outcomes;
}

async function outcomeOf(check: Check, rig: Rig): Promise<CheckOutcome> {
  const { id, title } = check;
  const why = check.notFor(rig);
  if (why !== undefined) return { id, title, outcome: 'not_applicable', detail: why };
  try {
    const verdict = await check.run(rig);
    return verdict === undefined
      ? { id, title, outcome: 'passed', detail: '' }
      : { id, title, outcome: 'failed', detail: verdict };
  } catch (error) {
    if (error instanceof Fault && error.code === 'nng.unavailable') throw error;
    return { id, title, outcome: 'failed', detail: String(error) };
  }
}
