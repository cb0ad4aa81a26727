import { h, get, latest, fill, follow, named, choices, whole, ago } from '/common.js';
import { Figure, blocks, colour } from '/figures.js';

const PAGE = 50;
const getRejections = latest();
const state = { reason: '', survey: '', offset: 0 };
const body = h('tbody');
const detail = h('section', { class: 'panel', 'aria-live': 'polite', hidden: true });
const count = h('p', { class: 'note', role: 'status' });
const reasons = h('select', { id: 'reason', onchange: (e) => filter('reason', e.target.value) }, h('option', { value: '' }, 'all'));
const surveys = h('select', { id: 'survey', onchange: (e) => filter('survey', e.target.value) }, h('option', { value: '' }, 'all'));
const previous = h('button', { class: 'plain', onclick: () => turn(-PAGE) }, 'Previous');
const next = h('button', { class: 'plain', onclick: () => turn(PAGE) }, 'Next');
const byReason = new Figure('rejections', 'Rejections by reason', 'Number of rejections by reason');
const byTime = new Figure('rejections-by-time', 'Rejections by time', 'Number of rejections by time and reason');
const figures = h('div', { class: 'grid' }, byReason.element, byTime.element);
const STEPS = new Map([[60_000, 'minute'], [3_600_000, 'hour'], [86_400_000, 'day']]);

/** So many reasons have a colour each; the others have one together. */
const COLOURED = 5;

function filter(name, value) {
  state[name] = value;
  state.offset = 0;
  load();
}

function turn(step) {
  state.offset = Math.max(0, state.offset + step);
  load();
}

async function open(one) {
  detail.hidden = false;
  const full = await get('/api/rejection', { topic: one.topic, partition: one.partition, offset: one.offset }).catch((error) => {
    fill(detail, h('p', { class: 'message', role: 'alert' }, error.message));
  });
  if (!full) return;
  fill(detail,
    h('h2', {}, `${one.reason}: ${one.topic}, partition ${one.partition}, offset ${one.offset}`),
    h('p', {}, full.detail),
    full.event ? h('pre', { tabindex: '0' }, JSON.stringify(full.event, null, 2)) : full.event_error === full.detail ? null : h('p', { class: 'soft' }, full.event_error ?? 'The event has no value.'),
    full.event || full.value === null ? null : h('pre', { tabindex: '0' }, full.value),
    h('p', { class: 'note' }, 'Correct the event and publish it again. Its revision may stay, because a rejected event counts for nothing.'));
  detail.scrollIntoView({ block: 'nearest' });
}

/** Bars of the rejections in each step of time, by reason. */
function drawTimes(times, sums) {
  const step = times.step_ms;
  const shown = new Set(times.counts.map((one) => one.reason));
  const common = [...sums].sort(([, a], [, b]) => b - a).map(([reason]) => reason).slice(0, COLOURED);
  const coloured = common.filter((reason) => shown.has(reason));
  const rest = [...shown].filter((reason) => !common.includes(reason));
  const kinds = [...coloured.map((reason) => [reason, [reason], common.indexOf(reason)]), ...(rest.length ? [['other reasons', rest, COLOURED]] : [])];
  const starts = [...new Set(times.counts.map((one) => one.start_ms))];
  const first = Math.min(...(starts.length ? starts : [Date.now()]));
  const last = Math.max(first, ...starts) + step;
  const room = Math.max(0, 8 - (last - first) / step) / 2 * step;
  const text = (ms) => new Date(ms).toISOString().slice(0, step < 86_400_000 ? 16 : 10).replace('T', ' ');
  const number = (start, reasons) => times.counts.filter((one) => one.start_ms === start && reasons.includes(one.reason)).reduce((sum, one) => sum + one.rejections, 0);
  const tops = new Map();
  const bars = kinds.map(([name, reasons, place]) => ({ name, place, data: starts.map((start) => {
    const below = tops.get(start) ?? 0;
    tops.set(start, below + number(start, reasons));
    return [start, start + step, below, tops.get(start)];
  }).filter(([, , low, high]) => high > low) }));
  byTime.update(() => ({
    legend: {},
    xAxis: { type: 'time', name: 'time (UTC)', min: first - room, max: last + room, splitNumber: 5,
      axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: { year: '{yyyy}', month: '{MM}-{dd}', day: '{MM}-{dd}', hour: '{HH}:{mm}', minute: '{HH}:{mm}' } } },
    yAxis: { type: 'value', name: 'rejections per ' + (STEPS.get(step) ?? 'step'), min: 0, minInterval: 1 },
    series: bars.map(({ name, place, data }) => blocks(name, data, colour(place), (from, n) => `${text(from)}: ${whole(n)} ${name}`)),
  }), [['start (UTC)', 'reason', 'rejections'], ...times.counts.map((one) => [new Date(one.start_ms).toISOString(), one.reason, one.rejections])],
  starts.length ? 'Time: when the service rejected the event.' : 'No rejection is like this.');
}

