// Rows of portfolios: what was told last is what is shown, however it is held.

import t from 'tap';
import type { PortfolioFigures } from '../../../actors/portfolio/index.js';
import { PortfolioRows } from './portfolio-rows.js';

function figuresOf(key: string, pointIndex: number, limit = 0.2): PortfolioFigures {
  return {
    kind: 'portfolio_marked',
    ...{ key, pointIndex, asOfUs: 1_000 + pointIndex, cash: '12.34', realised: '-5' },
    ...{ equity: 100 + pointIndex, marketValue: 80, unrealised: 1, dayPnl: 2 },
    ...{ grossExposure: 90, netExposure: 70, drawdown: 0.1, margin: 25, positions: 3 },
    ...{ var95: 4, var99: 6 + pointIndex, cvar95: 5, cvar99: 7, riskAsOfUs: 900, proxied: 0.01 },
    limits: [
      {
        ...{ measure: 'gross_exposure', severity: 'hard', limit },
        ...{ value: 0.3, utilisation: 0.3 / limit, breached: limit < 0.3 },
      },
    ],
  };
}

t.test('what a portfolio told last is shown, with limits that are its own', async (t) => {
  const rows = new PortfolioRows();
  const told = [figuresOf('a', 1), figuresOf('b', 1), figuresOf('c', 1, 0.5), figuresOf('a', 2)];
  for (const figures of told) rows.onFigures(figures);
  t.same(rows.get('a')?.figures, told[3]);
  t.same(rows.figures(), [told[3], told[1], told[2]]);
  t.match(rows.get('a'), { equity: [101, 102], var99: [7, 8] });
  t.equal(rows.get('d'), undefined);
});

t.test('figures of a point told again take the place of the first; older ones none', async (t) => {
  const rows = new PortfolioRows();
  rows.onFigures(figuresOf('a', 2));
  const { stamp } = rows;
  rows.onFigures(figuresOf('a', 1));
  t.equal(rows.stamp, stamp);
  const again = { ...figuresOf('a', 2), cash: '13' };
  rows.onFigures(again);
  t.match(rows.since(stamp, ['a']), { ok: true, value: [{ figures: again, equity: [102] }] });
});
