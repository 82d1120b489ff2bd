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
    { name: 'print', place: 'actors/market/symbol-plane.js:10', share: 0.75 },
    { name: '(garbage collector)', place: '', share: 0.25 },
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
