// The dashboard in a real browser: every page, phone and desktop, dark and light, live and cut off.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import t from 'tap';
import {
  COURSE_AND_MEASURE,
  FAINT,
  OVERFLOW,
  PAINTED_ABOVE_TIMES,
} from './dashboard-page-checks.js';
import { Bridge, startSystem } from './dashboard-system.js';

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

/** Each page and a text that it shows once its data has come. */
const PAGES: readonly (readonly [hash: string, expected: string])[] = [
  ['#/funnel', 'Momentum confirmation'],
  ['#/symbol/AAPL', 'Passes'],
  ['#/symbol/brk.b', 'Berkshire'],
  ['#/symbol/BTCUSDT-PERP', 'What the feed did'],
  ['#/symbol/NOPE', 'expected a listed symbol'],
  ['#/portfolios', 'Equal weight of every member'],
  ['#/risk', 'CVaR 99'],
  ['#/portfolio/megacaps', 'AMZN'],
  ['#/portfolio/megacaps/risk', 'Profit by sessions ahead'],
  ['#/portfolio/nope', 'expected the id of a portfolio'],
  ['#/nothing', 'There is no such page'],
  ['#/feed', 'ticks a second'],
  ['#/quality', 'every symbol'],
  ['#/actors', 'portfolio/megacaps'],
];

const LOOKS = [
  [1280, 'dark'],
  [1280, 'light'],
  [390, 'light'],
  [390, 'dark'],
] as const;

/** Goes to a page within the dashboard and waits until it shows `expected`. */
async function visit(page: Page, hash: string, expected: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.locator('main').getByText(expected).first().waitFor();
}

/** Longest wait for what a page is to show, and time between two looks. Units: milliseconds. */
const SHOWN_MS = 240_000;
const LOOK_MS = 20;

/** Waits until an expression holds; the page's policy lets nobody poll it from within. */
async function until(page: Page, expression: string): Promise<void> {
  const endMs = Date.now() + SHOWN_MS;
  while ((await page.evaluate(expression)) !== true) {
    if (Date.now() > endMs) throw new Error(`expected in the page: ${expression}`);
    await page.waitForTimeout(LOOK_MS);
  }
}

/** Waits until the text of `selector` is another than it is now. */
async function changes(page: Page, selector: string): Promise<void> {
  const text = JSON.stringify(await page.locator(selector).first().textContent());
  const script = `document.querySelector(${JSON.stringify(selector)})?.textContent !== ${text}`;
  await until(page, script);
}

const isPossible = CHROMIUM !== undefined && existsSync(WEB);
if (!isPossible) t.comment('no chromium or no built dashboard here: nothing was looked at');

