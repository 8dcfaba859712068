/* emu/chips: every loader error with its words and place, hostile files, names, overrides, the
 * shipped files and their claims. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/chips/claim.h"
#include "emu/core/chip.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- loader errors --------------------------------------------------------------------------- */

static char dir[64];

static void make_dir(void)
{
    snprintf(dir, sizeof dir, "/tmp/dv-chip-XXXXXX");
    cr_assert(mkdtemp(dir));
}

static void drop(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    unlink(path);
}

static void remove_dir(void)
{
    drop("t.yaml");
    drop("a.yaml");
    drop("b.yaml");
    for (int i = 0; i < 10; i++) {
        char name[24];
        snprintf(name, sizeof name, "d%d.yaml", i);
        drop(name);
    }
    rmdir(dir);
}

static void put(const char *name, const char *text, size_t n)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    cr_assert_eq(fwrite(text, 1, n, f), n);
    fclose(f);
}

static enum dv_err load(const char *name, struct dv_chip *chip, struct dv_diag *d)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    dv_diag_init(d);
    return dv_chip_load(path, chip, d);
}

#define B1 "extends: 910B1\n"
#define N(v) "extends: 910B1\ncore: {l1_l0a: {rate: " v "}}\n"
#define C(row) "extends: 910B1\ncosts:\n  - {" row "\n"
#define FROM ", from: ours, src: x}"

