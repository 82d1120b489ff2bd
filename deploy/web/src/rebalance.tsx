// A proposal of trades towards target weights, with costs, tax and the dates of a calendar.

import { useState } from 'preact/hooks';
import { useJson } from './fetch.js';
import type { Row } from './live.js';
import { Card, day, decimal, Facts, list, percent, SymbolLink } from './parts.jsx';
import { Table } from './tables.jsx';

/** Fields of the form, which are those of the question too. */
const FIELDS = ['targets', 'band', 'cost', 'taxShort', 'taxLong', 'method', 'calendar'] as const;

/** Ways to choose lots, the portfolio's own first. */
const METHODS = ['', 'least-tax', 'fifo', 'lifo', 'hifo', 'average'];

const CALENDARS = ['', 'weekly', 'monthly', 'quarterly'];

/** Asks for a proposal; nothing is booked. */
export function Rebalance(props: { id: string }) {
  const [query, setQuery] = useState('');
  const path = `portfolios/${encodeURIComponent(props.id)}/rebalance?${query}`;
  const { value, problem } = useJson(query === '' ? '' : path);
  return (
    <Card title="Rebalancing" wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget as HTMLFormElement);
          const asked = FIELDS.map((name) => [name, String(data.get(name) ?? '').trim()]);
          setQuery(new URLSearchParams(asked.filter(([, text]) => text !== '')).toString());
        }}
      >
        <input
          name="targets"
          placeholder="KO=0.4,PEP=0.4"
          aria-label="target weights"
          size={22}
          required
        />{' '}
        <Share name="band" label="drift left alone" />
        <Share name="cost" label="costs" />
        <Share name="taxShort" label="tax, short term" />
        <Share name="taxLong" label="tax, long term" />
        <Choice name="method" label="lots of the portfolio's way" options={METHODS} />
        <Choice name="calendar" label="any day" options={CALENDARS} />
        <button type="submit">Propose</button>
      </form>
      {problem === undefined ? null : (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {value === undefined ? null : <Proposal proposal={value} />}
    </Card>
  );
}

function Share(props: { name: string; label: string }) {
  const { name, label } = props;
  return (
    <>
      <input
        name={name}
        placeholder={label}
        aria-label={label}
        inputMode="decimal"
        size={12}
      />{' '}
    </>
  );
}

function Choice(props: { name: string; label: string; options: readonly string[] }) {
  const { name, label, options } = props;
  return (
    <>
      <select name={name} aria-label={label}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option === '' ? label : option}
          </option>
        ))}
      </select>{' '}
    </>
  );
}

function Proposal(props: { proposal: Row }) {
  const { proposal } = props;
  const nextDate = proposal['nextDate'];
  const isDue = proposal['due'] === true;
  return (
    <>
      <Facts
        rows={[
          ['cash after', decimal(proposal['cashAfter'])],
          ['tax, paid later', decimal(proposal['tax'])],
          ...(nextDate === undefined
            ? []
            : [[isDue ? 'due today, then' : 'not due before', day(nextDate)] as const]),
        ]}
      />
      <Table
        columns={[
          ['symbol'],
          ['side'],
          ['quantity', 'n'],
          ['weight', 'n low'],
          ['target', 'n'],
          ['after', 'n low'],
          ['short', 'n slim', 'realised, short term'],
          ['long', 'n slim', 'realised, long term'],
          ['washed', 'n low', 'losses that purchases of the thirty days before wash'],
        ]}
        rows={list(proposal['trades'])}
        empty="Nothing to trade."
      >
        {(trade) => (
          <tr key={trade['symbol']}>
            <td>
              <SymbolLink symbol={trade['symbol']} />
            </td>
            <td>{String(trade['side'])}</td>
            <td class="n">{decimal(trade['quantity'])}</td>
            <td class="n low">{percent(trade['weight'])}</td>
            <td class="n">{percent(trade['target'])}</td>
            <td class="n low">{percent(trade['after'])}</td>
            <td class="n slim">{decimal(trade['realisedShort'])}</td>
            <td class="n slim">{decimal(trade['realisedLong'])}</td>
            <td class="n low">{decimal(trade['washed'])}</td>
          </tr>
        )}
      </Table>
    </>
  );
}
