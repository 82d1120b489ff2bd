// Cells keep to their own state, whatever their length.

import t from 'tap';
import { lagCell } from './cells.js';

/** What stands behind a cell's state and past: another cell's. */
const FOREIGN = -7;

t.test('a lag gives the input of so many bars ago, from none on, and writes nowhere else', (t) => {
  for (let period = 0; period <= 4; period++) {
    const cell = lagCell(period);
    const own = cell.length + cell.pastLength;
    const state = new Float64Array(own + 3).fill(0, 0, own).fill(FOREIGN, own);
    const found: number[] = [];
    for (let x = 1; x <= 12; x++) {
      found.push(cell.peek(state, 0, x));
      cell.commit(state, 0, x, cell.length);
    }
    const wanted = found.map((_, at) => (at < period ? Number.NaN : at + 1 - period));
    t.same(found, wanted, `of ${period}`);
    t.equal(cell.warmUp, period + 1);
    t.same([...state.subarray(own)], [FOREIGN, FOREIGN, FOREIGN]);
  }
  t.end();
});
