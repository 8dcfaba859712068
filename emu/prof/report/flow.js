// Bytes per path as a flow from left to right: memory, buffers of the core, memory again.
'use strict';
const RATES = {GM_TO_L1: 'core.gm_l1.rate', GM_TO_UB: 'core.gm_ub.rate', GM_TO_L0A: 'core.gm_l1.rate', GM_TO_L0B: 'core.gm_l1.rate',
  L1_TO_L0A: 'core.l1_l0a.rate', L1_TO_L0B: 'core.l1_l0b.rate', L1_TO_BT: 'core.l1_bt.rate', L1_TO_FB: 'core.l1_fb.rate',
  UB_TO_GM: 'l2.write', L1_TO_GM: 'l2.write', L0C_TO_GM: 'l2.write', L0C_TO_L1: 'core.fix.l1_rate', L0C_TO_UB: 'core.l0c_ub.rate',
  UB_TO_L0C: 'core.ub_l0c.rate', L1_TO_UB: 'core.l1_ub.rate', UB_TO_L1: 'core.ub_l1.rate', UB_TO_UB: 'core.ub_ub.rate',
  L2_MISS: 'mem.core_rate'};
const COLUMN = {in: 0, L1: 1, L0A: 2, L0B: 2, BT: 2, FB: 2, CUBE: 3, L0C: 4, UB: 5, out: 6};
const NAMES = {in: 'memory, L2', out: 'memory, L2'};
const SIDE = {GM: 'MTE2', L1: 'MTE1', L0C: 'FIXP', UB: 'MTE3', L0A: 'CUBE', L0B: 'CUBE', CUBE: 'CUBE'};

// Bands between nodes: [from, to, bytes, unit, path].
function bands() {
  const list = D.path.map((p, i) => [p, sum(D.cores.map(c => c.bytes[i]))]).filter(p => p[1] && p[0].includes('_TO_')), out = [];
  for (const [p, n] of list) {
    const [a, b] = p.split('_TO_');
    out.push({a: a === 'GM' ? 'in' : a, b: b === 'GM' ? 'out' : b, n, p, unit: a === 'L1' && b === 'GM' ? 'MTE3' : SIDE[a]});
  }
  const into = sum(out.filter(b => b.b === 'L0A' || b.b === 'L0B').map(b => b.n));
  if (into)  // what the matrix unit makes of it; its bytes are read many times and not counted
    for (const l of ['L0A', 'L0B']) out.push({a: l, b: 'CUBE', n: sum(out.filter(b => b.b === l).map(b => b.n)), unit: 'CUBE', p: null});
  const drained = sum(out.filter(b => b.a === 'L0C').map(b => b.n));
  if (into && drained) out.push({a: 'CUBE', b: 'L0C', n: drained, unit: 'CUBE', p: null});
  return out.filter(b => b.n);
}

// Matrix part and vector part are apart unless bytes pass between them.
function parts() {
  const list = bands(), vector = list.filter(b => b.a === 'UB' || b.b === 'UB'), other = list.filter(b => !vector.includes(b));
  const joined = vector.some(b => !['in', 'out', 'UB'].includes(b.a) || !['in', 'out', 'UB'].includes(b.b));
  return joined ? [list] : [other, vector].filter(l => l.length);
}

// Bytes through the fullest column of nodes.
const through = list => Math.max(...Object.values(COLUMN).map(c => Math.max(
  sum(list.filter(b => COLUMN[b.b] === c).map(b => b.n)), sum(list.filter(b => COLUMN[b.a] === c).map(b => b.n)))), 1);

