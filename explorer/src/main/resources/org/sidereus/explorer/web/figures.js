// Figures: a caption, a plot as SVG, and its downloads.
import { h, plain } from '/common.js';

/** Colours that can be told apart without colour vision (Okabe and Ito 2008), one a bundle. */
const LIGHT = ['#0072b2', '#b34700', '#00795a', '#a3437e', '#6b5d00', '#555555'];
const DARK = ['#56b4e9', '#ff9d4d', '#3ecfa2', '#ee9bc8', '#f0e442', '#bbbbbb'];

/** What the pointer is on; drawn into the plot, so that a name is no markup. */
const TOOLTIP = { trigger: 'item', renderMode: 'richText', confine: true, transitionDuration: 0 };

/** Icons of a legend. */
const DASHES = 'path://M0,5h7v2h-7z M10,5h7v2h-7z M20,5h7v2h-7z';
const LINE = 'path://M0,5h27v2h-27z';

const isDark = () => document.documentElement.dataset.theme === 'dark';
export const colour = (i) => (isDark() ? DARK : LIGHT)[i % LIGHT.length];
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

let library = null;
const plots = () => (library ??= import('/echarts.js'));

const all = new Set();
['themechange', 'shown'].forEach((event) => addEventListener(event, () => all.forEach((one) => one.redraw())));
let resized = 0;
const sizes = new ResizeObserver(() => {
  clearTimeout(resized);
  resized = setTimeout(() => all.forEach((one) => one.fit()), 150);
});

/**
 * A figure.
 *
 * name: of its files, behind the subject of the page; title; tall: whether it is higher; text: what it shows, for readers without it.
 * update(make, rows): make(colour) gives the options of the plot, rows the numbers as [[header...], [value...]...].
 */
