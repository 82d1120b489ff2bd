// The question before a lever is pulled, and what each lever does.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Row } from './live.js';

/** Every lever of the page. */
export type Kind =
  | 'restart'
  | 'start'
  | 'stop'
  | 'suspend'
  | 'resume'
  | 'passivate'
  | 'profile'
  | 'move'
  | 'drain'
  | 'log_level'
  | 'replay'
  | 'discard';

/** Something to be chosen with a lever. */
export interface Choice {
  readonly field: 'shard' | 'level';
  readonly label: string;
  /** What there is to choose from; a number is typed where this is empty. */
  readonly options: readonly string[];
}

/** A lever pulled but not yet confirmed. */
export interface Pulled {
  readonly kind: Kind;
  /** Where it is posted below `actors/`, and what. */
  readonly path: string;
  readonly body: Row;
  /** What the question asks for beside yes, and the field of the body it goes to. */
  readonly choice?: Choice;
  /** What people call what it is pulled on. */
  readonly target: string;
}

/** What a lever is called, what it does, and the word of its button. */
interface Words {
  readonly name: string;
  readonly text: string;
  readonly yes: string;
}

function words(name: string, yes: string, text: string): Words {
  return { name, text, yes };
}

/** The words of every lever. */
export const WORDS: Readonly<Record<Kind, Words>> = {
  restart: words('restart', 'Restart it', 'It begins anew from its journal; its state comes back.'),
  start: words('start', 'Start it', 'It begins from its journal; its state comes back.'),
  stop: words('stop', 'Stop it', 'It takes no message until it is started again.'),
  suspend: words('hold', 'Hold it', 'Its messages wait until it goes on.'),
  resume: words('resume', 'Go on', 'It goes on, with what it was told meanwhile.'),
  passivate: words(
    'passivate',
    'Passivate it',
    'It leaves memory; its next message brings it back.',
  ),
  profile: words(
    'profile',
    'Profile it',
    'Five seconds of its thread are written to the data directory.',
  ),
  move: words('move', 'Move it', 'It goes on there with its state; nothing else changes.'),
  drain: words(
    'drain',
    'Drain it',
    'Its symbols and portfolios go to the other shards, with their state.',
  ),
  log_level: words('log', 'Change it', 'Its log is as loud as this at once.'),
  replay: words('replay', 'Replay it', 'The message is delivered once more.'),
  discard: words('discard', 'Discard it', 'The message is thrown away.'),
};

/** A lever on an actor. */
export function onActor(kind: Kind, address: string): Pulled {
  const path = kind === 'start' ? 'restart' : kind;
  const shard = Number(address.slice(address.indexOf('/') + 1));
  if (kind === 'profile') return { kind, path, body: { shard, seconds: 5 }, target: address };
  if (kind === 'drain') return { kind, path, body: { shard }, target: address };
  if (kind === 'move') {
    const choice = { field: 'shard', label: 'to shard', options: [] } as const;
    return { kind, path, body: { address }, choice, target: address };
  }
  if (kind === 'log_level') {
    const options = ['warn', 'info', 'debug', 'error', 'off'];
    const choice = { field: 'level', label: 'level', options } as const;
    return { kind, path, body: { target: address }, choice, target: address };
  }
  return { kind, path, body: { address }, target: address };
}

/** Asks before a lever is pulled. */
export function Confirm(props: { pulled: Pulled; yes: (pulled: Pulled) => void; no: () => void }) {
  const { body, choice, kind, target } = props.pulled;
  const [chosen, choose] = useState(choice?.options[0] ?? '0');
  const value = choice?.field === 'shard' ? Number(chosen) : chosen;
  const confirmed =
    choice === undefined
      ? props.pulled
      : { ...props.pulled, body: { ...body, [choice.field]: value } };
  const { name, text, yes } = WORDS[kind];
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const isWhole = kind === 'restart' && /^(shard|symbol)\//.test(target);
  const isDangerous = kind === 'stop' || kind === 'discard';
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={props.no}>
      <h2 id="question">
        {name} {target}?
      </h2>
      <p>{isWhole ? 'Every actor of its shard restarts; their state comes back.' : text}</p>
      {choice === undefined ? null : <Chooser choice={choice} value={chosen} choose={choose} />}
      <form method="dialog" class="tools">
        <button type="submit">Cancel</button>{' '}
        <button
          type="button"
          class={isDangerous ? 'danger' : 'main'}
          onClick={() => props.yes(confirmed)}
        >
          {yes}
        </button>
      </form>
    </dialog>
  );
}

function Chooser(props: { choice: Choice; value: string; choose: (value: string) => void }) {
  const { choice, value, choose } = props;
  return (
    <p class="tools">
      {choice.label}{' '}
      {choice.options.length === 0 ? (
        <input
          type="number"
          aria-label={choice.label}
          min={0}
          max={1000}
          value={value}
          onInput={(event) => choose(event.currentTarget.value)}
        />
      ) : (
        <select
          aria-label={choice.label}
          value={value}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {choice.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      )}
    </p>
  );
}
