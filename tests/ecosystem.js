// Reads what the profile writes for other viewers and holds its sums against the JSON of the run,
// to the last digit. Times are compared in 1/256 cycle.
//   ecosystem.js DIR JSON    prints what is wrong, a line each
const fs = require("fs");
const [dir, json] = process.argv.slice(2);
const run = JSON.parse(fs.readFileSync(json));
const wrong = [];
const read = (name) => fs.readFileSync(`${dir}/${name}`);

// What the run counted: "PIPE busy", "PIPE REASON", and of some formats "PIPE idle".
const counted = (idle) => {
    const out = {};
    for (const [name, p] of Object.entries(run.pipes)) {
        const put = (key, cycles) => {
            if (cycles) out[`${name} ${key}`] = cycles * 256;
        };
        put("busy", p.busy_cycles);
        if (idle) put("idle", p.idle_cycles);
        for (const [reason, cycles] of Object.entries(p.stall)) put(reason, cycles);
    }
    return out;
};
const add = (sums, key, n) => { sums[key] = (sums[key] || 0) + n; };
const same = (what, found, wanted) => {
    for (const key of new Set([...Object.keys(found), ...Object.keys(wanted)]))
        if ((found[key] || 0) !== (wanted[key] || 0))
            wrong.push(`${what}: ${key} is ${found[key] || 0}, counted ${wanted[key] || 0}`);
};

// ---- folded stacks
const folded = () => {
    const sums = {};
    for (const line of read("stacks.folded").toString().trim().split("\n")) {
        const m = /^((?:aic|aiv|core)\d+;([A-Z0-9]+)(?:;[^;]+)+) (\d+)$/.exec(line);
        if (!m) { wrong.push(`folded: ${line}`); return; }
        const last = /;\[(\w+)\]$/.exec(m[1]);
        if (!last && !/:\d+$/.test(m[1])) wrong.push(`folded: no line in ${line}`);
        add(sums, `${m[2]} ${last ? last[1] : "busy"}`, +m[3]);
    }
    same("folded", sums, counted(true));
};

// ---- callgrind
const callgrind = (form) => {
    const what = `callgrind ${form}`;
    const lines = read(`callgrind.out.${form}`).toString().split("\n");
    const positions = form === "instr" ? 2 : 1;
    let events = [], summary = [], call = false, fn = null;
    const self = {}, total = {}, inclusive = {};
    for (const line of lines) {
        let m;
        if ((m = /^events: (.*)/.exec(line))) events = m[1].split(" ");
        else if ((m = /^summary: (.*)/.exec(line))) summary = m[1].split(" ").map(Number);
        else if ((m = /^fn=(.*)/.exec(line))) { fn = m[1]; self[fn] = self[fn] || 0; }
        else if ((m = /^calls=(\d+) (.*)/.exec(line))) {
            if (m[2].split(" ").length !== positions) wrong.push(`${what}: ${line}`);
            call = true;
        } else if (/^(0x)?[0-9a-f]+ \d/.test(line)) {
            const n = line.split(" ");
            if (n.length !== positions + events.length) wrong.push(`${what}: columns of ${line}`);
            if (form === "instr" && !/^0x/.test(n[0])) wrong.push(`${what}: no address: ${line}`);
            if (call) add(inclusive, fn, +n[positions]);
            else events.forEach((e, i) => add(total, e, +n[positions + i]));
            call = false;
        }
    }
    events.forEach((e, i) => {
        if (summary[i] !== total[e])
            wrong.push(`${what}: summary of ${e} is ${summary[i]}, lines add up to ${total[e]}`);
    });
    const want = { Busy: 0, Stall: 0, Executed: run.instructions };
    for (const [key, n] of Object.entries(counted(false))) {
        const [pipe, kind] = key.split(" ");
        add(want, kind === "busy" ? "Busy" : "Stall", n);
        if (kind === "busy") add(want, pipe, n);
    }
    same(what, total, want);
    return { macros: Object.keys(inclusive).length };
};

// ---- speedscope
const speedscope = () => {
    const s = JSON.parse(read("speedscope.json")), sums = {};
    for (const p of s.profiles) {
        const open = [];
        let at = p.startValue;
        const spend = (to) => { // what is open innermost owns the time
            const top = open.length ? s.shared.frames[open[open.length - 1]].name : null;
            const m = /^\[(\w+)\]$/.exec(top);
            if (top && to > at) add(sums, `${p.name.split(" ")[1]} ${m ? m[1] : "busy"}`, (to - at) * 256);
            at = to;
        };
        for (const e of p.events) {
            if (e.at < at || e.at > p.endValue) wrong.push(`speedscope: ${p.name} goes back at ${e.at}`);
            spend(e.at);
            if (e.type === "O") open.push(e.frame);
            else if (open.pop() !== e.frame) { wrong.push(`speedscope: ${p.name} not nested at ${at}`); return; }
        }
        if (open.length) wrong.push(`speedscope: ${p.name} stays open`);
    }
    same("speedscope", sums, counted(false));
};

