// Rules about what the portfolio is after the trade: its cash, positions, risk, limits and margin.

import { type LimitMeasure, shareOf } from '../limits/index.js';
import { isSmaller, judgeBound, judgeRisk, shown, unknownCode } from './finding.js';
import type { PretradeRule } from './rule.js';

/** Measures that a smaller position may make larger: it may have been a hedge. */
const HEDGED: ReadonlySet<LimitMeasure> = new Set([
  'var99',
  'net_exposure',
  'gamma',
  'vega',
  'margin',
]);

/** Cash is not overspent. */
export const cash: PretradeRule = {
  id: 'cash',
  reads: 'cash before and after',
  why: 'What is bought is paid from cash: the account has no credit.',
  judge({ before, after }, _policy, say) {
    // Less cash is the bad direction, so both ends change their sign.
    const isShort = after.cash < 0 && after.cash < before.cash;
    say({
      rule: 'cash',
      verdict: isShort ? 'no' : 'pass',
      code: isShort ? 'pretrade.cash' : '',
      before: before.cash,
      after: after.cash,
      limit: 0,
      unit: 'dollars',
      text: isShort
        ? `expected cash of at least 0 after the trade, was ${shown(after.cash, 'dollars')}`
        : '',
    });
  },
};

/** A position has a bound in shares. */
export const position: PretradeRule = {
  id: 'position',
  reads: 'shares held before and after; position_max',
  why: 'A slip of the finger adds zeros: no position is that large on purpose.',
  judge(facts, { positionMax }, say) {
    const { before, after } = facts;
    say(
      judgeRisk(facts, {
        rule: 'position',
        code: 'pretrade.position',
        unknown: 'pretrade.position',
        unit: 'shares',
        before: Math.abs(before.held),
        after: Math.abs(after.held),
        limit: positionMax,
        verdict: 'no',
        what: 'a position',
      }),
    );
  },
};

/** A position has a bound as a part of equity. */
export const concentration: PretradeRule = {
  id: 'concentration',
  reads: "the symbol's position as a fraction of equity; concentration_max",
  why: 'One name must not decide the fate of the whole.',
  judge(facts, { concentrationMax }, say) {
    const { before, after } = facts;
    say(
      judgeRisk(facts, {
        rule: 'concentration',
        code: 'pretrade.concentration',
        unknown: unknownCode(after, 'pretrade.no_price'),
        unit: 'equity',
        before: before.weight,
        after: after.weight,
        limit: concentrationMax,
        verdict: 'no',
        what: 'a position in the name',
      }),
    );
  },
};

/** Value at risk has a bound after the trade. */
export const valueAtRisk: PretradeRule = {
  id: 'var',
  reads:
    "value at risk of the portfolio's scenario profits, with and without the order's; var99_max",
  why: 'Risk is judged after the trade, with what the order adds or hedges.',
  judge(facts, { var99Max }, say) {
    const { before, after } = facts;
    say(
      judgeRisk(facts, {
        rule: 'var',
        code: 'pretrade.var',
        unknown: unknownCode(after, 'pretrade.no_risk'),
        unit: 'equity',
        before: before.measures.var99,
        after: after.measures.var99,
        limit: var99Max,
        verdict: 'no',
        what: 'a one-day value at risk at 99 %',
        hedges: true,
      }),
    );
  },
};

/** A name has a past that its risk is judged on. */
export const history: PretradeRule = {
  id: 'history',
  reads: 'share of scenarios in which the symbol has no return; history_missing_max',
  why: 'A name without a past counts as no move: its risk would be understated.',
  judge({ historyMissing, before, after }, { historyMissingMax }, say) {
    say(
      judgeBound({
        rule: 'history',
        code: 'pretrade.no_history',
        unknown: 'pretrade.no_history',
        unit: 'scenarios',
        before: before.held === 0 ? 0 : historyMissing,
        // What is left of a position adds nothing to what is understated.
        after: isSmaller(before, after) ? 0 : historyMissing,
        limit: historyMissingMax,
        verdict: 'no',
        what: 'a part without returns of the name',
      }),
    );
  },
};

