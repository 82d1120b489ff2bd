// Changes over a number of bars: returns, rate of change, momentum.

import { lagCell } from './cells.js';
import { type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';

function overLag(
  period: number,
  spec: FeatureSpec,
  change: (close: number, before: number) => number,
): Indicator {
  const lag = lagCell(period);
  return indicatorOf(spec, {
    length: lag.length,
    // hot
    peek: (state, base, bar) => change(bar.close, lag.peek(state, base, 0)),
    commit: (state, base, bar) => lag.commit(state, base, bar.close),
  });
}

/** Total return over `period` bars. */
export function periodReturn(period: number): Indicator {
  return overLag(
    period,
    {
      name: `ret_${period}`,
      unit: 'fraction',
      warmUpBars: period + 1,
      description: `Total return over ${period} bars`,
      source: 'close over close, adjusted for splits and dividends',
    },
    (close, before) => close / before - 1,
  );
}

/** Rate of change. Source: TA-Lib ROC; 0 where the close before is 0. */
export function roc(period: number): Indicator {
  return overLag(
    period,
    {
      name: `roc_${period}`,
      unit: 'percent',
      warmUpBars: period + 1,
      description: `Change of the close over ${period} bars`,
      source: 'TA-Lib ROC',
    },
    (close, before) => (before === 0 ? 0 : (close / before - 1) * 100),
  );
}

/** Difference of closes. Source: TA-Lib MOM. */
export function mom(period: number): Indicator {
  return overLag(
    period,
    {
      name: `mom_${period}`,
      unit: 'price',
      warmUpBars: period + 1,
      description: `Close less the close ${period} bars before`,
      source: 'TA-Lib MOM',
    },
    (close, before) => close - before,
  );
}
