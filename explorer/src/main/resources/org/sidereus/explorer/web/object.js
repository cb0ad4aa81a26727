import { h, get, digestText, fill, follow, named, flags, flagMeaning, groupAddress, withError, rounded, plain, probability, priorText } from '/common.js';
import { Figure, colour, regions, enoughDigits } from '/figures.js';

const query = new URLSearchParams(location.search);
const survey = query.get('survey') ?? '';
const object = query.get('object') ?? '';
document.title = object + ' - Sidereus';
const content = h('div');
const label = (p) => p.name + (p.unit ? ' (' + p.unit + ')' : '');
const twoLines = (p) => p.name + (p.unit ? '\n(' + p.unit + ')' : '');
const SHARES = [0.682689492, 0.954499736];

function ellipse(mean, sd, correlation, share) {
  const radius = Math.sqrt(-2 * Math.log1p(-share));
  const points = [];
  for (let i = 0; i <= 72; i++) {
    const a = radius * Math.cos((2 * Math.PI * i) / 72);
    const b = radius * Math.sin((2 * Math.PI * i) / 72);
    points.push([mean[0] + sd[0] * a, mean[1] + sd[1] * (correlation * a + Math.sqrt(1 - correlation ** 2) * b)]);
  }
  return points;
}

/** The part of a convex region within low and high of one axis. */
function within(points, axis, low, high) {
  const cut = (some, edge, inside) => some.flatMap((to, i) => {
    const from = some[(i + some.length - 1) % some.length];
    const at = (edge - from[axis]) / (to[axis] - from[axis]);
    const crossing = [0, 1].map((k) => (k === axis ? edge : from[k] + at * (to[k] - from[k])));
    return [...(inside(from[axis]) === inside(to[axis]) ? [] : [crossing]), ...(inside(to[axis]) ? [to] : [])];
  });
  const above = low === -Infinity ? points : cut(points, low, (value) => value >= low);
  return high === Infinity ? above : cut(above, high, (value) => value <= high);
}

/** The published samples; null: there are none, or not all are finite. */
function samplesOf(one) {
  const samples = one.posterior_samples;
  return samples && ![...samples.theta, ...samples.weights].includes(null) ? samples : null;
}

