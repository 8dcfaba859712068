// The machine view: the core as a block diagram at one moment.
'use strict';
// Units stand between the memories they read and write: [x, y, width, height]. Wires by the unit that
// moves along them: points, and the memory that makes the wire work when not all of its work does.
const PLANS = {
  aic: {h: 560, memory: {gm: [20, 120, 120, 420], l1: [370, 120, 170, 300], l0a: [760, 100, 150, 120],
    l0b: [760, 240, 150, 120], l0c: [1150, 100, 150, 260]},
  unit: {MTE2: [170, 120, 170, 110], MTE3: [170, 310, 170, 110], MTE1: [570, 150, 160, 150],
    CUBE: [940, 150, 180, 150], FIXP: [940, 430, 180, 110]},
  wire: {MTE2: [[140, 175, 170, 175], [340, 175, 370, 175]], MTE3: [[370, 365, 340, 365], [170, 365, 140, 365]],
    MTE1: [[540, 225, 570, 225], [730, 180, 760, 170, 'l0a'], [730, 270, 760, 300, 'l0b']],
    CUBE: [[910, 160, 940, 190], [910, 300, 940, 260], [1120, 225, 1150, 225]],
    FIXP: [[1225, 360, 1225, 485, 1120, 485], [940, 485, 140, 485]]}},
  aiv: {h: 470, memory: {gm: [20, 120, 150, 330], ub: [520, 120, 330, 330]},
    unit: {MTE2: [230, 120, 230, 130], MTE3: [230, 310, 230, 130], VECTOR: [930, 190, 270, 160]},
    wire: {MTE2: [[170, 185, 230, 185], [460, 185, 520, 185]], MTE3: [[520, 375, 460, 375], [230, 375, 170, 375]],
      VECTOR: [[850, 240, 930, 240], [930, 300, 850, 300]]}},
  core: {h: 640, memory: {gm: [20, 120, 120, 500], l1: [370, 120, 170, 200], ub: [370, 360, 330, 260],
    l0a: [760, 100, 150, 100], l0b: [760, 220, 150, 100], l0c: [1150, 100, 150, 220]},
  unit: {MTE2: [170, 120, 170, 110], MTE3: [170, 480, 170, 110], MTE1: [570, 140, 160, 130],
    CUBE: [940, 130, 180, 150], VECTOR: [780, 430, 260, 140]},
  wire: {MTE2: [[140, 175, 170, 175], [340, 175, 370, 175, 'l1'], [340, 200, 355, 200, 355, 400, 370, 400, 'ub']],
    MTE3: [[370, 535, 340, 535], [170, 535, 140, 535]],
    MTE1: [[540, 205, 570, 205], [730, 170, 760, 150, 'l0a'], [730, 240, 760, 270, 'l0b']],
    CUBE: [[910, 150, 940, 180], [910, 270, 940, 240], [1120, 205, 1150, 205]],
    VECTOR: [[1225, 320, 1225, 400, 740, 400, 700, 400, 'l0c'], [700, 480, 780, 480], [780, 530, 700, 530]]}}
};
const DEPTH = {VECTOR: 'v', CUBE: 'm', MTE1: 'mte1', MTE2: 'mte2', MTE3: 'mte3', FIXP: 'fix'};
const machine = {at: 0, times: [0], timer: null, list: null, copies: []};

// What a vector instruction has begun shows until its result is there.
const worksTill = it => D.unit[it.unit] === 'VECTOR' ? it.done : it.end;

function queueOf(u, t) {
  const list = (byCore.get(shown.core).unit[u] || []).filter(i => i.kind !== KIND.stall);
  const now = list.filter(i => i.kind === KIND.work && i.start <= t && t < worksTill(i));
  const waits = list.filter(i => i.issue <= t && t < i.start);
  const stall = (byCore.get(shown.core).unit[u] || []).find(i => i.kind === KIND.stall && i.issue <= t && t < i.done);
  return {now, waits, stall};
}

// What a unit did around t, of which single instructions are not kept: from the bins of the timeline.
function around(u, t) {
  const l = lanes.find(l => l.core === shown.core && l.unit === u), i = Math.floor(t / D.width);
  if (!l) return ['nothing to do'];
  if (!l.busy) unpack(l);
  const share = l.busy[i + 1] - l.busy[i] || 0, out = share ? [share > .99 ? 'works' : `works ${(100 * share).toFixed(0)} %`] : [];
  if (l.reason[i]) out.push('waits: ' + words(D.reason[l.reason[i] - 1]));
  return out.length ? out : ['nothing to do'];
}
// Places of a queue that are taken, as far as what waits there is kept.
const taken = n => queuesKnown() ? n : n ? `${n}+` : '?';

