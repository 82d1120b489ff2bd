// The charts: lengths in proportion, texts escaped, colours for both schemes.

import t from 'tap';
import { type Bar, barChart } from './chart.js';

const bar = (label: string, value: number, isOwn = false): Bar => ({
  label,
  value,
  low: value,
  high: value,
  isOwn,
});

function widths(svg: string): number[] {
  return [...svg.matchAll(/<rect class="\w+" x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
}

t.test('bars are as long as their values, from zero', async (t) => {
  const svg = barChart({ title: 'x', subtitle: 'y', bars: [bar('a', 400, true), bar('b', 100)] });
  const [first = 0, second = 0] = widths(svg);
  t.ok(Math.abs(first / second - 4) < 0.01, `${first} to ${second}`);
  t.match(svg, /class="own"/);
  t.match(svg, /class="peer"/);
});

t.test('a range longer than its bar stays inside the picture', async (t) => {
  const wide = { ...bar('a', 10), low: 5, high: 100 };
  const svg = barChart({ title: 'x', subtitle: 'y', bars: [wide] });
  const ends = [...svg.matchAll(/x2="([\d.]+)"/g)].map(([, x]) => Number(x));
  t.ok(ends.every((end) => end <= 720));
});

t.test('titles and labels can hold anything', async (t) => {
  const svg = barChart({ title: 'a < b & c', subtitle: '>', bars: [bar('<x>', 1)] });
  t.match(svg, /a &lt; b &amp; c/);
  t.notMatch(svg, /<x>/);
});

t.test('a chart follows the scheme of its reader and is of one size', async (t) => {
  const svg = barChart({ title: 'x', subtitle: 'y', bars: [bar('a', 1), bar('b', 2)] });
  t.match(svg, /prefers-color-scheme: dark/);
  t.match(svg, /viewBox="0 0 720 130"/);
});

t.test('nothing measured above zero draws bars that can be seen', async (t) => {
  const svg = barChart({ title: 'x', subtitle: 'y', bars: [bar('a', 0)] });
  t.same(widths(svg), [1]);
});
