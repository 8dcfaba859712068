// Source beside cycles: lines of files, bodies of macros under the calls that brought them.
'use strict';
// Repetitions are no calls: their lines stand in the listing already, and hold the sums of all rounds.
const repeats = k => ['.rept', '.irp'].includes(D.calls[k - 1][0]);
// The macro that an instruction stands in: [name, file, line, parent], or null.
function callOf(k) {
  while (k && k <= D.calls.length && repeats(k)) k = D.calls[k - 1][3];
  return k && k <= D.calls.length ? D.calls[k - 1] : null;
}

// A node is a line of a file inside a chain of calls; sums include what its macros brought.
function tree() {
  const root = new Map();
  for (const c of codeAt.values()) {
    if (c.file < 0) continue;
    const chain = [];
    for (let k = c.call; k && k <= D.calls.length; k = D.calls[k - 1][3]) if (!repeats(k)) chain.unshift(k);
    let level = root;
    const step = (file, lineNo, call) => {
      const key = `${file}:${lineNo}`;
      if (!level.has(key)) level.set(key, {file, line: lineNo, busy: 0, waits: 0, count: 0, units: {}, reasons: {}, pcs: [], own: 0, macro: '', below: new Map()});
      const n = level.get(key);
      n.busy += c.busy;
      n.waits += c.waits;
      n.count += c.count;
      n.units[c.unit] = (n.units[c.unit] || 0) + c.busy;
      for (let i = 0; i < c.stall.length; i += 2) n.reasons[c.stall[i]] = (n.reasons[c.stall[i]] || 0) + c.stall[i + 1];
      if (call) n.macro = D.calls[call - 1][0]; else { n.pcs.push(c.pc); n.own += c.busy; }
      level = n.below;
      return n;
    };
    for (const k of chain) step(D.calls[k - 1][1], D.calls[k - 1][2], k);
    step(c.file, c.line, 0);
  }
  return root;
}

const sourceText = D.files.map(f => f.text === null ? null : f.text.split('\n'));
const textLine = (file, n) => sourceText[file] ? (sourceText[file][n - 1] || '').replace(/\t/g, '    ') : null;
const listing = {open: new Set(), rows: [], root: null, most: 1};

function meter(n) {
  const wide = v => 100 * v / listing.most;
  const all = Object.entries(n.reasons).map(([r, v]) => [D.reason[r], v]);
  let at = 0;
  const bars = [];
  for (const [u, v] of Object.entries(n.units)) { bars.push(el('i', {style: `left:${at}%;width:${wide(v)}%;background:var(--${D.unit[u]})`})); at += wide(v); }
  for (const [name, v] of all) { bars.push(el('i', {style: `left:${at}%;width:${wide(v)}%;background:var(--${name});opacity:.75`})); at += wide(v); }
  return el('span', {class: 'meter', title: [`works ${cycles(n.busy)}`, ...all.map(([k, v]) => `${words(k)} ${cycles(v)}`)].join(', ')}, bars);
}

// A line of a macro whose very instruction is an argument: as this call makes it.
function expanded(pcs, text) {
  if (!pcs.length || text !== null && !text.trim().split(/\s/)[0].includes('\\')) return text;
  const made = [...new Set(pcs.map(textOf))];
  return (text || '').match(/^ */)[0] + made.slice(0, 3).join(' | ') + (made.length > 3 ? ' | \u2026' : '');
}

function rowOf(n, key, depth, file, lineNo) {
  const text = textLine(file, lineNo), shows = expanded(n ? n.pcs : [], text), kids = n && n.below.size, open = listing.open.has(key);
  const toggle = kids ? el('button', {'aria-expanded': open, 'aria-label': `${open ? 'close' : 'open'} ${n.macro}`,
    onclick: e => { e.stopPropagation(); open ? listing.open.delete(key) : listing.open.add(key); list(); }}, open ? '\u25be' : '\u25b8') : '';
  const pc = n && (n.pcs[0] ?? firstPc(n));
  const r = el('tr', {class: depth ? 'body' : '', 'data-line': `${file}:${lineNo}`, 'data-pcs': n ? n.pcs.join(' ') : null,
    tabindex: n ? 0 : null, onclick: n && (() => find(pc)), onkeydown: n && (e => e.key === 'Enter' && find(pc))},
  el('td', {class: 'n small'}, depth && D.files[file].name.split('/').pop() !== mainName() ? `${D.files[file].name.split('/').pop()}:${lineNo}` : lineNo),
  el('td', {class: 'fold'}, toggle), el('td', {class: 't', title: text && (text.length > 60 || shows !== text) ? text.trim() : null},
    ' '.repeat(depth * 4), shows),
  el('td', {class: 'n'}, n ? group(n.count) : ''), el('td', {class: 'n'}, n ? group(cycles(n.busy)) : ''),
  el('td', {class: 'n'}, n ? group(cycles(n.waits)) : ''), el('td', {class: 'mark'}, n && (n.busy || n.waits) ? meter(n) : ''));
  return r;
}
const mainName = () => D.files[listing.main].name.split('/').pop();
const firstPc = n => { for (const k of n.below.values()) return k.pcs[0] ?? firstPc(k); };

