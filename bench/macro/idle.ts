// What an idle product costs: its replay is over, its services are up, nobody is connected.

import type { Sample } from '../lib/case.js';
import { nowUs, pause } from '../lib/clock.js';
import { withProduct } from '../lib/product.js';

/**
 * Time for the last garbage of the replay to be collected and for the spare thread to rehearse,
 * which it does once; and the time measured.
 */
const SETTLE_MS = 8_000;
const MEASURED_MS = 5_000;

/** Processor time as per cent of one core. */
export function run(): Promise<Sample> {
  const flags = ['--pace', 'max', '--to', '2021-01-06', '--shards', '1', '--quiet'];
  return withProduct(flags, async (product) => {
    await product.line(/the replay is over/);
    await pause(SETTLE_MS);
    const beforeMs = product.cpuMs();
    const startedUs = nowUs();
    await pause(MEASURED_MS);
    const tookMs = (nowUs() - startedUs) / 1000;
    return { cpu: ((product.cpuMs() - beforeMs) / tookMs) * 100 };
  });
}
