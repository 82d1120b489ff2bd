// What was realised as the tax knows it: sums by term, and losses that open shares carry.

import { useJson } from './fetch.js';
import type { Row } from './live.js';
import { Card, day, decimal, list } from './parts.jsx';
import { Table } from './tables.jsx';

/** Time between two looks: each replays the books. Units: milliseconds. */
const REFRESH_MS = 30_000;

/** Gains and losses of a portfolio by term; nothing where none were realised. */
export function Tax(props: { id: string; tick: number }) {
  const path = `portfolios/${encodeURIComponent(props.id)}/tax`;
  const { value } = useJson(path, REFRESH_MS, props.tick);
  const sums = list(value?.['sums']);
  if (sums.length === 0) return null;
  const named: unknown = value?.['others'];
  const others = Array.isArray(named) ? named.map(String) : [];
  return (
    <Card title="Gains and losses for tax" wide>
      <Table
        columns={[
          ['term'],
          ['as booked', 'n'],
          ['carried from losses', 'n low'],
          ['disallowed', 'n'],
          ['recognised', 'n'],
        ]}
        rows={sums}
      >
        {(sum) => (
          <tr key={`${sum['currency']} ${sum['term']}`}>
            <td>{`${sum['term']}, ${sum['currency']}`}</td>
            <td class="n">{decimal(sum['gain'])}</td>
            <td class="n low">{decimal(sum['carried'])}</td>
            <td class="n">{decimal(sum['disallowed'])}</td>
            <td class="n">{decimal(sum['recognised'])}</td>
          </tr>
        )}
      </Table>
      <Carrying lots={list(value?.['carrying'])} />
      <p class="soft">
        {others.length > 0 ? `Purchases of ${others.join(', ')}, of one owner, count too. ` : ''}
        Losses of shares that were replaced within thirty days are disallowed and stand in the basis
        of what replaced them (26 USC 1091). The books above stay as they were.
      </p>
    </Card>
  );
}

function Carrying(props: { lots: readonly Row[] }) {
  if (props.lots.length === 0) return null;
  return (
    <>
      <h3>Open shares that carry disallowed losses</h3>
      <Table
        columns={[['symbol'], ['quantity', 'n'], ['carried', 'n'], ['held from', 'low']]}
        rows={props.lots}
      >
        {(lot, index) => (
          <tr key={index}>
            <td>{String(lot['symbol'])}</td>
            <td class="n">{decimal(lot['quantity'])}</td>
            <td class="n">{decimal(lot['carried'])}</td>
            <td class="low">{day(lot['heldFromDate'])}</td>
          </tr>
        )}
      </Table>
    </>
  );
}
