// News of rows leave when they are asked for, once the shard rests or has kept them for long.

import t from 'tap';
import { createRowsWish, RowNews, RowsWish } from './row-news.js';

/** A shard's side with a clock of its own, and what it has posted. */
function create() {
  const memory = createRowsWish();
  const posted: string[] = [];
  const clock = { us: 1 };
  const news = new RowNews(memory, {
    monotonicUs: () => clock.us,
    post: ({ kind }) => posted.push(kind),
    wake: () => posted.push('wake'),
  });
  return { news, wish: new RowsWish(memory), posted, clock };
}

const TOLD = ['rows', 'wake'];

t.test('nobody who has not asked is told, also not of what changed before the wish', async (t) => {
  const { news, wish, posted } = create();
  news.note();
  news.step();
  wish.ask();
  for (let pass = 0; pass < 100; pass++) news.step();
  t.same(posted, [], 'whoever asks looks at once, and sees it');
});

t.test('a burst is told once, when the shard rests', async (t) => {
  const { news, wish, posted } = create();
  wish.ask();
  for (let burst = 0; burst < 3; burst++) {
    news.note();
    news.step();
  }
  t.same(posted, [], 'more may come');
  for (let pass = 0; pass < 100; pass++) news.step();
  t.same(posted, TOLD);
  news.note();
  for (let pass = 0; pass < 100; pass++) news.step();
  t.same(posted, TOLD, 'one wish, one answer');
});

t.test('a shard that never rests tells all the same', async (t) => {
  const { news, wish, posted, clock } = create();
  wish.ask();
  for (let pass = 0; pass < 10 && posted.length === 0; pass++) {
    news.note();
    news.step();
    clock.us += 100;
  }
  t.same(posted, TOLD);
});

t.test('what has changed is told before long work', async (t) => {
  const { news, wish, posted } = create();
  wish.ask();
  news.tell();
  t.same(posted, [], 'nothing had changed');
  news.note();
  news.tell();
  t.same(posted, TOLD);
});
