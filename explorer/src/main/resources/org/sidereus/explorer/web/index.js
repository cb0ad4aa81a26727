import { h, get, digestText, fill, follow, latest, named, choices, flags, groupAddress, objectAddress, withError, whole, ago } from '/common.js';
import { Figure, colour } from '/figures.js';

const PAGE = 50;
const getGroups = latest();
const state = { sort: 'changed', order: 'desc', offset: 0, search: '', bundle: '', flag: '' };
const tiles = {};
for (const name of ['observations', 'object_posteriors', 'rejections', 'lag', 'groups', 'per_second']) tiles[name] = h('dd', {}, '-');
const tile = (title, name) => h('div', {}, h('dt', {}, title), tiles[name]);
const rate = new Figure('rates', 'Posteriors and rejections per second', 'Posteriors and rejections per second over the last five minutes');
const bundles = h('tbody');
const body = h('tbody');
const count = h('p', { class: 'note', role: 'status' });
const flagChoice = h('select', { id: 'flag', onchange: (e) => filter('flag', e.target.value) }, h('option', { value: '' }, 'all'));
const bundleChoice = h('select', { id: 'bundle', onchange: (e) => filter('bundle', e.target.value) }, h('option', { value: '' }, 'all'));
const objects = h('tbody');
const nextObjects = h('button', { class: 'plain', onclick: () => loadObjects(nextObjects.dataset.after) }, 'Next');
const query = new URLSearchParams(location.search);
const chosen = { survey: query.get('survey') ?? '', group: query.get('group') ?? '' };
const isChosen = Boolean(chosen.survey || chosen.group);
const objectsTitle = h('h2', { id: 'objects-title' }, 'Objects',
  chosen.survey ? [' of the survey ', named(chosen.survey)] : null, chosen.group ? [' of the group ', named(chosen.group)] : null);
const objectsPanel = h('section', { class: 'panel', 'aria-labelledby': 'objects-title', style: 'margin-top:14px', hidden: !isChosen }, objectsTitle,
  h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of objects' },
    h('table', { id: 'objects' }, h('thead', {}, h('tr', {}, ['Object', 'Survey', 'Bundle', 'Flags', 'Last change'].map((t) => h('th', { scope: 'col' }, t)))), objects)),
  h('div', { class: 'row' }, h('button', { class: 'plain', onclick: () => loadObjects() }, 'First'), nextObjects,
    isChosen ? h('a', { href: '/' }, 'All groups') : null));
const previous = h('button', { class: 'plain', onclick: () => turn(-PAGE) }, 'Previous');
const next = h('button', { class: 'plain', onclick: () => turn(PAGE) }, 'Next');
const COLUMNS = [['group', 'Group'], [null, 'Bundle'], ['objects', 'Objects', true], ['left_out', 'Left out', true], ['mean', 'Shared parameters'], ['flags', 'Flags'], ['changed', 'Last change']];
const headings = COLUMNS.map(([key, title, number]) =>
  h('th', { scope: 'col', class: number ? 'number' : null, 'data-key': key },
    key ? h('button', { onclick: () => sort(key) }, title) : title));

const groupsPanel = h('section', { class: 'panel', 'aria-labelledby': 'groups-title', style: 'margin-top:14px' },
  h('h2', { id: 'groups-title' }, 'Groups'),
  h('div', { class: 'row' },
    h('label', { for: 'filter' }, 'Name contains', h('input', { id: 'filter', type: 'search', oninput: (e) => filter('search', e.target.value) })),
    h('label', { for: 'bundle' }, 'Bundle', bundleChoice), h('label', { for: 'flag' }, 'Flag', flagChoice)),
  h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of groups' },
    h('table', { id: 'groups' }, h('thead', {}, h('tr', {}, headings)), body)),
  h('div', { class: 'row' }, previous, next, count));

function filter(name, value) {
  state[name] = value;
  state.offset = 0;
  loadGroups();
}

function sort(key) {
  state.order = state.sort === key && state.order === 'asc' ? 'desc' : 'asc';
  state.sort = key;
  state.offset = 0;
  loadGroups();
}

function turn(step) {
  state.offset = Math.max(0, state.offset + step);
  loadGroups();
}

/** The parameters of a group that may be believed: the robust ones where it has a flag, as in `sidereus watch`. */
function believed(one) {
  const robust = one.flags.length > 0 && one.parameters.every((p) => p.robust_mean !== null && p.robust_sd !== null);
  return one.parameters.map((p) => h('div', { class: 'together' },
    (robust ? 'robust: ' : '') + p.name + ' ' + (robust ? withError(p.robust_mean, p.robust_sd) : withError(p.mean, p.sd)) + (p.unit ? ' ' + p.unit : '')));
}

