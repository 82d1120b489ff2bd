// Corrections of accounts: what was reversed never was, and what stands in its place.

import t from 'tap';
import { daysOf } from '../calendar/index.js';
import { type AccountEntry, type AccountEvent, emptyAccount, replayAccount } from './index.js';
import { pictureOf, replayed, traded, units } from './test-account.js';

t.test('a reversed trade never was, and its replacement stands in its place', async (t) => {
  const history = [
    traded('b1', 20230110, '100', '10'),
    traded('b2', 20230210, '50', '14'),
    traded('s1', 20230601, '-60', '15'),
  ];
  const without = pictureOf(replayed([history[0]!, history[2]!]));
  const reversal = {
    kind: 'reversed',
    eventId: 'c1',
    reversedId: 'b2',
    day: 0,
    reason: 'typo',
  } as const;
  t.equal(pictureOf(replayed([...history, reversal])), without);

  const undone = {
    kind: 'reversed',
    eventId: 'c2',
    reversedId: 'c1',
    day: 0,
    reason: 'no typo',
  } as const;
  t.equal(pictureOf(replayed([...history, reversal, undone])), pictureOf(replayed(history)));
  const again = {
    kind: 'reversed',
    eventId: 'c3',
    reversedId: 'c2',
    day: 0,
    reason: 'typo',
  } as const;
  t.equal(pictureOf(replayed([...history, reversal, undone, again])), without);

  const replacement = traded('b1x', 20230110, '80', '10');
  const rebooked = {
    kind: 'reversed',
    eventId: 'c1',
    reversedId: 'b1',
    day: 0,
    reason: '80, not 100',
    replacement,
  } as const;
  t.equal(
    pictureOf(replayed([...history, rebooked])),
    pictureOf(replayed([replacement, history[1]!, history[2]!])),
  );
});

t.test('a correction that cannot be is refused', async (t) => {
  const buy = traded('b1', 20230110, '100', '10');
  const deliver: AccountEvent = {
    kind: 'lots_delivered',
    eventId: 'o1',
    day: daysOf(20230601),
    symbol: 'IBM',
    quantity: units('60'),
  };
  const reverse = (
    eventId: string,
    reversedId: string,
    replacement?: AccountEvent,
  ): AccountEntry => ({
    kind: 'reversed',
    eventId,
    reversedId,
    day: 0,
    reason: 'test',
    ...(replacement === undefined ? {} : { replacement }),
  });
  const replay = (...entries: AccountEntry[]) => replayAccount(entries, emptyAccount('fifo'));
  t.match(replay(buy, deliver, reverse('c1', 'b1')), { code: 'portfolio.no_position' });
  t.match(replay(buy, reverse('c1', 'b9')), { code: 'portfolio.unknown_event' });
  t.match(replay(buy, buy), { code: 'portfolio.event_repeated' });
  t.match(replay(buy, reverse('c1', 'b1'), reverse('c2', 'b1')), {
    code: 'portfolio.already_reversed',
  });
  t.match(replay(buy, reverse('c1', 'b1'), reverse('c2', 'c1'), reverse('c3', 'c1')), {
    code: 'portfolio.already_reversed',
  });
  const other = traded('b2', 20230110, '1', '1');
  t.match(replay(buy, reverse('c1', 'b1', other), reverse('c2', 'c1'), reverse('c3', 'b2')), {
    code: 'portfolio.already_reversed',
  });
  t.match(replay(buy, reverse('c1', 'b1'), reverse('c2', 'c1', other)), {
    code: 'portfolio.bad_replacement',
  });
});
