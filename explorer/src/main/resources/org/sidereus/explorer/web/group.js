import { h, get, fill, follow, latest, fixed, named, flags, flagMeaning, objectAddress, withError, rounded, plain, probability, priorText, whole } from '/common.js';
import { Figure, colour, regions, bars, padded, reach, counts, decades } from '/figures.js';

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

/** Hides a figure that has nothing to show any longer. */
function showIf(key, isShown) {
  if (figures[key]) figures[key].element.hidden = !isShown;
}

const grid = h('div', { class: 'grid' });
const inUnit = (text, p) => text + (p.unit ? ' (' + p.unit + ')' : '');
const label = (p) => inUnit(p.name, p);
const value = (p, mean, sd) => p.name + ' ' + withError(mean, sd) + (p.unit ? ' ' + p.unit : '');

/** Whether the robust posterior of a bundle is all that is known, which then is the prior. */
const isPrior = (one) => one.flags.includes('OUT_OF_SUPPORT') || one.flags.includes('UNRELIABLE');

/** Says of an error of the model what it is of, how large, and in which unit. */
const errorText = (e) => (e.kind === 'OFFSET' ? 'offset of ' : e.kind === 'SHIFT' ? 'shift of ' : '') + e.name + ' ' + withError(e.value, e.sd)
  + (e.kind === 'SHIFT' ? ' sd of the prior' : e.unit ? ' ' + e.unit : '');

/** Text on one figure after the other. */
const sentences = (...some) => some.filter(Boolean).join(' ');

function summary(group) {
  const rows = group.posteriors.flatMap((one) => one.parameters.map((p, i) =>
    h('tr', {}, h('td', {}, i ? '' : one.bundle), h('td', {}, label(p)),
      h('td', { class: 'number' }, withError(p.mean, p.sd)),
      h('td', { class: 'number' }, p.q025 === null ? '-' : rounded(p.q025, p.sd, 2) + ' to ' + rounded(p.q975, p.sd, 2)),
      h('td', { class: 'number' }, withError(p.robust_mean, p.robust_sd)),
      h('td', { class: 'number' }, priorText(one.prior.find((some) => some.name === p.name))),
      h('td', { class: 'number' }, Object.hasOwn(group.truth, p.name) ? plain(group.truth[p.name], 6) : '-'))));
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
  const errors = one.model_errors.filter((e) => e.flagged).map(errorText).join('; ');
  return h('li', {}, h('strong', {}, one.bundle + ' ' + one.bundle_version), ': ' + whole(one.objects) + (one.objects === 1 ? ' object, ' : ' objects, ') + whole(one.combined) + ' combined'
    + (one.left_out ? ', ' + whole(one.left_out) + ' left out' + (left ? ' (' + left + ')' : '') : '') + '. ',
    one.flags.length ? flags(one.flags) : null,
    one.flags.map((flag) => h('div', { class: 'soft' }, flag + ': ' + flagMeaning(flag))),
    errors ? h('div', {}, 'Errors that all objects have in common: ' + errors) : null,
    one.parameters.some((p) => p.mean === null || !(p.sd > 0)) ? h('div', {}, 'Some numbers of this posterior are not finite or have no width: they are in no figure.') : null,
    one.log_evidence === null ? h('div', { class: 'soft' }, 'No evidence, as where a bundle has no likelihood: this bundle is compared with no other.') : null);
}

