// What the names on the page mean, a sentence each: for titles, keys and readers of the screen.
'use strict';
const UNIT_MEANS = {
  SCALAR: 'reads the program, computes addresses and hands work to the other units',
  VECTOR: 'arithmetic on the data in UB, 256 bytes at a time',
  CUBE: 'multiplies matrices from L0A and L0B into L0C',
  MTE1: 'copies from L1 to L0A and L0B',
  MTE2: 'copies from memory into the core',
  MTE3: 'copies from the core to memory',
  FIXP: 'brings results from L0C to memory and converts them on the way'
};
const REASON_MEANS = {
  queue_full: 'the queue of a unit has no room for one more instruction',
  flag: 'another unit has not set the flag yet',
  barrier: 'everything before the barrier has to be complete',
  operand: 'an instruction before has not delivered what this one reads',
  bank_conflict: 'operands meet in one bank of UB',
  mem_bandwidth: 'memory or L2 is busy with other transfers',
  mem_latency: 'a request is on its way to memory and back',
  icache: 'the instruction is not in the cache yet',
  dcache: 'the data of S is not in its cache yet',
  scalar: 'S has not handed over the next instruction yet',
  cross_core: 'another core has to come first'
};
const CAUSE_MEANS = {
  scalar: 'S executes instructions', work: 'a unit does the work itself',
  head: 'a unit starts up or memory answers, and nothing hides it',
  tail: 'a result travels to where it is used', interval: 'the least distance of two starts',
  flag: 'a flag travels from unit to unit', sync: 'SET, WAIT and BAR themselves',
  barrier: 'a barrier', icache: 'instructions are fetched', dcache: 'data of S is fetched',
  latency: 'S waits for what it loads', cross_core: 'S waits for other cores',
  launch: 'the core is not started yet', shared: 'other cores use the same L2 or memory',
  between: 'no block on the core', other: 'anything else'
};
const means = (list, name) => list[name] ? `${words(name)}: ${list[name]}` : words(name);

// Colours with their names, and a sentence on each for who rests on it.
const swatch = (name, text, list) => el('span', {title: list && list[name] ? list[name] : null},
  el('i', {style: `background:var(--${name})`}), words(text));

// A table: titles, rows of values; numbers stand right. `text`: columns that hold words.
function table(titles, rows, text = [0], more = {}) {
  const side = i => text.includes(i) ? '' : 'n';
  return el('div', {class: 'wide'}, el('table', more, el('thead', {}, el('tr', {}, titles.map((h, i) =>
    el('th', {class: side(i), scope: 'col'}, h)))), el('tbody', {}, rows.map(r => r instanceof Node ? r :
    el('tr', {}, r.map((v, i) => el(i ? 'td' : 'th', {class: side(i), scope: i ? null : 'row'}, v)))))));
}
const asTable = (...args) => el('details', {class: 'as-table'}, el('summary', {}, 'The same as a table'), table(...args));

// The title of an empty part.
const nothing = (id, text) => $(id).replaceChildren(el('p', {class: 'empty'}, text));

// 1, 2, 5, 10, .. between two values, about n of them, or by decades.
function ticks(a, b, n = 8) {
  const rough = Math.max(1e-9, b - a) / n, ten = 10 ** Math.floor(Math.log10(rough)), out = [];
  const each = [1, 2, 5, 10].map(k => k * ten).find(k => k >= rough * .999);
  for (let k = Math.ceil(a / each - 1e-9); k * each <= b; k++) out.push(+(k * each).toPrecision(12));
  return out;
}
function decades(lo, hi) {
  const out = [];
  for (let e = Math.floor(Math.log10(lo)); 10 ** e <= hi; e++)
    for (const k of [1, 2, 5]) if (k * 10 ** e >= lo && k * 10 ** e <= hi) out.push(+(k * 10 ** e).toPrecision(2));
  return out;
}

// Words in coloured bars: the whole text, its percentage, or nothing, whichever has room.
function fitWords(box) {
  const spans = [...box.querySelectorAll('.stack span')];
  for (const s of spans) s.textContent = s.dataset.text || '';
  for (const more of ['share', 'none']) {
    const tight = spans.filter(s => s.textContent && s.scrollWidth > s.clientWidth + 1);
    for (const s of tight) s.textContent = s.dataset[more] || '';
  }
}
