// The log: levels by area, changed while it runs; a flood is cut and told.

import t from 'tap';
import { Log, type LogLine } from './log.js';

t.test('each area has its level, which can be changed', async (t) => {
  const lines: LogLine[] = [];
  const log = new Log(
    ['a', 'b'],
    () => 0,
    (line) => lines.push(line),
  );
  log.say('warn', 'a', 'one');
  log.say('info', 'a', 'not yet');
  t.equal(log.setLevel('a', 'debug'), true);
  log.say('debug', 'a', 'two');
  log.say('debug', 'b', 'not here');
  log.say('error', 'c', 'no such area');
  t.equal(log.setLevel('c', 'debug'), false);
  t.equal(log.setLevel('', 'off'), true);
  log.say('error', 'a', 'off');
  t.same(
    lines.map(({ text }) => text),
    ['one', 'two'],
  );
  t.same(log.levels(), [
    ['a', 'off'],
    ['b', 'off'],
  ]);
});

t.test('a flood is cut within its second, counted and told', async (t) => {
  const lines: LogLine[] = [];
  let nowUs = 5e6;
  const log = new Log(
    ['a'],
    () => nowUs,
    (line) => lines.push(line),
  );
  for (let line = 0; line < 250; line++) log.say('warn', 'a', `${line}`);
  t.equal(lines.length, 100);
  t.equal(log.dropped, 150);
  nowUs += 1e6;
  log.say('warn', 'a', 'on');
  t.same(
    lines.slice(100).map(({ text }) => text),
    ['150 lines were cut', 'on'],
  );
});

t.test('a text from outside makes no line of its own and steers no terminal', async (t) => {
  const lines: LogLine[] = [];
  const log = new Log(
    ['a'],
    () => 0,
    (line) => lines.push(line),
  );
  log.say('warn', 'a', 'x\nerror process rows: all is lost\r\u001b[2Jé\u2028end');
  t.same(
    lines.map(({ text }) => text),
    ['x\\nerror process rows: all is lost\\u000d\\u001b[2Jé\\u2028end'],
  );
});