function contourFigures(group) {
  const pairs = new Map();
  group.posteriors.forEach((one, i) => one.contours.forEach((c) => {
    if (!c.lines.length) return;
    const key = JSON.stringify([c.first, c.second]);
    if (!pairs.has(key)) pairs.set(key, []);
    pairs.get(key).push({ bundle: one.bundle, index: i, unit: one.parameters, unmeasured: isPrior(one), ...c });
  }));
  for (const list of pairs.values()) {
    const find = (parameter) => label(list[0].unit.find((p) => p.name === parameter));
    const rows = [['bundle', 'kind', 'share', 'line', find(list[0].first), find(list[0].second)]];
    for (const one of list) {
      for (const kind of ['lines', 'robust', 'prior']) {
        (one[kind] ?? []).forEach((level) => level.lines.forEach((line, k) => line.forEach((point) => rows.push([one.bundle, kind === 'lines' ? 'posterior' : kind, level.share, k, ...point]))));
      }
    }
    const points = (levels) => levels.flatMap((level) => level.lines.flat());
    const box = list.flatMap((one) => points(one.unmeasured && one.robust ? one.robust : one.lines));
    const robust = list.flatMap((one) => points(one.robust ?? []));
    const truth = [group.truth[list[0].first], group.truth[list[0].second]];
    const known = truth.every((one) => one !== undefined);
    const far = (axis, others, farthest) => reach(box.map((point) => point[axis]), others.map((point) => point[axis]), farthest);
    const isCut = (others, farthest) => far(0, others, farthest).cut || far(1, others, farthest).cut;
    const prior = list.flatMap((one) => points((one.prior ?? []).slice(0, 1)));
    const showsPrior = prior.length > 0 && !isCut(prior, 1);
    const others = [...(isCut(robust) ? [] : robust), ...(showsPrior ? prior : []), ...(known && !isCut([truth]) ? [truth] : [])];
    const range = (axis) => {
      const { low, high } = far(axis, others);
      return padded(low, high, 5);
    };
    const fig = figure('contours-' + list[0].first + '-' + list[0].second, list[0].first + ' and ' + list[0].second,
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
          ...(showsPrior && one.prior ? [regions(list.length > 1 ? one.bundle + ', prior' : 'prior', one.prior[0].lines, null, '#888888', true)] : []),
        ]),
        ...(known && !isCut([truth]) ? [{ name: 'truth', type: 'scatter', symbol: 'diamond', symbolSize: 13, color: colour(3), data: [truth],
          tooltip: { formatter: () => 'truth: ' + list[0].first + ' ' + plain(truth[0], 6) + ', ' + list[0].second + ' ' + plain(truth[1], 6) } }] : []),
      ],
    }), rows, sentences('Filled: regions of 68.3, 95.5 and 99.7 %. Dashed: the robust posterior (95.5 %)' + (showsPrior ? ' and the prior (68.3 %).' : '.'),
      prior.length > 0 && !showsPrior && 'The prior is too wide to be shown.',
      list.some((one) => one.gaussian) && 'Where the combination knows only mean and covariance, the regions are ellipses.',
      list.some((one) => one.lines.some((level) => level.open)) && 'A region that ends in a straight line goes on: the combination knows the density to 4 sd.',
      list.some((one) => one.unmeasured && one.robust) && 'The axes are those of the robust posterior, which is the prior: the other one is no measurement.',
      isCut(robust) && 'The robust posterior goes on beyond the axes.',
      known && isCut([truth]) && `The truth, ${plain(truth[0], 6)} and ${plain(truth[1], 6)}, lies beyond the axes.`));
  }
}

/** The density of the one shared parameter of a bundle, which has no pairs. */
function densityFigures(group) {
  group.posteriors.forEach((one, index) => {
    const [p] = one.parameters;
    if (one.parameters.length !== 1 || !p.density_nodes?.length || [...p.density_nodes, ...p.density_values].includes(null)) return;
    const prior = one.prior.find((some) => some.name === p.name);
    const truth = group.truth[p.name];
    const at = p.density_nodes;
    const normal = (mean, sd) => (x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
    const line = (density) => at.map((x) => [x, density(x)]);
    const { low, high, cut } = reach(at, truth === undefined ? [] : [truth]);
    figure('density-' + one.bundle, p.name + (group.posteriors.length > 1 ? ', ' + one.bundle : ''), 'Posterior density of ' + p.name).update(() => ({
      legend: {},
      xAxis: { type: 'value', name: label(p), ...padded(low, high, 5) },
      yAxis: { type: 'value', name: 'density' + (p.unit ? ' (per ' + p.unit + ')' : ''), min: 0 },
      series: [
        { name: one.bundle, type: 'line', symbol: 'none', color: colour(index), areaStyle: { opacity: 0.2 }, data: at.map((x, i) => [x, p.density_values[i]]) },
        ...(p.robust_sd > 0 ? [{ name: one.bundle + ', robust', dashed: true, type: 'line', symbol: 'none', color: colour(index), lineStyle: { type: 'dashed' }, data: line(normal(p.robust_mean, p.robust_sd)) }] : []),
        ...(prior ? [{ name: 'prior', dashed: true, type: 'line', symbol: 'none', color: '#888888', lineStyle: { type: 'dashed' }, data: prior.density_nodes.map((x, i) => [x, prior.density_values[i]]) }] : []),
        ...(truth === undefined || cut ? [] : [vertical('truth', truth)]),
      ],
    }), [[label(p), 'density'], ...at.map((x, i) => [x, p.density_values[i]])], cut ? `The truth, ${plain(truth, 6)}, lies beyond the axis.` : '');
  });
}

const vertical = (name, at) => ({ name, dashed: true, type: 'line', symbol: 'none', data: [], color: colour(3),
  markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(3) }, data: [{ xAxis: at }] } });

