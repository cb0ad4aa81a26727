// What all pages have: the header, the API, live changes, and elements.
// Texts of records reach the page by textContent only, so that a name cannot be markup.

/** An element with attributes and children; strings become text. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** JSON of the API; an Error with its sentence where there is none. */
export async function get(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  const response = await fetch(path + (text ? '?' + text : '')).catch(() => {
    throw new Error('The explorer does not respond. Start it again; this page goes on then.');
  });
  const body = await response.json().catch(() => {
    throw new Error(`The explorer responds with ${response.status} and no JSON to ${path}: is there a proxy before it?`);
  });
  if (!response.ok) throw new Error(body.error);
  return body;
}

/** Makes `get` give null where a later call has been made, so that a late response does not win. */
export function latest() {
  let last = 0;
  return async (path, parameters) => {
    const mine = ++last;
    const body = await get(path, parameters);
    return mine === last ? body : null;
  };
}

export const groupAddress = (group) => '/group?group=' + encodeURIComponent(group);
export const objectAddress = (survey, object) =>
  '/object?survey=' + encodeURIComponent(survey) + '&object=' + encodeURIComponent(object);

/** A name of a record beside other text, whose direction it does not change. */
export const named = (text) => h('bdi', {}, text);

/** A number with so many decimal places; zero has no sign. */
export const fixed = (value, places) => value.toFixed(places).replace(/^-(?=[0.]*$)/, '');

/** A number and its error with the digits that the error allows. */
export function withError(value, error) {
  if (value === null || value === undefined) return '-';
  return error > 0 && error < Infinity ? rounded(value, error, 2) + ' \u00b1 ' + rounded(error, error, 2) : plain(value);
}

/** A number with so many digits of its error. */
export function rounded(value, error, digits) {
  if (value === null || value === undefined) return '-';
  if (!(error > 0 && error < Infinity)) return plain(value);
  const places = digits - 1 - Math.floor(Math.log10(error));
  if (places <= 8 && Math.abs(value) < MANY) return value.toFixed(Math.max(0, places));
  const known = digits + Math.ceil(Math.log10(Math.abs(value) / error));
  return value.toPrecision(Math.min(9, Math.max(digits + 2, known)));
}

/** From here on, numbers are written with an exponent, as far as their digits are known. */
const MANY = 1e7;

export function plain(value, digits = 4) {
  if (value === null || value === undefined) return '-';
  if (!Number.isFinite(value)) return String(value);
  const short = Number(value.toPrecision(digits));
  return Math.abs(short) >= MANY ? short.toExponential() : short.toString();
}

/** A probability, with two digits. */
export const probability = (value) => (value >= 0.095 ? value.toFixed(2) : plain(value, 2));

/** A prior in words. */
export function priorText(prior) {
  if (!prior) return '-';
  const range = prior.lower === null && prior.upper === null ? ''
    : prior.lower === null ? 'up to ' + plain(prior.upper)
      : prior.upper === null ? 'from ' + plain(prior.lower)
        : plain(prior.lower) + ' to ' + plain(prior.upper);
  if (prior.kind === 'uniform') return 'uniform, ' + range;
  if (prior.kind === 'log_uniform') return 'log-uniform, ' + range;
  return withError(prior.mean, prior.sd) + (range ? ', ' + range : '');
}

export const whole = (value) =>
  value === null || value === undefined ? 'not known' : value.toLocaleString('en');

export function ago(milliseconds) {
  const seconds = Math.max(0, (Date.now() - milliseconds) / 1000);
  if (seconds < 60) return Math.round(seconds) + ' s ago';
  if (seconds < 3600) return Math.round(seconds / 60) + ' min ago';
  if (seconds < 172800) return Math.round(seconds / 3600) + ' h ago';
  return new Date(milliseconds).toISOString().slice(0, 10);
}

const FLAGS = {
  HETEROGENEOUS: 'The objects scatter more than their posteriors allow: they may not share the parameters, or the model is wrong. The robust posterior is wider.',
  MODEL_MISFIT: 'The model does not reproduce what was measured within the errors.',
  PRIOR_MISMATCH: 'The objects are not drawn from the prior of a local parameter, as in a selected sample.',
  OUT_OF_SUPPORT: 'The measurements or the posterior are beyond what the bundle was trained for; the numbers are not a measurement.',
  UNRELIABLE: 'The numbers did not pass the checks between mean, quantiles and density, or more than half of the objects are left out.',
  EMULATOR_ERROR: 'The group is so large that the error of the emulator is not small beside its width. The robust posterior allows for it.',
  NO_LIKELIHOOD: 'The bundle has no likelihood, so that the posterior is that of the flow without correction.',
  OUTSIDE_PRIOR: 'Samples of the flow are outside of the prior. A correction gives them no weight; without one they count.',
  LOW_EFFECTIVE_SAMPLE_SIZE: 'Few samples carry the weight, so that the posterior is noisy; it is that of the flow without correction.',
};

