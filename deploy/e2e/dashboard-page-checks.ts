// Scripts that look at an open page from inside: what overflows, is too faint, or says two things.

/** Finds what is wider than its place: the page, or a card that would scroll sideways. */
export const OVERFLOW = `[document.documentElement, ...document.querySelectorAll('.card')]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => (box.querySelector('h2')?.textContent ?? box.tagName)
    + ': ' + box.scrollWidth + ' in ' + box.clientWidth)`;

/**
 * Finds text whose contrast to what is behind it is below 4.5, once each.
 * Source: WCAG 2.2, success criterion 1.4.3 and its definition of relative luminance.
 */
export const FAINT = `(() => {
  const parse = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  };
  const luminance = ({ rgb }) => {
    const [red, green, blue] = rgb.map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const back = parse(getComputedStyle(at).backgroundColor);
      if (back.alpha === 1) return back;
    }
    return { rgb: [255, 255, 255], alpha: 1 };
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility()) continue;
    if (element.closest('.chart, :disabled, datalist')) continue;
    const style = getComputedStyle(element);
    const lights = [luminance(parse(style.color)), luminance(backOf(element))];
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    if (ratio < 4.5) found.add(element.tagName + '.' + element.className + ' ' + ratio.toFixed(2));
  }
  return [...found];
})()`;

/** What the course of a measure calls now, where the table of measures says something else. */
export const COURSE_AND_MEASURE = `(() => {
  const name = document.querySelector('.book select').value;
  const course = [...document.querySelectorAll('.book p')].map((line) => line.textContent);
  const now = course.map((text) => /, now (\\S+)/.exec(text)?.[1]).find((text) => text);
  const rows = [...document.querySelectorAll('.book .features tr')];
  const row = rows.find(({ cells }) => cells[0].textContent === name);
  return row.cells[1].textContent === now ? [] : [row.cells[1].textContent, now];
})()`;

/** Pixels of the heat map in the two lines above its times that are not empty. */
export const PAINTED_ABOVE_TIMES = `(() => {
  const map = document.querySelector('.price-map');
  const top = Math.round((map.clientHeight - 17) * devicePixelRatio);
  const { data } = map.getContext('2d').getImageData(0, top, map.width, 2);
  return data.filter((part, index) => index % 4 === 3 && part > 0).length;
})()`;
