// The risk report: its figures agree with each other, and the page holds all it needs.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { limitsOfPortfolio } from '../../actors/groups/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { readPortfolios } from '../config/portfolio-config.js';
import { loadReturnHistory } from '../research/return-history.js';
import { studyRisk } from '../research/risk-study.js';
import { historicalScenarios } from '../research/stress-scenarios.js';
import { pageHtml, tableHtml } from './page.js';
import { findBrowser, printPdf } from './print-pdf.js';
import { riskReport } from './risk-report.js';

const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: ['BAC', 'C', 'JPM', 'MA', 'PNC', 'PYPL', 'USB', 'V', 'WFC'],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const config = readPortfolios(inRepository('deploy', 'config', 'portfolios.yaml'));
const portfolio = config.portfolios.find(({ id }) => id === 'banks-against-payments')!;
const scenarios = historicalScenarios(history, members);
const study = studyRisk({ portfolio, config, history, members, scenarios });

t.test('the parts of the tail add up to it, and shorts stand with their sign', async (t) => {
  const sum = study.holdings.reduce((total, { component }) => total + component, 0);
  t.ok(Math.abs(sum - study.shortfall95) < 1e-12);
  t.equal(study.holdings.length, 9);
  t.ok(study.holdings.find(({ symbol }) => symbol === 'V')!.weight < 0);
  const components = study.holdings.map(({ component }) => component);
  t.strictSame(
    components,
    [...components].sort((a, b) => b - a),
  );
});

t.test('risk is ordered, and limits are used as far as they are', async (t) => {
  const { var95, shortfall95, shortfall99, exposure, limits } = study;
  t.ok(0 < var95 && var95 < shortfall95 && shortfall95 < shortfall99 && var95 < exposure.var99);
  t.equal(limits.length, limitsOfPortfolio(config, study.id).length);
  for (const { utilisation, value, limit } of limits) t.equal(utilisation, value / limit);
});

t.test('the clustered order keeps banks with banks and payments with payments', async (t) => {
  const { symbols, rows } = study.correlation;
  const payments = ['MA', 'PYPL', 'V'].map((symbol) => symbols.indexOf(symbol));
  t.equal(Math.max(...payments) - Math.min(...payments), 2);
  for (const [at, row] of rows.entries()) t.ok(Math.abs(row[at]! - 1) < 1e-12);
});

t.test('falls are the deepest points of the drawdown', async (t) => {
  t.ok(Math.abs(Math.min(...study.drawdowns) - study.falls[0]!.depth) < 1e-12);
  t.equal(study.drawdowns.length, study.past.returns.length);
});

t.test('the page is whole, safe and needs nothing from elsewhere', async (t) => {
  const html = riskReport({ ...study, name: '<script>alert(1)</script>' });
  for (const heading of ['through time', 'tail', 'together', 'Stress', 'Limits', 'Drawdown']) {
    t.match(html, new RegExp(`<h2>[^<]*${heading}`));
  }
  t.equal(html.match(/<svg/g)?.length, 6);
  t.notMatch(html, /NaN|undefined|Infinity|\[object/);
  t.notMatch(html, /<script|https?:|src=|<link/);
  t.match(html, 'prefers-color-scheme: dark');
});

t.test('texts of tables and pages are escaped', async (t) => {
  const table = tableHtml([{ head: '<i>' }], [['a & "b"'], [{ text: '5 <', bar: 7 }]]);
  t.match(table, '<th>&lt;i&gt;</th>');
  t.match(table, '<td>a &amp; &quot;b&quot;</td>');
  t.match(table, 'aria-label="5 &lt;"><i class="" style="width:100%">');
  t.match(pageHtml({ title: '<', lead: '>', parts: [], notes: ['&'] }), '<title>&lt;</title>');
});

t.test('a page is printed where there is a browser, and a failure is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-print-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [html, pdf] = [join(folder, 'a.html'), join(folder, 'a.pdf')];
  writeFileSync(html, pageHtml({ title: 't', lead: '', parts: [], notes: [] }));
  if (findBrowser() === undefined) {
    await t.rejects(printPdf(html, pdf), { code: 'report.no_browser' });
    return;
  }
  const before = process.env['CHROME_PATH'];
  t.teardown(() => {
    if (before === undefined) delete process.env['CHROME_PATH'];
    else process.env['CHROME_PATH'] = before;
  });
  process.env['CHROME_PATH'] = '/bin/false';
  await t.rejects(printPdf(html, pdf), { code: 'report.not_printed' });
  delete process.env['CHROME_PATH'];
  await printPdf(html, pdf);
  t.equal(readFileSync(pdf).subarray(0, 5).toString(), '%PDF-');
});
