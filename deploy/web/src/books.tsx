// The books of a portfolio: where the profit came from, returns, lots, transactions, corrections.

import { useMemo, useState } from 'preact/hooks';
import { timeChart } from '../../report/time-chart.js';
import { Drawing, useDrawingWidth } from './drawing.jsx';
import { newCommandId, post, useJson } from './fetch.js';
import type { Row } from './live.js';
import {
  Card,
  count,
  day,
  decimal,
  Facts,
  gain,
  list,
  money,
  number,
  percent,
  price,
  SymbolLink,
  sign,
} from './parts.jsx';
import { Table, useFirst } from './tables.jsx';
import { Tax } from './tax.jsx';

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
      <Tax id={id} tick={tick} />
    </>
  );
}

/** One step of a waterfall: from one level to the next, from nothing where it is a total. */
interface Step {
  readonly name: string;
  readonly amount: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly isTotal: boolean;
}

/** The steps of an answer; those of nothing are left out. */
function stepsOf(returns: Row): Step[] {
  const steps = list(returns['waterfall']).filter((step) => number(step['amount']) !== 0);
  const last = steps.length - 1;
  let level = 0;
  return steps.map((step, index): Step => {
    const amount = number(step['amount']);
    const from = index === last ? 0 : level;
    level = index === last ? amount : level + amount;
    const isTotal = index === 0 || index === last;
    const text = price(step['amount']);
    return { name: String(step['name']), amount, text, from, to: level, isTotal };
  });
}

/** From what was paid in to what is there, step by step. */
function Waterfall(props: { returns: Row }) {
  const steps = stepsOf(props.returns);
  // What was paid in is far larger than what came of it: the picture begins near the lowest step.
  const levels = steps.flatMap(({ from, to, isTotal }) => (isTotal ? [to] : [from, to]));
  const high = Math.max(...levels, 0);
  const low = Math.min(...levels);
  const ground = Math.max(0, low - (high - low) * 0.25);
  const share = (value: number): number =>
    Math.max(0, Math.min(1, (value - ground) / (high - ground || 1))) * 100;
  return (
    <Card title="Where the money came from">
      <table class="waterfall">
        <tbody>
          {steps.map(({ name, amount, text, from, to, isTotal }) => {
            const left = share(Math.min(from, to));
            const width = Math.max(0.5, share(Math.max(from, to)) - left);
            const tone = isTotal ? 'total' : amount < 0 ? 'loss' : 'gain';
            return (
              <tr key={name}>
                <td class={isTotal ? '' : 'soft'}>{name}</td>
                <td class="step">
                  <i class={tone} style={{ left: `${left}%`, width: `${width}%` }} />
                </td>
                <td class={`n ${isTotal ? '' : sign(amount)}`}>
                  {isTotal || amount < 0 ? text : `+${text}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="soft">US dollars{ground > 0 ? `; the bars begin at ${money(ground)}` : ''}</p>
    </Card>
  );
}

/** What was earned so far here and in the benchmark. */
function Returns(props: { returns: Row }) {
  const { returns } = props;
  const sessions = list(returns['sessions']);
  const benchmark = String(returns['benchmark'] ?? '');
  const width = useDrawingWidth('half');
  const picture = useMemo(
    () =>
      timeChart({
        title: 'Return so far',
        subtitle: 'time-weighted, at each close',
        dates: sessions.map((session) => number(session['date'])),
        panels: [
          {
            title: '',
            series: [
              {
                label: benchmark,
                kind: 'line',
                tone: 'quiet',
                values: growth(sessions.map((session) => number(session['benchmark']))),
              },
              {
                label: 'this portfolio',
                kind: 'line',
                tone: 'own',
                values: growth(sessions.map((session) => number(session['return']))),
              },
            ],
          },
        ],
        width,
      }),
    [returns, width],
  );
  return (
    <Card title="Returns">
      <Facts
        rows={[
          ['time-weighted', percent(returns['timeWeighted']), sign(returns['timeWeighted'])],
          ['money-weighted', percent(returns['moneyWeighted']), sign(returns['moneyWeighted'])],
          [
            `benchmark: ${benchmark}`,
            percent(returns['benchmarkReturn']),
            sign(returns['benchmarkReturn']),
          ],
          ['tracking error a year', percent(returns['trackingError'])],
        ]}
      />
      {sessions.length < 2 ? null : <Drawing picture={picture} />}
    </Card>
  );
}

/** What a line of returns has compounded to, less what it began with. */
function growth(returns: readonly number[]): number[] {
  let level = 1;
  return returns.map((one) => {
    level *= 1 + (Number.isNaN(one) ? 0 : one);
    return level - 1;
  });
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
            <td title={String(lot['id'])}>
              <Held symbol={lot['symbol']} />
            </td>
            <td class="low">{day(lot['openedDate'])}</td>
            <td class="n">{decimal(lot['quantity'])}</td>
            <td class="n low">{money(lot['cost'])}</td>
            <td class={`n ${sign(lot['gain'])}`}>{gain(lot['gain'])}</td>
            <td class="slim">{String(lot['term'])}</td>
            <td class="low">{taxOf(lot)}</td>
          </tr>
        )}
      </Table>
      {rest}
    </Card>
  );
}

/** What is held: a stock leads to its page, an option has none. */
function Held(props: { symbol: unknown }) {
  const symbol = String(props.symbol);
  return /\d{6}[CP]\d{8}$/.test(symbol) ? <span>{symbol}</span> : <SymbolLink symbol={symbol} />;
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
        <span class="instead soft">
          {day(entry['date'])} {amountOf(entry) || pricedAt(entry)}
        </span>
      </td>
      <td>{entry['symbol'] === undefined ? '' : <Held symbol={entry['symbol']} />}</td>
      <td class="n">{entry['quantity'] === undefined ? '' : decimal(entry['quantity'])}</td>
      <td class="n low">{entry['price'] === undefined ? '' : decimal(entry['price'])}</td>
      <td class="n low">{amountOf(entry)}</td>
      <td class={`n low ${sign(realised)}`}>{realised === 0 ? '' : gain(realised)}</td>
      <td class="n">
        {stands ? <TakeBack id={props.id} entry={entry} done={props.done} /> : 'taken back'}
      </td>
    </tr>
  );
}

/** The price of an entry, on screens that have no column for it. */
function pricedAt(entry: Row): string {
  return entry['price'] === undefined ? '' : `at ${decimal(entry['price'])}`;
}

/** The amount of an entry; a dividend's is that of a share, a rate's that of one unit. */
function amountOf(entry: Row): string {
  if (entry['amount'] === undefined) return '';
  if (entry['kind'] === 'rate_set') return `${decimal(entry['amount'])} for 1 ${entry['currency']}`;
  const amount = `${decimal(entry['amount'])} ${String(entry['currency'] ?? '')}`.trim();
  if (entry['toAmount'] !== undefined) {
    return `${amount} for ${decimal(entry['toAmount'])} ${entry['toCurrency']}`;
  }
  return String(entry['kind']).startsWith('dividend') ? `${amount} a share` : amount;
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
