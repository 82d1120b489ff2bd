// What a rule of the pre-trade check is.

import type { OrderFacts } from './facts.js';
import type { Finding } from './finding.js';
import type { PretradePolicy } from './policy.js';

/** One rule. */
export interface PretradeRule {
  readonly id: string;
  /** What it reads of the facts and of the policy. */
  readonly reads: string;
  readonly why: string;
  judge(facts: OrderFacts, policy: PretradePolicy, say: (finding: Finding) => void): void;
}
