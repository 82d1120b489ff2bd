// Every benchmark, in the order of the table; the first contender of a subject is ours.

import { MACRO } from './cases/macro.js';
import { MICRO } from './cases/micro.js';
import { TELL } from './cases/tell.js';
import { TOPOLOGY } from './cases/topology.js';
import type { Case } from './lib/case.js';

/** All cases. */
export const CASES: readonly Case[] = [...TELL, ...MICRO, ...TOPOLOGY, ...MACRO];
