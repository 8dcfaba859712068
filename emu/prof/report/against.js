// The part "Compare" of a run with --against: an earlier run beside this one. It makes its own
// section, before the head lists the parts; all figures are those of `against` in the JSON.
'use strict';
const AGAINST_STYLE = `
:root { --less: #1b62b5; --more: #b8500f; --waits: #8d97a3; }
:root[data-theme=dark] { --less: #6fb1ff; --more: #ff9d5c; --waits: #7a8592; }
#against .said { font-size: 1.2rem; border-left: .35rem solid var(--accent); padding: .2rem 1rem; margin: .6rem 0 1rem; }
#against .cards { display: flex; flex-wrap: wrap; gap: .8rem; margin: 0 0 1rem; padding: 0; list-style: none; }
#against .cards li { flex: 1 1 11rem; border: 1px solid var(--line); border-radius: 10px; padding: .6rem .9rem; background: var(--empty); }
#against .cards b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
#against .less { color: var(--less); } #against .more { color: var(--more); } #against .same { color: var(--dim); }
#against .less, #against .more { font-weight: 650; } #against .cards li > :last-child { display: block; }
#against .two { display: grid; grid-template-columns: 6.5rem 4.5rem 1fr 15rem; gap: .12rem .7rem; align-items: center; margin: .55rem 0; }
#against .two strong { grid-row: span 2; }
#against .two .stack { background: none; height: 22px; border-radius: 4px; }
#against .two .stack span { line-height: 22px; }
#against .two .small { font-variant-numeric: tabular-nums; white-space: nowrap; }
#against .rest { background: var(--idle); }
#against .stack .wait { color: var(--ink); text-shadow: none; font-weight: 600;
  background: repeating-linear-gradient(135deg, color-mix(in srgb, var(--waits) 45%, var(--idle)) 0 6px, var(--idle) 6px 9px); }
#against .swing { position: relative; display: block; min-width: 9rem; height: 1.1em; border-left: 1px solid var(--line); border-right: 1px solid var(--line); }
#against .swing i { position: absolute; top: .15em; bottom: .1em; border-radius: 2px; }
#against .swing::after { content: ''; position: absolute; left: 50%; top: -.25em; bottom: -.25em; border-left: 1px solid var(--dim); }
#against td code { overflow-wrap: anywhere; } #against th.swings { text-align: center; white-space: nowrap; }
#against .was { color: var(--dim); display: block; }
@media (max-width: 60rem) { #against .two { grid-template-columns: 5.5rem 3.5rem 1fr; } #against .two .small.end { display: none; } }`;

// ---- figures ----------------------------------------------------------------------------------
const FIGURE_NAMES = {cycles: ['cycles', ''], time_us: ['time on the cores', ' \u00b5s'], task_us: ['time with launch', ' \u00b5s'],
  tflops: ['arithmetic', ' TFLOPS'], pct_peak: ['of the peak', ' %'], mac_per_cycle: ['products a cycle', ''],
  instructions: ['instructions', '']};
const MORE_IS_BETTER = new Set(['tflops', 'pct_peak', 'mac_per_cycle']);
const plainNumber = v => {
  if (v === null || v === undefined) return '-';
  const [whole, part] = String(+Math.abs(v).toFixed(2)).split('.');
  return (v < 0 ? '-' : '') + whole.replace(/\B(?=(\d{3})+$)/g, ' ') + (part ? '.' + part : '');
};
// The sign is written, and an arrow with it: nothing rests on colour alone.
const signed = v => v > 0 ? '+' + plainNumber(v) : v < 0 ? '\u2212' + plainNumber(-v) : '0';
const signedPercent = v => v === null ? '' : v > 0 ? `+${v.toFixed(1)} %` : v < 0 ? `\u2212${(-v).toFixed(1)} %` : '0 %';
const way = v => v > 0 ? '\u25b2 ' : v < 0 ? '\u25bc ' : '';
const wayClass = (v, good) => !v ? 'same' : (v < 0) !== !!good ? 'less' : 'more';
const exact = c => ({'data-before': c.before, 'data-now': c.now, 'data-difference': c.difference});

