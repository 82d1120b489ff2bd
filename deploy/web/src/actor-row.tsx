// One actor as a row with its levers.

import { useState } from 'preact/hooks';
import { type Kind, onActor, type Pulled, WORDS } from './levers.jsx';
import type { Row } from './live.js';
import { count, number } from './parts.jsx';

/** Columns of the table. */
const COLUMNS = 9;

/** Levers that an actor in a state has: the one most wanted first. */
function leversOf(address: string, state: string): readonly Kind[] {
  if (address.startsWith('shard/')) return ['restart', 'profile', 'drain', 'log_level'];
  if (address.startsWith('symbol/')) return ['restart', 'move'];
  if (!address.startsWith('portfolio/')) return ['restart'];
  if (state === 'stopped' || state === 'passive') return ['start'];
  if (state === 'suspended') return ['resume', 'restart', 'stop'];
  return ['restart', 'stop', 'suspend', 'passivate', 'move'];
}

/** A row; its failure opens below it. */
export function ActorRow(props: { actor: Row; pull: (pulled: Pulled) => void }) {
  const { actor, pull } = props;
  const [isOpen, setOpen] = useState(false);
  const address = String(actor['address']);
  // Where a narrow screen may break the line.
  const slash = address.indexOf('/') + 1;
  const state = String(actor['state']);
  const failure = String(actor['lastFailure'] ?? '');
  const restarts = number(actor['restarts']);
  const age = number(actor['mailboxAgeMs']);
  const p99 = number(actor['turnUsP99']);
  return (
    <>
      <tr>
        <td class={number(actor['depth']) === 0 ? 'address' : 'address child'}>
          {address.slice(0, slash)}
          <wbr />
          {address.slice(slash)}
        </td>
        <td class={state === 'running' ? 'good' : state === 'passive' ? 'soft' : 'bad'}>
          {state}
          {failure === '' ? null : (
            <span class="narrow">
              <button
                type="button"
                aria-label={`last failure of ${address}`}
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              >
                why
              </button>
            </span>
          )}
        </td>
        <td class="n low">{number(actor['shard']) < 0 ? 'main' : number(actor['shard'])}</td>
        <td class="n low" title={age === 0 ? '' : `for ${(age / 1000).toFixed(1)} s`}>
          {count(actor['mailbox'])}
        </td>
        <td class="n low" title={`${count(actor['turns'])} turns`}>
          {count(Math.round(number(actor['turnsPerSecond'])))}
        </td>
        <td class="n roomy">{p99 === 0 ? '' : count(p99)}</td>
        <td class={restarts > 0 ? 'n slim warned' : 'n slim'}>{count(restarts)}</td>
        <td class="soft roomy wrap">
          {failure === '' ? null : (
            <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {failure.split('\n')[0]}
            </button>
          )}
        </td>
        <td class="levers">
          {leversOf(address, state).map((kind, index) => (
            <span key={kind} class={index < 2 ? '' : 'roomy'}>
              <button
                type="button"
                aria-label={`${WORDS[kind].name} ${address}`}
                onClick={() => pull(onActor(kind, address))}
              >
                {WORDS[kind].name}
              </button>{' '}
            </span>
          ))}
        </td>
      </tr>
      {isOpen ? (
        <tr>
          <td class="wrap" colSpan={COLUMNS}>
            <pre>{failure}</pre>
          </td>
        </tr>
      ) : null}
    </>
  );
}
