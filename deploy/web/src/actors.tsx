// The actor tree with its levers, for operations.

import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from './fetch.js';
import { type Row, useTopic } from './live.js';
import { Card, count, list, number } from './parts.jsx';

/** Rows of the tree drawn at once; the search finds the others. */
const ROWS_MAX = 150;

type Kind = 'restart' | 'start' | 'stop';

/** A lever pulled but not yet confirmed. */
interface Pulled {
  readonly kind: Kind;
  readonly address: string;
}

/** The actor tree; the server's search looks at every actor. */
export function ActorsPage() {
  const [match, setMatch] = useState('');
  const { value } = useTopic('actors', match.trim());
  const [answer, setAnswer] = useState({ text: '', accepted: true });
  const [pulled, pull] = useState<Pulled>();
  const actors = inTreeOrder(list(value['actors']));
  const total = number(value['total']);
  const send = async ({ kind, address }: Pulled): Promise<void> => {
    pull(undefined);
    const outcome = await post(`actors/${kind === 'stop' ? 'stop' : 'restart'}`, { address });
    setAnswer({ ...outcome, text: `${kind} ${address}: ${outcome.text}` });
  };
  return (
    <Card title={total === 1 ? '1 actor' : `${count(total)} actors`} wide>
      <p class="tools">
        <input
          type="search"
          placeholder="search an address"
          aria-label="search an address"
          value={match}
          maxLength={64}
          onInput={(event) => setMatch(event.currentTarget.value)}
        />{' '}
        <span class={answer.accepted ? 'good' : 'bad'} role="status">
          {answer.text}
        </span>
      </p>
      <table class="actors">
        <thead>
          <tr>
            <th>address</th>
            <th>state</th>
            <th class="n low">shard</th>
            <th class="n low">mailbox</th>
            <th class="n low">turns</th>
            <th class="n slim">restarts</th>
            <th class="roomy">last failure</th>
            <th>levers</th>
          </tr>
        </thead>
        <tbody>
          {actors.slice(0, ROWS_MAX).map((actor) => (
            <ActorRow key={actor['address']} actor={actor} pull={pull} />
          ))}
        </tbody>
      </table>
      {total > ROWS_MAX ? (
        <p class="soft">{count(total - ROWS_MAX)} more: search for them</p>
      ) : null}
      {total === 0 && match !== '' ? <p class="soft">no address holds “{match}”</p> : null}
      {pulled === undefined ? null : (
        <Confirm pulled={pulled} yes={() => void send(pulled)} no={() => pull(undefined)} />
      )}
    </Card>
  );
}

function Confirm(props: { pulled: Pulled; yes: () => void; no: () => void }) {
  const { kind, address } = props.pulled;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const isWhole = kind === 'restart' && /^(shard|symbol|funnel)\//.test(address);
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={props.no}>
      <h2 id="question">
        {kind} {address}?
      </h2>
      <p>{isWhole ? 'Every actor of its shard restarts; their state comes back.' : TEXTS[kind]}</p>
      <form method="dialog" class="tools">
        <button type="submit">Cancel</button>{' '}
        <button type="button" class={kind === 'stop' ? 'danger' : 'main'} onClick={props.yes}>
          {kind === 'stop' ? 'Stop it' : kind === 'start' ? 'Start it' : 'Restart it'}
        </button>
      </form>
    </dialog>
  );
}

const TEXTS: Readonly<Record<Kind, string>> = {
  restart: 'It begins anew from its journal; its state comes back.',
  start: 'It begins from its journal; its state comes back.',
  stop: 'It takes no message until it is started again.',
};

function ActorRow(props: { actor: Row; pull: (pulled: Pulled) => void }) {
  const { actor, pull } = props;
  const address = String(actor['address']);
  // Where a narrow screen may break the line.
  const slash = address.indexOf('/') + 1;
  const state = String(actor['state']);
  const failure = String(actor['lastFailure'] ?? '');
  const restarts = number(actor['restarts']);
  const again = state === 'stopped' ? 'start' : 'restart';
  return (
    <tr>
      <td class={actor['parent'] === undefined ? 'address' : 'address child'}>
        {address.slice(0, slash)}
        <wbr />
        {address.slice(slash)}
      </td>
      <td class={state === 'running' ? 'good' : state === 'passive' ? 'soft' : 'bad'}>{state}</td>
      <td class="n low">{number(actor['shard']) < 0 ? 'main' : number(actor['shard'])}</td>
      <td class="n low">{count(actor['mailbox'])}</td>
      <td class="n low">{count(actor['turns'])}</td>
      <td class={restarts > 0 ? 'n slim warned' : 'n slim'}>{count(restarts)}</td>
      <td class="soft roomy wrap" title={failure}>
        {failure.split('\n')[0]}
      </td>
      <td class="levers">
        <button
          type="button"
          aria-label={`${again} ${address}`}
          onClick={() => pull({ kind: again, address })}
        >
          {again}
        </button>{' '}
        {address.startsWith('portfolio/') ? (
          <button
            type="button"
            aria-label={`stop ${address}`}
            disabled={state === 'stopped'}
            onClick={() => pull({ kind: 'stop', address })}
          >
            stop
          </button>
        ) : null}
      </td>
    </tr>
  );
}

/** Children below their parent, each group as the server sent it. */
function inTreeOrder(actors: readonly Row[]): readonly Row[] {
  const addresses = new Set(actors.map((actor) => actor['address']));
  const children = new Map<unknown, Row[]>();
  const roots: Row[] = [];
  for (const actor of actors) {
    const { parent } = actor as { readonly parent?: string };
    const siblings = parent === undefined ? undefined : children.get(parent);
    if (parent === undefined || !addresses.has(parent)) roots.push(actor);
    else if (siblings === undefined) children.set(parent, [actor]);
    else siblings.push(actor);
  }
  return roots.flatMap((root) => [root, ...(children.get(root['address']) ?? [])]);
}