// What a unit does, in a few words.
function deed(q, u, t) {
  if (!q.now.length && !q.stall && !q.waits.length && !known(t)) return around(u, t);
  if (q.now.length) return [...new Set(q.now.map(i => stem(i.pc)))].slice(0, 2);
  if (q.stall) return ['waits: ' + words(D.reason[q.stall.x])];
  if (q.waits.length) return [q.waits[0].kind === KIND.wait ? 'wait ' + flagName(q.waits[0].x) : stem(q.waits[0].pc)];
  return ['nothing to do'];
}
const fit = (text, width) => text.length * 9.2 > width ? text.slice(0, Math.max(1, Math.floor(width / 9.2) - 1)) + '\u2026' : text;

function drawUnit(u, box, t) {
  const [x, y, w, h] = box, name = D.unit[u], q = queueOf(u, t), own = unitColour(u), on = q.now.length;
  const depth = Math.min(32, D.number['core.queue.' + DEPTH[name]] || 0);
  const what = deed(q, u, t), dash = known(t) ? '' : ';stroke-dasharray:7 5';
  const g = sv('g', {'data-unit': name, 'data-queue': taken(q.waits.length), 'data-busy': on, 'data-deed': what.join(', ')});
  g.append(sv('rect', {x, y, width: w, height: h, rx: 10, style: `fill:${on ? own : 'var(--card)'};stroke:${own};stroke-width:2.5${dash}`}));
  const ink = on ? 'fill:#fff' : '', dim = on ? 'fill:#fff' : 'fill:var(--dim)';
  g.append(write(x + 10, y + 23, name, {class: 'b', style: ink}),
    write(x + w - 10, y + 23, `${taken(q.waits.length)} of ${depth}`, {'text-anchor': 'end', style: dim + ';font-size:14px'}));
  const cells = Math.max(1, depth), cw = (w - 20) / cells;
  for (let i = 0; i < cells; i++)
    g.append(sv('rect', {x: x + 10 + i * cw, y: y + 32, width: Math.max(1, cw - 1.5), height: 14,
      style: `fill:${i < q.waits.length ? (q.waits[i].kind === KIND.work ? (on ? '#fff' : own) : 'var(--flag)') : on ? '#fff4' : 'var(--idle)'}`}));
  what.forEach((s, i) => g.append(write(x + 10, y + 69 + i * 20, fit(s, w - 16), {style: on || q.stall || q.waits.length ? ink : dim})));
  if (on) {
    const it = q.now[0], part = (t - it.start) / Math.max(1, worksTill(it) - it.start);
    g.append(sv('rect', {x: x + 10, y: y + h - 13, width: w - 20, height: 6, rx: 3, style: 'fill:#fff5'}),
      sv('rect', {x: x + 10, y: y + h - 13, width: (w - 20) * part, height: 6, rx: 3, style: 'fill:#fff'}));
  }
  g.append(sv('title', {}, `${name} ${UNIT_MEANS[name] || ''}. Now: ${what.join(', ')}; ` +
    `${queuesKnown() ? '' : 'at least '}${q.waits.length} of ${depth} places of its queue taken`));
  return g;
}

function drawMemory(name, box, t) {
  const [x, y, w, h] = box, g = sv('g', {'data-memory': name});
  g.append(sv('rect', {x, y, width: w, height: h, rx: 6, class: 'box'}));
  g.append(write(x + 10, y + 22, name.toUpperCase(), {class: 'b'}));
  if (name === 'gm') { g.append(write(x + 10, y + 42, 'memory, L2', {class: 'dim'})); return g; }
  g.append(write(x + w - 10, y + 22, bytes(coreOf.get(shown.core).sizes[SIZES[name]]), {class: 'dim', 'text-anchor': 'end', style: 'font-size:14px'}));
  const copies = machine.copies.filter(c => c.space === name);
  const each = Math.min(34, (h - 36) / Math.max(1, copies.length));
  copies.forEach((c, i) => {
    const {state, who} = copyState(c, t), writer = [...c.uses].reverse().find(u => u.writes && u.from <= t);
    const own = writer ? unitColour(writer.it.unit) : 'var(--dim)';
    const top = y + 32 + i * each, size = Math.min(15, each * .6), busy = state === 'fill' || state === 'read';
    g.append(sv('rect', {x: x + 8, y: top, width: w - 16, height: each - 4, rx: 4, 'data-state': state,
      style: `fill:${state ? own : 'none'};fill-opacity:${state === 'fill' ? .4 : 1};stroke:` +
        `${state === 'read' ? 'var(--ink)' : 'var(--line)'};stroke-width:${state === 'read' ? 2.5 : 1}`}),
    write(x + 14, top + each / 2 + 3, fit(c.label, (w - 26 - (busy ? 4.2 * size : 0)) * 14 / size),
      {style: `font-size:${size}px;${state && state !== 'fill' ? 'fill:#fff' : ''}`}),
    write(x + w - 13, top + each / 2 + 3, state === 'fill' ? 'fills' : state === 'read' ? 'is read' : '',
      {'text-anchor': 'end', style: `font-size:${Math.min(14, each * .55)}px;${state && state !== 'fill' ? 'fill:#fff' : ''}`}),
    sv('title', {}, `${c.name}: ${state || 'empty'}${who ? ' by ' + D.unit[who.unit] : ''}`));
  });
  return g;
}