function historyFigures(group, history) {
  const bundles = group.posteriors.map((one) => one.bundle);
  // each bundle has parameters of its own, in an order of its own
  const place = new Map(group.posteriors.map((one) => [one.bundle, one.parameters.map((p) => p.name)]));
  const parameters = new Map(group.posteriors.flatMap((one) => one.parameters.map((p) => [p.name, p])));
  for (const p of parameters.values()) {
    const points = history.flatMap((one) => {
      const k = place.get(one.bundle)?.indexOf(p.name) ?? -1;
      return k < 0 || one.objects < 1 || one.mean[k] === null || !(one.sd[k] > 0) ? [] : [{ bundle: one.bundle, objects: one.objects, mean: one.mean[k], sd: one.sd[k] }];
    });
    if (!points.length) continue;
    const rows = [['bundle', 'objects', inUnit('mean', p), inUnit('sd', p)], ...points.map((one) => [one.bundle, one.objects, one.mean, one.sd])];
    const of = (bundle) => points.filter((one) => one.bundle === bundle);
    const drawn = bundles.filter((bundle) => of(bundle).length);
    const truth = group.truth[p.name];
    // few objects have wide posteriors, which would hide those of many
    const many = points.filter((one) => one.objects >= 3);
    const shown = many.length ? many : points;
    const { low, high, cut } = reach(shown.flatMap((one) => [one.mean - 2 * one.sd, one.mean + 2 * one.sd]), truth === undefined ? [] : [truth]);
    const axis = padded(low, high, 5);
    const most = Math.max(...points.map((one) => one.objects));
    figure('mean-' + p.name, p.name + ' against the number of objects', 'Mean and standard deviation of ' + p.name + ' while the objects arrive').update(() => ({
      legend: {},
      xAxis: counts(most),
      yAxis: { type: 'value', name: label(p), ...axis },
      series: [
        ...drawn.map((bundle) => bars(bundle, of(bundle).map((one) => [one.objects, one.mean, one.mean - one.sd, one.mean + one.sd]), colour(bundles.indexOf(bundle)),
          (k) => `${whole(of(bundle)[k].objects)} objects: ${value(p, of(bundle)[k].mean, of(bundle)[k].sd)}`)),
        ...(truth === undefined || cut ? [] : [{ name: 'truth', dashed: true, type: 'line', symbol: 'none', data: [], color: colour(3), lineStyle: { type: 'dashed' }, markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(3) }, data: [{ yAxis: truth }] } }]),
      ],
    }), rows, sentences(cut && `The truth, ${plain(truth, 6)}, lies beyond the axis.`,
      points.some((one) => one.mean - one.sd < axis.min || one.mean + one.sd > axis.max) && 'Bars of one or two objects go on beyond the axis.'));
    const sds = points.map((one) => one.sd).filter((sd) => sd > 0);
    if (!sds.length) continue;
    const reference = drawn.map((bundle) => {
      const own = of(bundle);
      const last = own[own.length - 1];
      return { bundle, line: own.map((one) => [one.objects, last.sd * Math.sqrt(last.objects / one.objects)]) };
    });
    figure('sd-' + p.name, 'Standard deviation of ' + p.name, 'Standard deviation of ' + p.name + ' against the number of objects beside one over the square root').update(() => ({
      legend: {},
      xAxis: counts(most),
      yAxis: { ...decades([...sds, ...reference.flatMap(({ line }) => line.map(([, sd]) => sd)).filter((sd) => sd > 0)]), name: inUnit('sd', p), axisLabel: { formatter: (v) => plain(v, 3) } },
      series: reference.flatMap(({ bundle, line }) => {
        const own = of(bundle);
        return [
          { name: bundle, type: 'line', symbolSize: 5, color: colour(bundles.indexOf(bundle)), data: own.map((one) => [one.objects, one.sd]),
            tooltip: { formatter: (at) => `${whole(at.value[0])} objects: sd ${plain(at.value[1], 3)}${p.unit ? ' ' + p.unit : ''}` } },
          { name: '1/sqrt(n)', dashed: true, silent: true, type: 'line', symbol: 'none', color: '#888888', lineStyle: { type: 'dashed' },
            data: line },
        ];
      }),
    }), rows);
  }
  evidenceFigures(bundles, history);
}

