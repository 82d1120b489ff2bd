// Tests of the news of a point: together where they can be, and never kept for long.

import t from 'tap';
import { PointNews } from './point-news.js';
import type { FromShard } from './shard-messages.js';

/** The news under a clock of its own, and what leaves. */
function setUp() {
  const left: string[] = [];
  let nowUs = 0;
  const news = new PointNews({
    monotonicUs: () => nowUs,
    post: (message: FromShard) => {
      if (message.kind === 'news') left.push(message.said.map(({ from }) => from).join(' '));
    },
    wake: () => left.push('wake'),
  });
  const say = (index: number, afterUs: number): void => {
    nowUs += afterUs;
    const event = { kind: 'alert_raised' };
    news.add({ kind: 'published', topic: 'alerts', from: `portfolio/${index}`, event });
  };
  return { news, left, say };
}

t.test('what is said within a moment leaves in one message, in its order, and wakes once', (t) => {
  const { news, left, say } = setUp();
  for (let index = 0; index < 3; index++) say(index, 10);
  t.same(left, [], 'it waits for what is said last');
  news.post();
  news.post();
  t.same(left, ['portfolio/0 portfolio/1 portfolio/2', 'wake']);
  t.end();
});

t.test('what is said first does not wait for thousands of portfolios', (t) => {
  const { news, left, say } = setUp();
  for (let index = 0; index < 5; index++) say(index, 400);
  t.same(left, ['portfolio/0 portfolio/1 portfolio/2 portfolio/3', 'wake']);
  news.post();
  t.same(left.slice(2), ['portfolio/4', 'wake'], 'the time begins anew');
  t.end();
});
