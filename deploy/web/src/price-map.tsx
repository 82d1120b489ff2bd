// Where size stood, second by second, and what was traded at each price, on one scale of prices.

import { useEffect, useRef } from 'preact/hooks';
import type { Row } from './live.js';
import { list, number, numbers } from './parts.jsx';
import { colorOf, onTheme } from './theme.js';

/** Room at the right for prices, and at the bottom for times. Units: CSS pixels. */
const PRICE_WIDTH = 64;
const TIME_HEIGHT = 18;

/** Share of the width that the volume profile has. */
const PROFILE_SHARE = 0.24;

/** Prices and times that are named. */
const PRICE_LINES = 5;
const TIME_LINES = 3;

/** Opacity of the faintest cell; the strongest is opaque. */
const ALPHA_MIN = 0.06;

/** Lines across the map at prices that matter. */
export interface PriceLine {
  readonly price: number;
  readonly color: string;
}

interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly split: number;
  readonly low: number;
  readonly high: number;
}

/** A heat map of the book with the volume profile at its right. */
export function PriceMap(props: { detail: Row; lines: readonly PriceLine[]; label: string }) {
  const { detail, lines, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = (): void => {
      if (canvas.current !== null) paint(canvas.current, detail, lines);
    };
    draw();
    addEventListener('resize', draw);
    const forget = onTheme(draw);
    return () => {
      removeEventListener('resize', draw);
      forget();
    };
  }, [detail, lines]);
  return <canvas ref={canvas} class="price-map" role="img" aria-label={label} />;
}

function paint(canvas: HTMLCanvasElement, detail: Row, lines: readonly PriceLine[]): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { clientWidth, clientHeight } = canvas;
  const ratio = devicePixelRatio;
  canvas.width = clientWidth * ratio;
  canvas.height = clientHeight * ratio;
  context.scale(ratio, ratio);
  context.font = '11px system-ui, sans-serif';
  const heat = (detail['heat'] ?? {}) as Row;
  const profile = (detail['profile'] ?? {}) as Row;
  const range = rangeOf(heat, profile);
  if (range === undefined) return;
  const width = clientWidth - PRICE_WIDTH;
  const split = width * (1 - PROFILE_SHARE);
  const frame = { context, width, height: clientHeight - TIME_HEIGHT, split, ...range };
  // The book reaches beyond the prices shown: it must not cover the times below.
  context.save();
  context.beginPath();
  context.rect(0, 0, width, frame.height);
  context.clip();
  paintHeat(frame, heat);
  paintProfile(frame, profile);
  paintLines(frame, lines);
  context.restore();
  paintPrices(frame);
  paintTimes(frame, heat);
}

/** The prices seen: where the middle went and what was traded, with a margin. */
function rangeOf(heat: Row, profile: Row): { low: number; high: number } | undefined {
  const height = number(heat['rowHeight']);
  const mids = list(heat['columns']).map(
    (column) => number(column['low']) + (numbers(column['sizes']).length / 2) * height,
  );
  const traded = list(profile['rows']).map((row) => number(row['low']));
  const all = [...mids, ...traded];
  if (all.length === 0 || !(height > 0)) return undefined;
  return { low: Math.min(...all) - 8 * height, high: Math.max(...all) + 9 * height };
}

function yOf({ height, low, high }: Frame, price: number): number {
  return height * (1 - (price - low) / (high - low));
}

function paintHeat(frame: Frame, heat: Row): void {
  const { context, split } = frame;
  const columns = list(heat['columns']);
  const rowHeight = number(heat['rowHeight']);
  const sizes = columns.map((column) => numbers(column['sizes']));
  const most = Math.max(1e-12, ...sizes.flat());
  const cell = split / columns.length;
  const [bid, ask] = [colorOf('--up'), colorOf('--down')];
  columns.forEach((column, index) => {
    const low = number(column['low']);
    const rows = sizes[index] ?? [];
    rows.forEach((size, row) => {
      if (!(size > 0)) return;
      const top = yOf(frame, low + (row + 1) * rowHeight);
      const bottom = yOf(frame, low + row * rowHeight);
      // The eye tells shares apart better than sums: the root lifts what is small.
      context.globalAlpha = ALPHA_MIN + (1 - ALPHA_MIN) * Math.sqrt(size / most);
      context.fillStyle = row < rows.length / 2 ? bid : ask;
      context.fillRect(index * cell, top, Math.ceil(cell), bottom - top);
    });
  });
  context.globalAlpha = 1;
}

/** Parts of a row of the profile, and their colours. */
const PROFILE_PARTS = [
  ['bought', '--up'],
  ['sold', '--down'],
  ['unsided', '--soft'],
] as const;

function paintProfile(frame: Frame, profile: Row): void {
  const { context, split, width } = frame;
  const rowHeight = number(profile['rowHeight']);
  const rows = list(profile['rows']);
  const sums = rows.map(
    (row) => number(row['bought']) + number(row['sold']) + number(row['unsided']),
  );
  const most = Math.max(1e-12, ...sums);
  const scale = (width - split - 8) / most;
  const parts = PROFILE_PARTS.map(([name, tone]) => [name, colorOf(tone)] as const);
  rows.forEach((row) => {
    const low = number(row['low']);
    const top = yOf(frame, low + rowHeight) + 0.5;
    const height = Math.max(1, yOf(frame, low) - top - 0.5);
    let left = split + 8;
    for (const [name, tone] of parts) {
      const size = number(row[name]) * scale;
      context.fillStyle = tone;
      context.fillRect(left, top, size, height);
      left += size;
    }
  });
}

function paintLines(frame: Frame, lines: readonly PriceLine[]): void {
  const { context, width } = frame;
  context.setLineDash([4, 3]);
  for (const { price, color: name } of lines) {
    if (!(price > frame.low && price < frame.high)) continue;
    context.strokeStyle = colorOf(name);
    context.beginPath();
    context.moveTo(0, yOf(frame, price));
    context.lineTo(width, yOf(frame, price));
    context.stroke();
  }
  context.setLineDash([]);
}

function paintPrices({ context, width, height, low, high }: Frame): void {
  context.fillStyle = colorOf('--soft');
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const step = (high - low) / PRICE_LINES;
  // As many decimals as tell neighbours apart.
  const digits = Math.min(8, Math.max(0, Math.ceil(-Math.log10(step))));
  const form = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  for (let line = 0; line < PRICE_LINES; line++) {
    const y = height * (1 - (line + 0.5) / PRICE_LINES);
    context.fillText(form.format(low + (line + 0.5) * step), width + 6, y);
  }
}

function paintTimes({ context, width, height, split }: Frame, heat: Row): void {
  const columns = list(heat['columns']);
  const y = height + TIME_HEIGHT / 2;
  for (let line = 0; line < TIME_LINES; line++) {
    const at = Math.round((line / (TIME_LINES - 1)) * (columns.length - 1));
    const timeUs = number(columns[at]?.['timeUs']);
    if (!(timeUs > 0)) continue;
    context.textAlign = line === 0 ? 'left' : line === TIME_LINES - 1 ? 'right' : 'center';
    const text = new Date(timeUs / 1000).toISOString().slice(11, 19);
    context.fillText(text, (line / (TIME_LINES - 1)) * split, y);
  }
  context.textAlign = 'center';
  context.fillText('traded', (split + width) / 2 + 4, y);
}
