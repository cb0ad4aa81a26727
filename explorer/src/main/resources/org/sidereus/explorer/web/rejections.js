import { h, get, latest, show, fill, fail, named, choices, whole, ago, onChange } from '/common.js';
import { Figure, colour } from '/figures.js';

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

async function load() {
  const page = await getRejections('/api/rejections', { ...state, limit: PAGE });
  if (!page) return;
  body.replaceChildren(...page.rejections.map((one) => h('tr', {},
    h('td', {}, h('button', { class: 'plain', onclick: () => open(one) }, one.reason)), h('td', { class: one.survey ? 'identifier' : null }, one.survey ? named(one.survey) : '-'), h('td', { class: one.object ? 'identifier' : null }, one.object ? named(one.object) : '-'),
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
  byReason.element.hidden = list.length === 0;
  byReason.plot.style.height = 78 + 34 * list.length + 'px';
  byReason.update(() => ({
    grid: { left: 190, right: 18, top: 12, bottom: 48 },
    xAxis: { type: 'value', name: 'rejections', min: 0, minInterval: 1 },
    yAxis: { type: 'category', data: list.map(([reason]) => reason) },
    series: [{ type: 'bar', barMaxWidth: 22, tooltip: { formatter: (at) => `${at.name}: ${whole(at.value)}` }, color: colour(1), data: list.map(([, n]) => n) }],
  }), [['reason', 'survey', 'rejections'], ...page.counts.map((one) => [one.reason, one.survey, one.rejections])]);
}

show(h('h1', {}, 'Rejections'), byReason.element,
  h('section', { class: 'panel', style: 'margin:14px 0', 'aria-labelledby': 'list-title' }, h('h2', { id: 'list-title' }, 'Latest first'),
    h('div', { class: 'row' }, h('label', { for: 'reason' }, 'Reason', reasons), h('label', { for: 'survey' }, 'Survey', surveys)),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Rejections' }, h('table', { id: 'rejections' },
      h('thead', {}, h('tr', {}, ['Reason', 'Survey', 'Object', 'What is wrong and what to do', 'When'].map((t) => h('th', { scope: 'col' }, t)))), body)),
    h('div', { class: 'row' }, previous, next, count)), detail);
load().then(() => onChange(load, 1000), (error) => fail('Rejections', error));