/* Exact words and places (line, col). */
static const struct {
    const char *text;
    int line, col;
    const char *error;
} bad[] = {
    /* text */
    {"", 1, 1, "the file has no content"},
    {"# only a comment\n", 1, 1, "the file has no content"},
    {"- 1\n", 1, 1, "the file is not a mapping: start with 'extends: core-c220'"},
    {B1 "note: a\xff\n", 2, 8, "not UTF-8 text"},
    {B1 "note: \xc0\xaf\n", 2, 7, "not UTF-8 text"},
    {B1 "note: \xed\xa0\x80\n", 2, 7, "not UTF-8 text"},
    {B1 "note: a\001\n", 2, 8, "control characters are not allowed"},
    {"%YAML 1.1\n" B1, 1, 1, "directives are not allowed: remove the line"},
    {B1 "---\n" B1, 2, 1, "document markers are not allowed: a chip file is one plain document"},
    {B1 "a: [1\n", 3, 1, "not YAML: flow sequence without a closing bracket"},
    {B1 "clock: &x {v: 1 GHz" FROM "\n", 2, 12, "anchor '&x' is not allowed: write the value out"},
    {B1 "clock: *x\n", 2, 9, "alias '*x' is not allowed: write the value out"},
    {B1 "<<: *x\n", 2, 1, "unknown key '<<': 'dv chip 910B1 --full' lists all"},
    {B1 "note: !!str x\n", 2, 13, "tags are not allowed: write the plain value"},
    {B1 "? [a]\n: 2\n", 1, 1, "a key is not a plain word"},
    {B1 "note: a\nnote: b\n", 3, 1, "key 'note' is given twice, first in line 2: keep one"},
    {B1 "core: {fix: {head: {v: 1 cy" FROM ", head: {v: 2 cy" FROM "}}\n", 2, 51,
     "key 'head' is given twice, first in line 2: keep one"},
    /* keys */
    {B1 "clok: {v: 1 GHz" FROM "\n", 2, 1, "unknown key 'clok': did you mean 'clock'?"},
    {B1 "core: {l1_l0a: {rat: {v: 1 B/cy" FROM "}}\n", 2, 17,
     "unknown key 'core.l1_l0a.rat': did you mean 'core.l1_l0a.rate'?"},
    {B1 "core: {l1_lOa: {rate: {v: 1 B/cy" FROM "}}\n", 2, 8,
     "unknown key 'core.l1_lOa': did you mean 'core.l1_l0a'?"},
    {B1 "core: {xylophone: 1}\n", 2, 8,
     "unknown key 'core.xylophone': 'dv chip 910B1 --full' lists all"},
    {B1 "core: 5\n", 2, 7, "'core' is not a mapping {key: value ..}"},
    {B1 "core:\n", 2, 1, "'core' is not a mapping {key: value ..}"},
    {B1 "arch: dav-m200\n", 2, 1, "arch 'dav-m200' is not known: use dav-c220 or dav-c100"},
    {B1 "mark: good\n", 2, 1, "mark 'good' is not known: use published, speculative or package"},
    {B1 "chip: 0123456789012345678901234567890123456789\n", 2, 7, "'chip' is longer than 31 bytes"},
    {B1 "note: a \"quoted\" word\n", 2, 7, "'note' has a quote, backslash or control character"},
    {B1 "note: [a]\n", 2, 8, "'note' is not a plain value"},
    {B1 "soc: x\n", 2, 6, "'soc' is not a list"},
    {B1 "soc: [a, b, c, d, e, f, g, h, i]\n", 2, 31, "more than 8 soc names"},
    /* numbers */
    {N("256 B/cy"), 2, 23, "'rate' is not a mapping {key: value ..}"},
    {N("{from: ours, src: x}"), 2, 17,
     "core.l1_l0a.rate has no 'v': every number needs v, from and src"},
    {N("{v: 256 B/cy, src: x}"), 2, 17,
     "core.l1_l0a.rate has no 'from': every number needs v, from and src"},
    {N("{v: 256 B/cy, from: ours}"), 2, 17,
     "core.l1_l0a.rate has no 'src': every number needs v, from and src"},
    {N("{v: 256 B/cy, form: ours}"), 2, 37,
     "unknown key 'form' of a number: it has v, from, src and range"},
    {N("{v: 256 B/cy, from: unknown, src: x}"), 2, 43,
     "'unknown' is no provenance of a number: use documented, published, measured, fitted, "
     "inferred, recalled, guess or ours"},
    {N("{v: 256 B/cy, from: vendor-table, src: x}"), 2, 43,
     "'vendor-table' is no provenance of a number: use documented, published, measured, fitted, "
     "inferred, recalled, guess or ours"},
    {N("{v: 256 B/cy, from: ours, src: ''}"), 2, 55, "src must have 1 to 31 bytes"},
    {N("{v: 256 GB/s" FROM), 2, 27, "unit 'GB/s' does not fit here: write it like '256 B/cy'"},
    {N("{v: 256" FROM), 2, 27, "the number has no unit: write it like '256 B/cy'"},
    {N("{v: -24 B/cy" FROM), 2, 27, "'-24 B/cy' is negative: give a number of zero or more"},
    {N("{v: nan" FROM), 2, 27,
     "'nan' is not a plain decimal of at most 18 digits: write it like '256 B/cy'"},
    {N("{v: 1e400 B/cy" FROM), 2, 27,
     "unit 'e400 B/cy' does not fit here: write it like '256 B/cy'"},
    {N("{v: 0 B/cy" FROM), 2, 27,
     "core.l1_l0a.rate = 0 B/cy is outside the allowed 0.01 B/cy to 100000 B/cy"},
    {N("{v: 100001 B/cy" FROM), 2, 27,
     "core.l1_l0a.rate = 100001 B/cy is outside the allowed 0.01 B/cy to 100000 B/cy"},
    /* rates and clocks that are none */
    {B1 "clock: {v: 0 MHz" FROM "\n", 2, 12,
     "clock = 0 MHz is outside the allowed 1 MHz to 10 GHz"},
    {B1 "clock: {v: -1 GHz" FROM "\n", 2, 12,
     "'-1 GHz' is negative: give a number of zero or more"},
    {B1 "clock: {v: 1850" FROM "\n", 2, 12, "the number has no unit: write it like '1850 MHz'"},
    {B1 "clock: {v: 1850 cy" FROM "\n", 2, 12,
     "unit 'cy' does not fit here: write it like '1850 MHz'"},
    {B1 "clock: {}\n", 2, 1, "clock has no 'v': every number needs v, from and src"},
    {B1 "mem: {rate: {v: 0 GB/s" FROM "}\n", 2, 17,
     "mem.rate = 0 GB/s is outside the allowed 1 GB/s to 100 TB/s"},
    {B1 "energy: {l1: {byte: {v: 0 pJ" FROM "}}\n", 2, 25,
     "energy.l1.byte = 0 pJ is outside the allowed 0.001 pJ to 1000000 pJ"},
    {B1 "energy: {l1: {byte: {v: 0.5 J" FROM "}}\n", 2, 25,
     "unit 'J' does not fit here: write it like '0.78 pJ'"},
    {B1 "energy: {mac: {f8: {v: 1 pJ" FROM "}}\n", 2, 16,
     "unknown key 'energy.mac.f8': did you mean 'energy.mac.i8'?"},
    /* sizes off the granule */
    {B1 "core: {ub: {bytes: {v: 196600 B" FROM "}}\n", 2, 24,
     "core.ub.bytes = 196600 B is no multiple of 32 B: the nearest below is 196576 B"},
    {B1 "core: {l1: {bytes: {v: 1000 B" FROM "}}\n", 2, 24,
     "core.l1.bytes = 1000 B is no multiple of 32 B: the nearest below is 992 B"},
    {B1 "core: {l0a: {bytes: {v: 65535 B" FROM "}}\n", 2, 25,
     "core.l0a.bytes = 65535 B is no multiple of 512 B: the nearest below is 65024 B"},
    {B1 "core: {l0c: {bytes: {v: 131104 B" FROM "}}\n", 2, 25,
     "core.l0c.bytes = 131104 B is no multiple of 64 B: the nearest below is 131072 B"},
    {B1 "l2: {bytes: {v: 1000 KiB" FROM "}\nmem: {bytes: {v: 100 B" FROM "}\n", 3, 18,
     "mem.bytes = 100 B is no multiple of 512 B: the nearest below is 0 B"},
    {B1 "l2: {bytes: {v: 201326593 B" FROM "}\n", 2, 17,
     "l2.bytes = 201326593 B is no multiple of 512 B: the nearest below is 201326592 B"},
    {N("{v: 256 B/cy, from: ours, src: x, range: 10..20}"), 2, 64,
     "core.l1_l0a.rate = 256 B/cy lies outside its own range 10..20"},
    {N("{v: 256 B/cy, from: ours, src: x, range: 300..20}"), 2, 64,
     "range '300..20' is upside down"},
    /* costs */
    {C("class: vec_ad, head: 1 cy, each: 1 cy" FROM), 3, 13,
     "unknown cost class 'vec_ad': did you mean 'vec_add'?"},
    {C("class: mmad, head: 1 cy, each: 1 cy" FROM), 3, 13,
     "class 'mmad' has a formula of its own and no rows here"},
    {C("class: vec_add, type: f17, head: 1 cy, each: 1 cy" FROM), 3, 28,
     "unknown type 'f17': use a type suffix, or w8, w16, w32, w64 for a width"},
    {C("class: vec_add, each: 1 cy" FROM), 3, 6, "cost row has no 'head'"},
    {C("class: vec_add, head: 1, each: 1 cy" FROM), 3, 28,
     "the number has no unit: write it like '23.5 cy'"},
    {C("class: vec_add, head: 100001 cy, each: 1 cy" FROM), 3, 28,
     "'100001 cy' is above the allowed 100000 cy"},
    {C("class: vec_add, heat: 1 cy}"), 3, 22,
     "unknown key 'heat' of a cost row: it has class, type, head, each, tail, from and src"},
    {C("class: vec_add, head: 1 cy, each: 1 cy" FROM
       "\n  - {class: vec_add, head: 2 cy, each: 1 cy" FROM),
     4, 6, "a second row for this class and type, first in line 3: keep one"},
    {B1 "costs: 3\n", 2, 8, "'costs' is not a list"},
    /* the whole */
    {"arch: dav-c220\n", 1, 1, "number clock is missing: give it or extend a file that has it"},
    {"extends: core-c220\n", 1, 1, "number clock is missing: give it or extend a file that has it"},
    {B1 "merged: {v: 4" FROM "\n", 1, 1, "a dav-c220 chip has aic and aiv and no merged cores"},
    {B1 "arch: dav-c100\n", 1, 1, "a dav-c100 chip has merged cores and neither aic nor aiv"},
    {"extends: core-c999\n", 1, 10,
     "extends 'core-c999' names no built-in file and no path: use core-c220, core-c100, a chip "
     "name "
     "or ./FILE.yaml"},
    {"extends: ./t.yaml\n", 1, 10,
     "extends './t.yaml' closes a cycle: a file cannot extend itself"},
};

