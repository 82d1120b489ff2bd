// Messages that were put aside, and the record of levers, as cards.

import { useJson } from './fetch.js';
import { type Kind, type Pulled, WORDS } from './levers.jsx';
import type { Row } from './live.js';
import { Card, count, list, number, timeText } from './parts.jsx';
import { Table } from './tables.jsx';

/** Time between two looks. Units: milliseconds. */
const LOOK_MS = 2_000;

/** Entries of the record that are shown. */
const ENTRIES = 10;

/** Messages that failed every time; a tick makes it look again. */
export function QuarantineCard(props: { pull: (pulled: Pulled) => void; tick: number }) {
  const { value = {} } = useJson('actors/quarantine', LOOK_MS, props.tick);
  const messages = list(value['messages']);
  return (
    <Card title={`${count(value['total'])} messages put aside`} wide>
      <Table
        columns={[['message'], ['address'], ['last failure', 'roomy'], ['levers']]}
        rows={messages}
        empty="A message whose turn fails every time is kept here."
      >
        {(message) => <MessageRow key={message['id']} message={message} pull={props.pull} />}
      </Table>
    </Card>
  );
}

function MessageRow(props: { message: Row; pull: (pulled: Pulled) => void }) {
  const { message, pull } = props;
  const id = String(message['id']);
  const failures = message['failures'];
  const failure = String(Array.isArray(failures) ? (failures.at(-1) ?? '') : '');
  const kinds: readonly Kind[] = ['replay', 'discard'];
  return (
    <tr>
      <td title={String(message['message'] ?? '')}>
        {id} {String(message['kind'])}
        <details class="narrow">
          <summary>why</summary>
          <pre>{failure}</pre>
        </details>
      </td>
      <td class="address">{String(message['address'])}</td>
      <td class="soft roomy wrap" title={failure}>
        {failure.split('\n')[0]}
      </td>
      <td class="levers">
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            onClick={() => pull({ kind, path: kind, body: { id }, target: `message ${id}` })}
          >
            {WORDS[kind].name}
          </button>
        ))}
      </td>
    </tr>
  );
}

/** Messages that reached nobody, by reason and the last of them; a tick makes it look again. */
export function LettersCard(props: { tick: number }) {
  const { value = {} } = useJson(`actors/letters?limit=${ENTRIES}`, LOOK_MS, props.tick);
  const letters = list(value['letters']);
  const counts = list(value['counts']);
  const total = counts.reduce((sum, row) => sum + number(row['count']), 0);
  return (
    <Card title={`${count(total)} dead letters`} wide>
      {letters.length > 0 && (
        <p class="soft">
          {counts.map((row) => `${count(row['count'])} ${row['kind']}: ${row['code']}`).join('; ')}
        </p>
      )}
      <Table
        columns={[['event time (UTC)', 'slim'], ['address'], ['message'], ['reason']]}
        rows={letters}
        empty="A message that reaches nobody is counted here, by its reason."
      >
        {(letter, index) => (
          <tr key={index}>
            <td class="slim wrap">{timeText(letter['timeUs'])}</td>
            <td class="breaks">{String(letter['address'])}</td>
            <td title={String(letter['message'] ?? '')}>{String(letter['kind'])}</td>
            <td class="bad breaks">{String(letter['code'])}</td>
          </tr>
        )}
      </Table>
    </Card>
  );
}

/** The levers pulled last; a tick makes it look again. */
export function AuditCard(props: { tick: number }) {
  const { value = {} } = useJson(`actors/audit?limit=${ENTRIES}`, LOOK_MS, props.tick);
  const entries = list(value['entries']);
  return (
    <Card title={`${count(value['total'])} levers pulled`} wide>
      <Table
        columns={[['when (UTC)', 'slim'], ['by', 'low'], ['lever'], ['target'], ['outcome']]}
        rows={entries}
        empty="Who pulls which lever is recorded in the journal."
      >
        {(entry) => (
          <tr key={entry['number']}>
            <td class="slim wrap">{timeText(entry['askedUs'])}</td>
            <td class="low">{String(entry['by'] ?? '')}</td>
            <td>{String(entry['lever'])}</td>
            <td class="wrap">{String(entry['target'] ?? '')}</td>
            <td class={entry['outcome'] === 'accepted' ? 'good' : 'bad'}>
              {String(entry['outcome'])}
            </td>
          </tr>
        )}
      </Table>
    </Card>
  );
}
