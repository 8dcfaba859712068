/* `dv chip`: the chips, what their published figures are worth, and every number with its source.
 *
 * Owns the words and the arithmetic of that report (cores x MAC x 2 x clock). Knows nothing of
 * how chip files are read. */
#include <getopt.h>
#include <math.h>
#include <string.h>

#include "emu/chips/claim.h"
#include "emu/cli/cli.h"
#include "emu/cli/sustain.h"
#include "emu/core/time.h"
#include "emu/run/json.h"

/* A figure counts as reproduced within half a percent. */
#define SAME_PERCENT 0.5

static double cores_of(const struct dv_chip *c)
{
    return (double)(c->arch ? DV_P(c, merged) : DV_P(c, aic));
}

static double macs_of(const struct dv_chip *c)
{
    return (double)DV_P(c, mac_f16) / 4294967296.0;
}

static double clock_mhz(const struct dv_chip *c)
{
    return (double)DV_P(c, clock) * 1e-6;
}

/* Operations a second in 10^12: each MAC is two. */
static double peak_tera(const struct dv_chip *c, double macs)
{
    return cores_of(c) * macs * 2.0 * clock_mhz(c) * 1e-6;
}

/* Dies that a chip's peaks count. */
static double dies_of(const struct dv_chip *c)
{
    return strcmp(c->mark, "package") ? 1 : (double)DV_P(c, dies);
}

static const char *mark_of(const struct dv_chip *c)
{
    return c->mark[0] ? c->mark : "shipped";
}

static void core_text(const struct dv_chip *c, char *out, size_t size)
{
    if (c->arch)
        snprintf(out, size, "%llu", (unsigned long long)DV_P(c, merged));
    else
        snprintf(out, size, "%llu+%llu", (unsigned long long)DV_P(c, aic),
                 (unsigned long long)DV_P(c, aiv));
}

/* Kinds of kernels that run, for people. */
static const char *runs_of(const struct dv_chip *c)
{
    return c->arch ? "c100" : "aic aiv";
}

/* ---- list ------------------------------------------------------------------------------------ */

static void list_row(const struct dv_chip *c)
{
    char cores[32], memory[32], l2[32];
    core_text(c, cores, sizeof cores);
    dv_chip_param_text(c, DV_CP_mem_bytes, memory, sizeof memory);
    dv_chip_param_text(c, DV_CP_l2_bytes, l2, sizeof l2);
    printf("%-12s  %-8s  %7s  %5.0f MHz  %7s  %8s  %10.1f TF  %-11s  %s\n", c->name, c->core, cores,
           clock_mhz(c), memory, l2, dies_of(c) * peak_tera(c, macs_of(c)), mark_of(c), runs_of(c));
}

static int list(void)
{
    const char *name;
    printf("%-12s  %-8s  %7s  %9s  %7s  %8s  %13s  %-11s  %s\n", "chip", "core", "cores", "clock",
           "memory", "L2", "fp16 computed", "mark", "runs");
    for (unsigned i = 0; (name = dv_chip_builtin(i)); i++) {
        struct dv_chip c;
        struct dv_diag d;
        dv_diag_init(&d);
        if (dv_chip_load(name, &c, &d))
            return dv_show_diag(&d);
        list_row(&c);
    }
    printf("cores: AIC+AIV, or merged cores; fp16 computed = AIC (or merged) x 4096 MAC x 2 x "
           "clock;\npackage: cores, memory and L2 of one die, computed of both; "
           "a launch runs on one\nruns: kernels this version executes there (.kernel core=)\n");
    return DV_EXIT_OK;
}

/* ---- one chip -------------------------------------------------------------------------------- */

/* What a claim comes to on this chip. NaN where a member means nothing. */
struct verdict {
    const char *unit;
    double claimed, computed, off_percent, needs_mhz;
    bool same;
};

static double vectors_of(const struct dv_chip *c)
{
    return (double)(c->arch ? DV_P(c, merged) : DV_P(c, aiv));
}

