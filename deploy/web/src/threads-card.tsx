// How messages between threads go, as a card.

import { useJson } from './fetch.js';
import type { Row } from './live.js';
import { Card, count, list, number } from './parts.jsx';
import { Table } from './tables.jsx';

/** Time between two looks. Units: milliseconds. */
const LOOK_MS = 2_000;

/** Both directions of each thread, and what is said between actors of different ones. */
export function ThreadsCard() {
  const { value = {} } = useJson('actors/threads', LOOK_MS);
  const rows = list(value['threads']).flatMap((thread) => [
    directionOf(thread, 'to', thread['toShard']),
    directionOf(thread, 'from', thread['fromShard']),
  ]);
  const routes = rowOf(value['routes']);
  const told = (name: string, what: string): string => `${count(routes[name])} ${what}`;
  return (
    <Card title="messages between threads" wide>
      <Table
        columns={[
          ['thread'],
          ['in the ring', 'n figure'],
          ['by the port', 'n roomy figure'],
          ['ring full', 'n roomy figure'],
          ['refused', 'n figure'],
          ['waiting', 'n roomy figure'],
        ]}
        rows={rows}
        empty="No thread is there yet."
      >
        {(row) => (
          <tr key={row['name']}>
            <td>{String(row['name'])}</td>
            <td class="n figure">{count(row['ringed'])}</td>
            <td class="n roomy figure">{count(row['unfit'])}</td>
            <td class="n roomy figure">{count(row['overflowed'])}</td>
            <td class={`n figure${number(row['refused']) > 0 ? ' bad' : ''}`}>
              {count(row['refused'])}
            </td>
            <td class="n roomy figure">{count(row['waiting'])}</td>
          </tr>
        )}
      </Table>
      <p class="soft">
        Between actors: {told('asked', 'asks')}, {told('underWay', 'under way')},{' '}
        {told('lost', 'lost')}, {told('late', 'answers too late')},{' '}
        {told('undelivered', 'messages undelivered')}; {told('watches', 'watches')},{' '}
        {told('endsTold', 'ends told')}.
      </p>
      {list(value['threads']).map((thread) => (
        <p class="soft" key={String(thread['shard'])}>
          {memoryText(thread)}
        </p>
      ))}
    </Card>
  );
}

function memoryText(thread: Row): string {
  const now = `${count(thread['residents'])} portfolios in memory`;
  const most = `at most ${count(thread['residentsMax'])}`;
  const left = `${count(thread['passivated'])} times one has left it`;
  return `Shard ${number(thread['shard'])}: ${now}, ${most}; ${left}, ${count(thread['revived'])} times come back.`;
}

function directionOf(thread: Row, way: string, link: unknown): Row {
  return { ...rowOf(link), name: `${way} shard ${number(thread['shard'])}` };
}

/** An object of an answer; what is 0 in it was left out. */
function rowOf(value: unknown): Row {
  return typeof value === 'object' && value !== null ? (value as Row) : {};
}
