// Runs every rule over an order: any "no" wins, and every reason is told.

import type { OrderFacts } from './facts.js';
import type { Finding } from './finding.js';
import type { PretradePolicy } from './policy.js';
import { PRETRADE_RULES } from './rules.js';

/** What the rules have found; `allowed` where none says no. */
export interface Judgement {
  readonly allowed: boolean;
  /** One or more a rule, in the order of the rules. */
  readonly findings: readonly Finding[];
}

/** Judges an order by all rules. */
export function judgeOrder(facts: OrderFacts, policy: PretradePolicy): Judgement {
  const findings: Finding[] = [];
  let allowed = true;
  const say = (finding: Finding): void => {
    findings.push(finding);
    if (finding.verdict === 'no') allowed = false;
  };
  for (const rule of PRETRADE_RULES) rule.judge(facts, policy, say);
  return { allowed, findings };
}
