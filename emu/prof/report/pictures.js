// Pictures of sums: time of units, critical path, banks.
'use strict';
// A row of coloured parts: [name of the colour, text, value, sentence]; empty text = idle.
function stackRow(title, list, all, right, label, more) {
  return el('div', {class: 'unit', ...more}, el('strong', {title: UNIT_MEANS[title] || null}, title),
    el('div', {class: 'stack', role: 'img', 'aria-label': label}, list.filter(l => l[2] > 0).map(([name, text, v, mean]) =>
      el('span', {class: name === 'idle' ? 'idle' : null, style: `width:${100 * v / all}%;background:var(--${name})`,
        'data-text': `${text} ${percent(v, all)}`, 'data-share': percent(v, all),
        title: `${text}: ${group(cycles(v))} cycles, ${percent(v, all)}${mean ? ` \u2013 ${mean}` : ''}`}))),
    el('span', {}, right));
}

function stacks() {
  const cores = shown.all ? D.cores : [coreOf.get(shown.core)].filter(Boolean), box = $('stacks'), rows = [];
  if (!cores.length) return nothing('stacks', 'No core ran a block.');
  const units = [...new Set(cores.flatMap(c => c.units.map(u => u[0])))];
  box.replaceChildren();
  for (const u of units) {
    const own = cores.flatMap(c => c.units.filter(k => k[0] === u)), n = own.length, name = D.unit[u];
    const busy = sum(own.map(k => k[1])), waits = D.reason.map((_, r) => sum(own.map(k => k[4][r])));
    const idle = span * n - busy - sum(waits), there = span * n, count = sum(own.map(k => k[3]));
    rows.push({u, busy, waits, idle, count});
    if (!count && !busy) continue;
    box.append(stackRow(name, [[name, 'works', busy], ...waits.map((v, r) => [D.reason[r], words(D.reason[r]), v, REASON_MEANS[D.reason[r]]]),
      ['idle', 'nothing to do', idle]], there, `${group(count)} instr.`,
    `${name}: works ${percent(busy, there)}, ${waits.map((v, r) => v ? `waits ${words(D.reason[r])} ${percent(v, there)}, ` : '').join('')}` +
      `nothing to do ${percent(idle, there)}`, {'data-unit': name, 'data-busy': busy, 'data-idle': idle}));
  }
  const still = rows.filter(r => !r.count && !r.busy).map(r => D.unit[r.u]);
  if (still.length) box.append(el('p', {class: 'small'}, `Without a single instruction: ${still.join(', ')}.`));
  const used = D.reason.map((_, r) => r).filter(r => rows.some(k => k.waits[r]));
  if (used.length) box.append(el('dl', {class: 'means'}, used.map(r => el('div', {}, el('dt', {}, el('i', {style: `background:var(--${D.reason[r]})`}),
    words(D.reason[r])), el('dd', {}, REASON_MEANS[D.reason[r]] || '')))));
  box.append(asTable(['unit', 'works', ...used.map(r => words(D.reason[r])), 'nothing to do', 'together'],
    rows.map(r => [D.unit[r.u], cycles(r.busy), ...used.map(k => cycles(r.waits[k])), cycles(r.idle),
      cycles(r.busy + sum(r.waits) + r.idle)].map((v, i) => i ? group(v) : v))));
  fitWords(box);
}

// ---- critical path ----------------------------------------------------------------------------
const CAUSE_COLOUR = {scalar: 'SCALAR', work: 'c-work', head: 'c-head', tail: 'c-tail', sync: 'c-sync', interval: 'c-interval',
  latency: 'mem_latency', between: 'idle', other: 'c-other', launch: 'c-launch', shared: 'mem_bandwidth'};
function critical() {
  const run = D.run || {}, p = run.profile && run.profile.critical_path;
  if (!p) return nothing('path', (run.profile && run.profile.no_path) || 'This run kept no critical path.');
  const tick = v => v * D.tick, by = list => Object.entries(list).map(([k, v]) => [k, v.cycles === undefined ? v : v.cycles])
    .filter(e => e[1]).sort((a, b) => b[1] - a[1]);
  const units = by(p.pipes), causes = by(p.causes), name = c => CAUSE_COLOUR[c] || c;
  const say = (list, what) => `${what}: ${list.map(l => `${words(l[0])} ${percent(l[1], p.cycles)}`).join(', ')}`;
  $('path').append(stackRow('by unit', units.map(([n, v]) => [n, n, tick(v), UNIT_MEANS[n]]), tick(p.cycles), '', say(units, 'by unit')),
    stackRow('by cause', causes.map(([n, v]) => [name(n), words(n), tick(v), CAUSE_MEANS[n]]), tick(p.cycles), '', say(causes, 'by cause')),
    el('dl', {class: 'means'}, causes.map(([c, v]) => el('div', {}, el('dt', {}, el('i', {style: `background:var(--${name(c)})`}), words(c)),
      el('dd', {}, `${CAUSE_MEANS[c] || ''}: ${percent(v, p.cycles)}`)))),
    el('p', {class: 'small'}, `Of ${coreOf.has(p.core) ? coreOf.get(p.core).name : `core ${p.core}`}, the last to end: ${group(p.steps)} steps, ${group(cycles(tick(p.cycles)))} cycles.`),
    el('h3', {}, 'Lines on it'), pathLines(p));
  ideals(run);
  fitWords($('path'));
}

