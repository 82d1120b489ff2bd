// Cash of other currencies and shares from other accounts: what some seeds' clients enter too.

import type { PortfolioMessage } from '../../actors/portfolio/index.js';
import { Chance } from '../../engine/index.js';
import { SYMBOLS } from './market-walk.js';
import { watchedOf } from './watched.js';

/** Share of operations that are of this kind. */
const SHARE = 0.12;

const OWN = 'USD';
const CURRENCIES = ['EUR', 'JPY'] as const;

/** What operation number `index` enters in the place of anything else; mostly there is nothing. */
export function moneyMessageAt(seed: number, index: number): PortfolioMessage | undefined {
  if (watchedOf(seed).board.groups.length === 0) return undefined;
  const chance = new Chance(seed, `money ${index}`);
  if (!chance.happens(SHARE)) return undefined;
  const commandId = `op-${index}`;
  const currency = chance.pick(CURRENCIES);
  const amount = `${chance.between(1, 4_000)}.${chance.between(100_000, 999_999)}`;
  const kind = chance.next();
  if (kind < 0.2) {
    return { kind: 'rate', commandId, currency, rate: `1.${chance.between(100_000, 999_999)}` };
  }
  if (kind < 0.45) {
    const direction = chance.happens(0.6) ? 'deposit' : 'withdraw';
    return { kind: 'cash', commandId, amount, direction, currency };
  }
  if (kind < 0.65) {
    const toAmount = `${chance.between(1, 4_000)}.5`;
    const [from, to] = chance.happens(0.5) ? [OWN, currency] : [currency, OWN];
    return { kind: 'exchange', commandId, currency: from, amount, toCurrency: to, toAmount };
  }
  const isIn = chance.happens(0.6);
  return {
    kind: 'transfer',
    commandId,
    symbol: chance.pick(SYMBOLS),
    direction: isIn ? 'in' : 'out',
    quantity: String(chance.between(1, 60)),
    cost: isIn ? amount : '',
    openedDate: isIn ? 20_200_302 : 0,
  };
}