/** A flag's meaning in a sentence. */
export const flagMeaning = (flag) => FLAGS[flag] ?? 'See the documentation of flags.';

export function flags(list) {
  return list.length ? list.map((flag) => h('span', { class: 'flag', title: flagMeaning(flag) }, flag)) : [h('span', { class: 'soft' }, '-')];
}

/** Calls back when something changes, with the names of groups or null for many; at most every `pause` ms. */
export function onChange(callback, pause = 500) {
  let waiting = null;
  let last = 0;
  let names = new Set();
  let many = false;
  const state = document.getElementById('live');
  let connected = 'connecting';
  const say = (text) => {
    state.textContent = text;
  };
  const run = async () => {
    const some = many ? null : names;
    names = new Set();
    many = false;
    last = performance.now();
    try {
      await callback(some);
      say(connected);
    } catch (error) {
      say(error.message);
    } finally {
      waiting = null;
      if (names.size || many) schedule();
    }
  };
  const schedule = () => {
    if (!waiting) waiting = setTimeout(run, Math.max(0, last + pause - performance.now()));
  };
  const source = new EventSource('/api/events');
  source.addEventListener('change', (event) => {
    const some = JSON.parse(event.data);
    if (some === null) many = true;
    else some.forEach((name) => names.add(name));
    if (some === null || some.length === 0) many = true;
    schedule();
  });
  say(connected);
  source.onopen = () => {
    say((connected = 'live'));
    many = true; // what changed before the connection
    schedule();
  };
  source.onerror = () => say((connected = 'connecting'));
  addEventListener('pagehide', () => source.close());
}

/** The beginning of a digest; all of it is its title. */
export const digestText = (digest) => (digest ? h('code', { title: digest }, digest.slice(0, 12)) : '-');

/** Replaces the content of an element; what is null is left out. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}

/** Adds the names that a choice does not have yet. */
export function choices(select, names) {
  const known = new Set([...select.options].map((one) => one.value));
  [...new Set(names)].filter((name) => !known.has(name)).forEach((name) => select.append(h('option', { value: name }, name)));
}

/** Fills the content of a page and says that it is there. */
export function show(...children) {
  const main = document.getElementById('main');
  main.replaceChildren(...children);
  main.removeAttribute('aria-busy');
}

/** Shows why a page has no content. */
export function fail(title, error) {
  show(h('h1', {}, title), h('p', { class: 'message', role: 'alert' }, error.message));
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  dispatchEvent(new Event('themechange'));
}

function otherTheme() {
  const name = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', name);
  theme(name);
}

function header() {
  const links = [['/', 'Overview'], ['/rejections', 'Rejections'], ['/stream', 'Read this stream']];
  const results = h('div', { class: 'results', id: 'results', hidden: true, role: 'region', 'aria-label': 'Found' });
  const getLatest = latest();
  const search = h('input', {
    type: 'search', 'aria-label': 'Search groups, objects and surveys', placeholder: 'group, object or survey', size: 20,
    oninput: async () => {
      const text = search.value.trim();
      if (!text) {
        results.hidden = true;
        return;
      }
      const found = await getLatest('/api/search', { q: text });
      if (!found) return;
      results.replaceChildren(
        ...found.groups.map((group) => h('a', { href: groupAddress(group) }, 'group ', named(group))),
        ...found.surveys.map((survey) => h('a', { href: '/?survey=' + encodeURIComponent(survey) }, 'survey ', named(survey))),
        ...found.objects.map((one) => h('a', { href: objectAddress(one.survey, one.object) }, named(one.object), ' (', named(one.survey), ')')));
      if (!results.childElementCount) results.append(h('p', {}, 'No group or survey contains this, and no object begins with it.'));
      results.hidden = false;
    },
    onkeydown: (event) => {
      if (event.key === 'Escape') results.hidden = true;
      if (event.key === 'Enter') results.querySelector('a[href]')?.click();
    },
  });
  const box = h('div', {}, search, results);
  // a click on a result keeps it, also where a browser gives no focus to what is clicked
  const leave = (to) => {
    if (to && !box.contains(to)) results.hidden = true;
  };
  box.addEventListener('focusout', (event) => leave(event.relatedTarget));
  document.addEventListener('pointerdown', (event) => leave(event.target));
  document.getElementById('header').append(
    h('a', { class: 'name', href: '/' }, 'Sidereus'),
    h('nav', { 'aria-label': 'Pages' },
      links.map(([address, name]) => h('a', { href: address, 'aria-current': location.pathname === address ? 'page' : null }, name))),
    h('div', { class: 'right' },
      h('span', { id: 'live', class: 'soft', role: 'status' }),
      box,
      h('button', { class: 'plain', id: 'theme', onclick: otherTheme }, 'Light / dark')));
}

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const preferred = () => localStorage.getItem('theme') ?? (prefersDark.matches ? 'dark' : 'light');
prefersDark.addEventListener('change', () => theme(preferred()));
theme(preferred());
header();
