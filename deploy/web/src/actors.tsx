// The actor tree as one long list, with its levers, the quarantine and the record of levers.

import { useState } from 'preact/hooks';
import { ActorDetails, ActorRow } from './actor-row.jsx';
import { ActorWindow } from './actor-window.jsx';
import { post } from './fetch.js';
import { Confirm, type Pulled, WORDS } from './levers.jsx';
import type { Row } from './live.js';
import { Card, count, SearchField } from './parts.jsx';
import { AuditCard, LettersCard, QuarantineCard } from './quarantine.jsx';
import { useChoices } from './route.js';
import { SortHead } from './tables.jsx';
import { ThreadsCard } from './threads-card.jsx';

/** Orders by the name that the server knows, and what they are called. */
const SORTS: readonly (readonly [string, string])[] = [
  ['tree', 'in the tree'],
  ['rate', 'by turns a second'],
  ['turns', 'by turns'],
  ['mailbox', 'by mailbox'],
  ['age', 'by age of the mailbox'],
  ['restarts', 'by restarts'],
  ['quarantined', 'by messages put aside'],
  ['state', 'by state'],
  ['address', 'by address'],
];

/** States that a list may be cut down to. */
const STATES = ['running', 'passive', 'suspended', 'stopped', 'recovering', 'restarting'] as const;

/** Heads of the columns: name, classes, the order that a click on it asks for. */
const HEADS: readonly (readonly [name: string, classes: string, sort?: string])[] = [
  ['address', 'address', 'address'],
  ['state', 'state', 'state'],
  ['shard', 'n low figure', 'shard'],
  ['mailbox', 'n low figure', 'mailbox'],
  ['waits', 'n roomy figure', 'age'],
  ['turns/s', 'n low figure', 'rate'],
  ['turn p99', 'n roomy figure'],
  ['restarts', 'n slim figure', 'restarts'],
  ['last failure', 'roomy failure'],
  ['levers', 'levers'],
];

const USUAL = { match: '', sort: 'tree', state: '', reverse: '' } as const;

/** The actor tree; the server searches, sorts and cuts. */
export function ActorsPage() {
  const [chosen, choose] = useChoices<Record<keyof typeof USUAL, string>>(USUAL);
  const [total, setTotal] = useState(0);
  const [answer, setAnswer] = useState({ text: '', accepted: true });
  const [pulled, pull] = useState<Pulled>();
  const [pulls, setPulls] = useState(0);
  const [opened, open] = useState<Row>();
  const send = async ({ kind, path: lever, body, target }: Pulled): Promise<void> => {
    pull(undefined);
    const outcome = await post(`actors/${lever}`, { ...body, by: 'dashboard' });
    setAnswer({ ...outcome, text: `${WORDS[kind].name} ${target}: ${outcome.text}` });
    setPulls((times) => times + 1);
  };
  const ask = (wish: Pulled): void => {
    open(undefined);
    pull(wish);
  };
  const asked = Object.entries({ ...chosen, match: chosen.match.trim() });
  const query = new URLSearchParams(asked.filter(([, text]) => text !== '')).toString();
  return (
    <>
      <Card title={total === 1 ? '1 actor' : `${count(total)} actors`} wide>
        <Tools chosen={chosen} choose={choose} answer={answer} />
        <ActorWindow
          query={query}
          tick={pulls}
          head={<Heads chosen={chosen} choose={choose} />}
          counted={setTotal}
          empty={`No actor${chosen.state === '' ? '' : ` that is ${chosen.state}`} has an address that holds “${chosen.match}”.`}
          row={(actor, index) => (
            <ActorRow key={actor['address']} actor={actor} index={index} open={open} pull={ask} />
          )}
        />
      </Card>
      <QuarantineCard pull={pull} tick={pulls} />
      <LettersCard tick={pulls} />
      <ThreadsCard />
      <AuditCard tick={pulls} />
      {opened === undefined ? null : (
        <ActorDetails actor={opened} pull={ask} close={() => open(undefined)} />
      )}
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

interface Chooser {
  readonly chosen: Readonly<Record<keyof typeof USUAL, string>>;
  readonly choose: (some: Partial<Record<keyof typeof USUAL, string>>) => void;
}

function Tools(props: Chooser & { answer: { readonly text: string; readonly accepted: boolean } }) {
  const { chosen, choose, answer } = props;
  return (
    <p class="tools">
      <SearchField what="an address" value={chosen.match} onChange={(match) => choose({ match })} />
      <select
        aria-label="order"
        value={chosen.sort}
        onChange={(event) => choose({ sort: event.currentTarget.value, reverse: '' })}
      >
        {SORTS.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      <select
        aria-label="state"
        value={chosen.state}
        onChange={(event) => choose({ state: event.currentTarget.value })}
      >
        <option value="">every state</option>
        {STATES.map((state) => (
          <option key={state}>{state}</option>
        ))}
      </select>
      <span class={answer.accepted ? 'good' : 'bad'} role="status">
        {answer.text}
      </span>
    </p>
  );
}

/** Heads that sort: a second click turns the order, a third leads back to the tree. */
function Heads({ chosen, choose }: Chooser) {
  return (
    <thead>
      <tr>
        {HEADS.map(([name, classes, sort]) => {
          if (sort === undefined) {
            return (
              <th key={name} class={classes}>
                {name}
              </th>
            );
          }
          const isSorted = chosen.sort === sort;
          const isTurned = chosen.reverse === 'true';
          // Figures fall, names rise, until they are turned.
          const isRising = /^(address|state|shard)$/.test(sort) !== isTurned;
          const next = !isSorted
            ? { sort, reverse: '' }
            : isTurned
              ? { sort: USUAL.sort, reverse: '' }
              : { reverse: 'true' };
          return (
            <SortHead
              key={name}
              name={name}
              classes={classes}
              order={!isSorted ? 'none' : isRising ? 'ascending' : 'descending'}
              click={() => choose(next)}
            />
          );
        })}
      </tr>
    </thead>
  );
}