/** The corner plot as one figure: marginals on the diagonal, regions of each pair below it; null: there is nothing to draw. */
function corner(one) {
  const all = one.parameters.length;
  const shown = one.parameters.map((p, d) => ({ ...p, d })).filter((p) => p.mean !== null && p.sd > 0);
  const n = shown.length;
  if (!n) return null;
  const figure = new Figure('corner-' + one.bundle, 'Corner plot',
    'Posterior of each parameter, and joint posterior of each pair of parameters with regions of 68 and 95 %', true);
  const prior = (p) => one.prior.find((some) => some.name === p.name);
  const lowest = (p) => prior(p)?.lower ?? -Infinity;
  const highest = (p) => prior(p)?.upper ?? Infinity;
  /** 4 sd to each side, or a little beyond the end of the prior where that is nearer. */
  const span = (p) => {
    const margin = 0.3 * p.sd;
    const min = Math.max(p.mean - 4 * p.sd, lowest(p) - margin);
    const max = Math.min(p.mean + 4 * p.sd, highest(p) + margin);
    return min < max ? { min, max } : { min: p.mean - 4 * p.sd, max: p.mean + 4 * p.sd };
  };
  /** A region of a normal distribution, as far as the priors of both parameters reach. */
  const region = (p, q, correlation, share) =>
    within(within(ellipse([p.mean, q.mean], [p.sd, q.sd], correlation, share), 0, lowest(p), highest(p)), 1, lowest(q), highest(q));
  const labelOf = (p) => {
    const { min, max } = span(p);
    const digits = enoughDigits(min, max, 3);
    return (value) => plain(value, digits);
  };
  const widest = 6 * Math.max(...shown.flatMap((p) => [span(p).min, span(p).max].map((v) => labelOf(p)(v).length)));
  const left = Math.max(86, widest + 58);
  const below = Math.max(40, Math.round(0.75 * widest) + 16);
  figure.plot.style.height = 40 + below + 140 * n + 'px';
  figure.plot.style.minWidth = left + 8 + 96 * n + 'px';
  if (n < 4) figure.plot.style.maxWidth = left + 8 + 260 * n + 'px';
  const curve = (p, mean, sd) => Array.from({ length: 81 }, (_, i) => {
    const x = p.mean + p.sd * (i / 10 - 4);
    return [x, Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI))];
  });
  const drawn = samplesOf(one);
  const sample = (s, d) => drawn.theta[s * all + d];
  const rows = drawn
    ? [['weight', ...one.parameters.map(label)], ...drawn.weights.map((weight, s) => [weight, ...one.parameters.map((_, d) => sample(s, d))])]
    : [['parameter', 'unit', 'mean', 'sd', 'q16', 'q50', 'q84'], ...one.parameters.map((p) => [p.name, p.unit, p.mean, p.sd, p.q16, p.q50, p.q84])];
  /** The density of the samples of a parameter, smoothed with 0.4 sd; what that takes beyond a bound of the prior comes back. */
  const smoothed = (p, d) => {
    const bounds = [lowest(p), highest(p)].filter(Number.isFinite);
    const kernel = (x) => Math.exp(-0.5 * (x / (0.4 * p.sd)) ** 2) / (0.4 * p.sd * Math.sqrt(2 * Math.PI));
    const density = (x) => drawn.weights.reduce((sum, weight, s) =>
      sum + weight * [sample(s, d), ...bounds.map((bound) => 2 * bound - sample(s, d))].reduce((all, at) => all + kernel(x - at), 0), 0);
    return curve(p, p.mean, p.sd).map(([x]) => [x, x < lowest(p) || x > highest(p) ? 0 : density(x)]);
  };
  const make = () => {
    const options = { grid: [], xAxis: [], yAxis: [], series: [] };
    for (let row = 0; row < n; row++) {
      for (let column = 0; column <= row; column++) {
        const p = shown[column];
        const q = shown[row];
        const i = options.grid.length;
        const isLast = row === n - 1;
        const width = (figure.plot.clientWidth - left - 8) / n;
        options.grid.push({ left: left + column * width, top: 8 + row * 140, width: width - 12, height: 126 });
        const small = { gridIndex: i, nameTextStyle: { fontSize: 11, lineHeight: 13 }, type: 'value', splitNumber: 3, splitLine: { show: false }, nameGap: below, axisTick: { show: true } };
        const text = { fontSize: 10, rotate: 45 };
        options.xAxis.push({ ...small, ...span(p), name: isLast ? twoLines(p) : '', nameTruncate: { maxWidth: width - 8 }, axisLabel: { ...text, formatter: labelOf(p), show: isLast, showMinLabel: false, showMaxLabel: false } });
        options.yAxis.push({ ...small, ...(row === column ? { min: 0, axisTick: { show: false } } : span(q)), name: column === 0 && row > 0 ? twoLines(q) : '', nameTruncate: { maxWidth: 132 }, nameGap: left - 26,
          axisLabel: { ...text, formatter: labelOf(q), rotate: 0, show: column === 0 && row > 0, showMinLabel: false, showMaxLabel: false } });
        const axes = { xAxisIndex: i, yAxisIndex: i };
        if (row === column) {
          options.series.push({ ...axes, type: 'line', showSymbol: false, color: colour(0), areaStyle: { opacity: 0.2 }, data: drawn ? smoothed(p, p.d) : curve(p, p.mean, p.sd) });
          if (prior(p)) options.series.push({ ...axes, type: 'line', symbol: 'none', color: '#888888', lineStyle: { type: 'dashed' }, data: prior(p).density_nodes.map((x, i) => [x, prior(p).density_values[i]]) });
        } else {
          const correlation = Math.max(-0.9999, Math.min(0.9999, one.covariance[q.d * all + p.d] / (p.sd * q.sd)));
          [...SHARES].reverse().map((share) => region(p, q, correlation, share)).filter((line) => line.length).forEach((line) =>
            options.series.push({ ...axes, ...regions('', [line], drawn ? null : colour(0) + '30', colour(0)) }));
          if (drawn) {
            const most = Math.max(...drawn.weights);
            options.series.push({ ...axes, type: 'scatter', silent: true, color: colour(0), clip: true,
              data: drawn.weights.map((weight, s) => ({ value: [sample(s, p.d), sample(s, q.d)], symbolSize: 1.5 + 3 * Math.sqrt(weight / most) })) });
          }
        }
      }
    }
    return options;
  };
  return { element: figure.element, draw: () => figure.update(make, rows) };
}

function table(headings, rows, label) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, h('table', {},
    h('thead', {}, h('tr', {}, headings.map((t, i) => h('th', { scope: 'col', class: i ? 'number' : null }, t)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) => h('td', { class: i ? 'number' : null }, cell)))))));
}

/** What was measured beside what the models predict: a table for each observation, of which bundles may have one each. */
function measured(posteriors) {
  const bySource = new Map();
  posteriors.forEach((one) => {
    const place = [one.source.topic, one.source.partition, one.source.offset].join(' ');
    bySource.set(place, [...(bySource.get(place) ?? []), one]);
  });
  return [...bySource.values()].flatMap((models) => observed(models, bySource.size > 1));
}

/** A difference in errors; large ones with fewer digits. */
const difference = (value) => (!Number.isFinite(value) ? '-' : Math.abs(value) < 1e5 ? value.toFixed(2) : plain(value, 3));