Test(chip, errors, .init = make_dir, .fini = remove_dir)
{
    static struct dv_chip chip;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct dv_diag d;
        put("t.yaml", bad[i].text, strlen(bad[i].text));
        enum dv_err e = load("t.yaml", &chip, &d);
        cr_expect_eq(e, DV_E_CONFIG, "row %zu: no error\n%s", i, bad[i].text);
        cr_expect_str_eq(d.text, bad[i].error);
        cr_expect(d.at.line == bad[i].line && d.at.col == bad[i].col, "row %zu at %d:%d\n%s", i,
                  d.at.line, d.at.col, bad[i].text);
    }
}

Test(chip, cycle_and_depth, .init = make_dir, .fini = remove_dir)
{
    static struct dv_chip chip;
    struct dv_diag d;
    put("a.yaml", "extends: ./b.yaml\n", 18);
    put("b.yaml", "# b\nextends: ./././a.yaml\n", 26);
    cr_expect_eq(load("a.yaml", &chip, &d), DV_E_CONFIG);
    cr_expect(strstr(d.text, "extend one another") || strstr(d.text, "closes a cycle"), "%s",
              d.text);
    for (int i = 0; i < 10; i++) {
        char name[24], text[40];
        snprintf(name, sizeof name, "d%d.yaml", i);
        int n = snprintf(text, sizeof text, "extends: ./d%d.yaml\n", i + 1);
        put(name, text, (size_t)n);
    }
    cr_expect_eq(load("d0.yaml", &chip, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "more than 8 files extend one another");
    cr_expect(strstr(d.at.file, "d7.yaml") && d.at.line == 1 && d.at.col == 10, "%s", d.at.file);
}

/* Size, depth and key floods end quickly with a message, never in a hang. */
Test(chip, hostile, .init = make_dir, .fini = remove_dir)
{
    static struct dv_chip chip;
    static char text[70000];
    static const struct {
        const char *piece;
        size_t bytes;
        const char *error;
    } rows[] = {
        {"#", 65537, "file of 65537 bytes is larger than the 65536 a chip file may have"},
        {"[", 65536, "not YAML: Max depth (64) exceeded"},
        {"{", 65536, "not YAML: Max depth (64) exceeded"},
        {"- ", 65536, "not YAML: Max depth (64) exceeded"},
        {"? ", 65536, "not YAML: Max depth (64) exceeded"},
        {"a: 1\n", 65535, "more than 256 keys in 'file'"},
        {"%TAG !a! x\n", 65533, "directives are not allowed: remove the line"},
        {"&a ", 65535, NULL},
        {"\"", 65536, NULL},
        {"'", 65535, NULL},
        {"!", 65536, NULL},
        {"|", 65536, NULL},
        {"a:", 65536, NULL},
        {"\r", 65536, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dv_diag d;
        size_t length = strlen(rows[i].piece);
        for (size_t k = 0; k < rows[i].bytes; k++)
            text[k] = rows[i].piece[k % length];
        put("t.yaml", text, rows[i].bytes);
        cr_expect_eq(load("t.yaml", &chip, &d), DV_E_CONFIG, "row %zu", i);
        if (rows[i].error)
            cr_expect_str_eq(d.text, rows[i].error);
        cr_expect_gt(d.at.line, 0, "row %zu: %s", i, d.text);
    }
}

/* Any prefix of a real file, and the file with any byte changed, loads or fails with a place. */
Test(chip, damaged_files, .init = make_dir, .fini = remove_dir)
{
    static struct dv_chip chip;
    static const char text[] =
        "chip: t\nextends: 910B1\nsoc: [a, \"b\"]\nclock: {v: 1.5 GHz, from: ours, src: x, range: "
        "1.4..1.6}\ncore:\n  fix:\n    head: {v: 18 cy, from: fitted, src: 'y'}\ncosts:\n"
        "  - {class: vec_add, type: f16, head: 1 cy, each: 2 cy, from: ours, src: z}\n";
    char copy[sizeof text];
    for (size_t i = 0; i < sizeof text; i++) {
        struct dv_diag d;
        put("t.yaml", text, i);
        enum dv_err e = load("t.yaml", &chip, &d);
        cr_expect(e == DV_OK || (e == DV_E_CONFIG && d.at.line > 0), "prefix %zu: %s", i, d.text);
        for (unsigned k = 0; k < 4 && i < sizeof text - 1; k++) {
            memcpy(copy, text, sizeof text);
            copy[i] = "{\n:\x80"[k];
            put("t.yaml", copy, sizeof text - 1);
            e = load("t.yaml", &chip, &d);
            cr_expect(e == DV_OK || (e == DV_E_CONFIG && d.at.line > 0), "byte %zu: %s", i, d.text);
        }
    }
}

/* A parent that would block or is no file is refused. */
Test(chip, odd_parent, .init = make_dir, .fini = remove_dir)
{
    static struct dv_chip chip;
    struct dv_diag d;
    char path[128];
    snprintf(path, sizeof path, "%s/a.yaml", dir);
    cr_assert_eq(mkfifo(path, 0600), 0);
    put("t.yaml", "extends: ./a.yaml\n", 18);
    cr_expect_eq(load("t.yaml", &chip, &d), DV_E_CONFIG);
    cr_expect(strstr(d.text, "a.yaml' is not a plain file"), "%s", d.text);
    put("t.yaml", "extends: ./b.yaml\n", 18);
    cr_expect_eq(load("t.yaml", &chip, &d), DV_E_IO);
    cr_expect(strstr(d.text, "b.yaml': No such file or directory"), "%s", d.text);
}

Test(chip, no_such_file)
{
    static struct dv_chip chip;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_expect_eq(dv_chip_load("/nonexistent/x.yaml", &chip, &d), DV_E_IO);
    cr_expect_str_eq(d.text,
                     "cannot read chip file '/nonexistent/x.yaml': No such file or directory");
}

/* ---- shipped chips --------------------------------------------------------------------------- */

/* timing.md 1.1, 1.2: cores, clock, L2, memory; computed fp16 peak in 10^9 operations. */
Test(chip, shipped)
{
    static const struct {
        const char *name, *core, *mark;
        uint64_t aic, aiv, merged, mhz, l2_mib, mem_gib, peak_giga;
    } rows[] = {
        {"910B1", "dav-c220", "", 24, 48, 0, 1850, 192, 64, 363724},
        {"910B2", "dav-c220", "", 24, 48, 0, 1800, 192, 64, 353894},
        {"910B3", "dav-c220", "", 20, 40, 0, 1800, 192, 64, 294912},
        {"910B4", "dav-c220", "", 20, 40, 0, 1650, 96, 32, 270336},
        {"910C", "dav-c220", "", 24, 48, 0, 1850, 192, 64, 363724},
        {"910C-package", "dav-c220", "package", 24, 48, 0, 1850, 192, 64, 363724},
        {"910A", "dav-c100", "", 0, 0, 32, 1000, 32, 32, 262144},
        {"310", "dav-c100", "", 0, 0, 2, 680, 8, 8, 11141},
        {"seed-910b", "dav-c220", "published", 24, 48, 0, 1628, 192, 64, 320077},
    };
    static struct dv_chip c;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dv_diag d;
        dv_diag_init(&d);
        cr_assert_str_eq(dv_chip_builtin((unsigned)i), rows[i].name);
        cr_assert_eq(dv_chip_load(rows[i].name, &c, &d), DV_OK, "%s: %s:%d: %s", rows[i].name,
                     d.at.file, d.at.line, d.text);
        cr_expect_str_eq(c.name, rows[i].name);
        cr_expect_str_eq(c.core, rows[i].core);
        cr_expect_str_eq(c.mark, rows[i].mark);
        cr_expect(DV_P(&c, aic) == rows[i].aic && DV_P(&c, aiv) == rows[i].aiv &&
                      DV_P(&c, merged) == rows[i].merged,
                  "%s cores", c.name);
        cr_expect_eq(DV_P(&c, clock), rows[i].mhz * 1000000, "%s clock", c.name);
        cr_expect_eq(DV_P(&c, l2_bytes), rows[i].l2_mib << 20, "%s L2", c.name);
        cr_expect_eq(DV_P(&c, mem_bytes), rows[i].mem_gib << 30, "%s memory", c.name);
        cr_expect_eq((rows[i].aic + rows[i].merged) * 8192 * DV_P(&c, clock) / 1000000000,
                     rows[i].peak_giga, "%s peak", c.name);
    }
    cr_expect_null(dv_chip_builtin(COUNT(rows)));
}

/* Every number of every chip says where it is from and lies in its range. */
Test(chip, provenance)
{
    static struct dv_chip c;
    const char *name;
    for (unsigned i = 0; (name = dv_chip_builtin(i)); i++) {
        cr_assert_eq(dv_chip_load(name, &c, NULL), DV_OK);
        for (unsigned p = 0; p < DV_CHIP_PARAM_COUNT; p++) {
            const struct dv_origin *o = &c.origin[p];
            cr_expect(o->from && o->src[0] && o->file[0] && o->line > 0, "%s %s", name,
                      dv_chip_params[p].path);
            cr_expect(o->low > o->high || (c.v[p] >= o->low && c.v[p] <= o->high), "%s %s", name,
                      dv_chip_params[p].path);
        }
        for (unsigned r = 0; r < c.costs; r++)
            cr_expect(c.cost[r].origin.from && c.cost[r].origin.src[0], "%s cost %u", name, r);
    }
}

#define LISTED \
    "the chips are 910B1, 910B2, 910B3, 910B4, 910C, 910C-package, 910A, 310, seed-910b; a file " \
    "needs " \
    "a '/' or ends in .yaml"

Test(chip, names)
{
    static const struct {
        const char *name, *chip, *error;
    } rows[] = {
        {"910B1", "910B1", NULL},
        {"Ascend910B1", "910B1", NULL},
        {"ascend910b1", "910B1", NULL},
        {"ASCEND910B2C", "910B2", NULL},
        {"Ascend910_9391", "910C", NULL},
        {"910_9382", "910C", NULL},
        {"Ascend910A", "910A", NULL},
        {"Ascend310", "310", NULL},
        {"SEED-910B", "seed-910b", NULL},
        /* timing.md 1.5, trap 1 */
        {"Ascend910B", NULL,
         "no chip 'Ascend910B': '910B' without a digit is, in older tools, a 30-core dav-c100 "
         "part: "
         "say 910B1, 910B2, 910B3 or 910B4 for the dav-c220 parts, 910A for dav-c100"},
        {"Ascend910_9362", NULL,
         "no chip 'Ascend910_9362': 910_9362 is a 20-core bin whose clock is only inferred: extend "
         "910C in a file of your own"},
        {"910B9", NULL, "no chip '910B9': did you mean '910B1'?"},
        {"A100", NULL, "no chip 'A100': " LISTED},
        {"core-c220", NULL, "no chip 'core-c220': " LISTED},
        {"claims", NULL, "no chip 'claims': " LISTED},
        {"", NULL, "no chip '': " LISTED},
    };
    static struct dv_chip c;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dv_diag d;
        dv_diag_init(&d);
        enum dv_err e = dv_chip_load(rows[i].name, &c, &d);
        cr_expect_eq(e, rows[i].error ? DV_E_CONFIG : DV_OK, "%s", rows[i].name);
        cr_expect_str_eq(rows[i].error ? d.text : c.name,
                         rows[i].error ? rows[i].error : rows[i].chip);
    }
}

