import { h, get, show, fail, flags, flagMeaning, objectAddress, withError, rounded, plain, priorText, whole, onChange } from '/common.js';
import { Figure, colour, regions, bars, padded, counts, decades } from '/figures.js';

const name = new URLSearchParams(location.search).get('group') ?? '';
document.title = name + ' - Sidereus';
const content = h('div');
const figures = {};

/** The figure of a name, made at its first use. */
function figure(key, title, text, tall) {
  if (!figures[key]) {
    figures[key] = new Figure(key, title, text, tall);
    grid.append(figures[key].element);
  }
  return figures[key];
}

const grid = h('div', { class: 'grid' });
const label = (p) => p.name + (p.unit ? ' (' + p.unit + ')' : '');

function summary(group) {
  const rows = group.posteriors.flatMap((one) => one.parameters.map((p, i) =>
    h('tr', {}, h('td', {}, i ? '' : one.bundle), h('td', {}, label(p)),
      h('td', { class: 'number' }, withError(p.mean, p.sd)),
      h('td', { class: 'number' }, p.q025 === null ? '-' : rounded(p.q025, p.sd, 2) + ' to ' + rounded(p.q975, p.sd, 2)),
      h('td', { class: 'number' }, withError(p.robust_mean, p.robust_sd)),
      h('td', { class: 'number' }, priorText(one.prior.find((some) => some.name === p.name))),
      h('td', { class: 'number' }, p.name in group.truth ? plain(group.truth[p.name], 6) : '-'))));
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Shared parameters' },
    h('table', { id: 'summary' }, h('thead', {}, h('tr', {}, ['Bundle', 'Parameter', 'Mean \u00b1 sd', '95 %', 'Robust', 'Prior', 'Truth'].map((t, i) =>
      h('th', { scope: 'col', class: i > 1 ? 'number' : null }, t)))), h('tbody', {}, rows)));
}

const percent = (share) => (100 * share).toFixed(1);

/** Whether the objects share each parameter: outliers, and a scatter. */
function sharing(group) {
  const rows = group.posteriors.flatMap((one) => one.parameters.map((p, i) => {
    const outliers = one.outliers.find((some) => some.parameter === p.name);
    const scatter = one.population?.parameters.find((some) => some.name === p.name);
    const [, low, median, high] = outliers?.share_quantiles ?? [];
    const [, narrow, middle, wide] = scatter?.scatter_quantiles ?? [];
    const digits = (value) => rounded(value, (wide - narrow) / 2, 2);
    return h('tr', {}, h('td', {}, i ? '' : one.bundle), h('td', {}, label(p)),
      h('td', { class: 'number' }, outliers ? percent(median) + ' % (' + percent(low) + ' to ' + percent(high) + ' %)' : 'not determined'),
      h('td', { class: 'number' }, outliers ? outliers.log_bayes_factor.toFixed(1) : '-'),
      h('td', { class: 'number' }, outliers ? withError(outliers.mean, outliers.sd) : '-'),
      h('td', { class: 'number' }, scatter ? digits(middle) + ' (' + digits(narrow) + ' to ' + digits(wide) + ')' : 'not determined'),
      h('td', { class: 'number' }, scatter ? one.population.log_bayes_factor.toFixed(1) : '-'),
      h('td', { class: 'number' }, scatter ? withError(scatter.mean, scatter.sd) : '-'));
  }));
  const headings = ['Bundle', 'Parameter', 'Outliers', 'ln B', 'Value of the others', 'Scatter', 'ln B', 'Centre'];
  return [h('h2', { id: 'sharing-title' }, 'Do the objects share the parameters?'),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Outliers and scatter' },
      h('table', { id: 'sharing' }, h('thead', {}, h('tr', {}, headings.map((t, i) => h('th', { scope: 'col', class: i > 1 ? 'number' : null }, t)))), h('tbody', {}, rows))),
    h('p', { class: 'note' }, 'Outliers: the share of the combined objects that do not have the value which the others share. Scatter: the standard deviation of the parameter from object to object. '
      + 'Medians and intervals of 68 %. Each is inferred as if there were none of the other, so that a scatter also shows as outliers. '
      + 'ln B: the natural logarithm of the Bayes factor for outliers, or for a scatter in any parameter, over none: above 4.6 (a factor of 100) the evidence is strong.')];
}