/** Equity rests on rates of these days. */
export const currencies: PretradeRule = {
  id: 'currencies',
  reads:
    'age of the rates that cash of other currencies is counted at, but the oldest for rate_share_max of equity; rate_days_max',
  why: 'Every share of equity is only as good as the rates in it, and no scenario moves them.',
  judge({ rates, before, after }, { rateDaysMax, rateShareMax }, say) {
    let worth = 0;
    // Many small sums are a large one. Nothing is small beside an equity that is none, or unknown.
    const counted = rates.find((one) => {
      worth += one.worth;
      return !(worth <= rateShareMax * before.equity);
    });
    const { currency = '', days = 0 } = counted ?? {};
    say(
      judgeBound({
        rule: 'currencies',
        code: 'pretrade.stale_rate',
        unknown: 'pretrade.stale_rate',
        unit: 'days',
        before: days,
        // A smaller position is the way out whatever the rest is worth.
        after: isSmaller(before, after) ? 0 : days,
        limit: rateDaysMax,
        verdict: 'no',
        what: `an age of the rate of ${currency}`,
      }),
    );
  },
};

/** No limit of the portfolio is broken by the trade. */
export const limits: PretradeRule = {
  id: 'limits',
  reads:
    'every limit of the portfolio, and its measure before and after; hard ones say no, unless overridden',
  why: 'An order must not be what breaks a limit, unless two people have agreed that it may.',
  judge(facts, _policy, say) {
    const { limits, overridden, before, after } = facts;
    for (const [index, { measure, severity, limit }] of limits.entries()) {
      const isHard = severity === 'hard';
      const isAside = isHard && overridden[index] === true;
      say(
        judgeRisk(facts, {
          rule: `limits.${measure}.${severity}`,
          code: isAside
            ? 'pretrade.limit_overridden'
            : isHard
              ? 'pretrade.limit'
              : 'pretrade.limit_near',
          unknown: unknownCode(
            after,
            measure === 'var99' ? 'pretrade.no_risk' : 'pretrade.no_price',
          ),
          unit: 'equity',
          before: before.measures[measure],
          after: after.measures[measure],
          limit,
          verdict: isHard && !isAside ? 'no' : 'warn',
          what: `${measure.replaceAll('_', ' ')} (${severity} limit${isAside ? ', overridden' : ''})`,
          hedges: HEDGED.has(measure),
        }),
      );
    }
  },
};

/** What is sold short can be borrowed. */
export const short: PretradeRule = {
  id: 'short',
  reads: 'shares short, or owed on calls written, before and after; shares that can be borrowed',
  why: 'What is sold short, or may be called away, must be held or borrowed.',
  judge(facts, { shortAvailable, shortDefault }, say) {
    const { underlying, before, after } = facts;
    say(
      judgeRisk(facts, {
        rule: 'short',
        code: 'pretrade.short',
        unknown: 'pretrade.short',
        unit: 'shares',
        before: before.owed,
        after: after.owed,
        limit: shortAvailable.get(underlying) ?? shortDefault,
        verdict: 'no',
        what: `a short position in ${underlying}`,
        // Shares that are sold may be owed on calls written.
        hedges: true,
      }),
    );
  },
};

/** Margin has a bound as a part of equity. */
export const margin: PretradeRule = {
  id: 'margin',
  reads: 'margin of all positions as a share of equity, before and after; margin',
  why: 'What is owed to others must be secured by what is left if the market moves first.',
  judge(facts, { margin }, say) {
    const { before, after } = facts;
    say(
      judgeRisk(facts, {
        rule: 'margin',
        code: 'pretrade.margin',
        unknown: unknownCode(after, 'pretrade.no_price'),
        unit: 'equity',
        before: shareOf(before.margin, before.equity),
        after: shareOf(after.margin, after.equity),
        limit: margin.useMax,
        verdict: 'no',
        what: 'margin',
        hedges: true,
      }),
    );
  },
};