/* Operations of one die and cycle that the claim counts. */
static double ops_of(const struct dv_chip *c, const struct dv_claim *claim)
{
    return claim->lanes ? vectors_of(c) * (double)claim->lanes
                        : cores_of(c) * (double)claim->macs * 2.0;
}

/* Watts of every cube and vector unit at full rate. */
static double cube_watts(const struct dv_chip *c)
{
    return cores_of(c) * macs_of(c) * clock_mhz(c) * 1e6 * (double)DV_P(c, pj_mac_f16) * 1e-15;
}

static double vector_watts(const struct dv_chip *c)
{
    return vectors_of(c) * clock_mhz(c) * 1e6 * (double)DV_P(c, pj_vector) * 1e-15;
}

static double bytes_of(const struct dv_chip *c, const struct dv_claim *claim)
{
    if (!strcmp(claim->each, "mem.rate"))
        return (double)DV_P(c, mem_rate);
    return dv_l2_per_cycle(c) * clock_mhz(c) * 1e6;
}

static struct verdict judge(const struct dv_chip *c, const struct dv_claim *claim)
{
    struct verdict v = {NULL, NAN, NAN, NAN, NAN, false};
    double dies = (double)claim->dies;
    if (claim->giga) {
        v.unit = claim->macs == 4096 && !claim->lanes ? "TFLOPS" : "TOPS";
        v.claimed = (double)claim->giga * 1e-3;
        v.computed = ops_of(c, claim) * dies * clock_mhz(c) * 1e-6;
        v.needs_mhz = v.claimed * 1e6 / (ops_of(c, claim) * dies);
    } else if (claim->bytes) {
        v.unit = "GB/s";
        v.claimed = (double)claim->bytes * 1e-9;
        v.computed = bytes_of(c, claim) * dies * 1e-9;
    } else if (claim->watts) {
        v.unit = "W";
        v.claimed = (double)claim->watts;
        v.computed = cube_watts(c) + vector_watts(c);
    }
    v.off_percent = 100.0 * (v.computed - v.claimed) / v.claimed;
    if (fabs(v.off_percent) < 0.05)
        v.off_percent = 0.0; /* no "-0.0" */
    v.same = fabs(v.off_percent) <= SAME_PERCENT;
    return v;
}

static void show_ops(const struct dv_chip *c, const struct dv_claim *claim, const struct verdict *v)
{
    printf("      needs %.0f %s at %.0f MHz; at %.0f MHz they give %.1f (%+.1f %%): %s\n",
           (claim->lanes ? vectors_of(c) : cores_of(c)) * (double)claim->dies,
           claim->lanes ? "vector units" : "cores", v->needs_mhz, clock_mhz(c), v->computed,
           v->off_percent, v->same ? "reproduced" : "not reproduced");
}

static void show_bytes(const struct dv_chip *c, const struct dv_claim *claim,
                       const struct verdict *v)
{
    if (strcmp(claim->each, "mem.rate"))
        printf("      %.0f cores x %g B/cy, together at most %g, x %.0f MHz give %.0f GB/s "
               "(%+.1f %%): %s\n",
               cores_of(c) * (double)claim->dies, (double)DV_P(c, l2_read) / 4294967296.0,
               (double)DV_P(c, l2_rate) / 4294967296.0, clock_mhz(c), v->computed, v->off_percent,
               v->same ? "reproduced" : "not reproduced");
    else
        printf("      %s of this chip is %.4g GB/s%s (%+.1f %%): %s\n", claim->each, v->computed,
               claim->dies > 1 ? " for both dies" : "", v->off_percent,
               v->same ? "the same" : "not the same");
}

/* A lower bound: what is not counted can only add to it. */
static void show_watts(const struct dv_chip *c, const struct verdict *v)
{
    printf(
        "      all cubes at work %.1f W, vector units %.1f W, together %.1f W, %.0f %% of it: %s\n",
        cube_watts(c), vector_watts(c), v->computed, 100 * v->computed / v->claimed,
        v->computed <= v->claimed ? "not contradicted" : "contradicted");
}

