// Books at rest: opened by whoever looks into them, the same as before, and shorter.

import t from 'tap';
import { Books } from './books.js';
import { toldFigures } from './kept-figures.js';
import { lengthened, shortened } from './short-text.js';
import type { EncodedPortfolio } from './state-form.js';
import { plainState } from './state-form.js';
import { openBooks, text } from './test-books.js';
import { type RestingBooks, readBooks, type WrittenBooks } from './written-books.js';

const buy = (commandId: string, quantity = '10') =>
  ({
    kind: 'trade',
    ...{ commandId, symbol: 'AAA', side: 'buy', quantity, price: '100', fee: '0.37' },
  }) as const;

/** A portfolio that has traded, been marked, and come back from its snapshot. */
function resting() {
  const books = openBooks();
  books.ask(buy('c1'));
  books.ask({ kind: 'cash', commandId: 'c"2"', amount: '5.000001', direction: 'deposit' });
  books.mark(20210104);
  const before = text([...books.account().positions, ...books.account().sums]);
  books.copy();
  const encode = () => books.behaviour.encode(books.state()) as EncodedPortfolio;
  return { books, before, encode };
}

t.test('a portfolio is marked without its books being opened', async (t) => {
  const { books, encode } = resting();
  const opened = t.capture(JSON, 'parse', JSON.parse);
  t.ok(books.mark(20210105));
  books.send({ kind: 'corporate_action', row: 1, date: 20210106, split: 2, dividend: 0 });
  encode();
  t.equal(opened().length, 0, 'nor by a split of what it never held');
  books.send({ kind: 'corporate_action', row: 0, date: 20210106, split: 2, dividend: 0 });
  t.ok(opened().length > 0);
  t.match(text([...books.account().positions]), '"20000000n"', 'it has reached what it holds');
});

t.test(
  'nor are they opened by the first mark of all, before which floats tell nothing',
  async (t) => {
    const books = openBooks();
    t.match(books.picture(), '"isStale":true');
    const opened = t.capture(JSON, 'parse', JSON.parse);
    t.ok(books.mark(20210104));
    t.equal(opened().length, 0);
    t.notMatch(books.picture(), '"isStale":true');
  },
);

t.test('what was at rest is what it was, and commands are known again', async (t) => {
  const { books, before } = resting();
  t.equal(text([...books.account().positions, ...books.account().sums]), before);
  t.match(books.ask(buy('c1')), { kind: 'command_applied', repeated: true });
  t.match(books.ask(buy('c3')), { kind: 'command_applied', repeated: false });
  t.same([...books.state().commandIds].slice(-3), ['c1', 'c"2"', 'c3']);
  t.equal(books.picture(), books.copy(), 'and so is their copy');
});

t.test('books that are looked into stay open for a while', async (t) => {
  const { encode } = resting();
  const { books } = encode();
  const one = Books.of(books);
  const { account } = one.open;
  for (let times = 0; times < 4; times++) one.keep();
  t.equal(one.keep(), one.keep(), 'nothing has changed');
  t.not(one.open.account, account, 'nobody had looked into them for a while');
  one.close();
  one.changed(false);
  one.commandIds.add('c9');
  const kept = readBooks(one.keep());
  const inUse = one.open.account;
  one.close();
  t.not(one.open.account, inUse, 'they were put to rest');
  for (const again of [Books.of(kept), Books.of(one.keep())]) {
    t.same([...again.commandIds].at(-1), 'c9', 'what was changed at rest is kept');
    t.same(
      readBooks(again.keep()),
      kept,
      'as plain data, which older snapshots hold, and as texts',
    );
  }
});

t.test(
  'books in use are kept as what they are at rest, and only there are they short',
  async (t) => {
    const { encode } = resting();
    const one = Books.of(encode().books);
    one.changed(false);
    const used = one.keep() as WrittenBooks;
    t.same(readBooks(used), readBooks(encode().books));
    one.close();
    const { pressed } = one.keep() as RestingBooks;
    t.ok(pressed.length < used.head.length, `${pressed.length} of ${used.head.length}`);
  },
);