async function loadGroups() {
  const page = await getGroups('/api/groups', { ...state, limit: PAGE });
  if (!page) return;
  headings.forEach((one) => {
    const mine = one.dataset.key === state.sort;
    if (mine) one.setAttribute('aria-sort', state.order === 'asc' ? 'ascending' : 'descending');
    else one.removeAttribute('aria-sort');
  });
  fill(body, page.groups.map((one) =>
    h('tr', {},
      h('td', { class: 'identifier' }, h('a', { href: groupAddress(one.group) }, named(one.group))),
      h('td', { class: 'identifier' }, named(one.bundle)),
      h('td', { class: 'number' }, whole(one.objects)),
      h('td', { class: 'number' }, one.left_out ? whole(one.left_out) : '-'),
      h('td', {}, believed(one)),
      h('td', {}, flags(one.flags)),
      h('td', { class: 'together' }, ago(one.changed_ms)))));
  const last = Math.min(page.total, state.offset + PAGE);
  count.textContent = page.total ? `${state.offset + 1} to ${last} of ${whole(page.total)}` : state.search || state.bundle || state.flag ? 'No group is like this.' : 'No group has a posterior yet. Start the service (./sidereus run) and publish a catalogue (./sidereus publish --in FILE --group NAME).';
  previous.disabled = state.offset === 0;
  next.disabled = last >= page.total;
}

/** Objects by identifier: those of a survey or group, or all where a stream has no groups. */
async function loadObjects(after) {
  const page = await get('/api/objects', { ...chosen, after, limit: PAGE });
  fill(objects, page.objects.map((one) => h('tr', {},
    h('td', { class: 'identifier' }, h('a', { href: objectAddress(one.survey, one.object) }, named(one.object))),
    h('td', { class: 'identifier' }, named(one.survey)), h('td', { class: 'identifier' }, named(one.bundle)), h('td', {}, flags(one.flags.split(' ').filter(Boolean))), h('td', { class: 'together' }, ago(one.changed_ms)))));
  nextObjects.dataset.after = page.objects.at(-1)?.object ?? '';
  nextObjects.disabled = page.objects.length < PAGE;
  if (!page.objects.length) objects.append(h('tr', {}, h('td', { colspan: 5 }, after ? 'There are no more objects.' : 'There are no such objects.')));
}

async function loadOverview() {
  const now = await get('/api/overview');
  for (const name of ['observations', 'object_posteriors', 'rejections', 'lag', 'groups']) tiles[name].textContent = whole(now[name]);
  const recent = now.per_second.object_posteriors.slice(-5);
  tiles.per_second.textContent = whole(Math.round(recent.reduce((a, b) => a + b, 0) / recent.length));
  const listsObjects = isChosen || (now.groups === 0 && now.object_posteriors > 0);
  if (listsObjects && !objects.childElementCount) await loadObjects();
  objectsPanel.hidden = !listsObjects;
  groupsPanel.hidden = listsObjects;
  fill(bundles, now.bundles.map((one) =>
    h('tr', {}, h('td', {}, one.name), h('td', {}, one.version ?? 'not installed here'), h('td', {}, digestText(one.digest)), h('td', {}, one.version === null ? '-' : one.shared_parameters.join(', ') || 'none: each object is inferred by itself'))));
  if (!now.bundles.length) bundles.append(h('tr', {}, h('td', { colspan: 4 }, 'The configuration names no bundle: set bundles, and start the service and the explorer again.')));
  choices(bundleChoice, now.bundles.map((one) => one.name));
  choices(flagChoice, now.flags.flatMap((one) => one.flags.split(' ')));
  const seconds = now.per_second.object_posteriors.map((_, i, a) => i - a.length);
  rate.update(() => ({
    legend: {},
    xAxis: { type: 'value', name: 'seconds from now', min: -seconds.length, max: 0 },
    yAxis: { type: 'value', name: 'events per second', min: 0, minInterval: 1 },
    tooltip: { trigger: 'axis', formatter: (at) => `${-at[0].value[0]} s ago: ` + at.map((one) => `${whole(one.value[1])} ${one.seriesName}`).join(', ') },
    series: [['posteriors', now.per_second.object_posteriors], ['rejections', now.per_second.rejections]].map(([name, values], i) => ({
      name, type: 'line', symbol: 'none', color: colour(i), dashed: i > 0, data: values.map((value, j) => [seconds[j], value]), lineStyle: { type: i ? 'dashed' : 'solid' },
    })),
  }), [['second', 'object_posteriors', 'rejections'], ...seconds.map((s, i) => [s, now.per_second.object_posteriors[i], now.per_second.rejections[i]])]);
}

const parts = [
  h('h1', {}, 'Overview'),
  h('dl', { class: 'tiles' }, tile('Events in', 'observations'), tile('Object posteriors', 'object_posteriors'), tile('Rejections', 'rejections'),
    tile('Lag', 'lag'), tile('Groups', 'groups'), tile('Posteriors per second', 'per_second')),
  h('p', { class: 'note' }, 'Lag: events that the service has not processed yet; not known where no service of this application.id has processed any. Events in and lag are counted in offsets of the topic: markers, and the ends of transactions of a producer, count too.'),
  groupsPanel, objectsPanel,
  h('div', { class: 'grid' }, rate.element,
    h('section', { class: 'panel', 'aria-labelledby': 'bundles-title' }, h('h2', { id: 'bundles-title' }, 'Bundles'),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of bundles' }, h('table', {}, h('thead', {}, h('tr', {}, ['Bundle', 'Version', 'SHA-256', 'Shared parameters'].map((t) => h('th', { scope: 'col' }, t)))), bundles)))),
];

follow('Overview', parts, () => Promise.all([loadGroups(), loadOverview()]));
setInterval(() => (document.hidden ? null : loadOverview().catch(() => {})), 5000);