static void show_claim(const struct dv_chip *c, const struct dv_claim *claim)
{
    struct verdict v = judge(c, claim);
    printf("  %s\n", claim->figure);
    if (claim->giga)
        show_ops(c, claim, &v);
    else if (claim->bytes)
        show_bytes(c, claim, &v);
    else if (claim->watts)
        show_watts(c, &v);
    printf("      %s [%s]\n", claim->says, claim->src);
}

static int claims_of(const struct dv_chip *c, struct dv_claim *claim, unsigned *n)
{
    struct dv_diag d;
    dv_diag_init(&d);
    *n = 0;
    return dv_claims(c->name, claim, n, &d) ? dv_show_diag(&d) : 0;
}

static int show_claims(const struct dv_chip *c)
{
    struct dv_claim claim[DV_CLAIMS];
    unsigned n;
    int status = claims_of(c, claim, &n);
    if (status)
        return status;
    printf("published figures:%s\n", n ? "" : " none known");
    for (unsigned i = 0; i < n; i++)
        show_claim(c, &claim[i]);
    return DV_EXIT_OK;
}

static int show_sustained(const struct dv_chip *c)
{
    struct dv_claim claim[DV_CLAIMS];
    struct dv_sustain s[DV_SUSTAINS];
    unsigned claims, n = 0;
    int status = claims_of(c, claim, &claims);
    if (!status)
        status = dv_sustain(c, claim, claims, s, &n);
    if (status)
        return status;
    printf("sustained by this emulator, kernels/micro on all cores%s:\n",
           dies_of(c) > 1 ? " of one die" : "");
    printf("  %-12s  %-6s  %9s  %9s  %6s  %s\n", "", "unit", "sustained", "computed", "%",
           "published");
    for (unsigned i = 0; i < n; i++)
        printf("  %-12s  %-6s  %9.1f  %9.1f  %6.1f  %s\n", s[i].name, s[i].unit, s[i].got,
               s[i].computed, 100 * s[i].got / s[i].computed, s[i].published);
    return DV_EXIT_OK;
}

static void show_number(const struct dv_chip *c, const char *key, unsigned id)
{
    char text[48];
    dv_chip_param_text(c, id, text, sizeof text);
    printf("%s: %s  (%s, %s)\n", key, text, dv_from_name(c->origin[id].from), c->origin[id].src);
}

/* Two clocks, or two dies: what a reader must know of every figure. */
static void show_which(const struct dv_chip *c)
{
    char text[128];
    if (dv_clock_text(c, text, sizeof text))
        printf("clock used: %s\n", text);
    if (dies_of(c) > 1)
        printf(
            "package: %.0f dies give %.1f TFLOPS and %.4g GB/s; each is a device of its own with "
            "its own L2,\nand a launch runs on one\n",
            dies_of(c), dies_of(c) * peak_tera(c, macs_of(c)),
            dies_of(c) * (double)DV_P(c, mem_rate) * 1e-9);
}

static int show(const struct dv_chip *c)
{
    printf("chip: %s\ncore: %s\nmark: %s\nruns: %s\n", c->name, c->core, mark_of(c), runs_of(c));
    for (unsigned i = 0; i < sizeof c->soc / sizeof c->soc[0] && c->soc[i][0]; i++)
        printf("%s%s", i ? ", " : "soc: ", c->soc[i]);
    printf("%s", c->soc[0][0] ? "\n" : "");
    if (c->note[0])
        printf("note: %s\n", c->note);
    show_number(c, "clock", DV_CP_clock);
    if (c->arch) {
        show_number(c, "merged cores", DV_CP_merged);
    } else {
        show_number(c, "AIC", DV_CP_aic);
        show_number(c, "AIV", DV_CP_aiv);
    }
    show_number(c, "memory", DV_CP_mem_bytes);
    show_number(c, "memory rate", DV_CP_mem_rate);
    show_number(c, "L2", DV_CP_l2_bytes);
    if (DV_P(c, dies) > 1)
        show_number(c, "dies", DV_CP_dies);
    printf("fp16 computed: %.0f cores x %.0f MAC x 2 x %.0f MHz = %.1f TFLOPS%s\n", cores_of(c),
           macs_of(c), clock_mhz(c), peak_tera(c, macs_of(c)), DV_P(c, dies) > 1 ? " a die" : "");
    show_which(c);
    return show_claims(c);
}