/* A child keeps what it does not say; its cost rows replace rows of the same class and type. */
Test(chip, extends, .init = make_dir, .fini = remove_dir)
{
    static struct dv_chip c, base;
    static const char text[] =
        "extends: 910B4\nclock: {v: 1.5 GHz, from: documented, src: x, range: 1.5..1.65}\n"
        "costs:\n  - {class: vec_add, head: 20 cy, each: 1.5 cy, tail: 3 cy, from: ours, src: y}\n"
        "  - {class: vec_add, type: f16, head: 21 cy, each: 1 cy, from: ours, src: y}\n"
        "  - {class: vec_add, type: w32, head: 19 cy, each: 1 cy, from: ours, src: y}\n";
    struct dv_diag d;
    put("t.yaml", text, sizeof text - 1);
    cr_assert_eq(load("t.yaml", &c, &d), DV_OK, "%d: %s", d.at.line, d.text);
    cr_assert_eq(dv_chip_load("910B4", &base, NULL), DV_OK);
    cr_expect_str_eq(c.name, "t");
    cr_expect_str_empty(c.soc[0]);
    cr_expect_str_empty(c.note);
    cr_expect_eq(DV_P(&c, clock), 1500000000);
    cr_expect_eq(DV_P(&c, aic), 20);
    cr_expect_eq(c.origin[DV_CP_clock].line, 2);
    cr_expect_str_eq(c.origin[DV_CP_aic].file, "910B4.yaml");
    cr_expect_eq(c.costs, base.costs + 2);
    const struct dv_vcost *s16 = &c.cost[c.cost_row[DV_COST_vec_add][DV_T_s16] - 1];
    const struct dv_vcost *f16 = &c.cost[c.cost_row[DV_COST_vec_add][DV_T_f16] - 1];
    const struct dv_vcost *s32 = &c.cost[c.cost_row[DV_COST_vec_add][DV_T_s32] - 1];
    cr_expect(s16->head == 20 * DV_CYCLE && s16->each == 384 && s16->tail == 3 * DV_CYCLE);
    cr_expect_eq(f16->head, 21 * DV_CYCLE);
    cr_expect_eq(s32->head, 19 * DV_CYCLE);
    cr_expect_str_neq(c.sha256, base.sha256);
}

