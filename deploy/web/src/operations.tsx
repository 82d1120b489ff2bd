// For operations: the feed's health and the actor tree with its levers.

import { useState } from 'preact/hooks';
import { post } from './fetch.js';
import { gapCount, type Row, useTopic } from './live.js';
import { Card, count, Derived, day, duration, Facts, list, number, percent } from './parts.jsx';

/** Health of the feed. */
export function FeedPage() {
  const { value } = useTopic('feed');
  const latency = (value['latencyUs'] ?? {}) as Row;
  const rejected = Object.entries((value['rejectedByReason'] ?? {}) as Row);
  const dayCount = number(value['dayCount']);
  return (
    <>
      <Card title="Feed">
        <progress
          max={dayCount || 1}
          value={number(value['dayIndex'])}
          aria-label="sessions streamed"
        />
        <Facts
          rows={[
            ['state', String(value['state'] ?? '–')],
            ['session', `${day(value['date'])}, ${number(value['dayIndex'])} of ${dayCount}`],
            ['of the session', percent(value['sessionFraction'], 0)],
            ['pace', String(value['pace'] ?? '–')],
            ['ticks', count(value['ticks'])],
            ['ticks a second', count(Math.round(number(value['ticksPerSecond'])))],
          ]}
        />
        <Derived />
      </Card>
      <Card title="Latency, from arrival to published row">
        <Facts
          rows={[
            ['p50', duration(latency['p50'])],
            ['p99', duration(latency['p99'])],
            ['p999', duration(latency['p999'])],
          ]}
        />
      </Card>
      <Card title="Process">
        <Facts
          rows={[
            ['shards', count(value['shards'])],
            ['restarts', count(value['restarts'])],
            ['memory', `${number(value['rssMb']).toFixed(0)} MB`],
            ['clients', count(value['clients'])],
            ['clients shed', count(value['shed'])],
            ['gaps on this page, mended', count(gapCount())],
          ]}
        />
      </Card>
      <Card title="Rejected, by reason">
        {rejected.length === 0 ? <p class="soft">nothing was rejected</p> : null}
        <Facts
          rows={[
            ...rejected.map(([reason, size]) => [reason, count(size)] as const),
            ['frames missing (gaps)', count(value['gaps'])],
          ]}
        />
      </Card>
    </>
  );
}

/** Rows of the tree drawn at once; the search finds the others. */
const ROWS_MAX = 150;

/** The actor tree; the server's search looks at every actor. */
export function ActorsPage() {
  const [match, setMatch] = useState('');
  const { value } = useTopic('actors', match.trim());
  const [answer, setAnswer] = useState({ text: '', accepted: true });
  const actors = inTreeOrder(list(value['actors']));
  const total = number(value['total']);
  const lever = async (kind: string, address: string): Promise<void> => {
    const reach = /^(shard|symbol)\//.test(address) ? ' Every actor of its shard restarts.' : '';
    if (!confirm(`${kind} ${address}?${kind === 'restart' ? reach : ''}`)) return;
    setAnswer(await post(`actors/${kind}`, { address }));
  };
  return (
    <Card title={`${count(total)} actors`} wide>
      <p>
        <input
          placeholder="search"
          aria-label="search"
          value={match}
          maxLength={64}
          onInput={(event) => setMatch(event.currentTarget.value)}
        />{' '}
        <span class={answer.accepted ? 'good' : 'bad'} role="status">
          {answer.text}
        </span>
      </p>
      <table>
        <thead>
          <tr>
            <th>address</th>
            <th>state</th>
            <th class="n low">shard</th>
            <th class="n low">mailbox</th>
            <th class="n low">turns</th>
            <th class="n">restarts</th>
            <th>levers</th>
            <th class="low">last failure</th>
          </tr>
        </thead>
        <tbody>
          {actors.slice(0, ROWS_MAX).map((actor) => (
            <ActorRow key={actor['address']} actor={actor} lever={lever} />
          ))}
        </tbody>
      </table>
      {total > ROWS_MAX ? (
        <p class="soft">{count(total - ROWS_MAX)} more: search for them</p>
      ) : null}
    </Card>
  );
}

function ActorRow(props: { actor: Row; lever: (kind: string, address: string) => Promise<void> }) {
  const { actor, lever } = props;
  const address = String(actor['address']);
  const state = String(actor['state']);
  const failure = String(actor['lastFailure'] ?? '');
  return (
    <tr>
      <td class={actor['parent'] === undefined ? 'address' : 'address child'}>{address}</td>
      <td class={state === 'running' ? 'good' : state === 'passive' ? 'soft' : 'bad'}>{state}</td>
      <td class="n low">{number(actor['shard']) < 0 ? 'main' : number(actor['shard'])}</td>
      <td class="n low">{count(actor['mailbox'])}</td>
      <td class="n low">{count(actor['turns'])}</td>
      <td class="n">{count(actor['restarts'])}</td>
      <td class="levers">
        <button
          type="button"
          aria-label={`Restart ${address}`}
          onClick={() => void lever('restart', address)}
        >
          Restart
        </button>{' '}
        {address.startsWith('portfolio/') ? (
          <button
            type="button"
            aria-label={`Stop ${address}`}
            onClick={() => void lever('stop', address)}
          >
            Stop
          </button>
        ) : null}
      </td>
      <td class="soft low" title={failure}>
        {failure.split('\n')[0]}
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
    if (parent === undefined || !addresses.has(parent)) roots.push(actor);
    else children.set(parent, [...(children.get(parent) ?? []), actor]);
  }
  return roots.flatMap((root) => [root, ...(children.get(root['address']) ?? [])]);
}
