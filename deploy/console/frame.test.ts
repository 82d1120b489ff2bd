// The console's drawing and its keys, without a terminal.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import {
  ActorInfoSchema,
  QuarantinedMessageSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { drawFrame, FRAME_LINES } from './frame.js';
import { type ConsoleState, firstState, press, type Step } from './state.js';
import { keysIn } from './terminal.js';

const HEIGHT = 24;

/** A page of a tree of ten thousand actors. */
function stateOf(part: Partial<ConsoleState> = {}): ConsoleState {
  const rows = HEIGHT - FRAME_LINES;
  const actors = Array.from({ length: rows }, (_, index) =>
    create(ActorInfoSchema, {
      address: index === 0 ? 'shard/0' : `portfolio/a-rather-long-name-of-number-${index}`,
      state: index === 3 ? 'stopped' : 'running',
      depth: index === 0 ? 0 : 1,
      mailbox: 12_345,
      mailboxAgeMs: 61_000,
      turnsPerSecond: 123_456.7,
      restarts: 3,
      lastFailure: 'Error: no such \u001b[31mthing\n    at here (file.js:1:2)',
    }),
  );
  return { ...firstState('127.0.0.1:50051', rows), actors, total: 10_000, ...part };
}

function after(state: ConsoleState, ...keys: readonly string[]): Step {
  let step: Step = { state, effect: { kind: 'none' } };
  for (const key of keys) step = press(step.state, key);
  return step;
}

const texts = (state: ConsoleState, width = 80, height = HEIGHT): string[] =>
  drawFrame(state, width, height).map(({ text }) => text);

t.test('every view fits every terminal, and lets no control character through', (t) => {
  for (const view of ['tree', 'details', 'quarantine', 'audit', 'help'] as const) {
    for (const [width, height] of [
      [80, 24],
      [200, 60],
      [40, 10],
      [20, 3],
    ] as const) {
      const lines = texts(stateOf({ view }), width, height);
      t.equal(lines.length, height, `${view} at ${width} by ${height}`);
      t.ok(lines.every((line) => line.length <= width));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      t.notOk(lines.some((line) => /[\u0000-\u001f\u007f]/.test(line)));
    }
  }
  t.end();
});

t.test('a row of 80 columns holds all figures', (t) => {
  const lines = texts(stateOf());
  t.match(lines[0], /sluice 127\.0\.0\.1:50051 {2}1-20 of 10000 actors {2}by tree/);
  t.match(lines[2], /^shard\/0 +running +0 +12345 +61s +123,457 +3 *$/);
  t.match(lines[3], /^ {2}portfolio\/a-rather-lon~ running/);
  t.equal(drawFrame(stateOf(), 80, HEIGHT)[5]?.look, 'bad', 'one that does not run stands out');
  t.match(texts(stateOf({ view: 'details' })).join('\n'), /no such {2}\[31mthing\n +at here/);
  t.end();
});

t.test('the selection goes through ten thousand actors, a page at a time', (t) => {
  const at = (...keys: readonly string[]) => {
    const { offset, cursor } = after(stateOf(), ...keys).state;
    return [offset, cursor];
  };
  t.same(at('down'), [0, 1]);
  t.same(at('up'), [0, 0]);
  t.same(at('page-down', 'page-down'), [40, 0]);
  t.same(at('end'), [9_980, 19]);
  t.same(at('end', 'down'), [9_980, 19]);
  t.same(at('end', 'page-up'), [9_960, 19]);
  t.same(at('end', 'home'), [0, 0]);
  t.same(at(...Array.from({ length: 25 }, () => 'j')), [6, 19]);
  t.same(after(stateOf({ total: 0, actors: [] }), 'down', 'end').state.cursor, 0);
  t.end();
});

t.test('a lever is pulled after a yes only', (t) => {
  const asked = after(stateOf(), 'down', 'r');
  t.match(texts(asked.state)[22], /restart portfolio\/a-rather-long-name-of-number-1\? \[y\/n\]/);
  t.equal(asked.effect.kind, 'none');
  t.match(press(asked.state, 'y').effect, { kind: 'pull', lever: { kind: 'restart' } });
  t.match(press(asked.state, 'n'), { effect: { kind: 'none' }, state: { asked: undefined } });
  t.match(press(asked.state, 'q').effect, { kind: 'none' }, 'any other key is a no');
  t.match(texts(after(stateOf(), 'r').state)[22], /Its whole shard restarts/);
  t.match(after(stateOf(), 'c', 'y').effect, { lever: { kind: 'profile', shard: 0 } });
  t.match(after(stateOf(), 'enter', 'x', 'y').effect, { lever: { kind: 'stop' } });
  const messages = [create(QuarantinedMessageSchema, { id: '0-7', failures: ['a', 'b'] })];
  const aside = stateOf({ view: 'quarantine', messages });
  t.match(after(aside, 'd', 'y').effect, { lever: { kind: 'discard', message: '0-7' } });
  t.equal(after(stateOf({ view: 'audit' }), 'r').state.asked, undefined);
  t.end();
});

t.test('search, orders and views', (t) => {
  const found = after(stateOf({ offset: 40 }), '/', 'm', 'q', 'backspace', 'e');
  t.match(found, { state: { match: 'me', offset: 0 }, effect: { kind: 'fetch' } });
  t.match(texts(found.state)[22], /search: me_/);
  t.match(press(found.state, 'enter').state, { match: 'me', isSearching: false });
  t.match(press(found.state, 'escape').state, { match: '', isSearching: false });
  t.match(texts(after(stateOf(), 's', 'S').state)[0], /by rate, turned/);
  const kept = press(found.state, 'enter').state;
  t.match(texts(kept)[0], /actors .* \/me/);
  t.notMatch(texts(after(kept, 'a').state)[0], /\/me/, 'which the record is not searched by');
  t.match(texts(after(kept, 'm').state)[0], /no messages put aside/);
  t.match(texts(after(kept, '?').state)[0], /sluice 127\.0\.0\.1:50051 {2}keys *$/);
  t.equal(after(stateOf(), 'enter').state.view, 'details');
  t.equal(after(stateOf(), 'm', 'escape').state.view, 'tree');
  t.equal(after(stateOf(), 'escape').effect.kind, 'fetch', 'escape does not end it');
  t.equal(after(stateOf(), 'q').effect.kind, 'quit');
  t.equal(after(stateOf(), '/', 'ctrl-c').effect.kind, 'quit');
  t.end();
});

t.test('what terminals send is read as keys', (t) => {
  t.same(keysIn('\u001b[A\u001bOBj\u001b[5~\r\u007f\u0003'), [
    'up',
    'down',
    'j',
    'page-up',
    'enter',
    'backspace',
    'ctrl-c',
  ]);
  t.same(keysIn('\u001b'), ['escape']);
  t.same(keysIn('\u001b[200~ä\u0001x'), ['x'], 'what is no key of ours is left out');
  t.end();
});
