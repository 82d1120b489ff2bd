// The rules of the pre-trade check: one entry a rule, each pure, each saying why it is there.

import { type LimitMeasure, shareOf } from '../limits/index.js';
import type { OrderFacts } from './facts.js';
import {
  type Finding,
  isSmaller,
  judgeBound,
  judgeRisk,
  shown,
  stateOf,
  unknownCode,
} from './finding.js';
import type { PretradePolicy } from './policy.js';

/** One rule. */
export interface PretradeRule {
  readonly id: string;
  /** What it reads of the facts and of the policy. */
  readonly reads: string;
  readonly why: string;
  judge(facts: OrderFacts, policy: PretradePolicy, say: (finding: Finding) => void): void;
}

/** What is wrong with a market that is neither open nor closed. */
const MARKET_CODE = {
  halted: 'pretrade.market_halted',
  wide: 'pretrade.market_wide',
  stale: 'pretrade.market_stale',
} as const;

/** Measures that a smaller position may make larger: it may have been a hedge. */
const HEDGED: ReadonlySet<LimitMeasure> = new Set([
  'var99',
  'net_exposure',
  'gamma',
  'vega',
  'margin',
]);

/** Every rule, in the order in which they are told. */
export const PRETRADE_RULES: readonly PretradeRule[] = [
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
    id: 'limits',
    reads: 'every limit of the portfolio, and its measure before and after; hard ones say no',
    why: 'An order must not be what breaks a limit.',
    judge(facts, _policy, say) {
      const { limits, before, after } = facts;
      for (const { measure, severity, limit } of limits) {
        say(
          judgeRisk(facts, {
            rule: `limits.${measure}.${severity}`,
            code: severity === 'hard' ? 'pretrade.limit' : 'pretrade.limit_near',
            unknown: unknownCode(
              after,
              measure === 'var99' ? 'pretrade.no_risk' : 'pretrade.no_price',
            ),
            unit: 'equity',
            before: before.measures[measure],
            after: after.measures[measure],
            limit,
            verdict: severity === 'hard' ? 'no' : 'warn',
            what: `${measure.replaceAll('_', ' ')} (${severity} limit)`,
            hedges: HEDGED.has(measure),
          }),
        );
      }
    },
  },
  {
    id: 'standing',
    reads: 'actions of the limits that are broken, of the portfolio and its groups; kill switch',
    why: 'Whoever has broken a limit gets back below it before anything else.',
    judge({ standing: { action, why }, before, after }, _policy, say) {
      const isOver = action === 'kill' || action === 'block';
      if (action === 'alert' || (!isOver && isSmaller(before, after))) {
        say(stateOf('standing', 'pass', '', ''));
        return;
      }
      const code =
        action === 'kill'
          ? 'pretrade.killed'
          : isOver
            ? 'pretrade.blocked'
            : 'pretrade.reduce_only';
      const expected = isOver ? 'trading to be allowed' : 'a trade that makes its position smaller';
      say(stateOf('standing', 'no', code, `expected ${expected}: ${why}`));
    },
  },
  {
    id: 'market',
    reads: 'trading state of the symbol and of the market; when_closed',
    why: 'In a halt or on a dead feed nobody knows the price.',
    judge({ trading, symbol }, { refusesClosed }, say) {
      if (trading === 'open') say(stateOf('market', 'pass', '', ''));
      else if (trading === 'closed') {
        const text = 'expected an open session, it is closed; the order would wait for the open';
        say(stateOf('market', refusesClosed ? 'no' : 'warn', 'pretrade.market_closed', text));
      } else {
        const text = `expected ${symbol} to trade, its state is ${trading}`;
        say(stateOf('market', 'no', MARKET_CODE[trading], text));
      }
    },
  },
  {
    id: 'restricted',
    reads: 'the restricted list',
    why: 'Some names may not be traded: the law, a client or inside knowledge forbid it.',
    judge({ symbol, underlying }, { restricted }, say) {
      const reason = restricted.get(symbol) ?? restricted.get(underlying);
      if (reason === undefined) say(stateOf('restricted', 'pass', '', ''));
      else {
        const text = `expected a symbol that is not restricted, ${symbol} is: ${reason}`;
        say(stateOf('restricted', 'no', 'pretrade.restricted', text));
      }
    },
  },
  {
    id: 'collar',
    reads: 'price of the order and the last price (of an option, against its stock); collar',
    why: 'A price far from the market is a mistake, whichever side it favours; a strike, where it costs.',
    judge({ quantity, price, last, reference, isExercise }, { collar }, say) {
      const dearer = quantity > 0 ? price - last : last - price;
      const distance = isExercise === true ? Math.max(0, dearer) : Math.abs(dearer);
      say(
        judgeBound({
          rule: 'collar',
          code: 'pretrade.collar',
          unknown: 'pretrade.no_price',
          unit: 'price',
          before: 0,
          after: distance / reference,
          limit: collar,
          verdict: 'no',
          what: 'a distance from the last price',
        }),
      );
    },
  },
  {
    id: 'notional',
    reads: 'quantity times price (and shares of a contract); notional_max',
    why: 'One order is bounded even where the portfolio could carry more.',
    judge({ quantity, price, multiplier }, { notionalMax }, say) {
      say(
        judgeBound({
          rule: 'notional',
          code: 'pretrade.notional',
          unknown: 'pretrade.no_price',
          unit: 'dollars',
          before: 0,
          after: Math.abs(quantity) * price * multiplier,
          limit: notionalMax,
          verdict: 'no',
          what: 'an order',
        }),
      );
    },
  },
  {
    id: 'rate',
    reads: 'trades of the portfolio in the window before now, in event time; rate',
    why: 'A loop gone wrong is stopped before it has traded a thousand times.',
    judge({ tradesInWindow }, { rateMax }, say) {
      say(
        judgeBound({
          rule: 'rate',
          code: 'pretrade.rate',
          unknown: 'pretrade.rate',
          unit: 'trades',
          before: tradesInWindow,
          after: tradesInWindow + 1,
          limit: rateMax,
          verdict: 'no',
          what: 'a number of trades in the window',
        }),
      );
    },
  },
  {
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
  },
  {
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
  },
];
