// What a watcher of a condition is told: the books that meet it, and those that no longer do.

import t from 'tap';
import { BOOK_COLUMNS } from '../../../actors/microstructure/index.js';
import { Columns, createColumns } from '../../../engine/index.js';
import { SAMPLE_CAPTURES } from '../../books/capture-feed.js';
import { BookPart } from './book-part.js';

const WIDE = '{"feature":"spread_bps","op":">","value":1}';

t.test('a book that stops meeting the condition is told to have left, once', (t) => {
  const instruments = SAMPLE_CAPTURES.map(({ instrument }) => instrument);
  const columns = new Columns(createColumns(BOOK_COLUMNS, instruments.length));
  const part = new BookPart({
    instruments,
    columns,
    isGivenUp: false,
    ask: () => Promise.reject(new Error('nobody is asked')),
  });
  const spread = (row: number, value: number): void => {
    columns.beginWrite(row);
    columns.values[row * columns.stride + columns.indexOf('spread_bps')] = value;
    columns.endWrite(row);
  };
  const compiled = part.compile(WIDE);
  if (!compiled.ok) throw new Error(compiled.refusal.text);
  let stamp = 0;
  const news = (): readonly unknown[] => {
    const answer = part.changed(stamp, [], compiled.value);
    if (!answer.ok) throw new Error(answer.refusal.text);
    stamp = answer.value.stamp;
    return [answer.value.books.map(({ symbol }) => symbol), answer.value.left];
  };
  spread(0, 2);
  spread(1, 0.5);
  t.same(news(), [['BTCUSDT'], []], 'the snapshot holds those that meet it');
  spread(0, 0.5);
  t.same(news(), [[], ['BTCUSDT']]);
  spread(0, 0.4);
  spread(1, 0.4);
  t.same(news(), [[], []], 'who has not been shown does not leave');
  spread(1, 3);
  t.same(news(), [['BTCUSDT-PERP'], []]);
  t.end();
});