t.test('what is written from texts that still hold is what is written anew', async (t) => {
  const { books } = resting();
  const dividend = (date: number, split = 1) =>
    ({ kind: 'corporate_action', row: 0, date, split, dividend: 0.25 }) as const;
  const other = { ...buy('c4'), symbol: 'BBB', price: '50' };
  // Cash alone, what is held, both; looked into and not.
  const steps = [dividend(20210106), dividend(20210107), buy('c3', '7'), dividend(20210108, 3)];
  for (const message of [...steps, other, dividend(20210111), dividend(20210112)]) {
    books.send(message);
    const { account, history, commandIds } = books.state();
    const anew = Books.begin(account, history);
    for (const id of commandIds) anew.commandIds.add(id);
    const written = books.state().books.keep() as WrittenBooks;
    t.equal(lengthened(written.commandIds), (anew.keep() as WrittenBooks).commandIds);
    t.same({ ...written, commandIds: '' }, { ...(anew.keep() as WrittenBooks), commandIds: '' });
    if (message === steps[2]) books.copy();
    if (message === steps[1]) books.state().books.close();
  }
});

t.test('ids of commands are not read for a dividend', async (t) => {
  const { books, encode } = resting();
  books.state().books.close();
  const opened = t.capture(JSON, 'parse', JSON.parse);
  books.send({ kind: 'corporate_action', row: 0, date: 20210106, split: 1, dividend: 0.5 });
  encode();
  const texts = opened().map(({ args }) => String(args[0]));
  t.ok(texts.length > 0);
  t.notOk(texts.some((one) => one.startsWith('["')));
});

t.test('one state has one plain form, however its books are held', async (t) => {
  const { books, encode } = resting();
  const atRest = text(plainState(encode()));
  void books.account();
  void books.state().commandIds;
  t.equal(text(plainState(encode())), atRest);
  t.ok(atRest.includes(JSON.stringify('"eventId":"c1"').slice(1, -1)), 'whose entries are JSON');
});

t.test('a state of version 7 is read: its books at rest were shortened alone', async (t) => {
  const { books, encode } = resting();
  const { behaviour } = books;
  const encoded = encode();
  const one = Books.of(encoded.books);
  one.changed(false);
  const { head, commandIds, ...rest } = one.keep() as WrittenBooks;
  const old = {
    ...encoded,
    figures: toldFigures(encoded.figures),
    books: { head: shortened(head), commandIds: shortened(commandIds), ...rest },
  };
  const state = behaviour.decode(behaviour.upcast!(7, old), 8);
  const again = () => text(plainState(behaviour.encode(state) as EncodedPortfolio));
  t.equal(again(), text(plainState(encoded)));
  t.same([...state.commandIds], [...books.state().commandIds]);
  state.books.close();
  t.same(again(), text(plainState(encoded)), 'and pressed, once they come to rest again');
});

t.test('a state of version 5 is read, and makes its floats anew', async (t) => {
  const { books, before, encode } = resting();
  const { behaviour } = books;
  const state = behaviour.decode(behaviour.upcast!(5, plainState(encode())), 6);
  t.equal(text([...state.account.positions, ...state.account.sums]), before);
  t.equal(state.isStale, true);
  t.same([...state.commandIds], [...books.state().commandIds]);
});

t.test('shortened text is shorter, keeps its lines, and comes back', async (t) => {
  const line =
    '{"kind":"traded","eventId":"opening-p1-AAA","day":1,"currency":"USD","symbol":"AAA"';
  const whole = `${line},"quantity":"#1","price":"#2","fee":"#0"}\n${line}\u00e9\\u0001"}\n`;
  const short = shortened(whole);
  t.ok(short.length < whole.length / 2, `${short.length} of ${whole.length}`);
  t.equal(short.split('\n').length, 3);
  t.equal(lengthened(short), whole);
  t.equal(lengthened(whole), whole);
});
