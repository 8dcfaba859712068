// Keys of the whole page, their list, the look (light or dark), and the page on paper.
'use strict';
const KEYS = [
  ['Everywhere', [['?', 'this list'], ['1 .. 9', 'go to a part of the page'], ['c', 'choose the core'], ['d', 'light or dark'], ['Tab', 'next button, line or picture']]],
  ['Timeline', [['+ -', 'zoom in, zoom out; so does the wheel'], ['0', 'show all'], ['\u2190 \u2192', 'move; so does dragging'], ['\u2191 \u2193', 'choose a row'],
    ['n p', 'next, previous instruction of the row'], ['f', 'arrows of flags on or off'], ['Esc', 'let go of the instruction']]],
  ['Machine', [['k', 'play or pause'], ['.', 'a step on'], [',', 'a step back'], ['\u2190 \u2192', 'on the slider: a step']]],
  ['Source', [['Enter', 'find the line in the timeline']]]
];

function look(dark) {
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  $('look').textContent = dark ? 'Light' : 'Dark';
  $('look').setAttribute('aria-label', dark ? 'switch to light colours' : 'switch to dark colours');
  if (document.body.dataset.ready) { draw(); if (machine.list) drawMachine(); }
}
const isDark = () => document.documentElement.dataset.theme === 'dark';

function part(n) {
  const s = document.querySelectorAll('section')[n];
  if (!s) return;
  s.scrollIntoView();
  s.querySelector('h2').focus({preventScroll: true});
}

function help() {
  const box = $('keys'), system = matchMedia('(prefers-color-scheme: dark)');
  box.prepend(...KEYS.map(([title, list]) => el('div', {}, el('h3', {}, title), el('dl', {}, list.map(([k, v]) =>
    el('div', {}, el('dt', {}, k.split(' ').map(x => x === '..' ? ' to ' : el('kbd', {}, x))), el('dd', {}, v)))))));
  $('help').onclick = () => box.showModal();
  $('look').onclick = () => look(!isDark());
  look(system.matches);
  system.addEventListener('change', e => look(e.matches));
  for (const s of document.querySelectorAll('section')) {
    const h = s.querySelector('h2');
    h.id = s.id + '-title';
    h.tabIndex = -1;
    s.setAttribute('aria-labelledby', h.id);
  }
  addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || box.open || /SELECT|TEXTAREA/.test(e.target.tagName)) return;
    if (e.key === '?') box.showModal();
    else if (e.key === 'c') { e.preventDefault(); $('core').focus(); }
    else if (e.key === 'd') look(!isDark());
    else if (/^[1-9]$/.test(e.key)) part(+e.key - 1);
  });
  let was = false;
  const paper = on => {  // drawn for the width of the sheet, in light colours
    document.body.style.width = on ? '703px' : '';
    if (on) was = isDark();
    look(!on && was);
    fitWords(document);
  };
  addEventListener('beforeprint', () => paper(true));
  addEventListener('afterprint', () => paper(false));
  addEventListener('resize', () => fitWords(document));
}
