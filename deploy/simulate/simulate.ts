// One run of the trading world: a seed, so many steps, and what came of it.

import { type SimFailure, Simulation } from '../../engine/index.js';
import { SHARDS } from './setting.js';
import { type SimulateOptions, World } from './world.js';

/** What came of it. */
export interface SimResult {
  readonly seed: number;
  readonly steps: number;
  /** Steps after those, until the world had come to rest. */
  readonly restSteps: number;
  /** The same for the same seed, steps and build. */
  readonly hash: string;
  readonly failure: SimFailure | undefined;
  readonly faults: readonly number[];
  readonly operations: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs one seed. */
export async function simulate(options: SimulateOptions): Promise<SimResult> {
  const world = new World(options);
  const simulation = new Simulation({
    seed: options.seed,
    nodeCount: SHARDS,
    world,
    judges: world.judges(),
    onCommitted: (records) => world.onCommitted(records),
    faults: options.faults,
  });
  const failure = await simulation.run(options.steps);
  return {
    seed: options.seed,
    steps: Math.min(simulation.steps, options.steps),
    restSteps: Math.max(0, simulation.steps - options.steps),
    hash: world.hashOf(simulation),
    failure,
    faults: simulation.faultsSeen,
    operations: world.operationsSent(),
    counts: { ...simulation.counters, ...world.counts(), ...simulation.disk.counters },
  };
}
