// Buffers over time: who fills each copy, how long its data is wanted, who reads it. Without named
// buffers (a log, C or C++) the ranges of each memory that instructions wrote stand for them.
'use strict';
const SIZES = {ub: 1, l1: 2, l0a: 3, l0b: 4, l0c: 5, bt: 6, fb: 7};

// Most ranges of a memory that the machine view has room for: past these the nearest are joined.
const RANGES = {ub: 10, l1: 8, l0a: 4, l0b: 4, l0c: 6, bt: 4, fb: 4};
const hex = n => '0x' + n.toString(16);

// Parts [lo, hi) joined where they overlap, in order.
function joined(parts) {
  const out = [];
  for (const [lo, hi] of parts.sort((a, b) => a[0] - b[0])) {
    const last = out[out.length - 1];
    if (last && lo < last[1]) last[1] = Math.max(last[1], hi); else out.push([lo, hi]);
  }
  return out;
}

// What items wrote in a memory, and what they only read; [name, space, lo, bytes, 1, 0] as D.buffers has it.
// Writes alone say where one ends: one instruction may read several that lie side by side.
function rangesOf(list, space) {
  const part = [[], []];
  for (const it of list)
    for (let i = 0; i < it.uses.length; i += 4)
      if (it.uses[i] === space) part[+(it.uses[i + 1] === 2)].push([it.uses[i + 2], it.uses[i + 3]]);
  const written = joined(part[1]);
  const out = joined([...written, ...joined(part[0]).filter(r => !written.some(w => w[0] < r[1] && r[0] < w[1]))]);
  while (out.length > (RANGES[D.space[space]] || 4)) {
    let k = 1;
    for (let i = 2; i < out.length; i++) if (out[i][0] - out[i - 1][1] < out[k][0] - out[k - 1][1]) k = i;
    out[k - 1][1] = out.splice(k, 1)[0][1];
  }
  return out.map(([lo, hi]) => [`${hex(lo)} .. ${hex(hi - 1)}`, space, lo, hi - lo, 1, 0]);
}

// Buffers of the core with everything that writes or reads each of their copies, by time.
function copiesOf(core) {
  const list = (byCore.get(core) || {all: []}).all.filter(i => i.uses.length), out = [];
  for (const b of D.buffers.length ? D.buffers : D.space.flatMap((_, s) => rangesOf(list, s)))
    for (let k = 0; k < b[4]; k++) {
      const lo = b[2] + k * b[5], hi = lo + b[3], uses = [];
      for (const it of list)
        for (let i = 0; i < it.uses.length; i += 4)
          if (it.uses[i] === b[1] && it.uses[i + 2] < hi && it.uses[i + 3] > lo)
            uses.push({from: it.start, to: it.done, writes: it.uses[i + 1] === 2, it});
      uses.sort((a, c) => a.from - c.from);
      const name = b[4] > 1 ? `${b[0]}[${k}]` : b[0];
      out.push({name, label: D.buffers.length ? name : hex(lo), space: D.space[b[1]], lo, bytes: b[3], uses});
    }
  return out;
}

// How much of each memory was touched, where buffers have no names.
function touched(copies) {
  const size = coreOf.get(shown.core).sizes;
  return [...new Set(copies.map(c => c.space))].map(s => {
    const of = copies.filter(c => c.space === s), end = Math.max(...of.map(c => c.lo + c.bytes));
    return `${s.toUpperCase()}: ${bytes(sum(of.map(c => c.bytes)))} of ${bytes(size[SIZES[s]])} touched, the last byte at ${hex(end - 1)}. `;
  }).join('');
}

// What stands in a copy at t: 'fill', 'read', 'full' or ''.
function copyState(copy, t) {
  let full = false, state = '', who = null;
  for (const u of copy.uses) {
    if (u.from > t) { if (full && !u.writes && !state) state = 'full'; break; }
    if (u.to > t) { state = u.writes ? 'fill' : 'read'; who = u.it; if (u.writes) break; continue; }
    full = true;
    if (u.writes && u.to <= t && state === 'fill') state = '';
  }
  if (full && !state) {
    const next = copy.uses.find(u => u.from > t);
    if (next && !next.writes) state = 'full';
  }
  return {state, who};
}