function find(pc) {
  const c = byCore.get(shown.core), it = c && c.all.find(i => i.pc === pc && i.kind !== KIND.stall && i.kind !== KIND.scalar) ||
    c && c.all.find(i => i.pc === pc);
  if (!it) return;
  view(it.start - D.tick * 200, it.end + D.tick * 200);
  chooseItem(it);
  $('timeline').scrollIntoView();
  $('lanes').focus({preventScroll: true});
}

// Opens the macros around an instruction and goes to its line.
function goTo(pc) {
  const open = (level, key) => {
    for (const [k, n] of level) {
      const id = key ? key + '/' + k : k;
      if (n.pcs.includes(pc)) return true;
      if (open(n.below, id)) { listing.open.add(id); return true; }
    }
    return false;
  };
  if (!open(listing.root, '')) return;
  list();
  const r = rowWith(pc);
  hotLine(pc);
  r.scrollIntoView({block: 'center'});
  r.focus({preventScroll: true});
}
const rowWith = pc => [...$('listing').querySelectorAll('tr[data-pcs]')].find(r => r.dataset.pcs.split(' ').includes(String(pc)));

// Where most of the critical path is, as the console says it; without a path, where most work is.
function hottest() {
  const lines = D.run && D.run.profile && D.run.profile.lines || [], at = lines.find(l => codeAt.has(l.pc / 4) && codeAt.get(l.pc / 4).file >= 0);
  if (at) return at.pc / 4;
  let top = null;
  const look = level => { for (const n of level.values()) { if (n.pcs.length && (!top || n.own > top.own)) top = n; look(n.below); } };
  look(listing.root);
  return top.pcs[0];
}

// Marks the line of an instruction in the listing.
function hotLine(pc) {
  for (const r of $('listing').querySelectorAll('.hot')) r.classList.remove('hot');
  for (const r of $('listing').querySelectorAll('tr[data-pcs]'))
    if (r.dataset.pcs.split(' ').includes(String(pc))) r.classList.add('hot');
}

function below(n, key, depth, out) {
  for (const [k, b] of [...n.below].sort((x, y) => x[1].line - y[1].line)) {
    const id = key + '/' + k;
    out.push(rowOf(b, id, depth, b.file, b.line));
    if (listing.open.has(id)) below(b, id, depth + 1, out);
  }
}

function list() {
  const out = [], only = $('only').checked, byFile = new Map();
  for (const [k, n] of listing.root) (byFile.get(n.file) || byFile.set(n.file, new Map()).get(n.file)).set(n.line, [k, n]);
  for (const [file, lines] of byFile) {
    const count = sourceText[file] ? sourceText[file].length : 0;
    if (byFile.size > 1) out.push(el('tr', {}, el('th', {colspan: 7}, D.files[file].name)));
    const numbers = only || !count ? [...lines.keys()].sort((a, b) => a - b) : Array.from({length: count}, (_, i) => i + 1);
    for (const no of numbers) {
      const [key, n] = lines.get(no) || [];
      out.push(rowOf(n, key, 0, file, no));
      if (n && listing.open.has(key)) below(n, key, 1, out);
    }
  }
  const together = [...listing.root.values()];
  const foot = el('tr', {id: 'line-sums'}, el('th', {}, ''), el('th', {}, ''), el('th', {}, 'together'), ...['count', 'busy', 'waits'].map(k =>
    el('th', {class: 'n'}, k === 'count' ? group(sum(together.map(n => n[k]))) : group(cycles(sum(together.map(n => n[k])))))), el('th', {}, ''));
  $('listing').replaceChildren(el('table', {}, el('thead', {}, el('tr', {}, ['line', '', 'source', 'executed', 'work, cycles', 'waits, cycles', 'work and waits']
    .map((h, i) => el('th', {scope: 'col', class: i === 2 || i === 6 ? '' : 'n'}, h)))), el('tbody', {}, out, foot)));
}

function openAll(level, key) {
  for (const [k, n] of level) {
    const id = key ? key + '/' + k : k;
    if (n.below.size) { listing.open.add(id); openAll(n.below, id); }
  }
}

function source() {
  listing.root = tree();
  const nodes = [...listing.root.values()];
  if (!nodes.length) return nothing('listing', 'No line of a source file ran.');
  listing.main = nodes[0].file;
  listing.most = Math.max(1, ...nodes.map(n => n.busy + n.waits));
  $('unfold').onclick = () => { openAll(listing.root); list(); };
  $('fold').onclick = () => { listing.open.clear(); list(); };
  $('only').onchange = list;
  $('hottest').onclick = () => goTo(hottest());
  list();
  let top = codeAt.get(hottest()), call = top.call;
  while (call && callOf(call)) { const c = callOf(call); top = {file: c[1], line: c[2]}; call = c[3]; }
  const row = $('listing').querySelector(`tr[data-line="${top.file}:${top.line}"]`);
  if (row) $('listing').scrollTop = Math.max(0, row.offsetTop - 200);
}
