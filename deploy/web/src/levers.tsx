// The question before a lever is pulled, and what each lever does.

import { useEffect, useRef } from 'preact/hooks';
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
  | 'replay'
  | 'discard';

/** A lever pulled but not yet confirmed. */
export interface Pulled {
  readonly kind: Kind;
  /** Where it is posted below `actors/`, and what. */
  readonly path: string;
  readonly body: Row;
  /** What people call what it is pulled on. */
  readonly target: string;
}

/** What each lever is called, what it does, and the word of its button. */
export const WORDS: Readonly<
  Record<Kind, { readonly name: string; readonly text: string; readonly yes: string }>
> = {
  restart: {
    name: 'restart',
    text: 'It begins anew from its journal; its state comes back.',
    yes: 'Restart it',
  },
  start: {
    name: 'start',
    text: 'It begins from its journal; its state comes back.',
    yes: 'Start it',
  },
  stop: { name: 'stop', text: 'It takes no message until it is started again.', yes: 'Stop it' },
  suspend: { name: 'hold', text: 'Its messages wait until it goes on.', yes: 'Hold it' },
  resume: { name: 'resume', text: 'It goes on, with what it was told meanwhile.', yes: 'Go on' },
  passivate: {
    name: 'passivate',
    text: 'It leaves memory; its next message brings it back.',
    yes: 'Passivate it',
  },
  profile: {
    name: 'profile',
    text: 'Five seconds of its thread are written to the data directory.',
    yes: 'Profile it',
  },
  replay: { name: 'replay', text: 'The message is delivered once more.', yes: 'Replay it' },
  discard: { name: 'discard', text: 'The message is thrown away.', yes: 'Discard it' },
};

/** A lever on an actor. */
export function onActor(kind: Kind, address: string): Pulled {
  const path = kind === 'start' ? 'restart' : kind;
  const shard = Number(address.slice(address.indexOf('/') + 1));
  const body = kind === 'profile' ? { shard, seconds: 5 } : { address };
  return { kind, path, body, target: address };
}

/** Asks before a lever is pulled. */
export function Confirm(props: { pulled: Pulled; yes: () => void; no: () => void }) {
  const { kind, target } = props.pulled;
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
      <form method="dialog" class="tools">
        <button type="submit">Cancel</button>{' '}
        <button type="button" class={isDangerous ? 'danger' : 'main'} onClick={props.yes}>
          {yes}
        </button>
      </form>
    </dialog>
  );
}
