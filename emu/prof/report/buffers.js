// Buffers over time: who fills each copy, how long its data is wanted, who reads it.
'use strict';
const SIZES = {ub: 1, l1: 2, l0a: 3, l0b: 4, l0c: 5, bt: 6, fb: 7};

// Buffers of the core with everything that writes or reads each of their copies, by time.
function copiesOf(core) {
  const list = (byCore.get(core) || {all: []}).all.filter(i => i.uses.length), out = [];
  for (const b of D.buffers)
    for (let k = 0; k < b[4]; k++) {
      const lo = b[2] + k * b[5], hi = lo + b[3], uses = [];
      for (const it of list)
        for (let i = 0; i < it.uses.length; i += 4)
          if (it.uses[i] === b[1] && it.uses[i + 2] < hi && it.uses[i + 3] > lo)
            uses.push({from: it.start, to: it.done, writes: it.uses[i + 1] === 2, it});
      uses.sort((a, c) => a.from - c.from);
      out.push({name: b[4] > 1 ? `${b[0]}[${k}]` : b[0], space: D.space[b[1]], lo, bytes: b[3], uses});
    }
  return out;
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
    'No instruction kept here touches a named buffer on this core.' : 'This kernel names no buffers. With .buf it would.');
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
  const gap = missing();
  if (gap) $('occupancy').append(el('p', {class: 'small'}, gap));
}