function account(one) {
  const left = one.left_out_by_flag.map((some) => some.flag + ' ' + some.objects).join(', ');
  const errors = one.model_errors.filter((e) => e.flagged).map((e) =>
    e.name + ' ' + withError(e.value, e.sd) + ' ' + (e.kind === 'SHIFT' ? 'sd of the prior' : e.unit)).join('; ');
  return h('li', {}, h('strong', {}, one.bundle + ' ' + one.bundle_version), ': ' + whole(one.objects) + (one.objects === 1 ? ' object, ' : ' objects, ') + whole(one.combined) + ' combined'
    + (one.left_out ? ', ' + whole(one.left_out) + ' left out' + (left ? ' (' + left + ')' : '') : '') + '. ',
    one.flags.length ? flags(one.flags) : null,
    one.flags.map((flag) => h('div', { class: 'soft' }, flag + ': ' + flagMeaning(flag))),
    errors ? h('div', {}, 'Errors that all objects have in common: ' + errors) : null);
}

function contourFigures(group) {
  const pairs = new Map();
  group.posteriors.forEach((one, i) => one.contours.forEach((c) => {
    const key = c.first + '-' + c.second;
    if (!pairs.has(key)) pairs.set(key, []);
    pairs.get(key).push({ bundle: one.bundle, index: i, unit: one.parameters, ...c });
  }));
  for (const [key, list] of pairs) {
    const rows = [['bundle', 'kind', 'share', 'line', list[0].first, list[0].second]];
    for (const one of list) {
      for (const kind of ['lines', 'robust', 'prior']) {
        (one[kind] ?? []).forEach((level) => level.lines.forEach((line, k) => line.forEach((point) => rows.push([one.bundle, kind === 'lines' ? 'posterior' : kind, level.share, k, ...point]))));
      }
    }
    const box = list.flatMap((one) => [one.lines, one.robust ?? []].flat().flatMap((level) => level.lines.flat()));
    const truth = [group.truth[list[0].first], group.truth[list[0].second]];
    const known = truth.every((value) => value !== undefined);
    if (known) box.push(truth);
    const range = (axis) => {
      const values = box.map((point) => point[axis]);
      return padded(Math.min(...values), Math.max(...values), 5);
    };
    const find = (parameter) => label(list[0].unit.find((p) => p.name === parameter));
    const fig = figure('contours-' + key, list[0].first + ' and ' + list[0].second,
      'Joint posterior of ' + list[0].first + ' and ' + list[0].second + ' with regions of 1, 2 and 3 sigma', true);
    fig.plot.dataset.width = Math.max(...list[0].lines[0].lines.flat().map((p) => p[0])) - Math.min(...list[0].lines[0].lines.flat().map((p) => p[0]));
    fig.update(() => ({
      legend: {},
      xAxis: { type: 'value', name: find(list[0].first), ...range(0) },
      yAxis: { type: 'value', name: find(list[0].second), ...range(1) },
      series: [
        ...list.flatMap((one) => [
          ...[...one.lines].reverse().map((level) => regions(one.bundle, level.lines, colour(one.index) + '30', colour(one.index))),
          ...(one.robust ? [regions(one.bundle + ', robust', one.robust[1].lines, null, colour(one.index), true)] : []),
          ...(one.prior ? [regions('prior', one.prior[0].lines, null, '#888888', true)] : []),
        ]),
        ...(known ? [{ name: 'truth', type: 'scatter', symbol: 'diamond', symbolSize: 13, color: colour(3), data: [truth] }] : []),
      ],
    }), rows, list.some((one) => one.gaussian) ? 'Where the combination knows only mean and covariance, the regions are ellipses. Regions: 68.3, 95.5 and 99.7 %.'
      : 'Filled: 68.3, 95.5 and 99.7 % of the density that the combination knows; dashed: the robust posterior (95.5 %) and, where it is narrow enough to be seen, the prior (68.3 %).');
  }
}