/** The observation of some bundles. */
function observed(models, several) {
  const title = several ? h('h3', {}, 'For ' + models.map((one) => one.bundle).join(', ')) : null;
  const { observation } = models[0];
  if (!observation) return [title, h('p', { class: 'soft' }, 'The observation is no longer in its topic, or cannot be read.')].filter(Boolean);
  const predicting = models.filter((one) => one.prediction);
  const unit = (m) => models.map((one) => one.measured_units[m.name]).find(Boolean) ?? '';
  const predicted = (model, m) => {
    const one = model.prediction.find((some) => some.name === m.name);
    return one ? [rounded(one.value, m.error, 2), m.error && m.value !== null ? difference((m.value - one.value) / m.error) : '-'] : ['-', '-'];
  };
  return [title,
    table(['Measurement', 'Value', 'Error', ...predicting.flatMap((model) => ['Predicted by ' + model.bundle, 'Difference / error'])],
      observation.measurements.map((m) => [label({ name: m.name, unit: unit(m) }), plain(m.value, 7), plain(m.error ?? null, 4), ...predicting.flatMap((model) => predicted(model, m))]), 'Measurements'),
    predicting.length ? h('p', { class: 'note' }, 'Predicted: by the model at the posterior mean, without errors of measurement. Where a posterior is wide or skewed, its mean fits worse than most of its samples: the p-value judges the fit. Measured: the visit that gave the posterior.') : null,
  ].filter(Boolean);
}

async function load() {
  const all = await get('/api/object', { survey, object });
  const draws = [];
  const sections = all.posteriors.map((one) => {
    const plot = corner(one);
    if (plot) draws.push(plot.draw);
    const samples = samplesOf(one);
    const dashed = one.prior.length ? '; dashed: the prior. ' : '. ';
    return h('section', { class: 'panel', style: 'margin-bottom:14px', 'aria-label': one.bundle },
      h('h2', {}, one.bundle + ' ' + one.bundle_version),
      h('p', {}, one.group ? ['Group ', h('a', { href: groupAddress(one.group) }, named(one.group)), '. '] : 'No group. ',
        `${one.visits} visit${one.visits === 1 ? '' : 's'}, revision ${one.revision}, ${one.dated ? 'observed ' + one.time : 'without a time of observation'}. `,
        one.corrected === false ? 'The samples are those of the flow, without correction by the likelihood. ' : '',
        one.effective_sample_size ? `${plain(one.effective_sample_size, 3)} effective samples of ${one.samples}. ` : '',
        one.p_value === null ? 'No p-value, as where a bundle has no likelihood: whether the model fits is not known.' : `\u03c7\u00b2 ${plain(one.chi_square, 3)}, p-value ${probability(one.p_value)}.`),
      one.flags.length ? h('ul', {}, one.flags.map((flag) => h('li', {}, flags([flag]), flagMeaning(flag)))) : null,
      one.parameters.length === 0 ? null : table(['Parameter', 'Mean \u00b1 sd', '16 %', '50 %', '84 %', 'Prior'], [...one.parameters, ...one.derived].map((p) => {
        const prior = one.prior.find((some) => some.name === p.name);
        return [label(p), withError(p.mean, p.sd), rounded(p.q16, p.sd, 2), rounded(p.q50, p.sd, 2), rounded(p.q84, p.sd, 2), priorText(prior)];
      }), 'Parameters'),
      one.prior.length || !one.parameters.length ? null : h('p', { class: 'note' }, 'This version of the bundle is not installed beside the explorer, which therefore knows neither its priors nor its predictions.'),
      plot ? h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Corner plot of ' + one.bundle }, plot.element) : null,
      h('p', { class: 'note' }, !plot ? (one.parameters.length ? 'No parameter has a finite mean and a width to draw. ' : 'There is no parameter to draw. ') : samples
        ? `${samples.weights.length} published samples, their area by weight; lines: 68.3 and 95.5 % of a normal distribution with the published mean and covariance, within the prior${dashed}`
        : 'Regions of 68.3 and 95.5 % of a normal distribution with the published mean and covariance, within the prior' + dashed,
        plot && one.parameters.some((p) => p.mean === null || !(p.sd > 0)) ? 'Parameters whose numbers are not finite are left out. ' : '',
        `From ${one.source.topic}, partition ${one.source.partition}, offset ${one.source.offset}, by ${one.bundle} ${one.bundle_version}`,
        one.bundle_digest ? [' (SHA-256 ', digestText(one.bundle_digest), ')'] : null, '.'));
  });
  fill(content, sections,
    h('section', { class: 'panel', 'aria-labelledby': 'measured-title' }, h('h2', { id: 'measured-title' }, 'Measured and predicted'), ...measured(all.posteriors)));
  await Promise.all(draws.map((draw) => draw()));
}

follow('Object ' + object, [h('h1', {}, 'Object ', named(object)), h('p', {}, 'Survey ', named(survey)), content], load, { once: true });
