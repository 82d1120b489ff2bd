// Profiles read back: time by function without what it called, rest left out.

import t from 'tap';
import { type CpuProfile, held, profileText } from './profile.js';

const frame = (functionName: string, url = '', lineNumber = 0) => ({
  callFrame: { functionName, url, lineNumber },
});

const profile: CpuProfile = {
  nodes: [
    { id: 1, ...frame('(root)') },
    { id: 2, ...frame('(idle)') },
    { id: 3, ...frame('print', 'file:///home/x/dist/actors/market/symbol-plane.js', 9) },
    { id: 4, ...frame('(garbage collector)') },
    { id: 5, ...frame('print', 'file:///home/x/dist/actors/market/symbol-plane.js', 9) },
  ],
  samples: [2, 3, 4, 5, 1],
  timeDeltas: [1_000, 200, 100, 100, 50],
};

t.test('time is summed by function, whoever called it, and rest is none', async (t) => {
  const { busyUs, by } = held(profile);
  t.equal(busyUs, 400);
  t.same(by, [
    { name: 'print', place: 'actors/market/symbol-plane.js:10', share: 0.75, whole: 0.75 },
    { name: '(garbage collector)', place: '', share: 0.25, whole: 0.25 },
  ]);
});

t.test('the text has the busiest thread first and no path of a machine', async (t) => {
  const idle: CpuProfile = { ...profile, samples: [2, 4], timeDeltas: [9_000, 10] };
  const text = profileText('tell', [idle, profile]);
  t.match(text, /^# Profile: tell\n/);
  t.ok(text.indexOf('print') < text.lastIndexOf('garbage collector'));
  t.notMatch(text, /home/);
  t.match(text, /\| 75\.0 % \| `print` \| actors\/market\/symbol-plane\.js:10 \|/);
});

t.test(
  'who calls has the time of what it calls once; what comes before is none of it',
  async (t) => {
    const nested: CpuProfile = {
      nodes: [
        { id: 1, ...frame('(root)'), children: [2, 5] },
        { id: 2, ...frame('loop', 'file:///home/x/dist/worker.js', 4), children: [3] },
        { id: 3, ...frame('pass', 'file:///home/x/dist/points.js', 6), children: [4] },
        { id: 4, ...frame('pass', 'file:///home/x/dist/points.js', 6) },
        { id: 5, ...frame('rehearse', 'file:///home/x/dist/rehearsal.js', 1), children: [6] },
        { id: 6, ...frame('print', 'file:///home/x/dist/plane.js', 2) },
      ],
      samples: [2, 6, 2, 3, 4],
      timeDeltas: [50, 600, 200, 100, 100],
    };
    const { busyUs, by } = held(nested, ['rehearse']);
    t.equal(busyUs, 400);
    t.same(
      by.map(({ name, share, whole }) => [name, share, whole]),
      [
        ['loop', 0.5, 1],
        ['pass', 0.5, 0.5],
      ],
    );
    const text = profileText('run', [nested], ['rehearse']);
    t.match(text, 'Of each thread, what follows the last of `rehearse`.');
    t.notMatch(text, 'plane.js');
  },
);
