// Draws every part once; the parts that show one core again when another is chosen.
'use strict';
against();
head();
help();
source();
timeline();
machineView();
onCore(stacks);
critical();
roofline();
flow();
heat();
for (const f of watchers) f();
document.body.dataset.ready = 'yes';