/** The density of the one shared parameter of a bundle, which has no pairs. */
function densityFigures(group) {
  group.posteriors.forEach((one, index) => {
    const [p] = one.parameters;
    if (one.parameters.length !== 1 || !p.density_nodes.length) return;
    const prior = one.prior.find((some) => some.name === p.name);
    const truth = group.truth[p.name];
    const at = p.density_nodes;
    const normal = (mean, sd) => (x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
    const line = (density) => at.map((x) => [x, density(x)]);
    figure('density-' + one.bundle, p.name + (group.posteriors.length > 1 ? ', ' + one.bundle : ''), 'Posterior density of ' + p.name).update(() => ({
      legend: {},
      xAxis: { type: 'value', name: label(p), ...padded(Math.min(...at, truth ?? Infinity), Math.max(...at, truth ?? -Infinity), 5) },
      yAxis: { type: 'value', name: 'density', min: 0 },
      series: [
        { name: one.bundle, type: 'line', symbol: 'none', color: colour(index), areaStyle: { opacity: 0.2 }, data: at.map((x, i) => [x, p.density_values[i]]) },
        ...(p.robust_sd > 0 ? [{ name: one.bundle + ', robust', dashed: true, type: 'line', symbol: 'none', color: colour(index), lineStyle: { type: 'dashed' }, data: line(normal(p.robust_mean, p.robust_sd)) }] : []),
        ...(prior ? [{ name: 'prior', dashed: true, type: 'line', symbol: 'none', color: '#888888', lineStyle: { type: 'dashed' }, data: prior.density_nodes.map((x, i) => [x, prior.density_values[i]]) }] : []),
        ...(truth === undefined ? [] : [vertical('truth', truth)]),
      ],
    }), [[p.name, 'density'], ...at.map((x, i) => [x, p.density_values[i]])]);
  });
}

const vertical = (name, at) => ({ name, dashed: true, type: 'line', symbol: 'none', data: [], color: colour(3),
  markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(3) }, data: [{ xAxis: at }] } });

function historyFigures(group, history) {
  const bundles = group.posteriors.map((one) => one.bundle);
  const first = group.posteriors[0];
  if (!first || !history.length) return;
  first.parameters.forEach((p, k) => {
    const rows = [['bundle', 'objects', 'mean', 'sd'], ...history.map((one) => [one.bundle, one.objects, one.mean[k], one.sd[k]])];
    const of = (bundle) => history.filter((one) => one.bundle === bundle && one.objects > 0);
    const truth = group.truth[p.name];
    // few objects have wide posteriors, which would hide those of many
    const many = history.filter((one) => one.objects >= 3);
    const shown = many.length ? many : history;
    const far = (sign) => shown.map((one) => one.mean[k] + sign * 2 * one.sd[k]).concat(truth ?? []);
    const most = Math.max(...history.map((one) => one.objects));
    figure('mean-' + p.name, p.name + ' against the number of objects', 'Mean and standard deviation of ' + p.name + ' while the objects arrive').update(() => ({
      legend: {},
      xAxis: counts(most),
      yAxis: { type: 'value', name: label(p), ...padded(Math.min(...far(-1)), Math.max(...far(1)), 5) },
      series: [
        ...bundles.map((bundle, i) => bars(bundle, of(bundle).map((one) => [one.objects, one.mean[k], one.mean[k] - one.sd[k], one.mean[k] + one.sd[k]]), colour(i))),
        ...(truth === undefined ? [] : [{ name: 'truth', dashed: true, type: 'line', symbol: 'none', data: [], color: colour(3), lineStyle: { type: 'dashed' }, markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(3) }, data: [{ yAxis: truth }] } }]),
      ],
    }), rows);
    figure('sd-' + p.name, 'Standard deviation of ' + p.name, 'Standard deviation of ' + p.name + ' against the number of objects beside one over the square root').update(() => ({
      legend: {},
      xAxis: counts(most),
      yAxis: { ...decades(history.map((one) => one.sd[k]).filter((sd) => sd > 0)), name: 'sd' + (p.unit ? ' (' + p.unit + ')' : ''), axisLabel: { formatter: (v) => plain(v, 3) } },
      series: bundles.flatMap((bundle, i) => {
        const points = of(bundle);
        const last = points[points.length - 1];
        return [
          { name: bundle, type: 'line', symbolSize: 5, color: colour(i), data: points.map((one) => [one.objects, one.sd[k]]) },
          ...(last ? [{ name: '1/sqrt(n)', dashed: true, type: 'line', symbol: 'none', color: '#888888', lineStyle: { type: 'dashed' },
            data: points.map((one) => [one.objects, last.sd[k] * Math.sqrt(last.objects / one.objects)]) }] : []),
        ];
      }),
    }), rows);
  });
  if (bundles.length > 1) {
    const by = new Map();
    history.forEach((one) => by.set(one.objects, { ...by.get(one.objects), [one.bundle]: one.log_evidence }));
    const shared = [...by].filter(([, one]) => bundles.every((bundle) => one[bundle] !== undefined && one[bundle] !== null));
    const factors = shared.map(([n, one]) => [n, one[bundles[0]] - one[bundles[1]]]);
    if (factors.length) {
      figure('evidence', 'Log Bayes factor of ' + bundles[0] + ' over ' + bundles[1], 'Logarithm of the Bayes factor of two bundles against the number of objects').update(() => ({
        xAxis: counts(Math.max(...factors.map(([n]) => n))), yAxis: { type: 'value', name: 'log Bayes factor' },
        series: [{ type: 'line', symbolSize: 5, color: colour(0), data: factors }],
      }), [['objects', 'log_bayes_factor'], ...factors]);
    }
  }
}

