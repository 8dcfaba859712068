// The timeline: bins of every lane from afar, single items near by, arrows of flags.
'use strict';
const LEFT = 118, AXIS = 30;
const line = {a: 0, b: totalTime, rows: [], row: 0, chosen: null, arrows: true, asked: []};

const lanes = D.lanes.map(l => ({core: l[0], unit: l[1], text: l[2], busy: null}));
const digit = c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(c);
function unpack(l) {  // sums of work up to each bin: any range of time is one difference
  const n = l.text.length / 2;
  l.busy = new Float64Array(n + 1);
  l.reason = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    l.busy[i + 1] = l.busy[i] + digit(l.text[2 * i]) / 63;
    l.reason[i] = digit(l.text[2 * i + 1]);
  }
}

function layout() {
  const cores = shown.all ? D.cores.map(c => c.core) : [shown.core];
  const tall = shown.all ? 13 : 40;
  let y = AXIS;
  line.rows = [];
  for (const core of cores) {
    for (const l of lanes.filter(l => l.core === core)) {
      line.rows.push({...l, lane: l, y, h: tall, first: l === lanes.find(k => k.core === core)});
      y += tall + (shown.all ? 1 : 6);
    }
    if (shown.all) y += 6;
  }
  line.height = y + 6;
  line.row = Math.min(line.row, Math.max(0, line.rows.length - 1));
}

const timeX = (t, w) => LEFT + (t - line.a) / (line.b - line.a) * (w - LEFT);
const xTime = (x, w) => line.a + (x - LEFT) / (w - LEFT) * (line.b - line.a);

function drawBins(g, row, w) {
  const l = row.lane;
  if (!l.busy) unpack(l);
  const n = l.reason.length, strip = shown.all ? 2 : 6;
  for (let x = LEFT; x < w; x++) {
    const i = xTime(x, w) / D.width, j = Math.max(xTime(x + 1, w) / D.width, i + 1e-9);
    const at = v => { const k = Math.min(n, Math.max(0, Math.floor(v)));
      return k >= n ? l.busy[n] : l.busy[k] + (l.busy[k + 1] - l.busy[k]) * (v - k); };
    const share = (at(j) - at(i)) / (j - i), reason = l.reason[Math.min(n - 1, Math.floor(i))];
    if (i >= n) break;
    g.globalAlpha = Math.min(1, share);
    g.fillStyle = row.colour;
    if (share > .004) g.fillRect(x, row.y, 1, row.h - strip);
    g.globalAlpha = 1;
    if (reason && share < .98) {
      g.fillStyle = row.reasons[reason - 1];
      g.fillRect(x, row.y + row.h - strip, 1, strip);
    }
  }
}

// Items of a row in view; null when there are too many to tell apart.
function inView(row, most) {
  const list = (byCore.get(row.core) || {unit: {}}).unit[row.unit] || [], out = [];
  for (const it of list) {
    if (it.start > line.b) break;
    if (it.done >= line.a && out.push(it) > most) return null;
  }
  return out;
}

const isMark = it => it.kind === KIND.set || it.kind === KIND.wait || it.kind === KIND.bar;
function drawItem(g, row, it, w) {
  const strip = shown.all ? 2 : 6, x = timeX(it.start, w), x2 = timeX(it.end, w);
  const from = Math.max(LEFT, x), width = Math.max(1, Math.min(w, x2) - from - (x2 - x > 4 ? 1 : 0));
  if (x2 < LEFT) return;
  if (it.kind === KIND.stall) {
    g.fillStyle = row.reasons[it.x];
    g.fillRect(from, row.y + row.h - strip, width, strip);
    return;
  }
  const mark = isMark(it);
  g.fillStyle = mark ? colour('flag') : row.colour;
  if (mark) g.fillRect(Math.max(LEFT, timeX(it.done, w) - 1), row.y, 2, row.h - strip);
  else g.fillRect(from, row.y, width, row.h - strip);
  if (it === line.chosen) {
    g.strokeStyle = colour('ink');
    g.lineWidth = 2.5;
    g.strokeRect(from, row.y + 1, Math.max(3, width), row.h - strip - 2);
  }
  const text = stem(it.pc), room = it.after ? Math.min(width, timeX(it.after.start, w) - from) : width;
  if (!shown.all && !mark && room > 12 + text.length * 8.6) {
    g.fillStyle = '#fff';
    g.font = '600 15px system-ui, sans-serif';
    g.fillText(text, from + 5, row.y + 22);
  }
}

