// One actor: a row of the list with its levers, and all that is known of it.

import { useEffect, useRef } from 'preact/hooks';
import { useJson } from './fetch.js';
import { type Kind, onActor, type Pulled, WORDS } from './levers.jsx';
import type { Row } from './live.js';
import { AddressLink, count, duration, Facts, list, number } from './parts.jsx';

/** Time between two looks at an actor. Units: milliseconds. */
const LOOK_MS = 1_000;

/** Levers that an actor in a state has: the one most wanted first. */
function leversOf(address: string, state: string): readonly Kind[] {
  if (address.startsWith('shard/')) return ['restart', 'profile', 'drain', 'log_level'];
  if (address.startsWith('symbol/')) return ['restart', 'move'];
  if (!address.startsWith('portfolio/')) return ['restart'];
  if (state === 'stopped' || state === 'passive') return ['start'];
  if (state === 'suspended') return ['resume', 'restart', 'stop'];
  return ['restart', 'stop', 'suspend', 'passivate', 'move'];
}

/** The class that a state is shown with. */
function toneOf(state: string): string {
  return state === 'running' ? 'good' : state === 'passive' ? 'soft' : 'bad';
}

/** How long messages have waited. */
function waitOf(actor: Row): string {
  const ageMs = number(actor['mailboxAgeMs']);
  return ageMs === 0 ? '' : duration(ageMs * 1000);
}

function shardOf(actor: Row): string {
  const shard = number(actor['shard']);
  return shard < 0 ? 'main' : String(shard);
}

/** A row; its details open over the page. */
export function ActorRow(props: {
  actor: Row;
  index: number;
  open: (actor: Row) => void;
  pull: (pulled: Pulled) => void;
}) {
  const { actor, index, open, pull } = props;
  const address = String(actor['address']);
  const state = String(actor['state']);
  const failure = String(actor['lastFailure'] ?? '');
  const restarts = number(actor['restarts']);
  const p99 = number(actor['turnUsP99']);
  const depth = number(actor['depth']);
  return (
    <tr aria-rowindex={index + 2}>
      <td class={depth === 0 ? 'address' : 'address child'}>
        <button type="button" class="plain" title={address} onClick={() => open(actor)}>
          {address}
        </button>
      </td>
      <td class={toneOf(state)}>{state}</td>
      <td class="n low">{shardOf(actor)}</td>
      <td class="n low">{count(actor['mailbox'])}</td>
      <td class="n roomy">{waitOf(actor)}</td>
      <td class="n low" title={`${count(actor['turns'])} turns`}>
        {count(Math.round(number(actor['turnsPerSecond'])))}
      </td>
      <td class="n roomy">{p99 === 0 ? '' : duration(p99)}</td>
      <td class={restarts > 0 ? 'n slim warned' : 'n slim'}>{count(restarts)}</td>
      <td class="soft roomy">
        {failure === '' ? null : (
          <button type="button" class="plain" title={failure} onClick={() => open(actor)}>
            {failure.split('\n')[0]}
          </button>
        )}
      </td>
      <td class="levers">
        {leversOf(address, state).map((kind) => (
          <Lever key={kind} kind={kind} address={address} pull={pull} classes="roomy" />
        ))}
        <button
          type="button"
          class="narrow"
          aria-label={`details and levers of ${address}`}
          onClick={() => open(actor)}
        >
          {failure === '' ? 'more' : 'why'}
        </button>
      </td>
    </tr>
  );
}

function Lever(props: {
  kind: Kind;
  address: string;
  pull: (pulled: Pulled) => void;
  classes: string;
}) {
  const { kind, address, pull, classes } = props;
  return (
    <button
      type="button"
      class={classes}
      aria-label={`${WORDS[kind].name} ${address}`}
      onClick={() => pull(onActor(kind, address))}
    >
      {WORDS[kind].name}
    </button>
  );
}

/** All that is known of one actor, over the page; `actor` is shown until it is looked at anew. */
export function ActorDetails(props: {
  actor: Row;
  pull: (pulled: Pulled) => void;
  close: () => void;
}) {
  const path = `actors?below=${encodeURIComponent(String(props.actor['address']))}&limit=1`;
  const actor = list(useJson(path, LOOK_MS).value?.['actors'])[0] ?? props.actor;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const address = String(actor['address']);
  const state = String(actor['state']);
  const failure = String(actor['lastFailure'] ?? '');
  return (
    <dialog ref={dialog} class="details" aria-labelledby="details" onClose={props.close}>
      <h2 id="details">
        <AddressLink address={address} />
      </h2>
      <Facts
        rows={[
          ['state', state, toneOf(state)],
          ['shard', shardOf(actor)],
          ['below', String(actor['parent'] ?? '') || 'nobody'],
          ['messages waiting', count(actor['mailbox'])],
          ['the oldest for', waitOf(actor) || '–'],
          ['turns', count(actor['turns'])],
          ['turns a second', count(Math.round(number(actor['turnsPerSecond'])))],
          ['turn p99', number(actor['turnUsP99']) === 0 ? '–' : duration(actor['turnUsP99'])],
          ['restarts', count(actor['restarts']), number(actor['restarts']) > 0 ? 'warned' : ''],
          ['messages put aside', count(actor['quarantined'])],
        ]}
      />
      <h3>Last failure</h3>
      {failure === '' ? <p class="soft">none</p> : <pre>{failure}</pre>}
      <form method="dialog" class="tools levers">
        {leversOf(address, state).map((kind) => (
          <Lever key={kind} kind={kind} address={address} pull={props.pull} classes="" />
        ))}
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