if (isPossible) {
  const range = ['--pace', '2', '--to', '2021-02-17'];
  const system = await startSystem([...range, '--feed', 'binance-capture']);
  const bridge = new Bridge(system.port);
  const url = `http://127.0.0.1:${await bridge.open()}`;
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  t.teardown(async () => {
    await browser.close();
    await bridge.cut();
    await system.stop();
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(SHOWN_MS);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);

  t.test('what the page shows moves while the replay runs', async (t) => {
    await visit(page, '#/funnel', 'Momentum confirmation');
    await changes(page, '.status');
    await changes(page, '.reached');
    await page.locator('.moves a').first().waitFor();
    t.pass('the header, the columns of symbols and who moved at the close');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await until(page, 'document.getAnimations().length === 0'); // those of before
    const chips = `[...document.querySelectorAll('.chip')]`;
    const flying = `${chips}.some((chip) => chip.getAnimations().length > 0)`;
    const isEver = `new Promise((resolve) => {
      let isAny = false;
      new MutationObserver(() => (isAny ||= ${flying}))
        .observe(document.querySelector('.reached'), { subtree: true, childList: true });
      setTimeout(() => resolve(isAny), 500);
    })`;
    t.equal(await page.evaluate(isEver), false, 'nothing flies where motion is not wanted');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await until(page, flying);
    t.pass('chips fly where it is');
    await visit(page, '#/symbol/AAPL', 'Passes');
    await changes(page, '.quote b');
    await changes(page, '.features');
    t.pass('the quote and the features of a symbol');
    await visit(page, '#/symbol/BTCUSDT', 'Ladder');
    await changes(page, '.ladder');
    await page.getByText(/, now /).waitFor();
    t.same(await page.evaluate(COURSE_AND_MEASURE), [], 'a course ends with the value of now');
    t.equal(await page.evaluate(PAINTED_ABOVE_TIMES), 0, 'the book does not cover its times');
    await changes(page, '.features');
    t.pass('the ladder and the measures of a book');
    await visit(page, '#/portfolios', 'Equal weight of every member');
    await changes(page, 'tbody');
    await visit(page, '#/risk', 'Apple alone');
    await changes(page, 'tbody');
    await visit(page, '#/feed', 'ticks a second');
    await changes(page, '.facts');
    t.pass('portfolios, risk and the feed');
    t.match(await page.locator('.status').textContent(), /derived/);
  });

  t.test('every page fits and can be read, at both widths and in both schemes', async (t) => {
    for (const [hash, expected] of PAGES) {
      await visit(page, hash, expected);
      for (const [width, colorScheme] of LOOKS) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        t.same(await page.evaluate(OVERFLOW), [], `${hash} fits ${width} px`);
        t.same(await page.evaluate(FAINT), [], `${hash} can be read, ${width} px ${colorScheme}`);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    t.same(errors, [], 'no console error');
  });

  t.test('the address leads to a page and the browser goes back', async (t) => {
    await visit(page, '#/portfolio/megacaps', 'AMZN');
    await page.getByRole('link', { name: 'AMZN' }).first().click();
    await page.getByRole('heading', { name: 'AMZN Amazon' }).waitFor();
    await page.getByLabel('symbol', { exact: true }).fill('msft');
    await page.getByLabel('symbol', { exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'MSFT Microsoft' }).waitFor();
    t.match(await page.title(), /MSFT/);
    await page.goBack();
    await page.getByRole('heading', { name: 'AMZN Amazon' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'The largest five' }).waitFor();
    t.match(page.url(), /portfolio\/megacaps$/);
  });

  t.test('a keyboard reaches the tabs, and the focus can be seen', async (t) => {
    await visit(page, '#/funnel', 'Momentum confirmation');
    await page.evaluate('document.activeElement?.blur()');
    await page.getByRole('link', { name: 'Symbol', exact: true }).focus();
    await page.keyboard.press('Tab');
    const outline = 'getComputedStyle(document.activeElement).outlineStyle';
    t.equal(await page.evaluate(outline), 'solid');
    await page.keyboard.press('Enter');
    await page.getByText('Equal weight of every member').waitFor();
    t.match(page.url(), /portfolios$/);
  });

  t.test('tables sort and search, and the address keeps how', async (t) => {
    await visit(page, '#/portfolios', 'Equal weight of every member');
    await page.keyboard.press('/');
    await page.keyboard.type('sector');
    await page.getByText('Energy', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'VaR 99' }).click();
    await page.locator('th[aria-sort=descending]').getByText('VaR 99').waitFor();
    t.match(page.url(), /#\/portfolios\?match=sector&sort=VaR\+99$/);
    await page.reload();
    await page.getByText('Energy', { exact: true }).waitFor();
    t.equal(await page.locator('tbody tr').count(), 11);
    await page.getByLabel('search a portfolio').fill('nobody');
    await page.getByText('No portfolio is called that.').waitFor();
    await page.getByLabel('search a portfolio').fill('');
    await page.getByRole('button', { name: 'VaR 99' }).click();
    await page.getByRole('button', { name: 'VaR 99' }).click();
    t.match(page.url(), /#\/portfolios$/);
  });

  t.test('what is named leads to its page; lists can be searched and seen whole', async (t) => {
    await visit(page, '#/risk', 'Latest alerts');
    await page.getByLabel('search the alerts').fill('portfolio/sector-energy');
    const alerts = page.locator('tr').filter({ hasText: 'portfolio/sector-energy' });
    t.ok((await alerts.count()) > 0);
    t.match(page.url(), /alerts=portfolio/);
    await alerts.first().getByRole('link', { name: 'portfolio/sector-energy' }).click();
    await page.getByRole('heading', { name: 'Energy', exact: true }).waitFor();
    await visit(page, '#/risk', 'Latest alerts');
    await page.getByLabel('search the alerts').fill('nothing says this');
    await page.getByText('No alert says that.').waitFor();
    await page.getByLabel('search the alerts').fill('');
    await visit(page, '#/actors', 'portfolio/megacaps');
    await page.getByRole('button', { name: 'portfolio/megacaps', exact: true }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'portfolio/megacaps' }).click();
    await page.getByRole('heading', { name: 'The largest five' }).waitFor();
    await page.locator('.card').filter({ hasText: ' lots, closed' }).getByText('AMZN').click();
    await page.getByRole('heading', { name: 'AMZN Amazon' }).waitFor();
    await visit(page, '#/funnel', 'Momentum confirmation');
    const column = page.locator('.reached > div').filter({ hasText: 'History loaded' });
    const chips = column.locator('.chip');
    const before = await chips.count();
    await column.getByRole('button', { name: /^show all of/ }).click();
    await until(
      page,
      `document.querySelectorAll('.reached > div:nth-child(2) .chip').length > ${before}`,
    );
    t.equal(await column.getByRole('button').count(), 0, 'every symbol is there');
    await visit(page, '#/portfolios', 'Equal weight of every member');
  });

  t.test('the choice of a theme stays', async (t) => {
    const back = 'getComputedStyle(document.body).backgroundColor';
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await page.evaluate(back);
    await page.getByRole('button', { name: 'dark or light' }).click();
    const dark = await page.evaluate(back);
    t.not(dark, light);
    await page.reload();
    await page.getByText('Equal weight of every member').waitFor();
    t.equal(await page.evaluate(back), dark);
  });

  t.test('an actor is restarted, stopped and started, each after a question', async (t) => {
    await visit(page, '#/actors', 'portfolio/megacaps');
    await page.getByLabel('search an address').fill('megacaps');
    const row = page.locator('table.actors').getByRole('row', { name: 'portfolio/megacaps' });
    const pull = async (lever: string, sure: string): Promise<void> => {
      await page.getByRole('button', { name: `${lever} portfolio/megacaps` }).click();
      await page.getByRole('dialog').getByRole('button', { name: sure }).click();
    };
    await pull('restart', 'Cancel');
    t.equal(await row.locator('td').nth(7).textContent(), '0', 'cancelled: nothing happened');
    await pull('restart', 'Restart it');
    await row.locator('td:nth-child(8):text-is("1")').waitFor();
    await pull('stop', 'Stop it');
    await row.getByText('stopped').waitFor();
    await pull('start', 'Start it');
    await row.getByText('running').waitFor();
    await pull('hold', 'Hold it');
    await row.getByText('suspended').waitFor();
    await pull('resume', 'Go on');
    await row.getByText('running').waitFor();
    await page.getByText('5 levers pulled').waitFor();
    await page.getByLabel('search an address').fill('shard/');
    await page.getByRole('button', { name: 'log shard/0' }).click();
    await page.getByLabel('level').selectOption('info');
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText('shard/0 logs everything at info now').waitFor();
    t.pass('restarted, stopped, started, held and let go on; all of it recorded');
  });

  t.test('a trade booked on the page is in the positions', async (t) => {
    await visit(page, '#/portfolio/pair-coke-pepsi', 'KO');
    await page.getByLabel('symbol', { exact: true }).fill('XOM');
    await page.getByLabel('quantity').fill('7');
    const told = page.getByLabel('what the trade would do');
    await told.getByText('VaR 99', { exact: true }).waitFor();
    t.match(await told.textContent(), /shares07-7.*Buy: allowed/s);
    await page.getByLabel('price').fill('1');
    await told.getByText('distance from the last price').first().waitFor();
    await page.getByLabel('price').fill('');
    await page.getByRole('button', { name: 'Buy' }).click();
    await page.getByRole('link', { name: 'XOM' }).first().waitFor();
    t.same(errors, [], 'no console error');
  });

  t.test('a trade whose answer came late is sent again under its id', async (t) => {
    const ids: string[] = [];
    const path = '**/portfolios/*/commands';
    await page.route(path, async (route) => {
      ids.push(String((route.request().postDataJSON() as { commandId: string }).commandId));
      if (ids.length > 1) return route.continue();
      const json = { code: 'portfolio.timed_out', text: 'send the same command id again' };
      return route.fulfill({ status: 503, json });
    });
    await page.getByLabel('symbol', { exact: true }).fill('XOM');
    await page.getByLabel('quantity').fill('8');
    const buy = page.getByRole('button', { name: 'Buy' });
    await buy.click();
    await page.getByText('send the same command id again').waitFor();
    await buy.click();
    await page.getByText('buy 8 XOM: booked').waitFor();
    await page.unroute(path);
    t.equal(ids.length, 2);
    t.equal(ids[0], ids[1], 'so that it is booked once');
    // A browser logs every answer that is an error; this one was ours.
    t.match(errors.splice(0), [/503/]);
  });

  t.test(
    'a page whose server does not answer says so, shows no figures, and comes back',
    async (t) => {
      const json = { code: 'test.away', text: 'the server is away' };
      for (const [path, hash, expected] of [
        ['**/api/v1/books', '#/symbol/KO', 'Passes'],
        ['**/api/v1/quality', '#/quality', 'complete, by the calendar'],
      ] as const) {
        await page.route(path, (route) => route.fulfill({ status: 503, json }));
        await visit(page, hash, 'the server is away');
        t.equal(await page.locator('main').getByText(expected).count(), 0, hash);
        await page.unroute(path);
        await visit(page, hash, expected);
      }
      t.ok(errors.splice(0).every((text) => text.includes('503')));
    },
  );

  t.test('a phone can see why a message was put aside and why an actor failed', async (t) => {
    const failure = 'broken invariant: cash.adds_up\n    at fold (cash.js:1:1)';
    const message = { id: '0/1', kind: 'book_trade', address: 'portfolio/x', failures: [failure] };
    const actor = { address: 'portfolio/x', state: 'stopped', lastFailure: failure };
    const letter = {
      address: 'portfolio/cyclicals-against-defensives',
      kind: 'option_exercised',
      code: 'actor.mailbox_full',
      timeUs: 1_619_032_275_000_000,
    };
    const counts = [{ kind: letter.kind, code: letter.code, count: 1 }];
    for (const [path, json] of [
      ['**/api/v1/actors/quarantine', { messages: [message], total: 1 }],
      ['**/api/v1/actors?*', { stamp: 1, actors: [actor], total: 1 }],
      ['**/api/v1/actors/letters?*', { letters: [letter], counts }],
    ] as const) {
      await page.route(path, (route) => route.fulfill({ json }));
    }
    await page.setViewportSize({ width: 390, height: 800 });
    await visit(page, '#/actors', 'book_trade');
    await page.getByText(letter.address).waitFor();
    await page.locator('details').getByText('why').click();
    await page.getByRole('button', { name: 'details and levers of portfolio/x' }).click();
    const stacks = page.locator('pre').filter({ hasText: 'at fold' });
    await stacks.nth(1).waitFor();
    t.equal(await stacks.filter({ visible: true }).count(), 2);
    t.same(await page.evaluate(OVERFLOW), [], 'and it fits');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.unrouteAll();
    await page.setViewportSize({ width: 1280, height: 800 });
    t.same(errors, [], 'no console error');
  });

  t.test('a curve over the candles ends where the feature is', async (t) => {
    await visit(page, '#/symbol/MSFT', 'Passes');
    await page.getByText('finished').waitFor();
    for (const overlay of [
      'mean of 20',
      'mean of 200',
      'Bollinger band 20',
      'Donchian channel 20',
    ]) {
      await page.getByRole('combobox', { name: 'over the candles' }).selectOption(overlay);
      const off = `[...document.querySelectorAll('[data-curve]')].map((curve) => {
        const read = (element) => Number(element.textContent.replaceAll(',', ''));
        const row = [...document.querySelectorAll('.features tr')]
          .find((tr) => tr.cells[0].textContent === curve.dataset.curve);
        return Math.abs(read(row.cells[1]) - read(curve));
      })`;
      const isAt = `${off}.length > 0 && ${off}.every((by) => by < 0.006)`;
      await until(page, isAt);
      t.pass(overlay);
    }
  });

  t.test('bars that are built live are drawn in the style that is chosen', async (t) => {
    await visit(page, '#/symbol/MSFT', 'Passes');
    for (const [series, what] of [
      ['1h', 'time: every hour'],
      ['renko-2', 'renko: bricks of'],
      ['1h-quotes', 'quote: every hour'],
    ] as const) {
      await page.getByRole('combobox', { name: 'bars' }).selectOption(series);
      await page.locator('main').getByText(what).waitFor();
      await until(page, 'document.querySelector("[data-bars]")?.dataset.bars > 1');
      await page.getByRole('img', { name: `bars of MSFT ${series}` }).waitFor();
      t.same(await page.evaluate(OVERFLOW), [], series);
    }
  });

  t.test('a page that was cut off says so, comes back and shows each row once', async (t) => {
    await visit(page, '#/portfolios', 'Equal weight of every member');
    const rowCount = await page.locator('tbody tr').count();
    await bridge.cut();
    await page.getByRole('alert').getByText('No connection').waitFor();
    t.equal(await page.locator('tbody tr').count(), rowCount, 'the rows stay meanwhile');
    await bridge.open();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    t.equal(await page.locator('tbody tr').count(), rowCount);
    const names = await page.locator('tbody tr a').allTextContents();
    t.equal(new Set(names).size, rowCount, 'no row is there twice');
    await visit(page, '#/funnel', 'Momentum confirmation');
    t.pass('a topic asked for after the break is served');
  });
}