Test(chip, set)
{
    static const struct {
        const char *path, *text;
        uint64_t value;
        const char *error;
    } rows[] = {
        {"core.l1_l0a.rate", "128", 128ull << 32, NULL},
        {"core.l1_l0a.rate", "128 B/cy", 128ull << 32, NULL},
        {"clock", "1500", 1500000000, NULL},
        {"l2.nd_share", "0.5", 1ull << 31, NULL},
        {"core.l1.write_slows", "0", 0, NULL},
        {"l2.nd_share", "1.1", 0, "l2.nd_share = 1.1 is outside the allowed 0.01 to 1"},
        {"l2.nd_share", "0.5 B/cy", 0,
         "unit 'B/cy' does not fit a plain number: write it like '0.75'"},
        {"clock", "1.5 GHz", 1500000000, NULL},
        {"core.l1_l0a.rte", "1", 0,
         "no chip parameter 'core.l1_l0a.rte': did you mean 'core.l1_l0a.rate'?"},
        {"bogus", "1", 0, "no chip parameter 'bogus': 'dv chip NAME --full' lists them"},
        {"core.l1_l0a.rate", "-1", 0, "'-1' is negative: give a number of zero or more"},
        {"core.l1_l0a.rate", "128 MB", 0, "unit 'MB' does not fit here: write it like '256 B/cy'"},
        {"aic", "65", 0, "aic = 65 is outside the allowed 0 to 64"},
    };
    static struct dv_chip c;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dv_diag d;
        dv_diag_init(&d);
        cr_assert_eq(dv_chip_load("910B1", &c, NULL), DV_OK);
        enum dv_err e = dv_chip_set(&c, rows[i].path, rows[i].text, &d);
        cr_expect_eq(e, rows[i].error ? DV_E_CONFIG : DV_OK, "%s", d.text);
        if (rows[i].error) {
            cr_expect_str_eq(d.text, rows[i].error);
            continue;
        }
        unsigned id = dv_chip_param_find(rows[i].path, strlen(rows[i].path));
        cr_expect_eq(c.v[id], rows[i].value, "%s", rows[i].path);
        cr_expect_eq(c.origin[id].from, DV_FROM_OURS);
        cr_expect_str_eq(c.origin[id].src, "--set");
    }
}