/** How well the first bundle explains the group beside each other one. */
function evidenceFigures(bundles, history) {
  const [first, ...others] = bundles;
  const evidence = new Map();
  history.filter((one) => one.log_evidence !== null).forEach((one) => evidence.set(JSON.stringify([one.bundle, one.objects]), one.log_evidence));
  for (const other of others) {
    const of = (bundle, n) => evidence.get(JSON.stringify([bundle, n]));
    const numbers = [...new Set(history.map((one) => one.objects))].filter((n) => of(first, n) !== undefined && of(other, n) !== undefined).sort((a, b) => a - b);
    const factors = numbers.map((n) => [n, of(first, n) - of(other, n)]);
    if (!factors.length) continue;
    figure('evidence' + (others.length > 1 ? '-' + other : ''), 'ln Bayes factor of ' + first + ' over ' + other, 'Natural logarithm of the Bayes factor of two bundles against the number of objects').update(() => ({
      xAxis: counts(Math.max(...numbers)), yAxis: { type: 'value', name: 'ln Bayes factor' },
      series: [{ type: 'line', symbolSize: 5, color: colour(0), data: factors, tooltip: { formatter: (at) => `${whole(at.value[0])} objects: ln B ${plain(at.value[1])}` } }],
    }), [['objects', 'log_bayes_factor'], ...factors]);
  }
}

function windowFigures(group) {
  if (!group.windows.length) return;
  const bundles = [...new Set(group.windows.map((one) => one.bundle))];
  const times = group.windows.map((one) => Date.parse(one.window_start));
  const room = 0.05 * (Math.max(...times) - Math.min(...times)) || 3_600_000;
  const parameters = new Map(group.windows.flatMap((one) => one.parameters.map((p) => [p.name, p])));
  for (const p of parameters.values()) {
    const points = group.windows.flatMap((one) => one.parameters.filter((some) => some.name === p.name && some.mean !== null && some.sd !== null).map((some) => ({ ...one, mean: some.mean, sd: some.sd })));
    if (!points.length) continue;
    const of = (bundle) => points.filter((one) => one.bundle === bundle);
    const said = (one) => `${one.window_start}, ${one.survey ?? 'no survey'}, ${whole(one.objects)} objects: ${value(p, one.mean, one.sd)}`;
    figure('windows-' + p.name, p.name + ' by window', 'Mean and standard deviation of ' + p.name + ' in each window of event time').update(() => ({
      legend: {},
      xAxis: { type: 'time', name: 'start of the window (UTC)', min: Math.min(...times) - room, max: Math.max(...times) + room, splitNumber: 6,
        axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: { year: '{yyyy}-{MM}-{dd}', month: '{MM}-{dd}', day: '{MM}-{dd}', hour: '{HH}:{mm}', minute: '{HH}:{mm}' } } },
      yAxis: { type: 'value', name: label(p), ...padded(Math.min(...points.map((one) => one.mean - one.sd)), Math.max(...points.map((one) => one.mean + one.sd)), 5) },
      series: bundles.map((bundle, i) => bars(bundle, of(bundle).map((one) => [Date.parse(one.window_start), one.mean, one.mean - one.sd, one.mean + one.sd]), colour(i),
        (k) => said(of(bundle)[k]))),
    }), [['bundle', 'survey', 'window_start', 'objects', inUnit('mean', p), inUnit('sd', p)], ...points.map((one) => [one.bundle, one.survey, one.window_start, one.objects, one.mean, one.sd])]);
  }
}