function windowFigures(group) {
  if (!group.windows.length) return;
  const bundles = [...new Set(group.windows.map((one) => one.bundle))];
  const times = group.windows.map((one) => Date.parse(one.window_start));
  const room = 0.05 * (Math.max(...times) - Math.min(...times)) || 3_600_000;
  group.windows[0].parameters.forEach((p, k) => {
    figure('windows-' + p.name, p.name + ' by window', 'Mean and standard deviation of ' + p.name + ' in each window of event time').update(() => ({
      legend: {},
      xAxis: { type: 'time', name: 'start of the window (UTC)', min: Math.min(...times) - room, max: Math.max(...times) + room, splitNumber: 6,
        axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: { year: '{yyyy}-{MM}-{dd}', month: '{MM}-{dd}', day: '{MM}-{dd}', hour: '{HH}:{mm}', minute: '{HH}:{mm}' } } },
      yAxis: { type: 'value', name: label(p), ...padded(Math.min(...group.windows.map((one) => one.parameters[k].mean - one.parameters[k].sd)), Math.max(...group.windows.map((one) => one.parameters[k].mean + one.parameters[k].sd)), 5) },
      series: bundles.map((bundle, i) => bars(bundle, group.windows.filter((one) => one.bundle === bundle).map((one) =>
        [Date.parse(one.window_start), one.parameters[k].mean, one.parameters[k].mean - one.parameters[k].sd, one.parameters[k].mean + one.parameters[k].sd]), colour(i))),
    }), [['bundle', 'survey', 'window_start', 'objects', 'mean', 'sd'], ...group.windows.map((one) => [one.bundle, one.survey, one.window_start, one.objects, one.parameters[k].mean, one.parameters[k].sd])]);
  });
}

const forest = h('tbody');
const forestPanel = h('section', { class: 'panel', 'aria-labelledby': 'forest-title' }, h('h2', { id: 'forest-title' }, 'Objects that pull most'),
  h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Objects' }, h('table', { id: 'objects' },
    h('thead', {}, h('tr', {}, ['Object', 'Mean \u00b1 sd', 'Tension', 'p-value', 'Flags'].map((t, i) => h('th', { scope: 'col', class: i > 0 && i < 4 ? 'number' : null }, t)))), forest)));

