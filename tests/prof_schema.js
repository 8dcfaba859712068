// The JSON inside of the files of a folder of `dv prof -o` against docs/schema: prof_schema.js FOLDER
// Prints what does not hold; then the same with each file spoilt, which must not hold.
const fs = require('fs');
const Ajv = require('ajv');
const folder = process.argv[2];
const ajv = new (Ajv.default || Ajv)();
const read = (name) => JSON.parse(fs.readFileSync(`docs/schema/${name}.json`));
const schema = (name) => ajv.compile(read(name));
ajv.addSchema(read('finding'), 'finding.json');

function blocks(path) {
    const data = fs.readFileSync(path), found = {};
    for (let at = 0; at < data.length;) {
        const size = Number(data.readBigUInt64LE(at)), type = data[at + 8], pad = data[at + 9];
        const from = at + 12 + (type === 1 ? 4096 : 0);
        if (type !== 1)
            found[type] = JSON.parse(data.toString('utf8', from, from + size - pad));
        at = from + size;
    }
    return found;
}

function page(path) {
    const text = fs.readFileSync(path, 'utf8');
    const from = text.indexOf('{"schema":"dv.report/1"');
    return JSON.parse(text.slice(from, text.indexOf('</script>', from)));
}

function check(name, value, spoil) {
    const valid = schema(name);
    if (!valid(value))
        console.log(`${name}: ${ajv.errorsText(valid.errors)}`);
    spoil(value);
    if (valid(value))
        console.log(`${name}: a spoilt one passes`);
}

const bin = blocks(`${folder}/simulator/visualize_data.bin`);
check('visualize-data', bin, (v) => { v[4].Instructions[0].Cycles = 'many'; });
const scope = `${folder}/speedscope.json`;
if (fs.existsSync(scope))
    check('speedscope', JSON.parse(fs.readFileSync(scope)), (v) => { delete v.shared.frames[0].name; });
const data = page(`${folder}/report.html`);
const run = data.run;
check('report', data, (v) => { v.items[0].pop(); });
if (run)
    check('run', run, (v) => { delete v.schema; });
