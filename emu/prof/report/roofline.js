// Rooflines: of the matrix units and of the vector units, each with the levels of its memory.
'use strict';
const TO_CORE = ['GM_TO_L1', 'GM_TO_L0A', 'GM_TO_L0B', 'GM_TO_UB'];
const FROM_CORE = ['L0C_TO_GM', 'UB_TO_GM', 'L1_TO_GM'];
const bytesOf = (cores, names) => sum(names.map(n => D.path.indexOf(n)).filter(p => p >= 0)
  .map(p => sum(cores.map(c => c.bytes[p]))));

// What one kind of unit did and could do; null when it did nothing. Rates are per second, in 1e12.
function roofOf(kind) {
  const cube = kind === 'CUBE', clock = D.number.clock / 1e12, n = D.number;
  const cores = D.cores.filter(c => c.units.some(u => D.unit[u[0]] === kind && (u[1] || u[3])));
  const ops = cube ? 2 * sum(D.cores.map(c => c.macs)) : D.elements, used = cores.length;
  if (!ops || !used) return null;
  const peak = cube ? (D.run && D.run.peak_tflops) || 2 * n['core.cube.mac_f16'] * used * clock :
    D.elements / D.repeats * used * clock;
  const read = n[cube ? 'core.gm_l1.rate' : 'core.gm_ub.rate'], at = clock * used;
  const levels = [
    {name: 'memory', bytes: bytesOf(cores, ['L2_MISS']), colour: 'queue_full',
      rate: Math.min(n['mem.rate'] / 1e12, (n['mem.core_rate'] || Infinity) * at)},
    {name: 'L2', bytes: bytesOf(cores, [...TO_CORE, ...FROM_CORE]), colour: 'MTE2',
      rate: Math.min(read * at, (n['l2.rate'] || Infinity) * clock)},
    {name: 'L1 to L0', bytes: cube ? bytesOf(cores, ['L1_TO_L0A', 'L1_TO_L0B']) : 0, colour: 'MTE1',
      rate: (n['core.l1_l0a.rate'] + n['core.l1_l0b.rate']) / 2 * at}
  ].filter(l => l.bytes && l.rate > 0);
  const done = ops / (D.cycles / D.tick / n.clock) / 1e12;
  for (const l of levels) { l.x = ops / l.bytes; l.roof = Math.min(peak, l.x * l.rate); }
  return {kind, used, ops, peak, done, levels};
}

function roofPicture(r) {
  const xs = r.levels.flatMap(l => [l.x, r.peak / l.rate]), lo = Math.min(...xs) / 4, hi = Math.max(...xs) * 4;
  const top = r.peak * 2.2, low = Math.min(r.done / 4, ...r.levels.map(l => lo * l.rate));
  const W = 1200, H = 500, L = 90, R = 960, B = H - 70, parts = [], labels = [];
  const X = v => L + Math.log(v / lo) / Math.log(hi / lo) * (R - L);
  const Y = v => B - Math.log(v / low) / Math.log(top / low) * (B - 40);
  const thin = list => list.length > 9 ? list.filter(v => /^[1]/.test(v.toExponential())) : list;
  for (const v of thin(decades(lo, hi)))
    parts.push(sv('path', {d: `M${X(v)} 40V${B}`, class: 'grid'}), write(X(v), B + 24, group(v), {'text-anchor': 'middle', class: 'dim'}));
  for (const v of thin(decades(low, top)))
    parts.push(sv('path', {d: `M${L} ${Y(v)}H${R}`, class: 'grid'}), write(L - 10, Y(v) + 6, group(v), {'text-anchor': 'end', class: 'dim'}));
  for (const l of r.levels) {
    const own = `var(--${l.colour})`, edge = Math.min(hi, Math.max(lo, r.peak / l.rate));
    parts.push(sv('path', {d: `M${X(lo)} ${Y(Math.min(r.peak, lo * l.rate))}L${X(edge)} ${Y(r.peak)}H${X(hi)}`, class: 'roof', style: `stroke:${own}`}),
      sv('path', {d: `M${X(l.x)} ${Y(r.done)}V${Y(l.roof)}`, style: `stroke:${own};stroke-width:2.5;stroke-dasharray:5 5`}),
      sv('circle', {cx: X(l.x), cy: Y(l.roof), r: 6, style: `fill:var(--card);stroke:${own};stroke-width:2.5`}),
      sv('circle', {cx: X(l.x), cy: Y(r.done), r: 10, style: `fill:${own}`},
        sv('title', {}, `${l.name}: ${short(l.x, 4)} operations a byte, ${percent(r.done, l.roof)} of its roof`)));
    labels.push({x: X(l.x), text: l.name, own});
  }
  labels.sort((a, b) => a.x - b.x).forEach((l, i) => parts.push(write(l.x, Y(r.done) + 34 + 24 * i, l.text,
    {'text-anchor': 'middle', style: `fill:${l.own}`, class: 'b halo'})));
  parts.push(write(R + 12, Y(r.peak) - 6, `peak ${short(r.peak, 4)}`, {class: 'b'}),
    write(R + 12, Y(r.peak) + 16, `of ${r.used} ${r.kind} unit${r.used > 1 ? 's' : ''}`, {class: 'dim'}),
    write(R + 12, Y(r.done) + 6, `reached ${short(r.done, 4)}`, {class: 'b'}),
    write(R + 12, Y(r.done) + 28, `${percent(r.done, r.peak)} of the peak`, {class: 'dim'}),
    sv('path', {d: `M${L} ${Y(r.done)}H${R}`, style: 'stroke:var(--ink);stroke-dasharray:2 6;opacity:.6'}),
    write(L, 20, 'operations a second, in 10\u00b9\u00b2 (logarithmic)', {class: 'dim'}),
    write(R, H - 14, 'operations a byte (logarithmic)', {'text-anchor': 'end', class: 'dim'}));
  return picture(W, H, `Roofline of ${r.kind}: ${short(r.done, 4)} of ${short(r.peak, 4)} tera-operations a second; ` +
    r.levels.map(l => `${percent(r.done, l.roof)} of the roof of ${l.name}`).join(', '), ...parts);
}

function roofline() {
  const box = $('roof'), roofs = ['CUBE', 'VECTOR'].map(roofOf).filter(r => r && r.levels.length);
  if (!roofs.length) return nothing('roof', 'No matrix or vector unit worked in this run, so there is no arithmetic ' +
    'to hold against a roof. The bytes below compare each path with its rate.');
  for (const r of roofs) {
    box.append(el('h3', {}, r.kind === 'CUBE' ? 'Matrix units (CUBE): one multiplication and one addition are two operations' :
      'Vector units (VECTOR): one element is one operation, masked or not'),
    roofPicture(r),
    table(['level', 'bytes', 'operations a byte', 'reached, 10\u00b9\u00b2/s', 'its roof there', 'share of roof', 'bound by'],
      r.levels.map(l => [l.name, group(l.bytes), short(l.x, 4), short(r.done, 4), short(l.roof, 4),
        percent(r.done, l.roof), l.roof < r.peak ? 'bytes' : 'arithmetic']), [0, 6],
      {'data-roof': r.kind, 'data-ops': r.ops}));
  }
}
