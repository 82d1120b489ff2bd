// The ticket of a portfolio: books a trade, and shows before it what it would do.

import { useRef, useState } from 'preact/hooks';
import { newCommandId, post, useJson, useSettled } from './fetch.js';
import type { Row } from './live.js';
import { decimal, list, money, percent } from './parts.jsx';

/** Typing is over when nothing came for so long. Units: milliseconds. */
const SETTLE_MS = 150;

/** An order as it was typed. */
interface Order {
  readonly symbol: string;
  readonly quantity: string;
  readonly price: string;
}

/**
 * Books a trade, and shows while it is typed what it would do and which rules say no. What is in
 * `options` (bought, and held) can be exercised too.
 */
export function Ticket(props: { id: string; options: ReadonlySet<string>; done: () => void }) {
  const [typed, setTyped] = useState<Order>({ symbol: '', quantity: '', price: '' });
  const [answer, setAnswer] = useState({ text: '', accepted: true });
  const [isSending, setSending] = useState(false);
  // A command whose answer never came is sent again under its id, so that it is applied once.
  const pending = useRef<{ readonly command: string; readonly commandId: string }>(undefined);
  const send = async (form: HTMLFormElement, side: string): Promise<void> => {
    const order = orderOf(form);
    const { symbol, quantity } = order;
    const asked = commandOf(order, side);
    const command = JSON.stringify(asked);
    if (pending.current?.command !== command) {
      pending.current = { command, commandId: newCommandId() };
    }
    setSending(true);
    const path = `portfolios/${encodeURIComponent(props.id)}/commands`;
    const outcome = await post(path, { commandId: pending.current.commandId, ...asked });
    if (outcome.settled) pending.current = undefined;
    setSending(false);
    const text = outcome.accepted ? `${side} ${quantity} ${symbol}: booked` : outcome.text;
    setAnswer({ text, accepted: outcome.accepted });
    props.done();
  };
  return (
    <form
      onInput={(event) => setTyped(orderOf(event.currentTarget as HTMLFormElement))}
      onSubmit={(event) => {
        event.preventDefault();
        const button = event.submitter as HTMLButtonElement | null;
        void send(event.currentTarget as HTMLFormElement, button?.value ?? 'buy');
      }}
    >
      <h3>Book a trade</h3>
      <input name="symbol" placeholder="symbol" aria-label="symbol" size={7} required />{' '}
      <input
        name="quantity"
        placeholder="quantity"
        aria-label="quantity"
        inputMode="decimal"
        size={9}
        required
      />{' '}
      <input
        name="price"
        placeholder="last price"
        aria-label="price"
        inputMode="decimal"
        size={9}
      />{' '}
      <button type="submit" value="buy" disabled={isSending}>
        Buy
      </button>{' '}
      <button type="submit" value="sell" disabled={isSending}>
        Sell
      </button>{' '}
      {props.options.has(typed.symbol) ? (
        <button type="submit" value="exercise" disabled={isSending}>
          Exercise
        </button>
      ) : null}{' '}
      <span class={answer.accepted ? 'good' : 'bad'} role="status">
        {answer.text}
      </span>
      <WhatIf id={props.id} order={useSettled(typed, SETTLE_MS)} options={props.options} />
    </form>
  );
}

/** What is sent: an exercise has no price of its own, its shares go at the strike. */
function commandOf({ symbol, quantity, price }: Order, side: string) {
  return side === 'exercise'
    ? { option: { symbol, what: 'exercised', quantity } }
    : { trade: { symbol, side, quantity, price } };
}

function orderOf(form: HTMLFormElement): Order {
  const data = new FormData(form);
  const field = (name: string): string => String(data.get(name) ?? '').trim();
  return {
    symbol: field('symbol').toUpperCase(),
    quantity: field('quantity'),
    price: field('price'),
  };
}

/** Rows of the comparison: what is shown, and how. */
const FIGURES: readonly (readonly [
  name: string,
  field: string,
  show: (value: unknown) => string,
])[] = [
  ['cash', 'cash', money],
  ['shares', 'held', decimal],
  ['weight of the name', 'weight', (value) => percent(value, 1)],
  ['gross exposure', 'grossExposure', money],
  ['margin', 'margin', money],
  ['VaR 99', 'var99', money],
  ['CVaR 99', 'cvar99', money],
];

/** What may be done with an order, and how its outcome is headed. */
const ACTS = [
  ['buy', 'Buy', 'bought'],
  ['sell', 'Sell', 'sold'],
  ['exercise', 'Exercise', 'exercised'],
] as const;

function WhatIf(props: { id: string; order: Order; options: ReadonlySet<string> }) {
  const { symbol, quantity, price } = props.order;
  const isWhole = symbol !== '' && Number(quantity) > 0 && (price === '' || Number(price) > 0);
  const pathOf = (side: string): string =>
    isWhole && (side !== 'exercise' || props.options.has(symbol))
      ? `risk/${encodeURIComponent(props.id)}/check?${new URLSearchParams({ symbol, side, quantity, price })}`
      : '';
  const answers = [useJson(pathOf('buy')), useJson(pathOf('sell')), useJson(pathOf('exercise'))];
  if (!isWhole) return null;
  const asked = ACTS.map(([, title, done], at) => ({ title, done, ...answers[at] }));
  const told = asked.filter(({ value }) => value !== undefined);
  const before = sideOf(told[0]?.value, 'before');
  // What is wrong with a trade is told once, though both of its sides were asked.
  const problems = new Set(asked.flatMap(({ problem }) => problem ?? []));
  return (
    <section class="whatif" aria-label="what the trade would do">
      {told.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th />
              <th class="n">now</th>
              {told.map(({ done }) => (
                <th key={done} class="n">
                  {done}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {FIGURES.map(([name, field, show]) => (
              <tr key={field}>
                <td>{name}</td>
                <td class="n soft">{show(before[field])}</td>
                {told.map(({ done, value }) => (
                  <td key={done} class="n">
                    {show(sideOf(value, 'after')[field])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {told.map(({ title, value }) =>
        value === undefined ? null : <Reasons key={title} title={title} checked={value} />,
      )}
      {[...problems].map((problem) => (
        <p key={problem} class="soft">
          {problem}
        </p>
      ))}
      {told.length === 0 && problems.size === 0 ? <p class="soft">asking …</p> : null}
    </section>
  );
}

function sideOf(checked: Row | undefined, side: string): Row {
  return (checked?.[side] ?? {}) as Row;
}

/** Every rule that does not simply pass, the ones that say no first. */
function Reasons(props: { title: string; checked: Row }) {
  const findings = list(props.checked['findings']).filter(({ verdict }) => verdict !== 'pass');
  const isAllowed = props.checked['allowed'] === true;
  const enforced = props.checked['enforced'] === true;
  const verdict = isAllowed ? 'allowed' : enforced ? 'refused' : 'not allowed (not enforced)';
  return (
    <>
      <p class="verdict">
        {props.title}: <b class={isAllowed ? 'good' : 'bad'}>{verdict}</b>
      </p>
      <ul class="reasons">
        {findings.map(({ rule, verdict: said, text }) => (
          <li key={rule} class={said === 'no' ? 'bad' : 'warned'}>
            {String(text)}
          </li>
        ))}
      </ul>
    </>
  );
}