// A line counts by the call that brought it: a macro may be another instruction in every call.
function pathLines(p) {
  const lines = new Map();
  for (const i of p.instructions || []) {
    const c = codeAt.get(i.pc / 4), call = c ? callOf(c.call) : null;
    const key = `${i.file}:${i.line} ${call ? `${call[1]}:${call[2]}` : ''}`;
    const l = lines.get(key) || lines.set(key, {i, call, cycles: 0}).get(key);
    l.cycles += i.cycles;
    if (i.cycles > l.i.cycles) l.i = i;
  }
  const file = name => (name || '').split('/').pop(), top = [...lines.values()].sort((a, b) => b.cycles - a.cycles).slice(0, 10);
  const text = l => { const f = D.files.findIndex(x => x.name === l.i.file);
    return expanded([l.i.pc / 4], f < 0 ? null : textLine(f, l.i.line)).trim(); };
  return table(['line', 'source', 'cycles', 'share'], top.map(l => el('tr', {class: 'go', tabindex: 0,
    'data-pc': l.i.pc, onclick: () => goTo(l.i.pc / 4), onkeydown: e => e.key === 'Enter' && goTo(l.i.pc / 4)},
  el('th', {scope: 'row'}, l.i.line ? `${file(l.i.file)}:${l.i.line}` : `0x${l.i.pc.toString(16)}`),
  el('td', {}, el('code', {}, text(l)), l.call ? el('span', {class: 'small'}, ` in ${l.call[0]}, from ${file(D.files[l.call[1]].name)}:${l.call[2]}`) : ''),
  el('td', {class: 'n'}, group(+l.cycles.toFixed(2))), el('td', {class: 'n'}, percent(l.cycles, p.cycles)))), [0, 1]);
}

function ideals(run) {
  const list = run.what_if || [];
  if (!list.length) return;
  const task = run.task_us ? run.task_us * D.number.clock / 1e6 : run.cycles;
  $('path').append(el('h3', {}, 'What if one thing were ideal'), el('p', {class: 'hint'}, 'What a row saves is how much earlier the last core ends. ' +
    (run.task_us ? `The share is of all ${group(Math.round(task))} cycles from the launch on (${short(run.task_us, 5)} \u00b5s, time with launch), which are ` +
      `more than the ${group(run.cycles)} on the slowest core.` : `The share is of ${group(run.cycles)} cycles.`)),
  table(['what', 'cycles saved', 'share', 'means'], list.map(w => el('tr', {'data-what-if': w.name}, el('th', {scope: 'row'}, w.name),
    el('td', {class: 'n'}, w.fault ? '-' : group(+w.saved_cycles.toFixed(2))), el('td', {class: 'n'}, w.fault ? '-' : percent(w.saved_cycles, task)),
    el('td', {}, w.fault ? `the kernel stops then: ${w.fault}` : w.means))), [0, 3]));
}

// ---- banks ------------------------------------------------------------------------------------
function heat() {
  const box = $('heat'), n = D.number['core.ub.banks_per_group'] || 3, total = sum(D.banks);
  const works = D.cores.some(c => c.units.some(u => D.unit[u[0]] === 'VECTOR' && (u[1] || u[3])));
  if (!total) return nothing('heat', works ? 'No vector instruction kept here touched UB. ' + missing() :
    'No vector unit worked in this run, so no bank of UB was touched.');
  const cell = (side, g, b) => D.banks[(g * 4 + b) * 2 + side];
  const few = v => v < 10000 ? group(v) : short(v / (v < 1e6 ? 1e3 : 1e6), 3) + (v < 1e6 ? 'k' : 'M');
  const most = Math.max(1, ...D.banks);
  const draw = (side, title) => {
    const parts = [write(104, 18, 'bank group', {class: 'dim', 'text-anchor': 'end'})];
    for (let b = 0; b < n; b++) {
      parts.push(write(104, 58 + b * 50, `bank ${b}`, {'text-anchor': 'end', class: 'dim'}));
      for (let g = 0; g < 16; g++) {
        const v = cell(side, g, b), strong = v / most, x = 116 + g * 75;
        parts.push(sv('rect', {x, y: 28 + b * 50, width: 72, height: 46, rx: 6, 'data-blocks': v,
          style: `fill:color-mix(in srgb, var(--hot) ${(100 * strong).toFixed(0)}%, var(--idle))`}, sv('title', {}, `group ${g}, bank ${b}: ${group(v)} blocks`)),
        write(x + 36, 57 + b * 50, v ? few(v) : '', {'text-anchor': 'middle', style: strong > .5 ? 'fill:#fff' : ''}));
        if (!b) parts.push(write(x + 36, 18, String(g), {'text-anchor': 'middle', class: 'dim'}));
      }
    }
    return [el('h3', {}, title), el('div', {class: 'wide'}, picture(1320, 34 + n * 50, `${title}, by bank and bank group; the table below has the numbers`, ...parts))];
  };
  const cost = D.bank_cost, all = sum(cost);
  const key = el('p', {class: 'key'}, 'blocks: 0', el('i', {class: 'ramp'}), group(most));
  box.append(...draw(0, 'Blocks read'), ...draw(1, 'Blocks written'), key,
    el('p', {}, `${group(D.banked)} vector instructions are counted here. ` + (all ? `Conflicts cost them ${group(all)} cycles: ` +
      `${group(cost[0])} read with read, ${group(cost[1])} write with write, ${group(cost[2])} read with write.` : 'Conflicts cost them nothing.') +
      (D.whole ? '' : ' ' + missing())),
    asTable(['bank group', ...Array.from({length: n}, (_, b) => [`bank ${b}, read`, `bank ${b}, written`]).flat()],
      Array.from({length: 16}, (_, g) => [g, ...Array.from({length: n}, (_, b) => [group(cell(0, g, b)), group(cell(1, g, b))]).flat()])));
}
