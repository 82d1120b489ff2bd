// The tell workload on Erlang/OTP.

import type { Sample } from '../lib/case.js';
import { erlang } from './erlang.js';

/** Runs the workload in an Erlang of its own. */
export function run(): Promise<Sample> {
  return erlang('tell');
}