function drawScalar(t) {
  const c = byCore.get(shown.core), u = D.unit.indexOf('SCALAR'), list = c.unit[u] || [];
  const now = list.find(i => i.kind !== KIND.stall && i.start <= t && t < i.end);
  const stall = list.find(i => i.kind === KIND.stall && i.issue <= t && t < i.done);
  const text = !now && !stall ? known(t) ? 'has nothing to do' : `not kept here: ${around(u, t).join(', ')}` : stall ? `waits: ${words(D.reason[stall.x])}, before ${textOf(stall.pc)}` : textOf(now.pc);
  return sv('g', {'data-unit': 'SCALAR', 'data-deed': text},
    sv('rect', {x: 20, y: 14, width: 1280, height: 56, rx: 10, style: `fill:${now && !stall ? 'var(--SCALAR)' : 'var(--card)'};stroke:var(--SCALAR);` +
      `stroke-width:2.5${known(t) ? '' : ';stroke-dasharray:7 5'}`}),
    write(34, 48, 'SCALAR', {class: 'b', style: now && !stall ? 'fill:#fff' : ''}),
    write(130, 48, text.slice(0, 80), {style: `font-family:monospace;${now && !stall ? 'fill:#fff' : ''}`}),
    write(1286, 48, (now || stall) ? lineOf((now || stall).pc) : '', {'text-anchor': 'end', style: now && !stall ? 'fill:#fff' : ''}));
}

function openFlags(t) {
  const c = byCore.get(shown.core), count = new Map();
  for (const it of c.all)
    if (it.kind === KIND.set && it.done <= t && !(it.pair && it.pair.done <= t))
      count.set(it.x, (count.get(it.x) || 0) + 1);
  return count;
}

function drawFlags(t, y) {
  const g = sv('g', {}), open = openFlags(t);
  let x = 20;
  g.append(write(x, y + 16, 'Flags that are set:', {class: 'dim'}));
  x += 150;
  for (const [key, n] of open) {
    const text = fit(flagName(key), 300) + (n > 1 ? ` \u00d7${n}` : ''), w = text.length * 9 + 26;
    if (x + w > 1300) break;
    g.append(sv('path', {d: `M${x} ${y}h${w}l-8 11l8 11h${-w}z`, style: 'fill:var(--flag)', 'data-flag': flagName(key)}),
      write(x + 8, y + 16, text, {style: 'fill:#fff;font-size:15px'}));
    x += w + 10;
  }
  if (!open.size) g.append(write(x, y + 16, 'none', {class: 'dim'}));
  return g;
}

function drawWires(plan, state) {
  const tip = (id, fill) => sv('marker', {id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8,
    orient: 'auto', markerUnits: 'userSpaceOnUse', overflow: 'visible'}, sv('path', {d: 'M-2 -2L8 4L-2 10z', style: `fill:${fill}`}));
  const parts = [sv('defs', {}, tip('tip-of-wire', 'var(--dim)'), ...Object.keys(plan.wire).map(n => tip('tip-' + n, `var(--${n})`)))];
  for (const [name, q] of state)
    for (const wire of plan.wire[name]) {
      const p = wire.filter(v => typeof v === 'number'), memory = D.space.indexOf(wire[p.length]);
      let d = `M${p[0]} ${p[1]}`;
      for (let i = 2; i < p.length; i += 2) d += `L${p[i]} ${p[i + 1]}`;
      const on = q.now.some(it => memory < 0 || it.uses.some((v, i) => i % 4 === 0 && v === memory));
      parts.push(sv('path', {d, class: on ? 'wire on' : 'wire', style: on ? `stroke:var(--${name})` : null,
        'marker-end': `url(#${on ? 'tip-' + name : 'tip-of-wire'})`}));
    }
  return parts;
}

