// Charts draw what they are given, name it safely, and survive having nothing to draw.

import t from 'tap';
import { barChart } from './bar-chart.js';
import { fanChart } from './fan-chart.js';
import { heatMap } from './heat-map.js';
import { axisSteps, inlineSvg, percent, svgFile } from './svg.js';
import { dateAt, timeChart } from './time-chart.js';

t.test('steps of an axis are round and within its bounds', async (t) => {
  t.strictSame(axisSteps(-0.1, 0.1, 4), [-0.1, -0.05, 0, 0.05, 0.1]);
  t.strictSame(axisSteps(3, 3, 4), [3]);
});

t.test('shares are written with a sign only where there is one', async (t) => {
  t.equal(percent(-0.0001), '0.0 %');
  t.equal(percent(-0.0125, 2), '-1.25 %');
  t.equal(percent(Number.NaN), '-');
});

t.test('a chart over time breaks its lines where nothing is known', async (t) => {
  const picture = timeChart({
    title: 'a <b> & "c"',
    subtitle: '',
    dates: [20_200_102, 20_200_103, 20_210_104, 20_210_105],
    panels: [
      {
        title: 'p',
        series: [
          { label: 'l', kind: 'line', tone: 'own', values: [Number.NaN, 0.1, Number.NaN, 0.2] },
          { label: 'm', kind: 'marks', tone: 'bad', values: [-0.1, Number.NaN, Number.NaN, 0.1] },
          { label: 'a', kind: 'area', tone: 'quiet', values: [-0.1, -0.2, Number.NaN, -0.1] },
        ],
      },
    ],
  });
  const text = svgFile(picture);
  t.match(text, '<title>a &lt;b&gt; &amp; &quot;c&quot;</title>');
  t.equal(text.match(/<circle/g)?.length, 2);
  const line = /class="line"[^>]* d="([^"]*)"/.exec(text)?.[1] ?? '';
  t.equal(line.match(/M/g)?.length, 2, line);
  t.notMatch(text, /NaN|Infinity|undefined/);
  t.match(inlineSvg(picture), /^<svg class="chart" .*aria-label="a &lt;b&gt;/);
});

t.test('bars reach to both sides of zero', async (t) => {
  const text = svgFile(
    barChart({
      title: 't',
      subtitle: 's',
      bars: [
        { label: 'up', value: 2, text: '2', tone: 'own' },
        {
          label: 'down with a name that is far too long for any chart',
          value: -1,
          text: '-1',
          tone: 'bad',
        },
      ],
    }),
  );
  const widths = [...text.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)"/g)].map(firstGroup);
  t.ok(Math.abs(widths[0]! - 2 * widths[1]!) < 0.2);
  t.match(text, '…');
  t.notMatch(svgFile(barChart({ title: '', subtitle: '', bars: [] })), /NaN|Infinity/);
});

function firstGroup(match: RegExpMatchArray): number {
  return Number(match[1]);
}

t.test('a heat map paints every pair, and what is unknown not at all', async (t) => {
  const values = [
    [1, -0.5],
    [-0.5, Number.NaN],
  ];
  const text = svgFile(heatMap({ title: 't', subtitle: '', labels: ['A', 'B'], values }));
  t.equal(text.match(/<rect x=/g)?.length, 4);
  t.match(text, 'fill="var(--own)" fill-opacity="0.3"><title>A B -0.50</title>');
  t.match(text, 'fill-opacity="0"><title>B B unknown</title>');
});

t.test('a fan begins at nothing, and its names stand apart', async (t) => {
  const steps = [1, 2].map((sessions) => ({
    sessions,
    quantiles: [-0.03, -0.02, -0.001, 0, 0.001, 0.002, 0.03].map((value) => value * sessions),
    worst: -0.05 * sessions,
  }));
  const text = inlineSvg(fanChart({ title: 'f', subtitle: '', steps }));
  t.equal(text.match(/fill-opacity/g)?.length, 3, 'three bands');
  // Names begin right of the panel; the labels of the axis end left of it.
  const names = [...text.matchAll(/x="702" y="([\d.]+)"/g)].map(([, y]) => Number(y));
  t.equal(names.length, 6);
  for (const [at, y] of names.slice(1).entries()) t.ok(y - names[at]! >= 13);
  t.match(inlineSvg(fanChart({ title: 'f', subtitle: '', steps: [] })), '<svg');
});

t.test('a pointer is at the date below it, and at none beside the panels', async (t) => {
  t.equal(dateAt(0, 760, 100), undefined);
  t.equal(dateAt(58 / 760, 760, 100), 0);
  t.equal(dateAt(748 / 760, 760, 100), 99);
  t.equal(dateAt(1, 760, 100), undefined);
  t.equal(dateAt(0.5, 760, 0), undefined);
});
