// Stress, sizing and drawdown, under the names of the reference vectors.

import {
  type Asked,
  accept,
  asText,
  type Panel,
  type PriceTable,
  panelOf,
  paramOf,
  type ReferenceFunctions,
  weightedReturns,
  weightsOf,
} from '../reference/index.js';
import { averageTrueRange, followAtrStop } from './atr-stop.js';
import { watchDrawdown } from './drawdown-monitor.js';
import { kellyBinary, kellyContinuous, kellyShares } from './sizing.js';
import { applyShocks, worstWindow } from './stress.js';

/** Functions over windows of prices, and over single bets. */
export const STRESS_FUNCTIONS: ReferenceFunctions = {
  stress_historical: {
    needs: { notional: 'number', fromClose: 'date', toClose: 'date' },
    compute: stressHistorical,
  },
  stress_worst_window: {
    needs: { days: 'count' },
    compute(asked) {
      const daily = rebalanced(asked);
      if (daily === undefined) return undefined;
      const worst = worstWindow(daily.returns, paramOf(asked, 'days'));
      if (worst === undefined) return null;
      const { dates } = daily.panel;
      return { return: worst.value, from_close: dates[worst.from], to_close: dates[worst.to] };
    },
  },
  kelly_binary: {
    needs: { winProbability: 'number', winLossRatio: 'number' },
    compute(asked) {
      const fraction = kellyBinary(
        paramOf(asked, 'winProbability'),
        paramOf(asked, 'winLossRatio'),
      );
      return { fraction, clamped_at_zero: Math.max(0, fraction), half: fraction / 2 };
    },
  },
  kelly_continuous: {
    needs: { riskFreePerPeriod: 'number' },
    compute(asked) {
      const asset = asText(asked.input['asset']);
      if (asset === undefined) return undefined;
      const panel = panelOf({ ...asked, input: { ...asked.input, assets: [asset] } }, 'returns');
      const returns = panel?.returns[0];
      if (returns === undefined) return undefined;
      return { fraction: kellyContinuous(returns, paramOf(asked, 'riskFreePerPeriod')) };
    },
  },
  kelly_multi: {
    needs: { riskFreePerPeriod: 'number' },
    compute(asked) {
      const panel = panelOf(asked, 'returns');
      if (panel === undefined) return undefined;
      return accept(kellyShares(panel.returns, paramOf(asked, 'riskFreePerPeriod')));
    },
  },
  atr_stop: {
    needs: { atrPeriod: 'count', multiple: 'number', entryIndex: 'number' },
    may: { entryDate: 'date' },
    compute: atrStop,
  },
  drawdown_monitor: {
    needs: { limit: 'number' },
    compute(asked) {
      const daily = rebalanced(asked);
      if (daily === undefined) return undefined;
      const watch = watchDrawdown(daily.returns, paramOf(asked, 'limit'));
      const first = watch.breaches[0];
      const { dates } = daily.panel;
      return {
        first_breach_date: first === undefined ? null : dates[first],
        first_breach_index: first ?? null,
        first_breach_drawdown: first === undefined ? null : watch.drawdowns[first],
        all_upcross_dates: watch.breaches.map((index) => dates[index]),
        max: watch.drawdownMax,
        series: watch.drawdowns,
      };
    },
  },
};

function rebalanced(asked: Asked): { panel: Panel; returns: Float64Array } | undefined {
  const panel = panelOf(asked, 'prices');
  const weights = panel && weightsOf(asked, panel);
  if (panel === undefined || weights === undefined) return undefined;
  return { panel, returns: weightedReturns(panel.returns, weights) };
}

function stressHistorical(asked: Asked): unknown {
  const { fromClose, toClose } = asked.params;
  const panel = panelOf(
    { ...asked, input: { ...asked.input, from: fromClose, to: toClose } },
    'prices',
  );
  const weights = panel && weightsOf(asked, panel);
  if (panel === undefined || weights === undefined) return undefined;
  if (panel.dates[0] !== fromClose || panel.dates.at(-1) !== toClose) {
    throw new Error(`expected closes on ${String(fromClose)} and ${String(toClose)}`);
  }
  const shocks = panel.prices.map((prices) => prices[prices.length - 1]! / prices[0]! - 1);
  const result = applyShocks(shocks, weights, paramOf(asked, 'notional'));
  return {
    shocks,
    pnl: result.profits,
    total: result.total,
    worst_asset: panel.assets[result.worst],
  };
}

interface Bars {
  readonly dates: readonly string[];
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Bars of the input's file and dates, restated by the adjusted close where it asks for that. */
function barsOf(asked: Asked): Bars | undefined {
  const file = asText(asked.input['file']);
  if (file === undefined) return undefined;
  const table = asked.tables(file);
  const from = asText(asked.input['from']) ?? '';
  const to = asText(asked.input['to']) ?? '9999';
  const rows = table.dates.flatMap((date, row) => (date >= from && date <= to ? [row] : []));
  const close = columnOf(table, 'close');
  const adjusted = asked.input['adjust'] === true ? columnOf(table, 'adjusted_close') : close;
  const restated = (name: string): Float64Array => {
    const column = columnOf(table, name);
    return Float64Array.from(rows, (row) => column[row]! * (adjusted[row]! / close[row]!));
  };
  return {
    dates: rows.map((row) => table.dates[row]!),
    high: restated('high'),
    low: restated('low'),
    close: restated('close'),
  };
}

function columnOf(table: PriceTable, name: string): Float64Array {
  const column = table.columns.get(name);
  if (column === undefined) throw new Error(`expected a column ${name} in the price file`);
  return column;
}

/** The vectors list the first updates only. */
const UPDATES_SHOWN = 60;

function atrStop(asked: Asked): unknown {
  const bars = barsOf(asked);
  if (bars === undefined) return undefined;
  const entryDate = asked.params['entryDate'];
  const entryIndex = paramOf(asked, 'entryIndex');
  if (entryDate !== undefined && bars.dates[entryIndex] !== entryDate) {
    throw new Error(`expected bar ${entryIndex} on ${String(entryDate)}`);
  }
  const range = averageTrueRange(bars, paramOf(asked, 'atrPeriod'));
  const priced = { ...bars, averageTrueRange: range };
  const stop = accept(followAtrStop(priced, entryIndex, paramOf(asked, 'multiple')));
  const { fixedHit, trailingExit } = stop;
  return {
    entry: stop.entry,
    atr: stop.averageTrueRange,
    initial_stop: stop.initialStop,
    short_initial_stop: stop.shortInitialStop,
    fixed_stop_first_hit:
      fixedHit === undefined ? null : { index: fixedHit, date: bars.dates[fixedHit] },
    trailing_exit:
      trailingExit === undefined ? null : { ...trailingExit, date: bars.dates[trailingExit.index] },
    trailing_stops_set_at_close_of_bar: stop.trailing
      .slice(0, UPDATES_SHOWN)
      .map(({ index, stop: level }) => [index, level]),
  };
}