async function objectFigures(group) {
  if (!group.posteriors.length) return;
  const bundle = group.posteriors[0].bundle;
  const [objects, pValues] = await Promise.all([
    get('/api/group/objects', { group: name, bundle, limit: 30 }), get('/api/group/p-values', { group: name, bundle })]);
  forest.replaceChildren(...objects.objects.map((one) => h('tr', {},
    h('td', { class: 'identifier' }, h('a', { href: objectAddress(one.survey, one.object) }, one.object)),
    h('td', { class: 'number' }, withError(one.mean, one.sd)), h('td', { class: 'number' }, one.tension.toFixed(1)),
    h('td', { class: 'number' }, plain(one.p_value, 2)), h('td', {}, flags(one.flags)))));
  const list = [...objects.objects].reverse();
  const names = Math.min(150, 30 + 7 * Math.max(0, ...list.map((one) => one.object.length)));
  figure('forest', 'Objects that pull most, ' + objects.parameter, 'Means and standard deviations of the objects whose ' + objects.parameter + ' is farthest from the group', true).update(() => ({
    grid: { left: names, right: 18, top: 18, bottom: 48 },
    xAxis: { type: 'value', name: objects.parameter + (objects.unit ? ' (' + objects.unit + ')' : ''), ...padded(Math.min(objects.mean - 3 * objects.sd, ...list.map((one) => one.mean - one.sd)), Math.max(objects.mean + 3 * objects.sd, ...list.map((one) => one.mean + one.sd)), 4) },
    yAxis: { type: 'category', data: list.map((one) => one.object), axisLabel: { width: names - 20, overflow: 'truncate', fontSize: 11, interval: 0 }, splitLine: { show: false } },
    series: [
      bars('good', list.map((one, i) => [one.mean, i, one.mean - one.sd, one.mean + one.sd]).filter((_, i) => !list[i].flags.length), colour(0), true),
      bars('flagged', list.map((one, i) => [one.mean, i, one.mean - one.sd, one.mean + one.sd]).filter((_, i) => list[i].flags.length), colour(1), true),
      { type: 'scatter', data: [], markArea: { silent: true, itemStyle: { color: colour(0) + '30' }, data: [[{ xAxis: objects.mean - 3 * objects.sd }, { xAxis: objects.mean + 3 * objects.sd }]] } },
    ],
  }), [['survey', 'object', 'mean', 'sd', 'tension', 'p_value', 'flags'], ...objects.objects.map((one) => [one.survey, one.object, one.mean, one.sd, one.tension, one.p_value, one.flags.join(' ')])],
  'The band is the group, 3 sd to each side; flagged objects have the second colour. Considered: ' + whole(objects.considered) + '.');
  const total = pValues.counts.reduce((a, b) => a + b, 0);
  figure('p-values', 'Posterior predictive p-values', 'Histogram of the p-values of the objects; where the model is right it has no peak at its ends').update(() => ({
    xAxis: { type: 'value', name: 'p-value', min: 0, max: 1 },
    yAxis: { type: 'value', name: 'objects', min: 0, minInterval: 1 },
    series: [{ type: 'bar', color: colour(0), barCategoryGap: '8%', data: pValues.counts.map((n, i) => [(i + 0.5) / pValues.counts.length, n]),
      markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(1) }, data: [{ yAxis: total / pValues.counts.length }] } }],
  }), [['from', 'to', 'objects'], ...pValues.counts.map((n, i) => [i / pValues.counts.length, (i + 1) / pValues.counts.length, n])],
  total === 0 ? 'No object has a p-value.' : 'The line is a flat histogram. The posterior has seen the data, so a right model gives more values in the middle; a peak at 0 is a misfit.');
}

const sharingPanel = h('section', { class: 'panel', style: 'margin-top:14px', 'aria-labelledby': 'sharing-title', hidden: true });

async function load() {
  const [group, history] = await Promise.all([get('/api/group', { group: name }), get('/api/group/history', { group: name })]);
  content.replaceChildren(summary(group), h('ul', {}, group.posteriors.map(account)));
  sharingPanel.replaceChildren(...sharing(group));
  sharingPanel.hidden = !group.posteriors.some((one) => one.parameters.length);
  contourFigures(group);
  densityFigures(group);
  historyFigures(group, history.history);
  windowFigures(group);
  await objectFigures(group);
}

show(h('h1', {}, 'Group ' + name), h('section', { class: 'panel', 'aria-label': 'Posterior' }, content), sharingPanel, grid, forestPanel);
load().then(() => onChange((names) => (names === null || names.has(name) ? load() : null), 700), (error) => fail('Group ' + name, error));
