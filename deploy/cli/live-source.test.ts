// The sources that the flags of a run name.

import t from 'tap';
import { type LiveSourceFlags, liveFeed } from './live-source.js';

const KEYS = {
  SLUICE_ALPACA_KEY: 'k',
  SLUICE_ALPACA_SECRET: 's',
  SLUICE_POLYGON_KEY: 'k',
};

t.test('a run feeds from a source, or from two where one stands in for the other', async (t) => {
  const feed = (flags: LiveSourceFlags) => liveFeed(flags, ['AAPL'], { environment: KEYS });
  t.equal(feed({}), undefined);
  t.match(feed({ source: 'alpaca' }), { source: { name: 'alpaca' }, symbols: ['AAPL'] });
  const both = feed({ source: 'alpaca', backupSource: 'polygon' });
  t.match(both, { source: { name: 'alpaca-or-polygon' } });
  for (const wrong of [
    { backupSource: 'polygon' },
    { source: 'alpaca', backupSource: 'alpaca' },
    { source: 'alpaca', backupSource: 'yahoo' },
    { source: 'yahoo', backupSource: 'alpaca' },
    { source: 'alpaca', backupSource: 'none' },
  ]) {
    t.throws(() => feed(wrong), { code: 'flag.invalid' }, JSON.stringify(wrong));
  }
  t.throws(() => liveFeed({ source: 'alpaca' }, undefined, { environment: KEYS }), {
    code: 'flag.invalid',
  });
  const unset = { source: 'alpaca', backupSource: 'polygon' };
  t.throws(() => liveFeed(unset, ['AAPL'], { environment: {} }), { code: 'config.invalid' });
});
