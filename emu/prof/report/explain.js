// The life of one item in words, as `dv explain` tells it.
'use strict';
const whoIs = (it, own) => it ? `${textOf(it.pc)}${it.kind === KIND.set || it.kind === KIND.wait ?
  ' ' + flagName(it.x) : ''} (${lineOf(it.pc, own)})` : 'an instruction before';

// The item before that kept one back: those that only passed on what kept them back are skipped.
function blocker(it) {
  let b = it.before;
  while (b && b.kind !== KIND.work && b.kind !== KIND.bar && D.why[b.why] === 'order' && b.before) b = b.before;
  return b;
}
function workBefore(it) {
  let b = it.before;
  while (b && b.kind !== KIND.work) b = b.before;
  return b;
}

// With unit flags: the item of the other unit that began when this one was ready.
function partner(it) {
  const c = byCore.get(it.core), other = D.unit.indexOf(D.unit[it.unit] === 'CUBE' ? 'FIXP' : 'CUBE');
  return (c.unit[other] || []).find(i => i.kind === KIND.work && i.start === it.start - it.late);
}

function whyHeld(it, own) {
  let why = D.why[it.why];
  const cause = byCore.get(it.core).seq.get(it.cause) || (why.startsWith('unit') ? partner(it) : undefined);
  if (why === 'unit') why = cause && cause.unit !== it.unit ? 'unit_flag' : 'operand';
  switch (why) {
  case 'interval': return `least distance from the start of ${whoIs(workBefore(it), own)}`;
  case 'flight': return `most requests under way, until ${whoIs(cause, own)} was complete`;
  case 'operand': return `needs what ${whoIs(cause, own)} reads or writes`;
  case 'unit_flag': return `unit flag: ${whoIs(cause, own)} began then`;
  default: return '';
  }
}

function whyHead(it, own) {
  const who = whoIs(workBefore(it), own), how = D.why[it.how], head = how === 'waited' ? 'head_waited' : 'head_cold';
  if (how === 'queued' && !it.alone) return `its data follow those of ${who}`;
  if (how === 'queued' || how === 'partner') return `head_queued: it follows ${who} at once`;
  if (it.late) return `${head}: ${moment(hundredths(it.start) - hundredths(it.start - it.late))} of it passed while the unit still worked`;
  return how === 'waited' ? 'head_waited: a wait for a flag kept it back' :
    it.memory ? 'latency until data move' : 'head_cold: the unit was idle';
}

function whyWork(it) {
  const all = it.hit + it.miss;
  if (!all) return it.text;
  if (!it.hit || !it.miss) return `${all} bytes, ${it.miss ? 'none' : 'all'} in L2`;
  return `${all} bytes, ${it.hit} in L2, ${it.miss} not: between work_hit and work_miss by requests`;
}

function whyPiece(it, name, own) {
  switch (name) {
  case 'queued': {
    const b = blocker(it);
    if (!b) return 'requests in flight';
    if (b.kind === KIND.wait && b.pair && D.why[b.why] === 'flag')
      return `behind ${whoIs(b, own)}, which waited for ${whoIs(b.pair, own)}, set at ${cycles(b.pair.done)}`;
    return `behind ${whoIs(b, own)}, which started at ${cycles(b.start)}`;
  }
  case 'held': return whyHeld(it, own);
  case 'flag': return it.pair ? `${whoIs(it.pair, own)}, set at ${cycles(it.pair.done)}` : 'waits for the flag';
  case 'barrier': case 'order': return `after ${whoIs(it.before, own)}, complete then`;
  case 'unit': return `the unit works for ${whoIs(workBefore(it), own)}`;
  case 'head': return whyHead(it, own);
  case 'work': return whyWork(it);
  case 'slowed': return 'MTE2 writes L1 when it starts';
  case 'partner': return 'unit flag: a head behind the end of its partner';
  case 'stall': return byCore.get(it.core).unit[it.unit].filter(s => s.kind === KIND.stall &&
    s.issue >= it.issue && s.done <= it.start).map(s => 'for: ' + words(D.reason[s.x])).join(', ');
  case 'tail': return 'until the result is there; independent successors start before';
  default: return '';
  }
}

