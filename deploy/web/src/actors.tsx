// The actor tree a page at a time, with its levers, the quarantine and the record of levers.

import { useState } from 'preact/hooks';
import { ActorRow } from './actor-row.jsx';
import { post, useJson } from './fetch.js';
import { Confirm, type Pulled, WORDS } from './levers.jsx';
import type { Row } from './live.js';
import { Card, count, list, number } from './parts.jsx';
import { AuditCard, LettersCard, QuarantineCard } from './quarantine.jsx';

/** Rows of a page: the server searches, sorts and cuts. */
const ROWS = 100;

/** Time between two looks. Units: milliseconds. */
const LOOK_MS = 1_000;

/** Orders by the name that the server knows, and what they are called. */
const SORTS: readonly (readonly [string, string])[] = [
  ['tree', 'in the tree'],
  ['rate', 'by turns a second'],
  ['mailbox', 'by mailbox'],
  ['age', 'by age of the mailbox'],
  ['restarts', 'by restarts'],
  ['quarantined', 'by messages put aside'],
  ['address', 'by address'],
];

/** The actor tree; the server's search looks at every actor. */
export function ActorsPage() {
  const [match, setMatch] = useState('');
  const [sort, setSort] = useState('tree');
  const [offset, setOffset] = useState(0);
  const [answer, setAnswer] = useState({ text: '', accepted: true });
  const [pulled, pull] = useState<Pulled>();
  const [pulls, setPulls] = useState(0);
  const found = encodeURIComponent(match.trim());
  const path = `actors?match=${found}&sort=${sort}&limit=${ROWS}&offset=${offset}`;
  const { value = {}, problem } = useJson(path, LOOK_MS, pulls);
  const actors = list(value['actors']);
  const total = number(value['total']);
  const send = async ({ kind, path: lever, body, target }: Pulled): Promise<void> => {
    pull(undefined);
    const outcome = await post(`actors/${lever}`, { ...body, by: 'dashboard' });
    setAnswer({ ...outcome, text: `${WORDS[kind].name} ${target}: ${outcome.text}` });
    setPulls(pulls + 1);
  };
  return (
    <>
      <Card title={total === 1 ? '1 actor' : `${count(total)} actors`} wide>
        <p class="tools">
          <input
            type="search"
            placeholder="search an address"
            aria-label="search an address"
            value={match}
            maxLength={64}
            onInput={(event) => {
              setMatch(event.currentTarget.value);
              setOffset(0);
            }}
          />{' '}
          <select
            aria-label="order"
            value={sort}
            onChange={(event) => {
              setSort(event.currentTarget.value);
              setOffset(0);
            }}
          >
            {SORTS.map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>{' '}
          <span class={answer.accepted ? 'good' : 'bad'} role="status">
            {answer.text}
          </span>
        </p>
        <ActorTable actors={actors} pull={pull} />
        <Pages offset={offset} total={total} go={setOffset} />
        {value['stamp'] !== undefined && total === 0 && match !== '' ? (
          <p class="soft">no address holds “{match}”</p>
        ) : null}
        {problem === undefined ? null : <p class="bad">{problem}</p>}
      </Card>
      <QuarantineCard pull={pull} tick={pulls} />
      <LettersCard tick={pulls} />
      <AuditCard tick={pulls} />
      {pulled === undefined ? null : (
        <Confirm
          pulled={pulled}
          yes={(confirmed) => void send(confirmed)}
          no={() => pull(undefined)}
        />
      )}
    </>
  );
}

function ActorTable(props: { actors: readonly Row[]; pull: (pulled: Pulled) => void }) {
  return (
    <table class="actors">
      <thead>
        <tr>
          <th>address</th>
          <th>state</th>
          <th class="n low">shard</th>
          <th class="n low">mailbox</th>
          <th class="n low">turns/s</th>
          <th class="n roomy">p99 µs</th>
          <th class="n slim">restarts</th>
          <th class="roomy">last failure</th>
          <th>levers</th>
        </tr>
      </thead>
      <tbody>
        {props.actors.map((actor) => (
          <ActorRow key={actor['address']} actor={actor} pull={props.pull} />
        ))}
      </tbody>
    </table>
  );
}

/** Goes through the pages; nothing where there is one only. */
function Pages(props: { offset: number; total: number; go: (offset: number) => void }) {
  const { offset, total, go } = props;
  if (total <= ROWS && offset === 0) return null;
  const last = Math.min(total, offset + ROWS);
  return (
    <p class="tools">
      <button type="button" disabled={offset === 0} onClick={() => go(Math.max(0, offset - ROWS))}>
        Previous
      </button>{' '}
      <span class="soft">
        {count(offset + 1)} to {count(last)} of {count(total)}
      </span>{' '}
      <button type="button" disabled={last >= total} onClick={() => go(offset + ROWS)}>
        Next
      </button>
    </p>
  );
}