export class Figure {
  constructor(name, title, text, tall = false) {
    this.name = name;
    this.plot = h('div', { class: 'plot' + (tall ? ' tall' : ''), role: 'img', 'aria-label': text });
    this.note = h('p', { class: 'note' });
    const button = (label, action) => h('button', { class: 'plain', 'aria-label': 'Download ' + title + ' as ' + label, onclick: action }, label);
    this.element = h('figure', { class: 'panel', id: 'figure-' + name },
      h('figcaption', {}, h('h2', {}, title), h('div', { class: 'downloads' },
        button('SVG', () => this.#svg()), button('PNG', () => this.#png()), button('CSV', () => this.#csv()))),
      this.plot, this.note);
    all.add(this);
    sizes.observe(this.plot);
  }

  /** Draws the plot anew if it has another size. */
  fit() {
    if (!this.chart || (this.chart.getWidth() === this.plot.clientWidth && this.chart.getHeight() === this.plot.clientHeight)) return;
    this.chart.resize();
    this.redraw();
  }

  update(make, rows, note = '') {
    this.make = make;
    this.rows = rows;
    this.note.textContent = note;
    return this.redraw();
  }

  async redraw() {
    if (!this.make) return;
    const echarts = await plots();
    if (!this.plot.isConnected) return;
    this.chart ??= echarts.init(this.plot, null, { renderer: 'svg' });
    this.chart.setOption(this.#themed(this.make()), { notMerge: true });
    // ECharts gives the background of each plot the same id
    this.plot.querySelectorAll('rect[id]').forEach((one) => one.removeAttribute('id'));
    this.plot.dataset.drawn = Number(this.plot.dataset.drawn ?? 0) + 1;
  }

  #themed(options) {
    const ink = style('--ink');
    const line = style('--line');
    const axis = (one) => ({
      nameLocation: 'middle', nameGap: 30, scale: true,
      axisLine: { show: true, onZero: false, lineStyle: { color: ink } },
      splitLine: { lineStyle: { color: line } },
      ...one,
      axisLabel: { color: ink, hideOverlap: true, ...one.axisLabel },
      nameTextStyle: { color: ink, fontSize: 13, ...one.nameTextStyle },
    });
    const legend = options.legend ? this.#legend(options) : null;
    const gap = Math.max(58, ...[options.yAxis].flat().map((one) => (one.labelWidth ?? 0) + 16));
    return {
      animation: false, useUTC: true, textStyle: { color: ink, fontFamily: 'system-ui, sans-serif' },
      grid: { left: gap + 18, right: 18, top: legend ? legend.bottom : 18, bottom: 48 },
      ...options,
      tooltip: { ...TOOLTIP, backgroundColor: style('--panel'), borderColor: ink, textStyle: { color: ink, fontSize: 12 }, ...options.tooltip },
      ...(legend ? { legend: { top: 4, itemWidth: 22, itemGap: 12, data: legend.data, textStyle: { color: ink, width: legend.width, overflow: 'truncate' } } } : {}),
      xAxis: [options.xAxis].flat().map(axis),
      yAxis: [options.yAxis].flat().map((one) => axis({ nameGap: gap, ...one })),
    };
  }

  /** The entries of the legend in the order of the series, and where it ends, px from the top. */
  #legend(options) {
    const data = [...new Map(options.series.filter((one) => one.name).map((one) =>
      [one.name, { name: one.name, icon: one.dashed ? DASHES : one.symbol === 'none' ? LINE : one.icon }])).values()];
    const room = this.plot.clientWidth - 20;
    const width = Math.min(room - 40, 260);
    let rows = 1;
    let used = 0;
    for (const one of data) {
      const needed = 38 + Math.min(width, 6.4 * one.name.length);
      if (used + needed > room && used > 0) {
        rows++;
        used = 0;
      }
      used += needed;
    }
    return { data, width, bottom: 20 + 24 * rows };
  }

  #save(blob, ending) {
    const subject = document.title.replace(/ ?- Sidereus$/, '').slice(0, 80);
    const name = [subject, this.name].join('-').replace(/[^\p{L}\p{N}_.+-]+/gu, '-');
    const link = h('a', { href: URL.createObjectURL(blob), download: name + '.' + ending });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  #text() {
    const picture = this.plot.querySelector('svg').cloneNode(true);
    picture.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    const svg = (tag) => document.createElementNS('http://www.w3.org/2000/svg', tag);
    const title = svg('title');
    title.textContent = this.plot.getAttribute('aria-label');
    const ground = svg('rect');
    ['width', 'height'].forEach((side) => ground.setAttribute(side, '100%'));
    ground.setAttribute('fill', style('--panel'));
    picture.prepend(title, ground);
    return new XMLSerializer().serializeToString(picture);
  }

  #svg() {
    this.#save(new Blob([this.#text()], { type: 'image/svg+xml' }), 'svg');
  }

  #png() {
    const size = this.plot.getBoundingClientRect();
    const image = new Image();
    image.onload = () => {
      const canvas = h('canvas', { width: size.width * 2, height: size.height * 2 });
      const context = canvas.getContext('2d');
      context.fillStyle = style('--panel');
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => this.#save(blob, 'png'));
    };
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(this.#text());
  }

  #csv() {
    const cell = (value) => {
      const text = value === null || value === undefined ? '' : String(value);
      return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    };
    this.#save(new Blob([this.rows.map((row) => row.map(cell).join(',')).join('\n') + '\n'], { type: 'text/csv' }), 'csv');
  }
}

/** So many digits that the labels of an axis differ, at least `least`. */
export function enoughDigits(min, max, least) {
  const size = Math.max(Math.abs(min), Math.abs(max));
  return Math.min(15, Math.max(least, 2 + Math.ceil(Math.log10(size / (max - min)))));
}

/** How far an axis is extended for what else is shown, in ranges of what the figure is about. */
const FARTHEST = 4;

/** The range of some values, extended to others unless one of them is far away, which `cut` says. */
export function reach(values, others, farthest = FARTHEST) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = farthest * (high - low || Math.abs(low) || 1);
  const cut = others.some((value) => value < low - room || value > high + room);
  return cut ? { low, high, cut } : { low: Math.min(low, ...others), high: Math.max(high, ...others), cut };
}

