// Small pieces that every page uses: numbers, cards, lines.

import type { ComponentChildren } from 'preact';

/** A value of a row as a number; what the server leaves out is 0. */
export function number(value: unknown): number {
  return typeof value === 'number' ? value : value === undefined ? 0 : Number(value);
}

/** Dollars, shortened. */
export function money(value: unknown): string {
  const amount = number(value);
  const size = Math.abs(amount);
  if (Number.isNaN(amount)) return '–';
  if (size >= 1e9) return `${(amount / 1e9).toFixed(2)} bn`;
  if (size >= 1e6) return `${(amount / 1e6).toFixed(2)} m`;
  return amount.toLocaleString('en-US', { maximumFractionDigits: size < 1000 ? 2 : 0 });
}

/** A fraction in percent. */
export function percent(value: unknown, digits = 2): string {
  const share = number(value);
  return Number.isNaN(share) ? '–' : `${(share * 100).toFixed(digits)} %`;
}

/** yyyymmdd as a date. */
export function day(value: unknown): string {
  const text = String(value ?? '');
  return text.length === 8 ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : '–';
}

/** The class that colours a gain or a loss. */
export function sign(value: unknown): string {
  const amount = number(value);
  return amount > 0 ? 'n good' : amount < 0 ? 'n bad' : 'n';
}

/** A titled box. */
export function Card(props: { title: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <section class={props.wide === true ? 'card wide' : 'card'}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** A small line of recent values. */
export function Line(props: { values: readonly number[]; spark?: boolean; label: string }) {
  const { values } = props;
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  const points = values
    .map(
      (value, index) =>
        `${(index / Math.max(1, values.length - 1)) * 100},${30 - ((value - low) / range) * 28 - 1}`,
    )
    .join(' ');
  return (
    <svg
      class={props.spark === true ? 'spark' : 'line'}
      viewBox="0 0 100 30"
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      <polyline
        points={points}
        fill="none"
        stroke="var(--blue)"
        stroke-width="1.5"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}