function drawArrows(g, w) {
  const core = byCore.get(shown.core);
  if (shown.all || !line.arrows || !core) return;
  const rowOf = u => line.rows.find(r => r.unit === u);
  const pairs = core.pairs.filter(p => p[1].done >= line.a && p[0].done <= line.b);
  if (pairs.length > 250) return;
  const ink = pairs.length > 60 ? .45 : .85;
  g.strokeStyle = g.fillStyle = colour('flag');
  g.lineWidth = 1.4;
  for (const [set, wait] of pairs) {
    const from = rowOf(set.unit), to = rowOf(wait.unit);
    if (!from || !to || from === to) continue;
    const x = timeX(set.done, w), x2 = timeX(wait.done, w), down = to.y > from.y;
    const y = from.y + (down ? from.h - 6 : 0), y2 = to.y + (down ? 0 : to.h - 6);
    if (x < LEFT - 40 || x2 > w + 40) continue;
    g.globalAlpha = ink;
    g.beginPath();
    g.moveTo(x, y);
    g.bezierCurveTo(x, (y + y2) / 2, x2, (y + y2) / 2, x2, y2);
    g.stroke();
    g.beginPath();
    g.moveTo(x2, y2);
    g.lineTo(x2 - 4, y2 + (down ? -7 : 7));
    g.lineTo(x2 + 4, y2 + (down ? -7 : 7));
    g.fill();
    g.globalAlpha = 1;
  }
}

function drawAxis(g, w) {
  g.font = '15px system-ui, sans-serif';
  for (const k of ticks(line.a / D.tick, line.b / D.tick, Math.max(3, (w - LEFT) / 150))) {
    const x = timeX(k * D.tick, w), text = group(+k.toFixed(2)), half = g.measureText(text).width / 2;
    g.fillStyle = colour('line');
    g.fillRect(x, AXIS - 8, 1, line.height);
    g.fillStyle = colour('dim');
    g.fillText(text, Math.min(Math.max(LEFT, x - half), w - 2 * half), 15);
  }
  g.fillText('cycles', 4, 15);
}

// Stretches that were asked for with --roi and --trace-window, of the core that is shown.
function askedFor() {
  const [from, to] = D.window || [0, 0], end = to || totalTime;
  if (!D.region) return D.window ? [[from, end]] : [];
  return shown.all ? [] : D.visits.filter(v => v[0] === shown.core && v[1] <= end && v[2] >= from).map(v => [v[1], v[2]]);
}
function drawAsked(g, w) {
  g.fillStyle = colour('accent');
  for (const [a, b] of line.asked) {
    const x = Math.max(LEFT, timeX(a, w)), x2 = Math.min(w, timeX(b, w));
    if (x2 < LEFT || x > w) continue;
    g.globalAlpha = .1;
    g.fillRect(x, AXIS - 8, Math.max(1, x2 - x), line.height);
    g.globalAlpha = 1;
    g.fillRect(x, AXIS - 8, Math.max(1, x2 - x), 4);
  }
}
// What was asked for with some of what is around it; of a region its first visit, until what S dispatched there is done.
function showAsked() {
  if (!line.asked.length || line.asked[0][0] >= totalTime) return all();
  const [a, till] = line.asked[0], own = D.region ? (byCore.get(shown.core) || {all: []}).all : [];
  const b = Math.min(totalTime, own.reduce((m, it) => it.issue >= a && it.issue <= till ? Math.max(m, it.done) : m, till));
  view(a - (b - a) / 20, b + (b - a) / 20);
}

