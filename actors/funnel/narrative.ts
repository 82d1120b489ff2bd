// The research output for one survivor, written from its own numbers.

import type { FunnelConfig } from './config.js';

/** One named figure of a narrative. */
export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** A survivor's research output. */
export interface NarrativeText {
  readonly text: string;
  readonly figures: readonly Figure[];
}

/** Correlation of daily returns with a position that is held. */
export interface HeldCorrelation {
  readonly symbol: string;
  readonly correlation: number;
}

function percent(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}

function dollars(amount: number): string {
  if (amount >= 1e9) return `$${(amount / 1e9).toFixed(2)} bn`;
  if (amount >= 1e6) return `$${(amount / 1e6).toFixed(1)} m`;
  return `$${amount.toFixed(2)}`;
}

/**
 * Writes the narrative. `value` gives a feature or print column of the symbol's row at the close;
 * `held` the correlations with positions held, any order.
 */
export function narrate(
  symbol: string,
  value: (name: string) => number,
  held: readonly HeldCorrelation[],
  research: FunnelConfig['research'],
): NarrativeText {
  const close = value('close');
  const stop = close - research.stopAtrs * value('atr_14');
  const dollarVolume = value('dollar_volume_20');
  const daysToExit = research.positionDollars / (dollarVolume * research.participation);
  const extension = (close - value('sma_20')) / value('atr_14');
  const closest = [...held].sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))[0];
  const figures: Figure[] = [
    { name: 'close', value: dollars(close) },
    {
      name: 'setup',
      value: `bandwidth in its lowest ${percent(value('bb_bandwidth_pct_120'), 0)} of 120 days`,
    },
    { name: 'trigger', value: `${value('relative_volume_20').toFixed(2)} times usual volume` },
    {
      name: 'confirmation',
      value: `RSI ${value('rsi_14').toFixed(1)}, ADX ${value('adx_14').toFixed(1)}`,
    },
    { name: 'stop', value: `${dollars(stop)} (${percent(1 - stop / close)} below)` },
    { name: 'volatility', value: `${percent(value('realised_vol_20'))} a year` },
    { name: 'drawdown', value: percent(value('drawdown_252')) },
    { name: 'gap', value: percent(value('gap'), 2) },
    { name: 'liquidity', value: `${dollars(dollarVolume)} a day` },
    { name: 'days_to_exit', value: daysToExit.toFixed(2) },
    { name: 'extension', value: `${extension.toFixed(1)} ATR from the 20-day mean` },
    {
      name: 'correlation',
      value:
        closest === undefined
          ? 'nothing held'
          : `${closest.correlation.toFixed(2)} with ${closest.symbol}`,
    },
  ];
  return { figures, text: sentences(symbol, value, figures, extension, daysToExit) };
}

function sentences(
  symbol: string,
  value: (name: string) => number,
  figures: readonly Figure[],
  extension: number,
  daysToExit: number,
): string {
  const figure = (name: string): string => figures.find((f) => f.name === name)?.value ?? '';
  const strength = value('rs_63') >= 0 ? 'ahead of' : 'behind';
  return [
    `${symbol} closed at ${figure('close')}, ${percent(value('ret_1'))} on the day and`,
    `${Math.abs(value('rs_63')).toFixed(1)} points ${strength} the universe over three months.`,
    `Setup: ${figure('setup')}, ${percent(-value('high_252_distance'))} below its 52-week high.`,
    `Trigger: ${figure('trigger')}, close at ${percent(value('close_location'), 0)} of the day's range.`,
    `Confirmation: ${figure('confirmation')}, MACD histogram ${value('macd_histogram').toFixed(2)}.`,
    `A stop of ${figure('stop')} allows for its true range; volatility is ${figure('volatility')},`,
    `drawdown from the year's highest close ${figure('drawdown')}, today's opening gap ${figure('gap')}.`,
    extension > 3
      ? `It is stretched: ${figure('extension')}.`
      : `It is not stretched: ${figure('extension')}.`,
    daysToExit > 1
      ? `Leaving a position of the assumed size would take ${figure('days_to_exit')} days.`
      : `A position of the assumed size could be left within a day (${figure('liquidity')}).`,
    `Closest position held: ${figure('correlation')}.`,
  ].join(' ');
}