function place(it) {
  const c = codeAt.get(it.pc);
  if (!c || c.file < 0) return '';
  let text = `${D.files[c.file].name}:${c.line}`;
  for (let k = c.call; k && k <= D.calls.length; k = D.calls[k - 1][3]) {
    const call = D.calls[k - 1];
    text += `, in ${call[0]} of line ${call[1] === c.file ? '' : D.files[call[1]].name + ':'}${call[2]}`;
  }
  return text;
}

// Rows of [piece, from, to, cycles, why]; cycles are differences of what is shown and add up.
function piecesOf(it) {
  const own = (codeAt.get(it.pc) || {}).file, rows = [];
  let at = it.issue;
  for (let i = 0; i < it.pieces.length; i += 2) {
    const to = at + it.pieces[i + 1], name = D.piece[it.pieces[i]];
    rows.push([name, cycles(at), cycles(to), moment(hundredths(to) - hundredths(at)),
      whyPiece(it, name, own)]);
    at = to;
  }
  return rows;
}

function bufferText(use) {
  const [space, , lo, hi] = use;
  for (const b of D.buffers)
    for (let k = 0; k < b[4]; k++) {
      const at = b[2] + k * b[5];
      if (b[1] === space && lo >= at && lo < at + b[3])
        return `${b[0]}${b[4] > 1 ? `[${k}]` : ''}${lo > at ? '+0x' + (lo - at).toString(16) : ''}`;
    }
  return `${D.space[space]} 0x${lo.toString(16)}..0x${hi.toString(16)}`;
}

function explain(it) {
  const box = el('div', {});
  if (it.kind === KIND.stall) {
    box.append(el('b', {}, `${D.unit[it.unit]} waits: ${words(D.reason[it.x])}`),
      el('div', {}, `${cycles(it.done - it.issue)} cycles, ${cycles(it.issue)} to ${cycles(it.done)}`),
      el('div', {}, `before ${whoIs(it)}`));
    return box;
  }
  box.append(el('b', {}, textOf(it.pc) + (it.kind === KIND.set || it.kind === KIND.wait ?
    ' ' + flagName(it.x) : '')));
  if (place(it)) box.append(el('div', {}, 'line: ' + place(it)));
  box.append(el('div', {}, `place: ${coreOf.get(it.core).name}, block ${it.block}, ${D.unit[it.unit]}, ` +
    `pc 0x${(it.pc * 4).toString(16)}`));
  box.append(el('div', {}, `life: ${moment(hundredths(it.done) - hundredths(it.issue))} cycles, ` +
    `${cycles(it.issue)} to ${cycles(it.done)}`));
  const uses = it.uses, touched = [];
  for (let i = 0; i < uses.length; i += 4)
    touched.push(`${uses[i + 1] === 2 ? 'writes' : 'reads'} ${bufferText(uses.slice(i, i + 4))}`);
  if (touched.length) box.append(el('div', {}, touched.join(', ')));
  box.append(el('table', {}, el('tr', {}, ['piece', 'from', 'to', 'cycles', 'why'].map((h, i) =>
    el('th', {class: i && i < 4 ? 'n' : ''}, h))),
  piecesOf(it).map(r => el('tr', {}, r.map((v, i) => el('td', {class: i && i < 4 ? 'n' : ''}, v))))));
  return box;
}

function showTip(e, content) {
  const tip = $('tip');
  tip.replaceChildren(content);
  tip.hidden = false;
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.max(4, Math.min(e.clientX + 16, innerWidth - w - 8)) + 'px';
  tip.style.top = (e.clientY + 20 + h > innerHeight ? Math.max(4, e.clientY - h - 14) : e.clientY + 20) + 'px';
}
const hideTip = () => { $('tip').hidden = true; };
