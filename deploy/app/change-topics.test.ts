// Listeners hear of rows once a shard has told of them, and of all else by the clock.

import t from 'tap';
import { ChangeTopics } from './change-topics.js';

/** Topics over rows whose looks are counted; each finds a change. */
function create() {
  const calls: string[] = [];
  const topics = new ChangeTopics({
    ask: () => calls.push('ask'),
    look: () => {
      calls.push('look');
      return true;
    },
  });
  return { topics, calls };
}

/** Resolves at the topic's next change. */
function heard(topics: ChangeTopics, topic: 'quotes' | 'funnel'): Promise<void> {
  return new Promise((resolve) => {
    const remove = topics.add(topic, () => {
      remove();
      resolve();
    });
  });
}

t.test('rows are asked for before they are looked at, at once when told of', async (t) => {
  const { topics, calls } = create();
  let told = 0;
  const remove = topics.add('quotes', () => told++);
  t.same(calls, ['ask']);
  topics.rowsChanged();
  t.same(calls, ['ask', 'ask', 'look']);
  t.equal(told, 1);
  remove();
});

t.test('a change right after a look waits, and is told of', async () => {
  const { topics } = create();
  const first = heard(topics, 'quotes');
  topics.rowsChanged();
  await first;
  const second = heard(topics, 'quotes');
  topics.rowsChanged();
  topics.rowsChanged();
  await second;
});

t.test('nobody looks at rows for nobody', async (t) => {
  const { topics, calls } = create();
  const remove = topics.add('quotes', () => {});
  remove();
  calls.length = 0;
  topics.rowsChanged();
  t.same(calls, []);
});

t.test('other topics are told of by the clock', async () => {
  const { topics } = create();
  const told = heard(topics, 'funnel');
  topics.touch('funnel');
  // The clock alone keeps no process alive; this one waits for it.
  const alive = setTimeout(() => {}, 10_000);
  await told;
  clearTimeout(alive);
});