async function load() {
  const page = await getRejections('/api/rejections', { ...state, limit: PAGE });
  if (!page) return;
  fill(body, page.rejections.map((one) => h('tr', {},
    h('td', {}, h('button', { class: 'plain', 'data-key': [one.topic, one.partition, one.offset].join(' '), onclick: () => open(one) }, one.reason)), h('td', { class: one.survey ? 'identifier' : null }, one.survey ? named(one.survey) : '-'), h('td', { class: one.object ? 'identifier' : null }, one.object ? named(one.object) : '-'),
    h('td', { class: 'sentence' }, one.detail), h('td', { class: 'together' }, ago(one.time_ms)))));
  const last = Math.min(page.total, state.offset + PAGE);
  count.textContent = page.total ? `${state.offset + 1} to ${last} of ${whole(page.total)}` : state.reason || state.survey ? 'No rejection is like this.' : 'There are no rejections.';
  previous.disabled = state.offset === 0;
  next.disabled = last >= page.total;
  const sums = new Map();
  choices(surveys, page.counts.map((one) => one.survey).filter((survey) => survey !== null));
  page.counts.forEach((one) => sums.set(one.reason, (sums.get(one.reason) ?? 0) + one.rejections));
  choices(reasons, [...sums.keys()]);
  const list = [...sums].reverse();
  figures.hidden = list.length === 0;
  drawTimes(page.times, sums);
  byReason.plot.style.height = 78 + 34 * list.length + 'px';
  byReason.update(() => ({
    grid: { left: 190, right: 34, top: 12, bottom: 48 },
    xAxis: { type: 'value', name: 'rejections', min: 0, minInterval: 1 },
    yAxis: { type: 'category', data: list.map(([reason]) => reason) },
    series: [{ type: 'bar', barMaxWidth: 22, tooltip: { formatter: (at) => `${at.name}: ${whole(at.value)}` }, color: colour(1), data: list.map(([, n]) => n) }],
  }), [['reason', 'survey', 'rejections'], ...page.counts.map((one) => [one.reason, one.survey, one.rejections])]);
}

const parts = [h('h1', {}, 'Rejections'), figures,
  h('section', { class: 'panel', style: 'margin:14px 0', 'aria-labelledby': 'list-title' }, h('h2', { id: 'list-title' }, 'Latest first'),
    h('div', { class: 'row' }, h('label', { for: 'reason' }, 'Reason', reasons), h('label', { for: 'survey' }, 'Survey', surveys)),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Rejections' }, h('table', { id: 'rejections' },
      h('thead', {}, h('tr', {}, ['Reason', 'Survey', 'Object', 'What is wrong and what to do', 'When'].map((t) => h('th', { scope: 'col' }, t)))), body)),
    h('div', { class: 'row' }, previous, next, count)), detail];

follow('Rejections', parts, load);
