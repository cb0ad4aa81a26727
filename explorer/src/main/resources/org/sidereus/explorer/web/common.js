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
export const fixed = (value, places) => (value === null ? '-' : value.toFixed(places).replace(/^-(?=[0.]*$)/, ''));

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
  WITHDRAWN: 'The survey has withdrawn the object, which no longer has a posterior.',
  OUTSIDE_PRIOR: 'Samples of the flow are outside of the prior. A correction gives them no weight; without one they count.',
  LOW_EFFECTIVE_SAMPLE_SIZE: 'Few samples carry the weight, so that the posterior is noisy; it is that of the flow without correction.',
};

/** A flag's meaning in a sentence. */
export const flagMeaning = (flag) => FLAGS[flag] ?? 'See the documentation of flags.';

export function flags(list) {
  return list.length ? list.map((flag) => h('span', { class: 'flag', title: flagMeaning(flag) }, flag)) : [h('span', { class: 'soft' }, '-')];
}

/** A page that is not looked at keeps its connection for this time: a browser has six of them for all its pages. */
const HIDDEN_MS = 3000;

/** A page that cannot be loaded is loaded again after this time. */
const RETRY_MS = 3000;

/** Calls back when records arrive, with the names of groups or null for many, and when a connection comes or goes. */
function listen(onRecords, onConnection) {
  let source = null;
  let waiting = 0;
  const close = () => {
    clearTimeout(waiting);
    source?.close();
    source = null;
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource('/api/events');
    source.addEventListener('change', (event) => onRecords(JSON.parse(event.data)));
    source.onopen = () => onConnection(true);
    source.onerror = () => {
      onConnection(false);
      // a proxy that responds for the explorer ends the tries of the browser
      if (source?.readyState === EventSource.CLOSED) {
        close();
        waiting = setTimeout(open, RETRY_MS);
      }
    };
  };
  document.addEventListener('visibilitychange', () => {
    clearTimeout(waiting);
    if (document.hidden) waiting = setTimeout(close, HIDDEN_MS);
    else open();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}

/** An open page asks for the state after this time, also where nothing arrives. */
const STATE_MS = 5000;

/** Shows a sentence on top of the page; what is said again is not announced again. */
function tell(text) {
  const notice = document.getElementById('notice');
  if (notice.textContent !== text) notice.textContent = text;
  notice.hidden = !text;
}

/** Shows what keeps the pages from being up to date. */
const tellState = () => get('/api/state').then((state) => tell(state.notices.join(' ')), (error) => tell(error.message));

/**
 * Loads a page, and loads it anew when something changes, at most every `pause` ms. A page that cannot be loaded says
 * why, and is loaded again until it can.
 *
 * title: of a page that cannot be loaded; parts: what the page shows; load: fills the parts, again at each change;
 * once: the page does not change; wants(names): whether it shows one of these groups.
 */
export function follow(title, parts, load, { once = false, wants = () => true, pause = 1000 } = {}) {
  const live = document.getElementById('live');
  const connection = (text) => {
    if (live.textContent !== text) live.textContent = text;
  };
  let isLoaded = false;
  let isRunning = false;
  let isDue = false;
  let began = -Infinity;
  let timer = null;
  const schedule = (at) => {
    if (isRunning) isDue = true;
    else timer ??= setTimeout(run, Math.max(0, at - performance.now()));
  };
  const run = async () => {
    timer = null;
    isRunning = true;
    isDue = false;
    began = performance.now();
    let next = began + pause;
    try {
      await load();
      if (!isLoaded) {
        isLoaded = true;
        show(...parts);
        dispatchEvent(new Event('shown'));
      }
    } catch (error) {
      if (isLoaded) tell(error.message);
      else fail(title, error);
      isDue = true;
      next = performance.now() + RETRY_MS;
    }
    isRunning = false;
    if (isDue) schedule(next);
  };
  const changed = () => {
    if (!once || !isLoaded) schedule(began + pause);
  };
  connection('connecting');
  listen((names) => {
    if (names === null || names.length === 0 || wants(names)) changed();
    if (names !== null && names.length === 0) tellState();
  }, (is) => {
    connection(is ? 'live' : 'no connection, trying again');
    if (is) changed(); // what changed before the connection
    tellState();
  });
  setInterval(() => (document.hidden ? null : tellState()), STATE_MS);
  run();
}

/** The beginning of a digest; all of it is its title. */
export const digestText = (digest) => (digest ? h('code', { title: digest }, digest.slice(0, 12)) : '-');

const REACHABLE = 'a[href], button, input, select, summary, [tabindex]';

/** What an element is for a reader who has reached it by the keyboard. */
const purpose = (one) => [one.tagName, one.getAttribute('href') ?? one.dataset.key ?? one.getAttribute('aria-label') ?? one.textContent].join(' ');

/**
 * Replaces the content of an element; what is null is left out. The focus stays where it is: on what is the same in the
 * new content, or on what is at its place.
 */
export function fill(element, ...children) {
  const active = document.activeElement;
  const isInside = active !== element && element.contains(active);
  const place = isInside ? [...element.querySelectorAll(REACHABLE)].indexOf(active) : -1;
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
  if (!isInside) return;
  const now = [...element.querySelectorAll(REACHABLE)];
  (now.find((one) => purpose(one) === purpose(active)) ?? now[Math.min(place, now.length - 1)])?.focus({ preventScroll: true });
}

/** Adds the names that a choice does not have yet. */
export function choices(select, names) {
  const known = new Set([...select.options].map((one) => one.value));
  [...new Set(names)].filter((name) => !known.has(name)).forEach((name) => select.append(h('option', { value: name }, name)));
}

/** Fills the content of a page and says that it is there. */
function show(...children) {
  const main = document.getElementById('main');
  main.replaceChildren(...children);
  main.removeAttribute('aria-busy');
}

/** Shows why a page has no content. */
function fail(title, error) {
  show(h('h1', {}, title), h('p', { class: 'message', role: 'alert' }, error.message),
    h('p', {}, 'This page looks again by itself. ', h('a', { href: '/' }, 'All groups')));
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
      const found = await getLatest('/api/search', { q: text }).catch((error) => {
        results.replaceChildren(h('p', {}, error.message));
        results.hidden = false;
      });
      if (!found) return;
      results.replaceChildren(
        ...found.groups.map((group) => h('a', { href: groupAddress(group) }, 'group ', named(group))),
        ...found.surveys.map((survey) => h('a', { href: '/?survey=' + encodeURIComponent(survey) }, 'survey ', named(survey))),
        ...found.objects.map((one) => h('a', { href: objectAddress(one.survey, one.object) }, named(one.object), ' (', named(one.survey), ')')));
      if (!results.childElementCount) results.append(h('p', {}, 'No group or survey contains this, and no object begins with it.'));
      results.hidden = false;
    },
    onkeydown: (event) => {
      if (event.key === 'Enter') results.querySelector('a[href]')?.click();
    },
  });
  const box = h('div', {
    onkeydown: (event) => {
      if (event.key === 'Escape') {
        search.focus();
        results.hidden = true;
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || results.hidden) return;
      event.preventDefault();
      const stops = [search, ...results.querySelectorAll('a[href]')];
      stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
    },
  }, search, results);
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
      h('button', { class: 'plain', id: 'theme', onclick: otherTheme }, 'Light / dark')),
    h('p', { class: 'message', id: 'notice', role: 'alert', hidden: true }));
}

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const preferred = () => localStorage.getItem('theme') ?? (prefersDark.matches ? 'dark' : 'light');
prefersDark.addEventListener('change', () => theme(preferred()));
theme(preferred());
header();
// what a reader asks for by a choice or a button, and the explorer does not give
addEventListener('unhandledrejection', (event) => tell(event.reason?.message ?? String(event.reason)));