function draw() {
  const c = $('chart'), ratio = devicePixelRatio || 1, w = $('lanes').clientWidth;
  c.style.height = line.height + 'px';
  c.width = w * ratio;
  c.height = line.height * ratio;
  const g = c.getContext('2d');
  g.scale(ratio, ratio);
  drawAxis(g, w);
  drawAsked(g, w);
  const reasons = D.reason.map(colour);
  line.rows.forEach((row, i) => {
    row.colour = unitColour(row.unit);
    row.reasons = reasons;
    g.fillStyle = colour('idle');
    g.globalAlpha = .55;
    g.fillRect(LEFT, row.y, w - LEFT, row.h);
    g.globalAlpha = 1;
    const near = inView(row, 2500), bins = !near || !D.whole;
    if (bins) drawBins(g, row, w);
    const dense = near && near.filter(isMark).length > (w - LEFT) / 8;  // they would hide the work
    if (near) for (const it of near) if (!dense || !isMark(it) || it === line.chosen) drawItem(g, row, it, w);
    g.fillStyle = colour(i === line.row && !shown.all ? 'ink' : 'dim');
    g.font = (i === line.row && !shown.all ? '700 ' : '') + (shown.all ? '12px' : '16px') + ' system-ui, sans-serif';
    if (!shown.all) g.fillText(D.unit[row.unit], 4, row.y + 25);
    else g.fillText((row.first ? coreOf.get(row.core).name + ' ' : ''), 4, row.y + 10);
    if (shown.all) g.fillText(D.unit[row.unit], 54, row.y + 10);
  });
  g.save();
  g.beginPath();
  g.rect(LEFT, 0, w - LEFT, line.height);
  g.clip();
  drawArrows(g, w);
  g.restore();
  $('range').textContent = `cycles ${group(cycles(line.a))} to ${group(cycles(line.b))}`;
}

function view(a, b) {
  const least = D.tick * 4, wide = Math.min(totalTime, Math.max(least, b - a));
  line.a = Math.max(0, Math.min(a, totalTime - wide));
  line.b = line.a + wide;
  draw();
}
// What is shown from its first to its last cycle: cores start one after the other.
function all() {
  const core = coreOf.get(shown.core);
  if (shown.all || !core) view(0, totalTime); else view(core.first, core.last);
}
function zoom(by, t = (line.a + line.b) / 2) {
  view(t - (t - line.a) * by, t + (line.b - t) * by);
}

function itemAt(x, y) {
  const w = $('lanes').clientWidth, row = line.rows.find(r => y >= r.y && y < r.y + r.h);
  if (!row || x < LEFT) return null;
  const near = (line.b - line.a) / (w - LEFT) * 3, t = xTime(x, w);
  const list = (byCore.get(row.core) || {unit: {}}).unit[row.unit] || [];
  const strip = y >= row.y + row.h - 6;
  let best = null;
  for (const it of list) {
    if (it.start > t + near) break;
    const hit = it.kind === KIND.work || it.kind === KIND.scalar || it.kind === KIND.stall ?
      t >= it.start && t <= it.end : Math.abs(t - it.done) < near;
    if (hit && (!best || (it.kind === KIND.stall) === strip)) best = it;
  }
  return best || {row, t};
}

function binText(at) {
  const i = Math.floor(at.t / D.width), l = at.row.lane;
  if (!l.busy) unpack(l);
  if (i >= l.reason.length) return null;
  return el('div', {}, el('b', {}, D.unit[l.unit]), el('div', {},
    `works ${(100 * (l.busy[i + 1] - l.busy[i])).toFixed(0)} % of cycles ` +
    `${cycles(i * D.width)} to ${cycles((i + 1) * D.width)}` +
    (l.reason[i] ? `; waits: ${words(D.reason[l.reason[i] - 1])}` : '')));
}

function chooseItem(it) {
  line.chosen = it;
  const box = $('chosen');
  box.hidden = !it;
  if (it) {
    box.replaceChildren(explain(it));
    if (it.end < line.a || it.start > line.b)
      view(it.start - (line.b - line.a) / 2, it.start + (line.b - line.a) / 2);
    line.row = Math.max(0, line.rows.findIndex(r => r.core === it.core && r.unit === it.unit));
    hotLine(it.pc);
  }
  draw();
}