/* ---- the resolved file ----------------------------------------------------------------------- */

static unsigned shared_parts(const char *a, const char *b)
{
    unsigned parts = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        parts += a[i] == '.';
    return parts;
}

/* Opens the mappings of a path that the previous path did not have; returns its last part. */
static const char *open_path(const char *path, const char *before)
{
    unsigned shared = shared_parts(path, before), depth = 0;
    const char *dot;
    for (; (dot = strchr(path, '.')); path = dot + 1, depth++)
        if (depth >= shared)
            printf("%*s%.*s:\n", (int)(2 * depth), "", (int)(dot - path), path);
    printf("%*s", (int)(2 * depth), "");
    return path;
}

static void full_param(const struct dv_chip *c, unsigned id, const char *before)
{
    const struct dv_origin *o = &c->origin[id];
    char text[48], range[100];
    const char *key = open_path(dv_chip_params[id].path, before);
    dv_chip_param_text(c, id, text, sizeof text);
    printf("%s: {v: %s, from: %s, src: \"%s\"", key, text, dv_from_name(o->from), o->src);
    if (o->low <= o->high) {
        dv_chip_range_text(dv_chip_params[id].unit, c->v[id], o->low, o->high, range, sizeof range);
        printf(", range: %s", range);
    }
    if (o->line)
        printf("}  # %s:%d\n", o->file, o->line);
    else
        printf("}\n");
}

static void full_cost(const struct dv_vcost *r)
{
    char head[48], each[48], tail[48];
    dv_chip_number_text(DV_PU_CYCLES, r->head, head, sizeof head);
    dv_chip_number_text(DV_PU_CYCLES, r->each, each, sizeof each);
    dv_chip_number_text(DV_PU_CYCLES, r->tail, tail, sizeof tail);
    printf("  - {class: %s, ", r->cost ? dv_cost_names[r->cost] : "vec_default");
    if (r->type)
        printf("type: %s, ", dv_types[r->type].name);
    else if (r->bits)
        printf("type: w%u, ", r->bits);
    printf("head: %s, each: %s, tail: %s, from: %s, src: \"%s\"}  # %s:%d\n", head, each, tail,
           dv_from_name(r->origin.from), r->origin.src, r->origin.file, r->origin.line);
}

/* A chip file that extends nothing and loads to the same values. */
static int full(const struct dv_chip *c)
{
    const char *before = "";
    printf(
        "# %s as resolved from its chain of files; sha256 %s\n"
        "# What each src names is in docs/sources.md, the units and keys in docs/chip-files.md.\n",
        c->name, c->sha256);
    printf("chip: \"%s\"\narch: %s\n", c->name, c->core);
    if (c->soc[0][0])
        printf("soc:\n");
    for (unsigned i = 0; i < sizeof c->soc / sizeof c->soc[0] && c->soc[i][0]; i++)
        printf("  - \"%s\"\n", c->soc[i]);
    if (c->mark[0])
        printf("mark: %s\n", c->mark);
    if (c->note[0])
        printf("note: \"%s\"\n", c->note);
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; before = dv_chip_params[i++].path)
        full_param(c, i, before);
    printf("costs:\n");
    for (unsigned i = 0; i < c->costs; i++)
        full_cost(&c->cost[i]);
    return DV_EXIT_OK;
}

