// Open books of a thread: no more than a bound, and what was put to rest is what it was.

import t from 'tap';
import { emptyAccount } from './account.js';
import { Books } from './books.js';
import { emptyHistory } from './history.js';
import { OpenBooks } from './open-books.js';
import { readBooks } from './written-books.js';

const begun = (others: OpenBooks): Books => {
  const account = emptyAccount('fifo');
  return Books.begin(account, emptyHistory(account), others);
};

t.test('beyond the bound those that were opened first are put to rest', async (t) => {
  const others = new OpenBooks(2);
  const [first, second, third] = [begun(others), begun(others), begun(others)];
  t.equal(others.count, 2);
  const { account } = second.open;
  t.equal(second.open.account, account, 'those after it stay open');
  const was = readBooks(third.keep());
  const opened = first.open.account;
  t.equal(others.count, 2, 'who is opened again takes the place of the next');
  t.not(second.open.account, account);
  t.equal(first.open.account === opened, true);
  t.same(readBooks(third.keep()), was, 'closed, they are what they were');
});

t.test('books that are closed make room, and their last word is kept', async (t) => {
  const others = new OpenBooks(1);
  const books = begun(others);
  books.changed(false);
  books.commandIds.add('c1');
  books.close();
  t.equal(others.count, 0);
  const other = begun(others);
  t.equal(others.count, 1);
  t.same([...books.commandIds], ['c1']);
  books.changed(false);
  t.equal(others.count, 1, 'opening one closes the other');
  t.same([...other.commandIds], []);
});