/* timing.md 1.4: 320 TFLOPS needs 24 cores at 1.628 GHz, 376 needs 1.912, 353.9 is 1.80. */
Test(chip, claims)
{
    struct dv_claim claim[DV_CLAIMS];
    const char *name;
    unsigned n;
    for (unsigned i = 0; (name = dv_chip_builtin(i)); i++) {
        struct dv_diag d;
        dv_diag_init(&d);
        cr_assert_eq(dv_claims(name, claim, &n, &d), DV_OK, "%d: %s", d.at.line, d.text);
        cr_expect_geq(n, 3, "%s has %u claims", name, n);
        for (unsigned k = 0; k < n; k++)
            cr_expect(claim[k].figure[0] && claim[k].src[0] && claim[k].says[0], "%s", name);
    }
    cr_assert_eq(dv_claims("seed-910b", claim, &n, NULL), DV_OK);
    cr_expect_eq(claim[2].giga, 320000);
    cr_expect_eq(claim[2].giga * 1000 / (24 * claim[2].macs * 2), 1627);
    cr_assert_eq(dv_claims("310", claim, &n, NULL), DV_OK);
    cr_expect_eq(claim[2].bytes, 51200000000, "51.2 GB/s");
    cr_expect_str_eq(claim[2].each, "mem.rate");
}