/* ---- JSON (docs/schema/chip.json) ------------------------------------------------------------ */

static void json_number(struct dv_json *j, const struct dv_chip *c, unsigned id)
{
    char text[100];
    const struct dv_origin *o = &c->origin[id];
    dv_json_open(j, dv_chip_params[id].path, '{');
    dv_chip_param_text(c, id, text, sizeof text);
    dv_json_text(j, "v", text);
    dv_json_text(j, "from", dv_from_name(o->from));
    dv_json_text(j, "src", o->src);
    dv_chip_range_text(dv_chip_params[id].unit, c->v[id], o->low, o->high, text, sizeof text);
    dv_json_text(j, "range", o->low <= o->high ? text : NULL);
    dv_json_close(j, '}');
}

static void json_cost(struct dv_json *j, const struct dv_vcost *r)
{
    char text[48], width[8];
    snprintf(width, sizeof width, "w%u", r->bits);
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "class", r->cost ? dv_cost_names[r->cost] : "vec_default");
    dv_json_text(j, "type", r->type ? dv_types[r->type].name : r->bits ? width : NULL);
    dv_chip_number_text(DV_PU_CYCLES, r->head, text, sizeof text);
    dv_json_text(j, "head", text);
    dv_chip_number_text(DV_PU_CYCLES, r->each, text, sizeof text);
    dv_json_text(j, "each", text);
    dv_chip_number_text(DV_PU_CYCLES, r->tail, text, sizeof text);
    dv_json_text(j, "tail", text);
    dv_json_text(j, "from", dv_from_name(r->origin.from));
    dv_json_text(j, "src", r->origin.src);
    dv_json_close(j, '}');
}

static void json_claims(struct dv_json *j, const struct dv_chip *c)
{
    struct dv_claim claim[DV_CLAIMS];
    unsigned n = 0;
    if (dv_claims(c->name, claim, &n, NULL))
        n = 0;
    dv_json_open(j, "claims", '[');
    for (unsigned i = 0; i < n; i++) {
        struct verdict v = judge(c, &claim[i]);
        bool rate = claim[i].giga != 0;
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "figure", claim[i].figure);
        dv_json_text(j, "unit", v.unit);
        dv_json_f64(j, "claimed", v.claimed);
        dv_json_f64(j, "computed", v.computed);
        dv_json_f64(j, "claimed_tera", rate ? v.claimed : NAN);
        dv_json_f64(j, "computed_tera", rate ? v.computed : NAN);
        dv_json_f64(j, "needs_mhz", rate ? v.needs_mhz : NAN);
        if (rate || claim[i].bytes)
            dv_json_bool(j, "reproduced", v.same);
        else
            dv_json_null(j, "reproduced");
        dv_json_text(j, "says", claim[i].says);
        dv_json_text(j, "src", claim[i].src);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static int json_sustained(struct dv_json *j, const struct dv_chip *c)
{
    struct dv_claim claim[DV_CLAIMS];
    struct dv_sustain s[DV_SUSTAINS];
    unsigned claims, n = 0;
    int status = claims_of(c, claim, &claims);
    if (!status)
        status = dv_sustain(c, claim, claims, s, &n);
    dv_json_open(j, "sustained", '[');
    for (unsigned i = 0; i < n && !status; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", s[i].name);
        dv_json_text(j, "unit", s[i].unit);
        dv_json_f64(j, "sustained", s[i].got);
        dv_json_f64(j, "computed", s[i].computed);
        dv_json_text(j, "published", strcmp(s[i].published, "-") ? s[i].published : NULL);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
    return status;
}

static void json_runs(struct dv_json *j, const struct dv_chip *c)
{
    dv_json_open(j, "runs", '[');
    dv_json_text(j, NULL, c->arch ? "c100" : "aic");
    if (!c->arch)
        dv_json_text(j, NULL, "aiv");
    dv_json_close(j, ']');
}

static int json_chip(struct dv_json *j, const struct dv_chip *c, bool sustained)
{
    char text[128];
    int status = 0;
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "name", c->name);
    dv_json_text(j, "core", c->core);
    dv_json_text(j, "mark", mark_of(c));
    json_runs(j, c);
    dv_json_text(j, "note", c->note[0] ? c->note : NULL);
    dv_json_text(j, "chip_file_sha256", c->sha256);
    dv_json_open(j, "soc", '[');
    for (unsigned i = 0; i < sizeof c->soc / sizeof c->soc[0] && c->soc[i][0]; i++)
        dv_json_text(j, NULL, c->soc[i]);
    dv_json_close(j, ']');
    dv_json_f64(j, "clock_mhz", clock_mhz(c));
    dv_json_text(j, "clock_note", dv_clock_text(c, text, sizeof text));
    dv_json_u64(j, "cores", (uint64_t)(dies_of(c) * cores_of(c)));
    dv_json_f64(j, "peak_tflops", dies_of(c) * peak_tera(c, macs_of(c)));
    dv_json_open(j, "params", '{');
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++)
        json_number(j, c, i);
    dv_json_close(j, '}');
    dv_json_open(j, "costs", '[');
    for (unsigned i = 0; i < c->costs; i++)
        json_cost(j, &c->cost[i]);
    dv_json_close(j, ']');
    json_claims(j, c);
    if (sustained)
        status = json_sustained(j, c);
    else
        dv_json_null(j, "sustained");
    dv_json_close(j, '}');
    return status;
}