function figureCards(a) {
  return el('ul', {class: 'cards'}, a.figures.map(f => {
    const [name, unit] = FIGURE_NAMES[f.name] || [words(f.name), ''];
    return el('li', {'data-figure': f.name, ...exact(f)}, el('span', {class: 'small'}, name),
      el('b', {}, plainNumber(f.now) + unit),
      el('span', {class: 'small'}, `before ${plainNumber(f.before)}${unit} `),
      el('span', {class: wayClass(f.difference, MORE_IS_BETTER.has(f.name))},
        f.difference ? `${way(f.difference)}${signed(f.difference)}${f.percent === null ? '' : `, ${signedPercent(f.percent)}`}` : 'the same'));
  }));
}

// ---- both timelines' totals -------------------------------------------------------------------
function unitBars(a) {
  const time = a.figures.find(f => f.name === 'cycles'), most = Math.max(time.before, time.now), out = [];
  const part = (v, width, cls, style, text) => v > 0 ? el('span', {class: cls, style: `width:${100 * v * width / most}%;${style}`,
    title: `${text}: ${(100 * v).toFixed(1)} %`}, v * width / most > .1 ? `${(100 * v).toFixed(1)} %` : '') : '';
  for (const [u, p] of Object.entries(a.pipes)) {
    if (!p.busy.before && !p.busy.now && !p.stall.before && !p.stall.now) continue;
    const bar = when => [el('span', {class: 'small'}, when), p.busy[when] === null ? el('span', {class: 'small'}, 'not used') :
      el('div', {class: 'stack', role: 'img', 'data-unit': u, 'data-when': when, 'data-busy': p.busy[when], 'data-stall': p.stall[when],
        'data-idle': p.idle[when], 'aria-label': `${u} ${when}: works ${(100 * p.busy[when]).toFixed(1)} %, waits ` +
          `${(100 * p.stall[when]).toFixed(1)} %, nothing to do ${(100 * p.idle[when]).toFixed(1)} % of ${plainNumber(time[when])} cycles`},
      part(p.busy[when], time[when], '', `background:var(--${u})`, 'works'), part(p.stall[when], time[when], 'wait', '', 'waits'),
      part(p.idle[when], time[when], 'rest idle', '', 'nothing to do'))];
    const d = p.busy.difference;
    out.push(el('div', {class: 'two'}, el('strong', {}, u), ...bar('before'), el('span', {class: 'small end'},
      d === null ? '' : `works ${(100 * p.busy.before).toFixed(1)} \u2192 ${(100 * p.busy.now).toFixed(1)} % `),
    ...bar('now'), el('span', {class: 'small end'}, d === null ? '' : `of its time, ${signed(+(100 * d).toFixed(1))} points`)));
  }
  return [el('h3', {}, 'Time of the units'), el('p', {class: 'hint'}, 'Two bars a unit, as long as the runs: work in the ' +
    'colour of the unit, waits striped, nothing to do light.'), ...out];
}

// ---- what changed -----------------------------------------------------------------------------
// A bar to the left of the middle: less; to the right: more.
const swing = (v, most) => el('span', {class: 'swing', 'aria-hidden': 'true'}, el('i', {style: `background:var(--${v < 0 ? 'less' : 'more'});` +
  `width:${50 * Math.abs(v) / (most || 1)}%;${v < 0 ? 'right' : 'left'}:50%`}));
const changed = (v, percent) => el('td', {class: 'n'}, el('span', {class: wayClass(v)}, v ? way(v) + signed(v) : '0'),
  percent === undefined || percent === null ? '' : el('span', {class: 'small'}, ' ' + signedPercent(percent)));
const header = names => el('tr', {}, names.map(h => el('th', {scope: 'col', class: /^(before|now|difference)$/.test(h) ? 'n' : h.startsWith('\u2190') ? 'swings' : ''}, h)));
const SWINGS = '\u2190 less | more \u2192';

const told = text => text ? ` \u2013 ${text}` : '';

function cellTable(title, hint, list, name, told, all, scale = 1) {
  if (!list.length) return [];
  const most = Math.max(...list.map(c => Math.abs(c.difference)));
  return [el('h3', {}, title), el('p', {class: 'hint'}, hint), el('table', {}, header(['what', 'before', 'now', 'difference', SWINGS]),
    list.slice(0, 12).map(c => el('tr', {'data-cell': name(c), ...exact(c)}, el('td', {}, name(c), el('span', {class: 'small'}, told(c))), el('td', {class: 'n'}, plainNumber(scale * c.before)),
      el('td', {class: 'n'}, plainNumber(scale * c.now)), changed(scale * c.difference, all ? 100 * c.difference / all : undefined),
      el('td', {}, swing(c.difference, most)))))];
}

