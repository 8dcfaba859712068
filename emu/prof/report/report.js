// The data of the page, names, numbers, elements; head, parts and the choice of a core.
// Other scripts follow, one subject each, start.js last. Times are 1/256 cycle.
'use strict';
const D = JSON.parse(document.getElementById('data').textContent);
const KIND = {work: 0, set: 1, wait: 2, bar: 3, scalar: 4, end: 5, stall: 6};
const $ = id => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';

function fill(e, attrs, kids) {
  for (const [k, v] of Object.entries(attrs || {}))
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else if (v !== null && v !== undefined && v !== false) e.setAttribute(k, v);
  e.append(...kids.flat().filter(k => k !== null && k !== undefined && k !== ''));
  return e;
}
const el = (tag, attrs, ...kids) => fill(document.createElement(tag), attrs, kids);
const sv = (tag, attrs, ...kids) => fill(document.createElementNS(SVG, tag), attrs, kids);
const picture = (w, h, label, ...kids) =>
  sv('svg', {viewBox: `0 0 ${w} ${h}`, role: 'img', 'aria-label': label}, ...kids);
const write = (x, y, text, attrs) => sv('text', {x, y, ...attrs}, text);

// ---- numbers ----------------------------------------------------------------------------------
const group = n => String(n).replace(/^-?\d+/, d => d.replace(/\B(?=(\d{3})+$)/g, ' '));
const hundredths = t => Math.floor((t * 100 + D.tick / 2) / D.tick);
const moment = h => `${Math.floor(h / 100)}.${String(h % 100).padStart(2, '0')}`;
const cycles = t => moment(hundredths(t));
const whole = t => group(Math.ceil(t / D.tick));
const percent = (part, all) => all ? (100 * part / all).toFixed(1) + ' %' : '-';
const short = (v, n = 3) => v === null || v === undefined ? '-' : String(+v.toPrecision(n));
function bytes(n) {
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  for (; n >= 1024 && i < 4; i++) n /= 1024;
  return `${short(n, 4)} ${unit[i]}`;
}
const sum = list => list.reduce((a, b) => a + b, 0);

// ---- names ------------------------------------------------------------------------------------
const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const unitColour = u => colour(D.unit[u]) || colour('dim');
const words = name => name.replace(/_/g, ' ');
const codeAt = new Map(D.code.map(c => [c[0], {
  pc: c[0], text: c[1], file: c[2], line: c[3], call: c[4], count: c[5], busy: c[6], bytes: c[7],
  stall: c[8], waits: sum(c[8].filter((_, i) => i % 2)), unit: c[9]
}]));
const textOf = pc => codeAt.has(pc) ? codeAt.get(pc).text : `the instruction at 0x${(pc * 4).toString(16)}`;
const stem = pc => textOf(pc).split(/[ .]/)[0];
function lineOf(pc, own) {
  const c = codeAt.get(pc);
  if (!c || c.file < 0) return '0x' + (pc * 4).toString(16);
  const file = D.files[c.file].name.split('/').pop();
  return c.file === own ? `line ${c.line}` : `${file}:${c.line}`;
}
function flagName(x) {
  const src = x >> 10, dst = x >> 6 & 15, id = x & 63;
  for (const f of D.flags)
    if (f[1] === src && f[2] === dst && id >= f[3] && id < f[3] + f[4])
      return f[4] > 1 ? `${f[0]}[${id - f[3]}]` : f[0];
  return `${D.unit[src]} to ${D.unit[dst]} ${id}`;
}

// ---- items ------------------------------------------------------------------------------------
const items = D.items.map((a, i) => ({
  i, core: a[0], unit: a[1], kind: a[2], pc: a[3], seq: a[4], block: a[5], issue: a[6],
  start: a[6] + a[7], end: a[6] + a[8], done: a[6] + a[9], why: a[10], cause: a[11], x: a[12],
  bytes: a[13], pieces: a[14], uses: a[15], how: a[16] & 31, alone: a[16] & 32, memory: a[16] & 64,
  late: a[17], hit: a[18], miss: a[19], text: a[20] ? D.text[a[20] - 1] : ''
}));
const byCore = new Map();
for (const it of items) {
  let c = byCore.get(it.core);
  if (!c) byCore.set(it.core, c = {all: [], unit: {}, seq: new Map(), pairs: []});
  c.all.push(it);
  (c.unit[it.unit] = c.unit[it.unit] || []).push(it);
  if (it.kind !== KIND.stall && it.kind !== KIND.scalar) c.seq.set(it.seq, it);
}
for (const c of byCore.values()) {  // the n-th wait of a flag takes its n-th set
  const open = {};
  const order = [...c.all].sort((a, b) => a.seq - b.seq);
  for (const it of order.filter(i => i.kind === KIND.set))
    (open[it.x] = open[it.x] || []).push(it);
  for (const it of order.filter(i => i.kind === KIND.wait)) {
    const set = open[it.x] && open[it.x].shift();
    if (set) { it.pair = set; set.pair = it; c.pairs.push([set, it]); }
  }
  for (const u in c.unit) {
    c.unit[u].sort((a, b) => a.start - b.start || a.seq - b.seq);
    let before = null;
    for (const it of c.unit[u]) if (it.kind !== KIND.stall) {
      it.before = before;
      if (before) before.after = it;
      before = it;
    }
  }
}