const forest = h('tbody');
const meanHeading = h('th', { scope: 'col', class: 'number' }, 'Mean \u00b1 sd');
const pulled = h('select', { id: 'pulled', onchange: () => objectFigures(shownGroup) });
const forestPanel = h('section', { class: 'panel', 'aria-labelledby': 'forest-title' }, h('h2', { id: 'forest-title' }, 'Objects that pull most'),
  h('div', { class: 'row' }, h('label', { for: 'pulled' }, 'Parameter and bundle', pulled)),
  h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Objects' }, h('table', { id: 'objects' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Object'), meanHeading,
      ['Tension (sd)', 'p-value'].map((t) => h('th', { scope: 'col', class: 'number' }, t)), h('th', { scope: 'col' }, 'Flags'))), forest)),
  h('p', { class: 'note' }, 'Tension: the mean of the object less that of the group, over the standard deviation of the difference.'),
  h('p', {}, h('a', { href: '/?group=' + encodeURIComponent(name) }, 'All objects of the group')));
const noPValues = h('p', { class: 'note', hidden: true }, 'No object has a p-value by this bundle, as where a bundle has no likelihood: whether the model fits is not known.');
/** Why the objects are not shown, beside what else the page has. */
const problem = h('p', { class: 'message', role: 'alert', hidden: true });
forestPanel.append(noPValues, problem);

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

const getObjects = latest();
const getPValues = latest();
let shownGroup = null;

/** The parameters of each bundle, of which the objects that pull most can be shown. */
function offerParameters(group) {
  const all = group.posteriors.flatMap((one) => one.parameters.map((p) => ({ bundle: one.bundle, parameter: p.name })));
  const offered = all.map((one) => JSON.stringify(one));
  if (JSON.stringify(offered) !== pulled.dataset.offered) {
    const chosen = pulled.value;
    pulled.dataset.offered = JSON.stringify(offered);
    pulled.replaceChildren(...all.map((one, i) => h('option', { value: offered[i] }, one.parameter + ', ' + one.bundle)));
    if (offered.includes(chosen)) pulled.value = chosen;
  }
  pulled.parentElement.hidden = all.length < 2;
  forestPanel.hidden = all.length === 0;
}