// Stretches of a copy: {from, to, what: 'fill' | 'full' | 'read', unit}; `full` until its last reader.
function stretches(copy) {
  const out = [];
  let full = null;
  const close = () => { if (full && full.to > full.from) out.push(full); };
  for (const u of copy.uses) {
    const unit = u.it.unit;
    if (u.writes) {
      if (full && full.used) { close(); full = null; }
      out.push({from: u.from, to: u.to, what: 'fill', unit});
      full = full || {from: u.to, to: u.to, what: 'full', unit, used: false};
    } else {
      if (full) { full.to = Math.max(full.to, u.to); full.used = true; }
      out.push({from: u.from, to: u.to, what: 'read', unit});
    }
  }
  close();
  return out;
}

function occupancyKey() {
  const one = (style, text) => el('span', {}, el('i', {style}), text);
  return el('p', {class: 'key'}, one('background:var(--MTE2);opacity:.35', 'is being filled'),
    one('background:var(--MTE2)', 'holds data that is still wanted'),
    one('background:linear-gradient(transparent 65%,var(--MTE1) 65%)', 'is being read, by the unit of this colour'));
}

function occupancy(copies) {
  const used = copies.filter(c => c.uses.length);
  if (!used.length) return nothing('occupancy', shown.all ? 'Choose one core to see its buffers.' : copies.length || D.buffers.length ?
    'No instruction kept here touches a named buffer on this core.' : 'No instruction kept here touches a memory of this core.');
  const long = Math.min(26, Math.max(...used.map(c => c.name.length))), w = 1320, left = 70 + long * 9.6, each = 34, top = 30;
  const a = Math.min(...used.map(c => c.uses[0].from)), b = used.reduce((m, c) => c.uses.reduce((n, u) => Math.max(n, u.to), m), 0);
  const x = t => left + (t - a) / Math.max(1, b - a) * (w - left - 30), parts = [];
  for (const k of ticks(a / D.tick, b / D.tick))
    parts.push(sv('path', {d: `M${x(k * D.tick)} ${top - 6}V${top + used.length * each}`, class: 'grid'}),
      write(x(k * D.tick), 16, group(k), {class: 'dim', 'text-anchor': 'middle'}));
  used.forEach((c, i) => {
    const y = top + i * each, tall = each - 8;
    const name = c.name.length > 26 ? c.name.slice(0, 25) + '\u2026' : c.name;
    parts.push(write(4, y + 19, name, {class: 'b'}), write(left - 10, y + 19, c.space.toUpperCase(), {class: 'dim', 'text-anchor': 'end'}),
      sv('rect', {x: left, y, width: w - left - 30, height: tall, rx: 3, style: 'fill:var(--idle)'}, sv('title', {}, `${c.name}: ${bytes(c.bytes)}`)));
    const path = {};  // one path a look: thousands of stretches stay light
    for (const s of stretches(c)) {
      const from = x(s.from), width = Math.max(.7, x(s.to) - from).toFixed(1);
      const [dy, h] = s.what === 'fill' ? [0, tall] : s.what === 'full' ? [5, tall - 11] : [tall - 5, 5];
      const key = `${s.what} ${s.unit}`;
      path[key] = (path[key] || '') + `M${from.toFixed(1)} ${y + dy}h${width}v${h}h-${width}z`;
    }
    for (const k of Object.keys(path).sort((p, q) => 'fr'.indexOf(p[0]) - 'fr'.indexOf(q[0]) || (p < q ? -1 : 1))) {
      const [what, unit] = k.split(' ');
      parts.push(sv('path', {d: path[k], 'data-what': what, style: `fill:var(--${D.unit[unit]});opacity:${what === 'fill' ? .35 : 1}`},
        sv('title', {}, `${c.name} ${what === 'fill' ? 'is filled by' : what === 'read' ? 'is read by' : 'holds data of'} ${D.unit[unit]}`)));
    }
  });
  const time = (c, what) => sum(stretches(c).filter(s => s.what === what).map(s => s.to - s.from));
  $('occupancy').replaceChildren(occupancyKey(), el('div', {class: 'wide'}, picture(w, top + used.length * each, 'Which buffers hold data, over time, in cycles', ...parts)),
    asTable(['buffer', 'memory', 'bytes', 'filled, times', 'filling, cycles', 'read, times'], used.map(c => [c.name, c.space.toUpperCase(),
      group(c.bytes), group(c.uses.filter(u => u.writes).length), group(cycles(time(c, 'fill'))), group(c.uses.filter(u => !u.writes).length)]), [0, 1]));
  if (!D.buffers.length)
    $('occupancy').prepend(el('p', {class: 'small', id: 'touched'}, 'No buffer has a name here: a row is a range of addresses. ' + touched(used)));
  const gap = missing();
  if (gap) $('occupancy').append(el('p', {class: 'small'}, gap));
}