function stepItem(by) {
  const row = line.rows[line.row];
  const list = ((byCore.get(row.core) || {unit: {}}).unit[row.unit] || []).filter(i => i.kind !== KIND.stall);
  let k = list.indexOf(line.chosen);
  k = k < 0 ? list.findIndex(i => i.end >= line.a) : k + by;
  if (list[k]) chooseItem(list[k]);
}

function keys(e) {
  const wide = line.b - line.a;
  const act = {
    '+': () => zoom(.5), '=': () => zoom(.5), '-': () => zoom(2), '0': all,
    ArrowLeft: () => view(line.a - wide / 6, line.b - wide / 6),
    ArrowRight: () => view(line.a + wide / 6, line.b + wide / 6),
    ArrowUp: () => { line.row = Math.max(0, line.row - 1); draw(); },
    ArrowDown: () => { line.row = Math.min(line.rows.length - 1, line.row + 1); draw(); },
    n: () => stepItem(1), p: () => stepItem(-1),
    f: () => { line.arrows = $('arrows').checked = !line.arrows; draw(); },
    Escape: () => { hideTip(); chooseItem(null); }
  }[e.key];
  if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
  e.preventDefault();
  act();
}

function pointer() {
  const box = $('lanes'), c = $('chart');
  let drag = null;
  const at = e => { const r = c.getBoundingClientRect(); return [e.clientX - r.left, e.clientY - r.top]; };
  c.addEventListener('wheel', e => {
    if (!e.deltaY || e.shiftKey) return;
    e.preventDefault();
    zoom(e.deltaY > 0 ? 1.25 : .8, xTime(Math.max(LEFT, at(e)[0]), box.clientWidth));
  }, {passive: false});
  c.addEventListener('pointerdown', e => { drag = {x: e.clientX, a: line.a, moved: false}; c.setPointerCapture(e.pointerId); });
  c.addEventListener('pointermove', e => {
    if (drag) {
      const by = (e.clientX - drag.x) / (box.clientWidth - LEFT) * (line.b - line.a);
      drag.moved = drag.moved || Math.abs(e.clientX - drag.x) > 3;
      if (drag.moved) view(drag.a - by, drag.a - by + line.b - line.a);
      return;
    }
    const hit = itemAt(...at(e)), text = hit && (hit.row ? D.whole ? null : binText(hit) : explain(hit));
    if (text) showTip(e, text); else hideTip();
  });
  c.addEventListener('pointerup', e => {
    const hit = drag && !drag.moved && itemAt(...at(e));
    drag = null;
    if (hit && !hit.row) chooseItem(hit);
  });
  c.addEventListener('pointerleave', hideTip);
  c.addEventListener('dblclick', e => zoom(.4, xTime(at(e)[0], box.clientWidth)));
  box.addEventListener('keydown', keys);
}

function timeline() {
  pointer();
  $('zoom-in').onclick = () => zoom(.5);
  $('zoom-out').onclick = () => zoom(2);
  $('zoom-all').onclick = all;
  $('zoom-asked').onclick = showAsked;
  $('zoom-asked').hidden = !asked();
  $('arrows').onchange = e => { line.arrows = e.target.checked; draw(); };
  addEventListener('resize', draw);
  const waits = D.reason.filter((_, r) => D.cores.some(c => c.units.some(u => u[4][r])));
  const units = [...new Set(D.cores.flatMap(c => c.units.filter(u => u[3] || u[1]).map(u => D.unit[u[0]])))];
  $('lanes').after(el('p', {class: 'key', id: 'key'}, el('b', {}, 'works:'), units.map(u => swatch(u, u, UNIT_MEANS))),
    el('p', {class: 'key'}, el('b', {}, 'waits for:'), waits.map(r => swatch(r, r, REASON_MEANS))));
  onCore(() => {
    layout();
    line.asked = askedFor();
    const gap = missing(), core = coreOf.get(shown.core);
    $('detail').textContent = (!shown.all && core && core.first > 0 && D.cores.length > 1 ?
      `${core.name} starts at cycle ${group(cycles(core.first))} of the chip: cores start one after the other. ` : '') +
      (gap ? gap + ' Of the rest, how much of the time a unit works is shown.' : '') +
      (line.asked.some(k => k[0] < totalTime) ? ` Marked: ${asked()}.` : '');
    showAsked();
  });
}