function flowPicture(list, most) {
  const forward = list.filter(b => COLUMN[b.a] < COLUMN[b.b]), other = list.filter(b => COLUMN[b.a] >= COLUMN[b.b]);
  const node = new Map(), W = 1320, deep = 280 * through(list) / most;
  for (const b of forward)
    for (const k of [b.a, b.b]) if (!node.has(k)) node.set(k, {k, in: 0, out: 0, at: {in: 0, out: 0}});
  for (const b of other)
    for (const k of [b.a, b.b]) if (!node.has(k)) node.set(k, {k, in: 0, out: 0, at: {in: 0, out: 0}});
  for (const b of forward) { node.get(b.a).out += b.n; node.get(b.b).in += b.n; }
  const columns = [...new Set([...node.keys()].map(k => COLUMN[k]))].sort((a, b) => a - b);
  const scale = 280 / most, wide = 118, step = columns.length > 1 ? (W - wide - 20) / (columns.length - 1) : 0;
  let bottom = 0;
  columns.forEach((c, i) => {
    const own = [...node.values()].filter(n => COLUMN[n.k] === c).sort((a, b) => a.k < b.k ? -1 : 1);
    const tall = n => Math.max(54, Math.max(n.in, n.out) * scale);
    let y = Math.max(20, 20 + (deep + 50 - sum(own.map(tall)) - 26 * (own.length - 1)) / 2);
    for (const n of own) { Object.assign(n, {x: 10 + i * step, y, h: tall(n)}); y += n.h + 26; bottom = Math.max(bottom, y); }
  });
  const drawn = [], labels = [];
  for (const b of forward.sort((x, y) => node.get(x.b).y - node.get(y.b).y || node.get(x.a).y - node.get(y.a).y)) {
    const s = node.get(b.a), e = node.get(b.b), t = Math.max(1.5, b.n * scale);
    const y1 = s.y + (s.h - s.out * scale) / 2 + s.at.out + t / 2, y2 = e.y + (e.h - e.in * scale) / 2 + e.at.in + t / 2;
    s.at.out += b.n * scale;
    e.at.in += b.n * scale;
    const x1 = s.x + wide, x2 = e.x, mx = (x1 + x2) / 2, far = x2 - x1 > step, low = bottom + t / 2;
    if (far) bottom += t + 16;  // below what it passes
    drawn.push(sv('path', {d: far ? `M${x1} ${y1}C${x1 + 90} ${y1},${x1 + 20} ${low},${x1 + 130} ${low}H${x2 - 130}C${x2 - 20} ${low},${x2 - 90} ${y2},${x2} ${y2}` :
      `M${x1} ${y1}C${mx} ${y1},${mx} ${y2},${x2} ${y2}`, 'data-path': b.p, 'data-bytes': b.n,
      style: `fill:none;stroke:var(--${b.unit});stroke-width:${t};opacity:${b.p ? .5 : .18}`},
    sv('title', {}, b.p ? `${b.p}: ${group(b.n)} bytes` : 'read and written by the matrix unit')));
    if (b.p) labels.push({x: mx, y: (far ? low : (y1 + y2) / 2) + 6, text: bytes(b.n)});
  }
  for (const b of other) {
    const s = node.get(b.a), e = node.get(b.b), y = bottom + 20, t = Math.max(1.5, Math.min(30, b.n * scale));
    const x1 = s.x + wide * .7, x2 = e.x + wide * .3;
    drawn.push(sv('path', {d: `M${x1} ${s.y + s.h}C${x1} ${y + 30},${x2} ${y + 30},${x2} ${e.y + e.h}`, 'data-path': b.p, 'data-bytes': b.n,
      style: `fill:none;stroke:var(--${b.unit});stroke-width:${t};opacity:.5`}, sv('title', {}, `${b.p}: ${group(b.n)} bytes`)));
    labels.push({x: (x1 + x2) / 2, y: y + 8, text: bytes(b.n)});
    bottom = y + 36;
  }
  for (const n of node.values()) {
    const unit = n.k === 'CUBE', mid = n.y + n.h / 2;
    drawn.push(sv('rect', {x: n.x, y: n.y, width: wide, height: n.h, rx: unit ? 27 : 8, class: 'box', style: unit ? 'stroke:var(--CUBE);stroke-width:2.5' : ''}),
      write(n.x + wide / 2, mid + (n.k === 'in' || n.k === 'out' ? -4 : 6), NAMES[n.k] || n.k, {'text-anchor': 'middle', class: 'b'}));
    if (n.k === 'in' || n.k === 'out')
      drawn.push(write(n.x + wide / 2, mid + 18, n.k === 'in' ? 'is read' : 'is written', {'text-anchor': 'middle', class: 'dim'}));
  }
  labels.sort((a, b) => a.y - b.y).forEach((l, i) => {
    for (const k of labels.slice(0, i)) if (Math.abs(k.x - l.x) < 90 && l.y - k.y < 24) l.y = k.y + 24;
    drawn.push(write(l.x, l.y, l.text, {'text-anchor': 'middle', class: 'b halo'}));
  });
  return picture(W, Math.max(bottom, ...labels.map(l => l.y + 12)) + 6, 'Bytes from memory through the core and back: ' +
    list.filter(b => b.p).map(b => `${b.p} ${bytes(b.n)}`).join(', '), ...drawn);
}

function flow() {
  const list = D.path.map((p, i) => ({p, n: sum(D.cores.map(c => c.bytes[i])), cores: D.cores.filter(c => c.bytes[i]).length})).filter(p => p.n);
  if (!list.length) return nothing('flow', 'This run moved no bytes.');
  const all = parts(), most = Math.max(0, ...all.map(through));
  $('flow').append(...all.map(p => flowPicture(p, most)));
  const hit = list.find(p => p.p === 'L2_HIT'), miss = list.find(p => p.p === 'L2_MISS'), h = hit ? hit.n : 0, m = miss ? miss.n : 0;
  if (h + m) $('flow').append(el('p', {}, `Of ${bytes(h + m)} between cores and L2, ${percent(h, h + m)} were found in L2` +
    (m ? `; ${bytes(m)} came from memory or went there.` : '.')));
  const cy = D.cycles / D.tick, asks = D.run && D.run.profile ? D.run.profile.moves : {};
  $('paths').append(table(['path', 'bytes', 'cores', 'bytes a cycle and core', 'its rate', 'share of rate', 'bytes a burst', 'requests set the pace'], list.map(p => {
    const rate = D.number[RATES[p.p]], per = p.n / cy / p.cores, m = asks[p.p.replace('_TO_', '->')];
    return el('tr', {'data-path': p.p}, [p.p, group(p.n), p.cores, short(per, 4), rate ? short(rate, 4) : '\u2013', rate ? percent(per, rate) : '\u2013',
      m && m.runs ? group(Math.round(m.bytes / m.runs)) + (m.bursts > m.runs ? ` (adjoin, asked for as ${group(Math.round(m.bytes / m.bursts))})` : '') : '\u2013',
      m && m.runs && m.limited_by_requests !== null ? percent(m.limited_by_requests, 1) : '\u2013']
      .map((v, i) => el('td', {class: i ? 'n' : ''}, v)));
  })));
}