async function objectFigures(group) {
  shownGroup = group;
  offerParameters(group);
  if (!pulled.value) return;
  const { bundle, parameter } = JSON.parse(pulled.value);
  const [objects, pValues] = await Promise.all([
    getObjects('/api/group/objects', { group: name, bundle, parameter, limit: 30 }), getPValues('/api/group/p-values', { group: name, bundle })]);
  if (!objects || !pValues) return;
  const p = { name: objects.parameter, unit: objects.unit };
  meanHeading.textContent = label(p) + ', mean \u00b1 sd';
  fill(forest, objects.objects.map((one) => h('tr', {},
    h('td', { class: 'identifier' }, h('a', { href: objectAddress(one.survey, one.object) }, named(one.object))),
    h('td', { class: 'number' }, withError(one.mean, one.sd)), h('td', { class: 'number' }, fixed(one.tension, 1)),
    h('td', { class: 'number' }, probability(one.p_value)), h('td', {}, flags(one.flags)))));
  const list = objects.objects.filter((one) => one.mean !== null && one.sd !== null).reverse();
  const names = Math.min(150, 30 + 7 * Math.max(0, ...list.map((one) => one.object.length)));
  const { low, high } = reach([objects.mean - 3 * objects.sd, objects.mean + 3 * objects.sd, ...list.map((one) => one.mean)],
    list.flatMap((one) => [one.mean - one.sd, one.mean + one.sd]));
  const row = (some) => list.map((one, i) => ({ at: [one.mean, i, one.mean - one.sd, one.mean + one.sd], one })).filter(({ one }) => some(one));
  const pulling = (title, some, stroke) => bars(title, row(some).map(({ at }) => at), stroke, (k) => {
    const { one } = row(some)[k];
    return `${one.object} (${one.survey}): ${value(p, one.mean, one.sd)}, tension ${fixed(one.tension, 1)} sd${one.flags.length ? ', ' + one.flags.join(', ') : ''}`;
  }, true);
  const hasForest = list.length > 0 && objects.mean !== null && objects.sd !== null;
  showIf('forest', hasForest);
  if (hasForest) figure('forest', 'Objects that pull most', 'Means and standard deviations of the objects that are farthest from the group', true).update(() => ({
    grid: { left: names, right: 18, top: 18, bottom: 48 },
    xAxis: { type: 'value', name: label(p), ...padded(low, high, 4) },
    yAxis: { type: 'category', data: list.map((one) => one.object), axisLabel: { width: names - 20, overflow: 'truncate', fontSize: 11, interval: 0 }, splitLine: { show: false } },
    series: [
      pulling('good', (one) => !one.flags.length, colour(0)),
      pulling('flagged', (one) => one.flags.length, colour(1)),
      { type: 'scatter', data: [], markArea: { silent: true, itemStyle: { color: colour(0) + '30' }, data: [[{ xAxis: objects.mean - 3 * objects.sd }, { xAxis: objects.mean + 3 * objects.sd }]] } },
    ],
  }), [['survey', 'object', inUnit('mean', p), inUnit('sd', p), 'tension (sd)', 'p_value', 'flags'], ...objects.objects.map((one) => [one.survey, one.object, one.mean, one.sd, one.tension, one.p_value, one.flags.join(' ')])],
  'By ' + bundle + '. The band is the group, 3 sd to each side; flagged objects have the second colour. Considered: ' + whole(objects.considered) + '.');
  const total = pValues.counts.reduce((a, b) => a + b, 0);
  noPValues.hidden = total > 0;
  showIf('p-values', total > 0);
  if (total === 0) return;
  const bins = pValues.counts.length;
  figure('p-values', 'Posterior predictive p-values', 'Histogram of the p-values of the objects; where the model is right it has no peak at its ends').update(() => ({
    xAxis: { type: 'value', name: 'p-value', min: 0, max: 1 },
    yAxis: { type: 'value', name: 'objects', min: 0, minInterval: 1 },
    series: [{ type: 'bar', color: colour(0), barCategoryGap: '8%', data: pValues.counts.map((n, i) => [(i + 0.5) / bins, n]),
      tooltip: { formatter: (at) => `${plain(at.dataIndex / bins)} to ${plain((at.dataIndex + 1) / bins)}: ${whole(at.value[1])} objects` },
      markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(1) }, data: [{ yAxis: total / bins }] } }],
  }), [['from', 'to', 'objects'], ...pValues.counts.map((n, i) => [i / bins, (i + 1) / bins, n])],
  'By ' + bundle + '. The line is a flat histogram. The posterior has seen the data, so a right model gives more values in the middle; a peak at 0 is a misfit.');
}

const sharingPanel = h('section', { class: 'panel', style: 'margin-top:14px', 'aria-labelledby': 'sharing-title', hidden: true });

async function load() {
  const [group, history] = await Promise.all([get('/api/group', { group: name }), get('/api/group/history', { group: name })]);
  fill(content, group.posteriors.length ? [summary(group), h('ul', {}, group.posteriors.map(account))] : h('p', {}, 'The group has windows only.'));
  fill(sharingPanel, sharing(group));
  sharingPanel.hidden = !group.posteriors.some((one) => one.parameters.length);
  contourFigures(group);
  densityFigures(group);
  historyFigures(group, history.history);
  windowFigures(group);
  await objectFigures(group).then(() => say(''), (error) => say(error.message));
}

const parts = [h('h1', {}, 'Group ', named(name)), h('section', { class: 'panel', 'aria-label': 'Posterior' }, content), sharingPanel, grid, forestPanel];

follow('Group ' + name, parts, load, { wants: (names) => names.includes(name), pause: 700 });