// ---- Perfetto
const fields = (b) => {
    const out = [];
    let i = 0;
    const varint = () => {
        let v = 0n, shift = 0n, c;
        do { c = b[i++]; v |= BigInt(c & 127) << shift; shift += 7n; } while (c & 128);
        return v;
    };
    while (i < b.length) {
        const key = Number(varint());
        let v;
        if ((key & 7) === 0) v = Number(varint());
        else if ((key & 7) === 1) { v = b.readBigUInt64LE(i); i += 8; }
        else if ((key & 7) === 2) { const n = Number(varint()); v = b.subarray(i, i + n); i += n; }
        else { wrong.push(`perfetto: wire type ${key & 7}`); return out; }
        out.push([key >> 3, v]);
    }
    if (i !== b.length) wrong.push("perfetto: a message ends in the middle");
    return out;
};
const one = (list, field) => (list.find((f) => f[0] === field) || [])[1];
const perfetto = () => {
    const sums = {}, tracks = {}, names = {}, open = {}, sets = new Set();
    let arrows = 0, last = {};
    for (const [, packet] of fields(read("trace.pftrace"))) {
        const p = fields(packet), at = one(p, 8);
        const track = one(p, 60), texts = one(p, 12), event = one(p, 11);
        if (track) {
            const t = fields(track), name = one(t, 2);
            if (name) tracks[one(t, 1)] = name.toString();
        }
        for (const [field, entry] of texts ? fields(texts) : [])
            if (field === 2) { const f = fields(entry); names[one(f, 1)] = one(f, 2).toString(); }
        if (!event) continue;
        const e = fields(event), type = one(e, 9), on = one(e, 11);
        if (!tracks[on]) wrong.push(`perfetto: no track ${on}`);
        if (type !== 3 && at < (last[on] || 0)) wrong.push(`perfetto: ${tracks[on]} goes back at ${at}`);
        if (type !== 3) last[on] = at;
        if (type === 2) { if (!open[on]--) wrong.push("perfetto: an end without a begin"); continue; }
        const name = names[one(e, 10)];
        if (!name) wrong.push(`perfetto: a name is missing at ${at}`);
        if (type === 3) {
            const flow = one(e, 47), end = one(e, 48);
            if (flow) sets.add(flow);
            if (end) arrows++;
            continue;
        }
        open[on] = (open[on] || 0) + 1;
        if (open[on] !== 1) wrong.push("perfetto: slices of a pipe overlap");
        const notes = e.filter((f) => f[0] === 4).map((f) => fields(f[1]));
        const ticks = one(notes.find((n) => one(n, 1) === 3), 3);
        const m = /^wait: (\w+)/.exec(name);
        add(sums, `${tracks[on]} ${m ? m[1] : "busy"}`, ticks);
    }
    if (sets.size !== arrows) wrong.push(`perfetto: ${sets.size} sets, ${arrows} waits`);
    same("perfetto", sums, counted(false));
    return { arrows };
};

// ---- VCD
const vcd = () => {
    const sums = {}, vars = {}, state = {};
    let tick = 0; // fs
    let scope = [], at = 0n;
    const close = (v) => {
        const { kind, since } = state[v.id];
        if (kind) add(sums, `${v.pipe} ${kind}`, Math.round(Number(at - since) / tick));
    };
    for (const line of read("pipes.vcd").toString().split("\n")) {
        let m;
        if ((m = /^\$comment .* (\d+) cycles a second/.exec(line))) tick = 1e15 / m[1] / 256;
        else if ((m = /^\$scope module (\S+)/.exec(line))) scope.push(m[1]);
        else if (/^\$upscope/.test(line)) scope.pop();
        else if ((m = /^\$var (\w+) \d+ (\S+) (\S+)/.exec(line)))
            vars[m[2]] = { id: m[2], pipe: scope[1], name: m[3] };
        else if ((m = /^#(\d+)/.exec(line))) {
            if (BigInt(m[1]) < at) wrong.push(`vcd: goes back at ${line}`);
            at = BigInt(m[1]);
        } else if ((m = /^s(\S+) (\S+)$/.exec(line))) {
            const v = vars[m[2]];
            if (!v) { wrong.push(`vcd: no variable ${m[2]}`); return; }
            if (state[v.id]) close(v);
            const kind = m[1] === "-" ? null : /^[a-z_]+$/.test(m[1]) ? m[1] : "busy";
            state[v.id] = { since: at, kind };
        } else if ((m = /^b([01]+) (\S+)$/.exec(line)) && vars[m[2]].pipe === "flags") {
            vars[m[2]].value = parseInt(m[1], 2);
        }
    }
    for (const v of Object.values(vars)) {
        if (state[v.id] && state[v.id].kind) wrong.push(`vcd: ${v.pipe} stays on`);
        if (v.value) wrong.push(`vcd: ${v.name} stays raised`);
    }
    same("vcd", sums, counted(false));
};

folded();
callgrind("line");
const calls = callgrind("instr");
if (fs.existsSync(`${dir}/speedscope.json`) || !process.env.LARGE) speedscope();
const arrows = perfetto();
vcd();
console.log(wrong.slice(0, 12).join("\n"));
if (process.env.SHOW) console.log({ ...calls, ...arrows });