// ---- the core that is shown -------------------------------------------------------------------
const coreOf = new Map(D.cores.map(c => [c.core, c]));
const shown = {core: D.cores.length ? D.cores[0].core : 0, all: false};
const watchers = [];
const onCore = f => watchers.push(f);
const totalTime = Math.max(1, ...D.cores.map(c => c.last));
const span = Math.ceil(D.cycles / D.tick) * D.tick;

function choose(value) {
  shown.all = value === 'all';
  if (!shown.all) shown.core = +value;
  for (const f of watchers) f();
}

function head() {
  const run = D.run || {}, cut = (text, n) => text.length > n ? text.slice(0, n) + '\u2026' : text;
  document.title = `${cut(D.kernel, 60)} on ${D.chip} - dv report`;
  $('title').textContent = cut(D.kernel, 48);
  $('title').title = D.kernel;
  $('subtitle').textContent = `${D.chip}, ${D.blocks} block${D.blocks === 1 ? '' : 's'} on ` +
    `${D.cores.length} core${D.cores.length === 1 ? '' : 's'}${D.args ? ', ' + cut(D.args, 300) : ''}`;
  const figures = [['cycles', whole(D.cycles)], ['time on the cores', short(run.time_us, 5), '\u00b5s']];
  if (run.task_us) figures.push(['time with launch', short(run.task_us, 5), '\u00b5s']);
  if (run.tflops) figures.push(['arithmetic', short(run.tflops, 4), 'TFLOPS']);
  if (run.pct_peak) figures.push(['of the peak', short(run.pct_peak, 3), '%']);
  $('figures').append(...figures.map(f => el('div', {}, el('dt', {}, f[0]),
    el('dd', {}, f[1], f[2] ? el('small', {}, ' ' + f[2]) : ''))));
  $('advice').append(el('span', {}, run.profile && run.profile.bound ? run.profile.bound.text : D.advice),
    ...D.notes.map(t => el('small', {}, t)));
  $('nav').append(...[...document.querySelectorAll('section')].map(s =>
    el('a', {href: '#' + s.id}, s.dataset.nav)));
  for (const c of D.cores) $('core').append(el('option', {value: c.core}, c.name));
  if (D.cores.length > 1) $('core').append(el('option', {value: 'all'}, 'all cores'));
  $('core').value = shown.core;
  $('core').addEventListener('change', e => choose(e.target.value));
  const r = run.cycles_by_provenance;
  const all = r ? sum(Object.values(r)) : 0;
  $('foot').textContent = (all ? 'How far to trust it: the time of the slowest core rests on numbers that are ' +
    Object.entries(r).filter(e => e[1]).sort((a, b) => b[1] - a[1])
      .map(e => `${e[0]} (${percent(e[1], all)})`).join(', ') + '. ' : '') +
    `${group(D.events)} events` + (run.dv ? `, dv ${run.dv.version}.` : '.');
}

// What of the run was asked for, '' when all of it was.
const asked = () => [D.window ? `cycles ${whole(D.window[0])} to ${D.window[1] ? whole(D.window[1]) : 'the end'}` : '',
  D.region ? `the region ${D.region}` : ''].filter(Boolean).join(', ');

// Why single instructions are missing, '' when all are there.
function missing() {
  if (D.whole) return '';
  const kept = [...byCore.keys()].map(c => coreOf.get(c) ? coreOf.get(c).name : c).join(', '), part = asked();
  const end = Math.max(...D.cores.map(c => c.last)), past = D.window && D.window[0] > end;
  return `This run has ${group(D.events)} events; ` +
    (kept ? `${group(items.length)} are kept one by one: those of ${kept}${part ? ` in ${part}` : ''}` +
      `${D.till ? ` up to cycle ${whole(D.till)}` : ''}. ` :
      `none of them ${part ? `is in ${part}` : 'is kept whole'}${past ? `, because the run ends at cycle ${whole(end)}` : ''}. `) +
    'dv prof -o with --roi NAME or --trace-window A:B keeps another part.';
}

// Whether all that happened at t is kept, of the core that is shown; and whether that is so of queues, where
// what starts after the part waits too.
const inPart = t => !D.window || t >= D.window[0] && (!D.window[1] || t <= D.window[1]);
const known = t => D.whole || !D.region && inPart(t) && !(D.till && t >= D.till);
const queuesKnown = () => D.whole || !D.region && !D.window && !D.till;
