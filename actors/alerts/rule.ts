// What an alert rule is; read from a file by the deployment, checked there.

import type { Condition } from '../conditions/index.js';

/** What a rule may look at. */
export const ALERT_SCOPES = ['portfolio', 'group', 'symbol'] as const;

/** One of them. */
export type AlertScope = (typeof ALERT_SCOPES)[number];

/** How serious an alert is, from the mildest. */
export const ALERT_SEVERITIES = ['notice', 'warning', 'critical'] as const;

/** One of them. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Most rules over one kind of scope: which of them are raised are bits of a number. */
export const RULES_MAX = 32;

/** One rule. */
export interface AlertRule {
  readonly id: string;
  readonly scope: AlertScope;
  /** Names it looks at alone; all there are where this is empty. */
  readonly only: readonly string[];
  readonly severity: AlertSeverity;
  /** Raises the alert. */
  readonly when: Condition;
  /** Releases it, once `when` does not hold any more. */
  readonly release: Condition;
  /** What it means, for people. */
  readonly text: string;
}

/** A deployment without rules. */
export const NO_RULES: readonly AlertRule[] = [];

/** A condition in words. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const word = condition.kind === 'all' ? ' and ' : ' or ';
      return condition.of.map((part) => nested(part)).join(word);
    }
    case 'not':
      return `not ${nested(condition.of)}`;
    case 'over':
      return `(${conditionText(condition.of)}) ${condition.label}`;
    case 'compare':
    case 'between':
    case 'crosses':
      return condition.label;
  }
}

function nested(part: Condition): string {
  const text = conditionText(part);
  return part.kind === 'all' || part.kind === 'any' ? `(${text})` : text;
}