function linePlace(p) {
  const of = s => s.line ? `${(s.file || '').split('/').pop()}:${s.line}` : `0x${s.pc.toString(16)}`;
  if (!p.before || !p.now) return of(p.now || p.before);
  return of(p.before) === of(p.now) ? of(p.now) : `${of(p.before)} \u2192 ${of(p.now).split(':').pop()}`;
}

function lineTable(path) {
  if (!path.lines.length) return [];
  const most = Math.max(...path.lines.map(l => Math.abs(l.difference))), at = s => s ? s.cycles : null;
  return [el('h3', {}, 'Lines that got dearer or cheaper'), el('p', {class: 'hint'}, 'Cycles of the critical path on a line of the source. ' +
    'A line is found again by its text when its number has moved. A dash: not on the critical path of that run.'),
  el('table', {}, header(['line', 'source', 'before', 'now', 'difference', SWINGS]), path.lines.slice(0, 20).map(l => el('tr',
    {'data-matched': l.matched, 'data-before': at(l.before), 'data-now': at(l.now), 'data-difference': l.difference},
    el('td', {}, linePlace(l)), el('td', {}, el('code', {}, (l.now || l.before).text || ''),
      l.matched === 'mnemonic' ? el('code', {class: 'was'}, 'before: ' + (l.before.text || '')) : ''),
    el('td', {class: 'n'}, plainNumber(at(l.before))), el('td', {class: 'n'}, plainNumber(at(l.now))), changed(l.difference),
    el('td', {}, swing(l.difference, most))))),
  path.lines.length > 20 ? el('p', {class: 'small'}, `and ${path.lines.length - 20} more in the JSON`) : ''];
}

function byteTable(a) {
  if (!a.bytes.length) return [];
  const rows = (list, kind, ends = '') => list.map(b => el('tr', {[kind]: b.name, ...exact(b)}, el('td', {}, words(b.name) + ends),
    el('td', {class: 'n'}, plainNumber(b.before)), el('td', {class: 'n'}, plainNumber(b.now)),
    b.difference === null ? el('td', {class: 'n'}, '-') : changed(b.difference, b.difference ? b.percent : null)));
  return [el('h3', {}, 'Bytes'), el('table', {}, header(['path', 'before', 'now', 'difference']), rows(a.bytes, 'data-bytes'),
    rows(a.bytes_a_burst || [], 'data-burst', ', bytes a burst'))];
}

function against() {
  const a = D.run && D.run.against;
  if (!a) return;
  const path = a.critical_path;
  document.head.append(el('style', {}, AGAINST_STYLE));
  document.querySelector('main').prepend(el('section', {id: 'against', 'data-nav': 'Compare'}, el('h2', {}, 'Compared with an earlier run'),
    el('p', {class: 'hint'}, `Before: ${a.file}${a.kernel === D.kernel ? '' : `, kernel ${a.kernel}`}. Now: this run. \u25bc is less, \u25b2 is more; ` +
      'blue is better, orange is worse.'),
    el('p', {class: 'said'}, a.text), a.differs.length ? el('p', {}, 'Set differently: ', a.differs.map(d =>
      `${d.name} ${d.before === null ? 'not set' : d.before.slice(0, 16)} \u2192 ${d.now === null ? 'not set' : d.now.slice(0, 16)}`).join('; ') + '.') : '',
    figureCards(a), unitBars(a),
    path ? cellTable('Critical path', 'Where the way from the first instruction to the last got shorter or longer, in cycles and in ' +
      'percent of the way before.', path.by, c => `${c.pipe}: ${words(c.cause)}`, c => told(CAUSE_MEANS[c.cause]), path.cycles.before) : el('p', {}, a.no_path),
    path ? lineTable(path) : '',
    cellTable('Waits', 'What a unit waits for, in percent of its time.', a.stalls.filter(c => Math.abs(c.difference) > .0005),
      c => `${c.pipe}: ${words(c.reason)}`, c => told(REASON_MEANS[c.reason]), 0, 100),
    byteTable(a)));
}
