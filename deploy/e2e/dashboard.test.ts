// The dashboard in a real browser: every page, phone and desktop, dark and light, no errors.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import t from 'tap';

const CLI = fileURLToPath(new URL('../cli/sluice.js', import.meta.url));
const WEB = fileURLToPath(new URL('../../web/index.html', import.meta.url));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

const PAGES: readonly (readonly [string, string])[] = [
  ['#/funnel', 'Momentum confirmation'],
  ['#/symbol/AAPL', 'Passes'],
  ['#/symbol/NOPE', 'expected a listed symbol'],
  ['#/portfolios', 'Equal weight of every member'],
  ['#/risk', 'CVaR 99'],
  ['#/portfolio/megacaps', 'AMZN'],
  ['#/feed', 'ticks a second'],
  ['#/actors', 'symbol/'],
];

/** Finds what is wider than its place: the page, or a card that would scroll sideways. */
const OVERFLOW = `[document.documentElement, ...document.querySelectorAll('.card')]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => box.tagName + ' ' + box.scrollWidth + ' in ' + box.clientWidth)`;

/** Starts the product and resolves with the dashboard's address. */
function startSystem(
  folder: string,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [
    CLI,
    'run',
    '--pace',
    'max',
    '--quiet',
    '--data-dir',
    folder,
    '--port',
    '0',
    '--grpc-port',
    '0',
    '--to',
    '2021-02-05',
  ]);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const url = /dashboard (http:\S+)/.exec(text)?.[1];
      if (url !== undefined && text.includes('the replay is over')) resolve({ url, child });
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}

const isPossible = CHROMIUM !== undefined && existsSync(WEB);
if (!isPossible) t.comment('no chromium or no built dashboard here: nothing was looked at');

if (isPossible) {
  t.test('every page shows what it should, at both widths and in both schemes', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
    const { url, child } = await startSystem(folder);
    let browser: Browser | undefined;
    t.teardown(async () => {
      await browser?.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.removeAllListeners('exit');
      child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      child.kill('SIGTERM');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    for (const [width, colorScheme] of [
      [1280, 'dark'],
      [1280, 'light'],
      [390, 'dark'],
      [390, 'light'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(error.message));
      for (const [hash, expected] of PAGES) {
        await page.goto(`${url}/${hash}`);
        await page.getByText(expected, { exact: false }).first().waitFor({ timeout: 10_000 });
        const overflow = await page.evaluate(OVERFLOW);
        t.same(overflow, [], `${hash} fits ${width} px, ${colorScheme}`);
      }
      t.same(errors, [], `no console error at ${width} px, ${colorScheme}`);
      await page.close();
    }
  });

  t.test('a trade booked on the page is in the positions', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
    const { url, child } = await startSystem(folder);
    const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ARGS });
    t.teardown(async () => {
      await browser.close();
      child.removeAllListeners('exit');
      child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      child.kill('SIGTERM');
    });
    const page = await browser.newPage();
    await page.goto(`${url}/#/portfolio/pair-coke-pepsi`);
    await page.getByLabel('symbol').fill('XOM');
    await page.getByLabel('quantity').fill('7');
    await page.getByRole('button', { name: 'Buy' }).click();
    await page.getByRole('link', { name: 'XOM' }).waitFor({ timeout: 10_000 });
    t.pass('XOM is held');
  });
}
