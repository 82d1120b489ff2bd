// The books of a portfolio: where the profit came from, returns, lots, transactions, corrections.

import { useState } from 'preact/hooks';
import { newCommandId, post, useJson } from './fetch.js';
import type { Row } from './live.js';
import { Card, count, day, decimal, Facts, list, money, number, percent, sign } from './parts.jsx';
import { Table, useFirst } from './tables.jsx';

/** Time between two looks at the books. Units: milliseconds. */
const REFRESH_MS = 3000;

/** Transactions and lots of a page. */
const SHOWN = 50;

/** Everything about one portfolio's books; `tick` asks anew at once. */
export function Books(props: { id: string; tick: number; done: () => void }) {
  const { id, tick } = props;
  const path = `portfolios/${encodeURIComponent(id)}`;
  const returns = useJson(`${path}/returns`, REFRESH_MS, tick).value;
  const lots = useJson(`${path}/lots`, REFRESH_MS, tick).value;
  const entries = useJson(`${path}/transactions?limit=${SHOWN}`, REFRESH_MS, tick).value;
  return (
    <>
      {returns === undefined ? null : <Waterfall returns={returns} />}
      {returns === undefined ? null : <Returns returns={returns} />}
      {entries === undefined ? null : <Transactions id={id} answer={entries} done={props.done} />}
      {lots === undefined ? null : <Lots answer={lots} />}
    </>
  );
}

/** From what was paid in to what is there, step by step; steps of nothing are left out. */
function Waterfall(props: { returns: Row }) {
  const all = list(props.returns['waterfall']);
  const steps = all.filter((step) => number(step['amount']) !== 0);
  const last = steps.length - 1;
  // What was paid in is far larger than what came of it: the picture begins near the top.
  let level = 0;
  const bars = steps.map((step, index) => {
    const amount = number(step['amount']);
    const from = index === last ? 0 : level;
    level = index === last ? amount : level + amount;
    return { name: String(step['name']), text: decimal(step['amount']), amount, from, to: level };
  });
  const tops = bars
    .slice(1)
    .flatMap(({ from, to }, index) => (index === last - 1 ? [to] : [from, to]));
  const high = Math.max(...tops, 0);
  const low = Math.min(...tops);
  const room = (high - low) * 0.15 || 1;
  const y = (value: number): number => {
    const part = (Math.max(value, low - room) - (low - room)) / (high - low + 2 * room);
    return 100 - Math.min(1, part) * 100;
  };
  return (
    <Card title="Where the money came from">
      <svg
        class="waterfall"
        viewBox={`0 0 ${bars.length * 10} 100`}
        preserveAspectRatio="none"
        role="img"
      >
        <title>from what was paid in to the equity</title>
        {bars.map(({ name, from, to, amount }, index) => {
          const [top, bottom] = [Math.min(y(from), y(to)), Math.max(y(from), y(to))];
          const isTotal = index === 0 || index === last;
          const tone = isTotal ? 'total' : amount < 0 ? 'loss' : 'gain';
          const height = Math.max(0.8, bottom - top);
          return (
            <rect key={name} class={tone} x={index * 10 + 1} y={top} width={8} height={height} />
          );
        })}
      </svg>
      <Facts
        rows={bars.map(({ name, text, amount }, index) => [
          name,
          text,
          index === 0 || index === last ? '' : sign(amount),
        ])}
      />
    </Card>
  );
}

/** Growth of a dollar here and in the benchmark. */
function Returns(props: { returns: Row }) {
  const { returns } = props;
  const sessions = list(returns['sessions']);
  const benchmark = String(returns['benchmark'] ?? '');
  const own = growth(sessions.map((session) => number(session['return'])));
  const other = growth(sessions.map((session) => number(session['benchmark'])));
  const low = Math.min(...own, ...other);
  const range = Math.max(...own, ...other) - low || 1;
  const points = (values: readonly number[]): string =>
    values
      .map((value, index) => {
        const x = (index / Math.max(1, values.length - 1)) * 300;
        return `${x.toFixed(1)},${(78 - ((value - low) / range) * 76).toFixed(1)}`;
      })
      .join(' ');
  return (
    <Card title="Returns">
      <Facts
        rows={[
          ['time-weighted', percent(returns['timeWeighted']), sign(returns['timeWeighted'])],
          ['money-weighted', percent(returns['moneyWeighted']), sign(returns['moneyWeighted'])],
          [benchmark, percent(returns['benchmarkReturn']), sign(returns['benchmarkReturn'])],
          ['tracking error a year', percent(returns['trackingError'])],
        ]}
      />
      {sessions.length < 2 ? null : (
        <>
          <svg class="growth" viewBox="0 0 300 80" preserveAspectRatio="none" role="img">
            <title>growth of a dollar here and in {benchmark}</title>
            <polyline class="beside" points={points(other)} />
            <polyline points={points(own)} />
          </svg>
          <p class="axis soft">
            <span>{day(sessions[0]?.['date'])}</span>
            <span>faint: {benchmark}</span>
            <span>{day(sessions.at(-1)?.['date'])}</span>
          </p>
        </>
      )}
    </Card>
  );
}

