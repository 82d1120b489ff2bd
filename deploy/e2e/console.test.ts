// The console in a real terminal: drawn, steered, and the terminal as it was afterwards.

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { openSystem, temporaryFolder, until } from '../services/test-system.js';
import { CLI, runCommand } from './sluice-command.js';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

const { grpc, market } = await openSystem(t);

/** A terminal of 80 by 24 with a shell in it. */
function terminal(t: { teardown(run: () => void): void }, folder: string) {
  const socket = join(folder, 'tmux');
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  tmux('new-session', '-d', '-x', '80', '-y', '24', 'sh');
  t.teardown(() => void tmux('kill-server'));
  return {
    keys: (...keys: readonly string[]) => void tmux('send-keys', ...keys),
    /** Waits until the screen shows something; answers the screen. */
    async shows(pattern: RegExp): Promise<string> {
      let screen = '';
      await until(() => {
        screen = tmux('capture-pane', '-p');
        return pattern.test(screen);
      });
      return screen;
    },
    flag: (name: string) => tmux('display-message', '-p', `#{${name}}`).trim(),
    resize: (width: number, height: number) =>
      void tmux('resize-window', '-x', String(width), '-y', String(height)),
  };
}

t.test('the console in a terminal', { skip: hasTmux ? false : 'no tmux here' }, async (t) => {
  const folder = temporaryFolder(t, 'console');
  const screen = terminal(t, folder);
  const start = `${process.execPath} ${CLI} console --address ${grpc}`;

  await t.test('shows the tree, searches, pulls a lever after a yes', async (t) => {
    screen.keys(start, 'Enter');
    t.match(await screen.shows(/1-20 of/), /1-20 of \d+ actors {2}by tree/);
    t.equal(screen.flag('alternate_on'), '1');
    screen.keys('/', 'mega', 'Enter');
    t.match(await screen.shows(/1-1 of 1 actors/), /portfolio\/megacaps/);
    screen.keys('h');
    t.match(await screen.shows(/\[y\/n\]/), /suspend portfolio\/megacaps\?/);
    screen.keys('y');
    t.match(await screen.shows(/ suspended /), /is held; its messages wait/);
    screen.keys('Enter');
    t.match(await screen.shows(/last failure/), /state +suspended/);
    screen.keys('g', 'y');
    t.match(await screen.shows(/goes on/), /with what it was told meanwhile/);
    screen.keys('q');
    await screen.shows(/by tree/);
    screen.keys('a');
    t.match(await screen.shows(/resume +accepted/), /accepted portfolio\/megacaps/);
    t.equal(market.journal.inspect().byKind['lever_asked'], 2);
    screen.keys('q');
    await screen.shows(/by tree/);
    screen.keys('v', '1', 'Enter');
    t.match(await screen.shows(/\[y\/n\]/), /move portfolio\/megacaps to shard 1\?/);
    screen.keys('y');
    t.match(await screen.shows(/only_one_shard/), /expected a second shard/);
    screen.keys('L');
    screen.keys('debug', 'Enter', 'y');
    t.match(await screen.shows(/at debug now/), /shard\/0 logs everything at debug now/);
    screen.keys('D', 'n', 'l');
    t.match(await screen.shows(/dead letters/), /no dead letters/);
    screen.keys('t');
    t.match(await screen.shows(/shard +state +way/), /0 +running +to +\d+/);
  });

  await t.test('follows the size of the terminal', async (t) => {
    screen.keys('q');
    screen.resize(100, 12);
    t.match(await screen.shows(/by tree/), /megacaps/);
    screen.keys('/', 'Escape');
    t.match(await screen.shows(/1-8 of \d+ actors/), /shard\/0/);
  });

  for (const [key, what] of [
    ['q', 'quitting'],
    ['C-c', 'Ctrl-C'],
  ] as const) {
    await t.test(`${what} gives the terminal back`, async (t) => {
      screen.keys(key);
      await until(() => screen.flag('alternate_on') === '0');
      t.equal(screen.flag('alternate_on'), '0');
      t.equal(screen.flag('cursor_flag'), '1', 'with its cursor');
      screen.keys('clear; echo a$((1+1))b', 'Enter');
      t.match(await screen.shows(/a2b/), /a2b/, 'the shell echoes and reads lines');
      screen.keys(start, 'Enter');
      await screen.shows(/by tree/);
    });
  }
  screen.keys('q');
});

t.test('one frame without a terminal, and none to take over', async (t) => {
  const ran = (...args: readonly string[]) => runCommand(['console', ...args]);
  const once = await ran('--once', '--address', grpc, '--match', 'portfolio/', '--sort', 'address');
  t.match(once, { code: 0, err: '' });
  const lines = once.out.split('\n');
  t.equal(lines.length, 25, '24 lines, each ended');
  t.ok(lines.every((line) => line.length <= 80));
  t.match(lines[0], /of \d+ actors {2}by address {2}\/portfolio\//);
  t.match(await ran('--address', grpc), { code: 1, err: /console.no_terminal/ });
  t.match(await ran('--once', '--sort', 'colour'), { code: 2, err: /--sort: expected one of/ });
  t.match(await ran('--once', '--address', '127.0.0.1:1'), { code: 3, err: /grpc.unavailable/ });
});
