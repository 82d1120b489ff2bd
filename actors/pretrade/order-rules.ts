// Rules about the order itself: whether it may be given now, in this name, at this price and size.

import { isSmaller, judgeBound, stateOf } from './finding.js';
import type { PretradeRule } from './rule.js';

/** What is wrong with a market that is neither open nor closed. */
const MARKET_CODE = {
  halted: 'pretrade.market_halted',
  wide: 'pretrade.market_wide',
  stale: 'pretrade.market_stale',
} as const;

/** Limits that are broken already stop trades, or all but those that reduce. */
export const standing: PretradeRule = {
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
      action === 'kill' ? 'pretrade.killed' : isOver ? 'pretrade.blocked' : 'pretrade.reduce_only';
    const expected = isOver ? 'trading to be allowed' : 'a trade that makes its position smaller';
    say(stateOf('standing', 'no', code, `expected ${expected}: ${why}`));
  },
};

/** The market trades. */
export const market: PretradeRule = {
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
};

/** The name may be traded. */
export const restricted: PretradeRule = {
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
};

/** The price is near the market. */
export const collar: PretradeRule = {
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
};

/** The order has a bound in dollars. */
export const notional: PretradeRule = {
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
};

/** Orders have a bound in number. */
export const rate: PretradeRule = {
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
};
