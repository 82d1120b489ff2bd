// Small pieces that every page uses: numbers, cards, lines.

import type { ComponentChildren } from 'preact';
import { type Row, useTopic } from './live.js';

/** A value of a row as a number; what the server leaves out is 0. */
export function number(value: unknown): number {
  return typeof value === 'number' ? value : value === undefined ? 0 : Number(value);
}

/** A list of a row; what the server leaves out is empty. */
export function list(value: unknown): readonly Row[] {
  return Array.isArray(value) ? (value as Row[]) : [];
}

/** The fields of a map of a row; what the server leaves out has none. */
export function fields(value: unknown): Row {
  return (value ?? {}) as Row;
}

/** A list of numbers of a row. */
export function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(number) : [];
}

/** An amount of dollars or shares, shortened from ten thousand: a column keeps to few widths. */
export function money(value: unknown): string {
  const amount = number(value);
  const size = Math.abs(amount);
  if (Number.isNaN(amount)) return '–';
  if (size >= 1e9) return `${(amount / 1e9).toFixed(2)} bn`;
  if (size >= 1e6) return `${(amount / 1e6).toFixed(2)} m`;
  if (size >= 1e5) return `${(amount / 1e3).toFixed(0)} k`;
  if (size >= 1e4) return `${(amount / 1e3).toFixed(1)} k`;
  // A small loss rounds to a zero with a sign of its own.
  return count(Math.round(amount) + 0);
}

/** A gain or a loss, which its sign tells too, for whoever sees no colours. */
export function gain(value: unknown): string {
  const text = money(value);
  return number(value) > 0 && text !== '0' ? `+${text}` : text;
}

/** Whole dollars in full. */
export function dollars(value: unknown): string {
  const amount = Math.round(number(value));
  if (Number.isNaN(amount)) return '–';
  return amount < 0 ? `-$${count(-amount)}` : `$${count(amount)}`;
}

/** An exact decimal with its thousands set apart; nothing is rounded. */
export function decimal(value: unknown): string {
  const [whole = '', fraction] = String(value ?? '0').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

// Made once: `toLocaleString` makes a new one at each call, which a long table feels.
const CENTS = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const PLAIN = new Intl.NumberFormat('en-US');

/** A price of a share with its cents. */
export function price(value: unknown): string {
  const amount = number(value);
  return Number.isNaN(amount) ? '–' : CENTS.format(amount);
}

/** A whole number with its thousands set apart. */
export function count(value: unknown): string {
  return PLAIN.format(number(value));
}

/** A fraction in percent. */
export function percent(value: unknown, digits = 2): string {
  const text = (number(value) * 100).toFixed(digits);
  if (text === 'NaN') return '–';
  // Of what has no equity any size is too large a share.
  if (text === 'Infinity') return '∞';
  return `${Number(text) === 0 ? text.replace('-', '') : text} %`;
}

/** Microseconds in the unit that suits them. */
export function duration(us: unknown): string {
  const value = number(us);
  if (Number.isNaN(value)) return '–';
  if (value < 1000) return `${value.toFixed(0)} µs`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} ms` : `${(value / 1e6).toFixed(2)} s`;
}

/** yyyymmdd as a date. */
export function day(value: unknown): string {
  const text = String(value ?? '');
  return text.length === 8 ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : '–';
}

/** A time in microseconds, to the second, in UTC, that a narrow screen can break. */
export function timeText(timeUs: unknown): string {
  return new Date(number(timeUs) / 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The class that colours a gain or a loss. */
export function sign(value: unknown): string {
  const amount = number(value);
  return amount > 0 ? 'good' : amount < 0 ? 'bad' : '';
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

/** A symbol that leads to its page. */
export function SymbolLink(props: { symbol: unknown }) {
  const symbol = String(props.symbol);
  return <a href={`#/symbol/${encodeURIComponent(symbol)}`}>{symbol}</a>;
}

/** Pages of what an address names, by the first part of it. */
const PAGES: Readonly<Record<string, string>> = { portfolio: 'portfolio', symbol: 'symbol' };

/** An address such as symbol/KO, which leads to the page of what it names where there is one. */
export function AddressLink(props: { address: unknown }) {
  const address = String(props.address);
  const [kind = '', ...rest] = address.split('/');
  const page = PAGES[kind];
  if (page === undefined || rest.length === 0) return <>{address}</>;
  return <a href={`#/${page}/${encodeURIComponent(rest.join('/'))}`}>{address}</a>;
}

/** Names and values beside each other. */
export function Facts(props: {
  rows: readonly (readonly [name: string, text: string, tone?: string])[];
}) {
  return (
    <table class="facts">
      <tbody>
        {props.rows.map(([name, text, tone = '']) => (
          <tr key={name}>
            <td class="soft">{name}</td>
            <td class={`n ${tone}`}>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/**
 * Says that prices were never traded: those of a quote, without one those of any symbol, where the
 * feed says so.
 */
export function Derived(props: { quote?: Row }) {
  const { value } = useTopic('feed');
  if ((props.quote ?? value)['derived'] !== true) return null;
  return (
    <span class="tag" title="prints derived from daily bars, never traded">
      derived
    </span>
  );
}

/** A small line of recent values; `floor` is its lower edge, unless a value is lower. */
export function Line(props: {
  values: readonly number[];
  spark?: boolean;
  floor?: number;
  label: string;
}) {
  const { values, floor = Number.POSITIVE_INFINITY } = props;
  const low = Math.min(floor, ...values);
  const range = Math.max(...values) - low || 1;
  const last = Math.max(1, values.length - 1);
  const points = values
    .map((value, index) => `${(index / last) * 100},${29 - ((value - low) / range) * 28}`)
    .join(' ');
  return (
    <svg
      class={props.spark === true ? 'spark' : 'line'}
      viewBox="0 0 100 30"
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      <polyline points={points} />
    </svg>
  );
}

/** A field that is searched by; `what` names what is looked for. */
export function SearchField(props: {
  readonly what: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { what, value, onChange } = props;
  return (
    <input
      type="search"
      placeholder={`search ${what}`}
      aria-label={`search ${what}`}
      value={value}
      maxLength={64}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}