function growth(returns: readonly number[]): number[] {
  let level = 1;
  return [1, ...returns.map((one) => (level *= 1 + (Number.isNaN(one) ? 0 : one)))];
}

function Lots(props: { answer: Row }) {
  const lots = list(props.answer['lots']);
  const { shown, rest } = useFirst(lots, SHOWN);
  return (
    <Card title={`${count(lots.length)} lots, closed ${String(props.answer['method'])}`} wide>
      <Table
        columns={[
          ['symbol'],
          ['opened', 'low'],
          ['quantity', 'n'],
          ['cost', 'n low'],
          ['gain', 'n'],
          ['term', 'slim'],
          ['tax', 'low'],
        ]}
        rows={shown}
      >
        {(lot) => (
          <tr key={`${lot['symbol']} ${lot['id']}`}>
            <td title={String(lot['id'])}>{String(lot['symbol'])}</td>
            <td class="low">{day(lot['openedDate'])}</td>
            <td class="n">{decimal(lot['quantity'])}</td>
            <td class="n low">{money(lot['cost'])}</td>
            <td class={`n ${sign(lot['gain'])}`}>{money(lot['gain'])}</td>
            <td class="slim">{String(lot['term'])}</td>
            <td class="low">{taxOf(lot)}</td>
          </tr>
        )}
      </Table>
      {rest}
    </Card>
  );
}

function taxOf(lot: Row): string {
  if (lot['clearFromDate'] === undefined) return '';
  const washed = number(lot['washedQuantity']);
  return washed === 0 ? 'loss' : `loss, ${count(washed)} washed until ${day(lot['clearFromDate'])}`;
}

function Transactions(props: { id: string; answer: Row; done: () => void }) {
  const { answer } = props;
  const entries = list(answer['transactions']);
  return (
    <Card title={`${count(answer['total'])} transactions`} wide>
      <Table
        columns={[
          ['date', 'low'],
          ['what'],
          ['symbol'],
          ['quantity', 'n'],
          ['price', 'n low'],
          ['amount', 'n low'],
          ['realised', 'n low'],
        ]}
        rows={entries}
      >
        {(entry) => <Entry key={entry['id']} id={props.id} entry={entry} done={props.done} />}
      </Table>
      {number(answer['total']) > entries.length ? (
        <p class="soft">The newest {entries.length}; all are in sluice portfolio transactions.</p>
      ) : null}
    </Card>
  );
}

function Entry(props: { id: string; entry: Row; done: () => void }) {
  const { entry } = props;
  const stands = entry['inForce'] === true;
  const realised = number(entry['realisedShort']) + number(entry['realisedLong']);
  const note = entry['reason'] ?? entry['ratio'] ?? '';
  return (
    <tr class={stands ? '' : 'struck'} title={String(entry['id'])}>
      <td class="low">{day(entry['date'])}</td>
      <td class="wrap">
        {String(entry['kind']).replaceAll('_', ' ')} <span class="soft">{String(note)}</span>
      </td>
      <td>{String(entry['symbol'] ?? '')}</td>
      <td class="n">{entry['quantity'] === undefined ? '' : decimal(entry['quantity'])}</td>
      <td class="n low">{entry['price'] === undefined ? '' : decimal(entry['price'])}</td>
      <td class="n low">
        {entry['amount'] === undefined
          ? ''
          : `${decimal(entry['amount'])} ${String(entry['currency'] ?? '')}`}
      </td>
      <td class={`n low ${sign(realised)}`}>{realised === 0 ? '' : money(realised)}</td>
      <td class="n">
        {stands ? <TakeBack id={props.id} entry={entry} done={props.done} /> : 'taken back'}
      </td>
    </tr>
  );
}

/** Takes an entry back, once asked a second time, with a reason. */
function TakeBack(props: { id: string; entry: Row; done: () => void }) {
  const [isAsking, ask] = useState(false);
  const [text, setText] = useState('');
  const [commandId] = useState(newCommandId);
  const send = async (reason: string): Promise<void> => {
    const path = `portfolios/${encodeURIComponent(props.id)}/commands`;
    const correct = { eventId: String(props.entry['id']), reason };
    const { accepted, text: answer } = await post(path, { commandId, correct });
    setText(accepted ? '' : answer);
    ask(!accepted);
    props.done();
  };
  if (!isAsking) {
    return (
      <button type="button" aria-label={`take ${props.entry['id']} back`} onClick={() => ask(true)}>
        Undo
      </button>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget as HTMLFormElement);
        void send(String(data.get('reason')).trim());
      }}
    >
      <input name="reason" placeholder="why" aria-label="why" size={9} required />{' '}
      <button type="submit">Undo</button> <span class="bad">{text}</span>
    </form>
  );
}
