// Ten thousand actors: pages of the server, the terminal and the browser stay small and quick.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create } from '@bufbuild/protobuf';
import { chromium } from 'playwright-core';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import {
  Supervision,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { openSystem, temporaryFolder, until } from '../services/test-system.js';

const CLI = fileURLToPath(new URL('../cli/sluice.js', import.meta.url));
const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);

/** With ten symbols, two shards and the funnel beyond ten thousand. */
const PORTFOLIOS = 9_990;

/** A configuration of so many portfolios of one share each. */
function manyPortfolios(folder: string): string {
  const lines = ['limits: {}', 'portfolios:'];
  for (let number = 0; number < PORTFOLIOS; number++) {
    const id = `p${String(number).padStart(5, '0')}`;
    lines.push(
      `  - { id: ${id}, name: ${id}, cash: '1000', long: { symbols: [KO] }, long_share: 0.5 }`,
    );
  }
  const file = join(folder, 'portfolios.yaml');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const folder = temporaryFolder(t, 'many');
const { grpc, http } = await openSystem(t, {
  portfolios: manyPortfolios(folder),
  shards: '2',
  isStreamed: false,
  webRoot: WEB,
});

t.test('the server searches, sorts and cuts ten thousand actors into pages', async (t) => {
  const client = createGrpcClient(Supervision, grpc, 30_000);
  t.teardown(() => client.close());
  const tree = (wish: object) => client.call('tree', create(TreeRequestSchema, wish));
  t.ok(await until(async () => (await tree({ state: 'running', limit: 1 })).total > PORTFOLIOS));
  const last = await tree({ sort: 'address', match: 'portfolio/', offset: 9_980, limit: 50 });
  t.equal(last.total, PORTFOLIOS);
  t.same(
    last.actors.map(({ address }) => address),
    Array.from({ length: 10 }, (_, at) => `portfolio/p0${9_980 + at}`),
  );
  t.equal((await tree({ match: 'p0004' })).total, 10);
});

t.test('the terminal', { skip: spawnSync('tmux', ['-V']).status !== 0 }, async (t) => {
  const socket = join(folder, 'tmux');
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  tmux(
    'new-session',
    '-d',
    '-x',
    '80',
    '-y',
    '24',
    `${process.execPath} ${CLI} console --address ${grpc}`,
  );
  t.teardown(() => void spawnSync('tmux', ['-S', socket, 'kill-server']));
  const shows = (pattern: RegExp) => until(() => pattern.test(tmux('capture-pane', '-p')));
  t.ok(await shows(/1-20 of 10003 actors/));
  tmux('send-keys', 'End');
  t.ok(await shows(/9984-10003 of 10003/), 'the last page by one key');
  tmux('send-keys', '/', 'p0777', 'Enter');
  t.ok(await shows(/1-10 of 10 actors/));
  tmux('send-keys', 'q');
});

t.test('the page', { skip: CHROMIUM === undefined || !existsSync(WEB) }, async (t) => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  t.teardown(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${http}/#/actors`);
  await page.getByText('10,003 actors').waitFor();
  const rows = page.locator('table.actors tbody tr');
  const list = page.getByRole('region', { name: 'actors' });
  await list.getByText('portfolio/p00000').waitFor();
  t.ok((await rows.count()) < 100, 'only rows near what is shown are drawn');
  const length = await list.evaluate((box) => box.scrollHeight);
  t.ok(length > 10_003 * 30, 'and the list is as long as all of them');
  for (const share of [0.2, 0.7, 0.4, 1]) {
    await list.evaluate((box, to) => box.scrollTo(0, to * box.scrollHeight), share);
    const place = Math.min(10_004, Math.round((share * length) / 30) + 5);
    await page.locator(`tr[aria-rowindex="${place}"]:not(.waits)`).waitFor();
    t.ok((await rows.count()) < 100, `rows come where one scrolls to: ${share}`);
  }
  await page.getByRole('button', { name: 'address' }).first().click();
  await list.getByText('funnel/us-equities').waitFor();
  t.equal(await list.evaluate((box) => box.scrollTop), 0, 'another order begins at its begin');
  await page.getByLabel('search an address').fill('p09989');
  await page.getByRole('row', { name: 'portfolio/p09989' }).waitFor();
  t.match(page.url(), /#\/actors\?sort=address&match=p09989$/);
  await page.reload();
  await page.getByText('1 actor', { exact: true }).waitFor();
  await page.getByLabel('state').selectOption('stopped');
  await page.getByText('No actor that is stopped has an address that holds “p09989”.').waitFor();
  await page.getByLabel('state').selectOption('every state');
  await page.getByRole('button', { name: 'move portfolio/p09989' }).click();
  await page.getByRole('dialog').getByLabel('to shard').fill('1');
  const shot = process.env['SLUICE_SHOTS'];
  if (shot !== undefined) await page.screenshot({ path: join(shot, 'move.png') });
  await page.getByRole('button', { name: 'Move it' }).click();
  await page.getByText(/move portfolio\/p09989: /).waitFor();
  if (shot !== undefined) await page.screenshot({ path: join(shot, 'moved.png'), fullPage: true });
  await page.goto(`${http}/#/portfolios`);
  await page.getByText('1 to 100 of 9990').waitFor();
  const ids = page.locator('tbody tr td:first-child a');
  t.equal(await ids.count(), 100, 'of a table as long a page is drawn');
  t.match(
    await ids.allTextContents(),
    ['p00000', 'p00001'],
    'by name, whichever shard they are of',
  );
  await page.getByRole('button', { name: 'portfolio' }).click();
  await page.getByText('p09989').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('101 to 200 of 9990').waitFor();
  t.match(page.url(), /#\/portfolios\?sort=-portfolio&page=1$/);
  await page.getByLabel('search a portfolio').fill('p0004');
  await page.getByText('p00049').waitFor();
  t.equal(await ids.count(), 10, 'what is found begins at its begin');
  t.same(errors, []);
});
