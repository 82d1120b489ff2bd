// From `npm start`, installed and built, to the first funnel that the dashboard can show.

import { inRepository } from '../../deploy/app/paths.js';
import type { Sample } from '../lib/case.js';
import { pause } from '../lib/clock.js';
import { withProductIn } from '../lib/product.js';
import { withScratch } from '../lib/scratch.js';

/** What `npm start` runs, without npm's own start of about 0.3 s. */
const LAUNCHER = [inRepository('scripts', 'bootstrap.mjs'), 'start'];

/** Most tries, 20 ms apart. */
const TRIES = 3_000;

interface Funnel {
  readonly counts?: { readonly hygiene?: number };
}

/**
 * Seconds until the funnel's snapshot has symbols past its first stage, of a first start and of the
 * next one in the same data directory, which finds what history has come to.
 */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => ({
    seconds: await firstFunnel(folder),
    again: await firstFunnel(folder),
  }));
}

function firstFunnel(folder: string): Promise<number> {
  const started = performance.now();
  return withProductIn(
    folder,
    ['--quiet'],
    async (product) => {
      const port = await product.httpPort();
      for (let tries = 0; tries < TRIES; tries++) {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/funnel`);
        // The product's own JSON form of a FunnelSnapshot.
        const { counts } = (await answer.json()) as Funnel;
        if ((counts?.hygiene ?? 0) > 0) return (performance.now() - started) / 1000;
        await pause(20);
      }
      throw new Error('expected a funnel with symbols in it, was none');
    },
    LAUNCHER,
  );
}