/** An axis from low to high with a margin at both ends; ends that are not round have no label. */
export function padded(low, high, digits, margin = 0.06) {
  const room = high > low ? margin * (high - low) : Math.abs(low) * margin || 1;
  const min = low - room;
  const max = high + room;
  const enough = enoughDigits(min, max, digits);
  const width = 7 * Math.max(...[min, max].map((v) => plain(v, enough).length));
  return { min, max, labelWidth: width, axisLabel: { formatter: (v) => plain(v, enough), showMinLabel: false, showMaxLabel: false } };
}

/** A logarithmic axis over the decades that hold some positive values. */
export function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return { type: 'log', min: 10 ** low, max: 10 ** Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)))) };
}

/** A logarithmic axis of numbers of objects, from 1 to the greatest with a margin. */
export function counts(greatest) {
  return { type: 'log', name: 'objects', min: 0.8, max: Math.max(12, 1.25 * greatest),
    axisLabel: { formatter: (v) => v.toLocaleString('en'), showMinLabel: false, showMaxLabel: false } };
}

/** Series: filled regions of closed lines, each [[x, y], ...]. */
export function regions(name, lines, fill, stroke, dashed = false) {
  return {
    name, dashed, icon: 'roundRect', type: 'custom', coordinateSystem: 'cartesian2d', clip: true, silent: true, itemStyle: { color: stroke },
    encode: { x: 0, y: 1 },
    data: lines.map((line) => line[0]),
    renderItem: (parameters, api) => ({
      type: 'polygon',
      shape: { points: lines[parameters.dataIndex].map((point) => api.coord(point)) },
      style: { fill: fill ?? 'none', stroke, lineWidth: dashed ? 1.2 : 1.5, lineDash: dashed ? [5, 4] : null },
    }),
  };
}

/**
 * Series: values with bars, data [x, y, low, high]; vertical bars, or horizontal ones [x, y, low, high] of x.
 *
 * said(i): what the tooltip of a value says.
 */
export function bars(name, data, stroke, said, horizontal = false) {
  return {
    name, icon: 'circle', type: 'custom', clip: true, itemStyle: { color: stroke }, encode: { x: 0, y: 1 }, data,
    tooltip: { formatter: (at) => said(at.dataIndex) },
    renderItem: (parameters, api) => {
      const low = horizontal ? api.coord([api.value(2), api.value(1)]) : api.coord([api.value(0), api.value(2)]);
      const high = horizontal ? api.coord([api.value(3), api.value(1)]) : api.coord([api.value(0), api.value(3)]);
      const at = api.coord([api.value(0), api.value(1)]);
      return {
        type: 'group',
        children: [
          { type: 'line', shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: { stroke, lineWidth: 1.3 } },
          { type: 'circle', shape: { cx: at[0], cy: at[1], r: 3 }, style: { fill: stroke } },
          // to be pointed at
          { type: 'circle', shape: { cx: at[0], cy: at[1], r: 8 }, style: { fill: '#00000000' } },
        ],
      };
    },
  };
}

/**
 * Series: rectangles, data [x from, x to, y from, y to].
 *
 * said(x from, height): what the tooltip of one says.
 */
export function blocks(name, data, fill, said) {
  return {
    name, icon: 'roundRect', type: 'custom', clip: true, itemStyle: { color: fill }, encode: { x: [0, 1], y: [2, 3] }, data,
    tooltip: { formatter: (at) => said(at.value[0], at.value[3] - at.value[2]) },
    renderItem: (parameters, api) => {
      const [left, top] = api.coord([api.value(0), api.value(3)]);
      const [right, bottom] = api.coord([api.value(1), api.value(2)]);
      return { type: 'rect', shape: { x: left, y: top, width: Math.max(1, right - left - 1), height: bottom - top }, style: { fill } };
    },
  };
}