function drawMachine() {
  const t = machine.times[machine.at], core = coreOf.get(shown.core), plan = PLANS[core.kind];
  $('scrub').value = machine.at;
  $('moment').textContent = `cycle ${group(cycles(t))} (step ${machine.at + 1} of ${machine.times.length})`;
  $('scrub').setAttribute('aria-valuetext', `cycle ${cycles(t)}, step ${machine.at + 1} of ${machine.times.length}`);
  const state = Object.keys(plan.unit).map(n => [n, queueOf(D.unit.indexOf(n), t)]);
  const works = state.filter(s => s[1].now.length).map(s => s[0]), parts = drawWires(plan, state);
  for (const name in plan.memory) parts.push(drawMemory(name, plan.memory[name], t));
  for (const name in plan.unit) parts.push(drawUnit(D.unit.indexOf(name), plan.unit[name], t));
  parts.push(drawScalar(t), drawFlags(t, plan.h));
  if (!machine.timer)  // while it plays, a reader of the screen would never end
    $('now').textContent = (works.length ? 'At work: ' + state.filter(s => s[1].now.length)
      .map(([n, q]) => `${n} (${deed(q).join(', ')})`).join(', ') + '.' : known(t) ? 'No unit works.' : 'Nothing that is kept works.') +
      state.filter(s => !s[1].now.length && s[1].stall).map(([n, q]) => ` ${n} waits: ${words(D.reason[q.stall.x])}.`).join('') +
      (known(t) ? '' : ` Not all of this moment is kept. In the ${cycles(D.width)} cycles around it: ` + [['SCALAR', queueOf(D.unit.indexOf('SCALAR'), t)],
        ...state.filter(s => !s[1].waits.length)].filter(s => !s[1].now.length && !s[1].stall)
        .map(([n]) => `${n} ${around(D.unit.indexOf(n), t).join(', ')}`).join('; ') + '.');
  $('diagram').replaceChildren(picture(1320, plan.h + 32, `${core.name} at cycle ${cycles(t)}. ${$('now').textContent}`, ...parts));
}

function moveTo(k) {
  machine.at = Math.max(0, Math.min(machine.times.length - 1, k));
  drawMachine();
}
function play(on) {
  clearInterval(machine.timer);
  if (on && machine.at === machine.times.length - 1) machine.at = 0;
  machine.timer = on ? setInterval(() => {
    moveTo(machine.at + 1);
    if (machine.at === machine.times.length - 1) play(false);
  }, +$('speed').value) : null;
  $('play').setAttribute('aria-pressed', on);
  $('play').textContent = on ? '\u275a\u275a Pause' : '\u25b6 Play';
  if (!on && machine.list) drawMachine();
}

// The step with the most units at work, so that the first look shows the machine in full swing.
function busiest(all) {
  const change = all.filter(i => i.kind === KIND.work).flatMap(i => [[i.start, i.unit, 1], [worksTill(i), i.unit, -1]]);
  const busy = {};
  let most = 0, best = machine.times[0];
  for (const [t, unit, by] of change.sort((a, b) => a[0] - b[0] || a[2] - b[2])) {
    busy[unit] = (busy[unit] || 0) + by;
    const now = Object.values(busy).filter(Boolean).length;
    if (now > most) { most = now; best = t; }
  }
  return Math.max(0, machine.times.indexOf(best));
}

function machineCore() {
  machine.list = null;
  play(false);
  const c = byCore.get(shown.core), there = c && !shown.all && PLANS[coreOf.get(shown.core).kind];
  for (const b of $('machine').querySelectorAll('button, input, select')) b.disabled = !there;
  machine.copies = there ? copiesOf(shown.core) : [];
  occupancy(machine.copies);
  $('machine-gap').textContent = there ? missing() : '';
  if (!there) {
    $('moment').textContent = $('now').textContent = '';
    return nothing('diagram', shown.all ? 'Choose one core to see its machine.' : missing() + ' Choose another core, or another part.');
  }
  const times = new Set([0]);
  for (const it of c.all)
    if (it.kind === KIND.work || it.kind === KIND.set || it.kind === KIND.wait)
      for (const t of [it.issue, it.start, it.end, it.done]) times.add(t);
  if (D.window) times.add(D.window[0]);
  machine.times = [...times].filter(inPart).sort((a, b) => a - b);
  machine.list = c.all;
  $('scrub').max = machine.times.length - 1;
  moveTo(busiest(c.all));
}

function machineView() {
  const to = k => () => { play(false); moveTo(k()); };
  const act = {first: to(() => 0), last: to(() => machine.times.length - 1), step: to(() => machine.at + 1), back: to(() => machine.at - 1)};
  for (const id in act) $(id).onclick = act[id];
  $('play').onclick = () => play(!machine.timer);
  $('scrub').oninput = e => { play(false); moveTo(+e.target.value); };
  $('speed').onchange = () => machine.timer && play(true);
  $('machine').addEventListener('keydown', e => {
    const run = {'.': act.step, ',': act.back, k: $('play').onclick}[e.key];
    if (!run || e.ctrlKey || e.metaKey || e.altKey || !machine.list) return;
    e.preventDefault();
    run();
  });
  onCore(machineCore);
}
