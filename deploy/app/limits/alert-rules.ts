// The alert rules of a running system, and for whom each of them is raised now.

import { create } from '@bufbuild/protobuf';
import { AlertWatch, compileAlertRules, conditionText } from '../../../actors/alerts/index.js';
import {
  type AlertRulesResponse,
  AlertRulesResponseSchema,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { ALERT_SPAN, watchedNames } from '../../roles/watched-names.js';
import type { Market } from '../market/market.js';

/** Reads the rules from shared memory, where shards keep which of them are raised. */
export class AlertRules {
  readonly #market: Market;
  readonly #watch: AlertWatch;

  constructor(market: Market) {
    const { memory, options, columns, board, file } = market;
    const sets = compileAlertRules(options.alerts, columns.layout);
    this.#market = market;
    const names = watchedNames(board, file.bars.symbols);
    this.#watch = new AlertWatch(memory.alerts, sets, names, ALERT_SPAN);
  }

  /** All rules, in the order of their file. */
  read(): AlertRulesResponse {
    const { options, sequencer } = this.#market;
    const rules = options.alerts.map((rule) => ({
      ...rule,
      only: [...rule.only],
      when: conditionText(rule.when),
      release: conditionText(rule.release),
      raisedFor: this.#watch.raisedFor(rule, sequencer.pointIndex),
    }));
    return create(AlertRulesResponseSchema, { rules });
  }
}