/* name NULL: all built-in chips. */
static int json(const char *name, const char *path, bool sustained)
{
    struct dv_json j = {0};
    const char *at = name;
    int status = DV_EXIT_OK;
    dv_json_open(&j, NULL, '{');
    dv_json_text(&j, "schema", "dv.chip/1");
    dv_json_open(&j, "chips", '[');
    for (unsigned i = 0; !status && (at = name ? (i ? NULL : name) : dv_chip_builtin(i)); i++) {
        struct dv_chip c;
        struct dv_diag d;
        dv_diag_init(&d);
        if (dv_chip_load(at, &c, &d))
            status = dv_show_diag(&d);
        else
            status = json_chip(&j, &c, sustained);
    }
    dv_json_close(&j, ']');
    dv_json_close(&j, '}');
    dv_json_end(&j);
    if (!status && j.failed)
        dv_error("out of memory");
    if (!status)
        status = j.failed ? DV_EXIT_USAGE : dv_write_text(path, j.p, j.n);
    dv_json_free(&j);
    return status;
}

/* ---- options --------------------------------------------------------------------------------- */

static int chip(const char *name, bool all, bool sustained)
{
    struct dv_chip c;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_chip_load(name, &c, &d))
        return dv_show_diag(&d);
    return all ? full(&c) : sustained ? show_sustained(&c) : show(&c);
}

int dv_cmd_chip(int argc, char **argv)
{
    static const struct option options[] = {{"full", no_argument, NULL, 'f'},
                                            {"sustained", no_argument, NULL, 's'},
                                            {"json", required_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *to = NULL;
    bool all = false, sustained = false;
    int got;
    opterr = 0;
    while ((got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (got == 'h')
            return dv_show_help("chip");
        if (got == 'f')
            all = true;
        else if (got == 's')
            sustained = true;
        else if (got == 'j')
            to = optarg;
        else
            return dv_bad_option("chip", options, got, argv);
    }
    const char *name = argv[optind];
    if (name && argv[optind + 1])
        return dv_usage("chip", "one chip at a time: '%.60s' is too many", argv[optind + 1]);
    if (!name && all)
        return dv_usage("chip", "--full needs a chip");
    if (!name && sustained)
        return dv_usage("chip", "--sustained needs a chip");
    if (all && sustained)
        return dv_usage("chip", "--full is a chip file: ask for --sustained alone");
    if (to)
        return json(name, to, sustained);
    return name ? chip(name, all, sustained) : list();
}
