// The door of the alerts module: rules of one's own over portfolios, groups and symbols.

export { GROUP_MEASURES, type Measure, PORTFOLIO_MEASURES } from './measures.js';
export type { AlertSpan } from './past-closes.js';
export {
  ALERT_SCOPES,
  ALERT_SEVERITIES,
  type AlertRule,
  type AlertScope,
  type AlertSeverity,
  conditionText,
  NO_RULES,
  RULES_MAX,
} from './rule.js';
export { type AlertRuleSets, compileAlertRules } from './rule-set.js';
export {
  type AlertTransition,
  AlertWatch,
  createAlertMemory,
  type WatchedNames,
  type WatchedRow,
} from './watch.js';
