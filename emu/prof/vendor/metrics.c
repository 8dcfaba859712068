/* The tables of device metrics (formats.md 2.2 and 2.3): a row a core used. Columns are the
 * vendor's; what our model has no number for is NA. Shares are of the cycles of the core. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "emu/prof/vendor/tally.h"

/* A core with its sums, as a column sees it. */
struct view {
    const struct dv_tally *t;
    const struct dv_tally_core *c;
    const struct dv_core_stats *s;
    dv_time span; /* in whole cycles, as reports name it */
};

typedef double (*value_fn)(const struct view *v, unsigned a, unsigned b);
struct column {
    const char *name;
    value_fn fn;
    uint8_t a, b;
};
struct table {
    const char *name;
    const struct column *aic, *aiv; /* of split cores; end at name NULL */
};

/* ---- values ---------------------------------------------------------------------------------- */

static double seconds(const struct view *v, dv_time t)
{
    return (double)t / DV_CYCLE / (double)DV_P(v->t->run->chip, clock);
}

static double share(const struct view *v, dv_time t)
{
    return v->span ? (double)t / (double)v->span : 0;
}

static double per_second(const struct view *v, uint64_t bytes)
{
    return v->span ? (double)bytes / seconds(v, v->span) * 1e-9 : 0;
}

static double ratio(const struct view *v, unsigned pipe, unsigned b)
{
    (void)b;
    return share(v, v->s->pipe[pipe].busy);
}

static double microseconds(const struct view *v, unsigned pipe, unsigned b)
{
    (void)b;
    return seconds(v, v->s->pipe[pipe].busy) * 1e6;
}

static double sorted(const struct view *v, unsigned pipe, unsigned sort)
{
    dv_time t = v->c->sort[pipe][sort];
    if (sort == DV_SORT_MISC)
        t += v->c->sort[pipe][DV_SORT_INT8];
    return share(v, t);
}

static double unknown(const struct view *v, unsigned a, unsigned b)
{
    (void)v, (void)a, (void)b;
    return NAN;
}

static double instructions(const struct view *v, unsigned pipe, unsigned b)
{
    (void)b;
    return (double)v->c->works[pipe];
}

static double fops(const struct view *v, unsigned pipe, unsigned b)
{
    (void)b;
    return (double)(pipe == DV_PIPE_M ? 2 * v->c->macs : v->c->lanes);
}

static double cube_kind(const struct view *v, unsigned integer, unsigned b)
{
    (void)b;
    return (double)(integer ? v->c->ints : v->c->floats);
}

/* Bytes of a space read (0) or written (1), by all units, by one or by all but one. */
enum { ALL_UNITS = DV_PIPE_COUNT, ALL_BUT = 64 };
static uint64_t moved(const struct view *v, unsigned space, bool write, unsigned who)
{
    uint64_t sum = 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (who == ALL_UNITS || p == who || (who >= ALL_BUT && p != who - ALL_BUT))
            sum += v->c->moved[p][space][write];
    return sum;
}

static double reads(const struct view *v, unsigned space, unsigned who)
{
    return per_second(v, moved(v, space, false, who));
}

static double writes(const struct view *v, unsigned space, unsigned who)
{
    return per_second(v, moved(v, space, true, who));
}

static double path_rate(const struct view *v, unsigned path, unsigned b)
{
    (void)b;
    return per_second(v, v->s->path_bytes[path]);
}

/* While the unit works. */
static double active(const struct view *v, unsigned pipe, unsigned space)
{
    uint64_t bytes = v->c->moved[pipe][space][pipe != DV_PIPE_MTE2];
    dv_time busy = v->s->pipe[pipe].busy;
    return busy ? (double)bytes / seconds(v, busy) * 1e-9 : 0;
}

static double kilobytes(const struct view *v, unsigned path, unsigned b)
{
    (void)b;
    return (double)v->s->path_bytes[path] / 1024;
}

static double main_kilobytes(const struct view *v, unsigned write, unsigned b)
{
    (void)b;
    return (double)moved(v, DV_SPACE_GM, write, ALL_UNITS) / 1024;
}

/* Of what one core can move between L2 and itself. */
static double usage(const struct view *v, unsigned path, unsigned b)
{
    static const uint16_t rates[DV_PATHS] = {
        [DV_PATH_GM_TO_L1] = DV_CP_gm_l1_rate, [DV_PATH_GM_TO_UB] = DV_CP_gm_ub_rate};
    unsigned id = rates[path];
    (void)b;
    if (!id)
        return NAN;
    double most = (double)v->t->run->chip->v[id] / 4294967296.0 * (double)v->span / DV_CYCLE;
    return most > 0 ? 100 * (double)v->s->path_bytes[path] / most : 0;
}

static double stall(const struct view *v, unsigned pipe, unsigned b)
{
    dv_time sum = 0;
    (void)b;
    for (unsigned r = 0; r < DV_REASONS; r++)
        sum += v->s->pipe[pipe].stall[r];
    return share(v, sum);
}

static double full(const struct view *v, unsigned pipe, unsigned b)
{
    (void)b;
    return seconds(v, v->c->full[pipe]) * 1e6;
}

static double scalar_stall(const struct view *v, unsigned reason, unsigned other)
{
    dv_time sum = v->s->pipe[DV_PIPE_S].stall[reason];
    if (other != reason)
        sum += v->s->pipe[DV_PIPE_S].stall[other];
    return seconds(v, sum) * 1e6;
}

static double clash(const struct view *v, unsigned from, unsigned to)
{
    dv_time sum = 0;
    for (unsigned i = from; i < to; i++)
        sum += v->c->extra[i];
    return share(v, sum);
}

/* In pieces of a sector, what one transfer between L2 and a core carries. */
static double sectors(const struct view *v, unsigned write, unsigned miss)
{
    return (double)(((miss ? v->c->miss : v->c->hit)[write] + DV_SECTOR - 1) / DV_SECTOR);
}

static double none(const struct view *v, unsigned a, unsigned b)
{
    (void)v, (void)a, (void)b;
    return 0;
}

/* Sides: 1 reads, 2 writes, 3 both. */
static double hit_rate(const struct view *v, unsigned sides, unsigned b)
{
    uint64_t hit = 0, all = 0;
    (void)b;
    for (unsigned i = 0; i < 2; i++)
        if (sides >> i & 1) {
            hit += v->c->hit[i];
            all += v->c->hit[i] + v->c->miss[i];
        }
    return all ? 100 * (double)hit / (double)all : NAN;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* clang-format off */
#define END {NULL, NULL, 0, 0}
#define PIPE(side, unit, pipe) {side unit "_time(us)", microseconds, pipe, 0}, \
    {side unit "_ratio", ratio, pipe, 0}
#define COUNTED(side, unit, pipe) {side unit "_instructions", instructions, pipe, 0}, \
    {side unit "_ratio", ratio, pipe, 0}
#define VECTOR(side) {side "vec_ratio", ratio, DV_PIPE_V, 0}, \
    {side "vec_fp32_ratio", sorted, DV_PIPE_V, DV_SORT_FP32}, \
    {side "vec_fp16_ratio", sorted, DV_PIPE_V, DV_SORT_FP16}, \
    {side "vec_int32_ratio", sorted, DV_PIPE_V, DV_SORT_INT32}, \
    {side "vec_int16_ratio", sorted, DV_PIPE_V, DV_SORT_INT16}, \
    {side "vec_misc_ratio", sorted, DV_PIPE_V, DV_SORT_MISC}, \
    {side "vec_fops", fops, DV_PIPE_V, 0}
#define CUBE(side) {side "cube_ratio", ratio, DV_PIPE_M, 0}, \
    {side "cube_fp16_ratio", sorted, DV_PIPE_M, DV_SORT_FP16}, \
    {side "cube_int8_ratio", sorted, DV_PIPE_M, DV_SORT_INT8}, \
    {side "cube_fops", fops, DV_PIPE_M, 0}, \
    {side "cube_total_instr_number", instructions, DV_PIPE_M, 0}
#define CLASH(side) {side "vec_total_cflt_ratio", clash, 0, 3}, \
    {side "vec_bankgroup_cflt_ratio", clash, 0, 2}, \
    {side "vec_bank_cflt_ratio", clash, 2, 3}, {side "vec_resc_cflt_ratio", unknown, 0, 0}, \
    {side "vec_mte_cflt_ratio", unknown, 0, 0}
#define L0(side) {side "l0a_read_bw(GB/s)", reads, DV_SPACE_L0A, ALL_UNITS}, \
    {side "l0a_write_bw(GB/s)", writes, DV_SPACE_L0A, ALL_UNITS}, \
    {side "l0b_read_bw(GB/s)", reads, DV_SPACE_L0B, ALL_UNITS}, \
    {side "l0b_write_bw(GB/s)", writes, DV_SPACE_L0B, ALL_UNITS}, \
    {side "l0c_read_bw_cube(GB/s)", reads, DV_SPACE_L0C, DV_PIPE_M}, \
    {side "l0c_write_bw_cube(GB/s)", writes, DV_SPACE_L0C, DV_PIPE_M}
#define UB(side) {side "ub_read_bw_vector(GB/s)", reads, DV_SPACE_UB, DV_PIPE_V}, \
    {side "ub_write_bw_vector(GB/s)", writes, DV_SPACE_UB, DV_PIPE_V}, \
    {side "ub_read_bw_scalar(GB/s)", reads, DV_SPACE_UB, DV_PIPE_S}, \
    {side "ub_write_bw_scalar(GB/s)", writes, DV_SPACE_UB, DV_PIPE_S}
#define MAIN(side) {side "main_mem_read_bw(GB/s)", reads, DV_SPACE_GM, ALL_UNITS}, \
    {side "main_mem_write_bw(GB/s)", writes, DV_SPACE_GM, ALL_UNITS}
#define L1(side) {side "l1_read_bw(GB/s)", reads, DV_SPACE_L1, ALL_UNITS}, \
    {side "l1_write_bw(GB/s)", writes, DV_SPACE_L1, ALL_UNITS}
#define UB_GM(side) {side "ub_to_gm_bw(GB/s)", path_rate, DV_PATH_UB_TO_GM, 0}, \
    {side "gm_to_ub_bw(GB/s)", path_rate, DV_PATH_GM_TO_UB, 0}
#define L2(side) {side "write_cache_hit", sectors, 1, 0}, \
    {side "write_cache_miss_allocate", sectors, 1, 1}, \
    {side "r0_read_cache_hit", sectors, 0, 0}, \
    {side "r0_read_cache_miss_allocate", sectors, 0, 1}, \
    {side "r1_read_cache_hit", none, 0, 0}, {side "r1_read_cache_miss_allocate", none, 0, 0}, \
    {side "write_hit_rate(%)", hit_rate, 2, 0}, {side "read_hit_rate(%)", hit_rate, 1, 0}, \
    {side "total_hit_rate(%)", hit_rate, 3, 0}
#define WAITS(side) {side "scalar_wait_ib_time(us)", scalar_stall, DV_STALL_icache, \
    DV_STALL_icache}, \
    {side "scalar_wait_time(us)", scalar_stall, DV_STALL_flag, DV_STALL_barrier}
#define DUAL(side) {side "scalar_single_time(us)", microseconds, DV_PIPE_S, 0}, \
    {side "scalar_dual_time(us)", none, 0, 0}
#define DATAS(name, text, path) {name "_datas(KB)" text, kilobytes, path, 0}, \
    {name "_bw_usage_rate(%)" text, usage, path, 0}

static const struct table split[] = {
    {"ArithmeticUtilization",
     (const struct column[]){CUBE("aic_"), {"aic_cube_fp_instr_number", cube_kind, 0, 0},
        {"aic_cube_int_instr_number", cube_kind, 1, 0}, END},
     (const struct column[]){VECTOR("aiv_"), END}},
    {"PipeUtilization",
     (const struct column[]){PIPE("aic_", "cube", DV_PIPE_M),
        PIPE("aic_", "mte1", DV_PIPE_MTE1), PIPE("aic_", "mte2", DV_PIPE_MTE2),
        PIPE("aic_", "mte3", DV_PIPE_MTE3),
        {"aic_mte3_active_bw(GB/s)", active, DV_PIPE_MTE3, DV_SPACE_GM},
        PIPE("aic_", "fixpipe", DV_PIPE_FIX),
        {"aic_fixpipe_active_bw(GB/s)", active, DV_PIPE_FIX, DV_SPACE_GM},
        {"aic_icache_miss_rate", unknown, 0, 0}, PIPE("aic_", "scalar", DV_PIPE_S), DUAL("aic_"),
        {"aic_scalar_mte1_stall_time(us)", full, DV_PIPE_MTE1, 0},
        {"aic_scalar_mte2_stall_time(us)", full, DV_PIPE_MTE2, 0},
        {"aic_scalar_mte3_stall_time(us)", full, DV_PIPE_MTE3, 0},
        {"aic_scalar_cube_stall_time(us)", full, DV_PIPE_M, 0},
        WAITS("aic_"), END},
     (const struct column[]){PIPE("aiv_", "vec", DV_PIPE_V),
        PIPE("aiv_", "mte2", DV_PIPE_MTE2),
        {"aiv_mte2_active_bw(GB/s)", active, DV_PIPE_MTE2, DV_SPACE_GM},
        PIPE("aiv_", "mte3", DV_PIPE_MTE3),
        {"aiv_mte3_active_bw(GB/s)", active, DV_PIPE_MTE3, DV_SPACE_GM},
        {"aiv_icache_miss_rate", unknown, 0, 0}, PIPE("aiv_", "scalar", DV_PIPE_S), DUAL("aiv_"),
        {"aiv_scalar_mte2_stall_time(us)", full, DV_PIPE_MTE2, 0},
        {"aiv_scalar_mte3_stall_time(us)", full, DV_PIPE_MTE3, 0},
        {"aiv_scalar_stall_by_ub_time(us)", unknown, 0, 0},
        {"aiv_scalar_vector_stall_time(us)", full, DV_PIPE_V, 0},
        WAITS("aiv_"), END}},
    {"Memory",
     (const struct column[]){L1("aic_"), MAIN("aic_"), COUNTED("aic_", "mte1", DV_PIPE_MTE1),
        COUNTED("aic_", "mte2", DV_PIPE_MTE2), COUNTED("aic_", "mte3", DV_PIPE_MTE3), END},
     (const struct column[]){UB_GM("aiv_"), MAIN("aiv_"),
        COUNTED("aiv_", "mte2", DV_PIPE_MTE2), COUNTED("aiv_", "mte3", DV_PIPE_MTE3), END}},
    {"MemoryL0", (const struct column[]){L0("aic_"), END}, (const struct column[]){END}},
    {"MemoryUB", (const struct column[]){END}, (const struct column[]){UB("aiv_"), END}},
    {"ResourceConflictRatio",
     (const struct column[]){{"aic_cube_wait_ratio", stall, DV_PIPE_M, 0},
        {"aic_mte1_wait_ratio", stall, DV_PIPE_MTE1, 0},
        {"aic_mte2_wait_ratio", stall, DV_PIPE_MTE2, 0},
        {"aic_mte3_wait_ratio", stall, DV_PIPE_MTE3, 0}, END},
     (const struct column[]){CLASH("aiv_"), {"aiv_vec_wait_ratio", stall, DV_PIPE_V, 0},
        {"aiv_mte2_wait_ratio", stall, DV_PIPE_MTE2, 0},
        {"aiv_mte3_wait_ratio", stall, DV_PIPE_MTE3, 0}, END}},
    {"L2Cache", (const struct column[]){L2("aic_"), END}, (const struct column[]){L2("aiv_"),
        END}},
};

/* Behind the columns of Memory, of both kinds. */
static const struct column totals[] = {
    {"read_main_memory_datas(KB)", main_kilobytes, 0, 0},
        {"write_main_memory_datas(KB)", main_kilobytes, 1, 0},
    DATAS("GM_to_L1", "(estimate)", DV_PATH_GM_TO_L1),
        DATAS("L1_to_GM", "(estimate)", DV_PATH_L1_TO_GM),
    DATAS("L0C_to_L1", "", DV_PATH_L0C_TO_L1), DATAS("L0C_to_GM", "", DV_PATH_L0C_TO_GM),
    DATAS("GM_to_UB", "", DV_PATH_GM_TO_UB), DATAS("UB_to_GM", "", DV_PATH_UB_TO_GM), END,
};

static const struct table merged[] = {
    {"ArithmeticUtilization", (const struct column[]){CUBE("aic_"), VECTOR("aic_"), END}, NULL},
    {"PipeUtilization",
     (const struct column[]){PIPE("aic_", "cube", DV_PIPE_M),
        PIPE("aic_", "scalar", DV_PIPE_S), PIPE("aic_", "mte1", DV_PIPE_MTE1),
        PIPE("aic_", "mte2", DV_PIPE_MTE2), PIPE("aic_", "mte3", DV_PIPE_MTE3),
        {"aic_icache_miss_rate", unknown, 0, 0},
        PIPE("aic_", "vec", DV_PIPE_V), END}, NULL},
    {"Memory",
     (const struct column[]){L1("aic_"), UB_GM("aic_"), MAIN("aic_"),
        COUNTED("aic_", "mte1", DV_PIPE_MTE1),
        COUNTED("aic_", "mte2", DV_PIPE_MTE2), COUNTED("aic_", "mte3", DV_PIPE_MTE3), END}, NULL},
    {"MemoryL0",
     (const struct column[]){L0("aic_"),
        {"aic_l0c_read_bw(GB/s)", reads, DV_SPACE_L0C, ALL_BUT + DV_PIPE_M},
        {"aic_l0c_write_bw(GB/s)", writes, DV_SPACE_L0C, ALL_BUT + DV_PIPE_M}, END}, NULL},
    {"MemoryUB", (const struct column[]){UB("aic_"), END}, NULL},
    {"ResourceConflictRatio",
     (const struct column[]){{"aic_cube_wait_ratio", stall, DV_PIPE_M, 0},
        {"aic_vec_wait_ratio", stall, DV_PIPE_V, 0},
        {"aic_mte1_wait_ratio", stall, DV_PIPE_MTE1, 0},
        {"aic_mte2_wait_ratio", stall, DV_PIPE_MTE2, 0},
        {"aic_mte3_wait_ratio", stall, DV_PIPE_MTE3, 0}, CLASH("aic_"), END}, NULL},
    {"L2Cache", (const struct column[]){{"aic_l2_cache_hit_rate(%)", hit_rate, 3, 0}, END}, NULL},
};
/* clang-format on */

/* ---- files ----------------------------------------------------------------------------------- */

static void put_value(struct dv_out *o, double v)
{
    if (!isfinite(v))
        dv_out_text(o, ",NA");
    else if (v == floor(v) && fabs(v) < 1e15)
        dv_out_f(o, ",%.0f", v);
    else
        dv_out_f(o, ",%.9g", v);
}

static void put_names(struct dv_out *o, const struct column *c)
{
    for (; c->name; c++)
        dv_out_f(o, ",%s", c->name);
}

/* v NULL: a core of the other kind. */
static void put_values(struct dv_out *o, const struct column *c, const struct view *v)
{
    for (; c->name; c++)
        put_value(o, v ? c->fn(v, c->a, c->b) : NAN);
}

static void put_span(struct dv_out *o, const struct view *v, const char *gap)
{
    if (v)
        dv_out_f(o, "%s%.9g,%" PRIu64, gap, seconds(v, v->span) * 1e6, v->span / DV_CYCLE);
    else
        dv_out_f(o, "%sNA,NA", gap);
}

static bool view_of(const struct dv_tally *t, unsigned core, struct view *v)
{
    const struct dv_core_stats *s = dv_machine_core(t->run->machine, core);
    if (!t->core[core] || !s->blocks)
        return false;
    dv_time span = (s->last - s->first + DV_CYCLE - 1) / DV_CYCLE * DV_CYCLE;
    *v = (struct view){.t = t, .c = t->core[core], .s = s, .span = span};
    return true;
}

/* "block_id,sub_block_id" of a core: a mix kernel's share a block. */
static void put_block(struct dv_out *o, const struct view *v, unsigned core)
{
    bool mix = v->t->run->kernel->core == DV_CORE_MIX, aiv = v->s->kind == DV_AIV;
    unsigned first = core;
    while (first && dv_machine_core(v->t->run->machine, first - 1)->kind == v->s->kind)
        first--;
    unsigned place = core - first;
    dv_out_f(o, "%u,%s%u", aiv && mix ? place / 2 : place, aiv ? "vector" : "cube",
             aiv && mix ? place % 2 : 0);
}

static void split_row(struct dv_out *o, const struct table *table, const struct view *v,
                      unsigned core)
{
    const struct view *aic = v->s->kind == DV_AIC ? v : NULL;
    const struct view *aiv = v->s->kind == DV_AIV ? v : NULL;
    put_block(o, v, core);
    put_span(o, aic, ",");
    put_values(o, table->aic, aic);
    put_span(o, aiv, ",");
    put_values(o, table->aiv, aiv);
    if (!strcmp(table->name, "Memory"))
        put_values(o, totals, v);
    dv_out_text(o, "\n");
}

static void write_split(const struct dv_tally *t, const struct table *table, struct dv_out *o)
{
    struct view v;
    dv_out_text(o, "block_id,sub_block_id,aic_time(us),aic_total_cycles");
    put_names(o, table->aic);
    dv_out_text(o, ",aiv_time(us),aiv_total_cycles");
    put_names(o, table->aiv);
    if (!strcmp(table->name, "Memory"))
        put_names(o, totals);
    dv_out_text(o, "\n");
    for (unsigned i = 0; i < t->cores; i++)
        if (view_of(t, i, &v))
            split_row(o, table, &v, i);
}

static void write_merged(const struct dv_tally *t, const struct table *table, struct dv_out *o)
{
    bool timed = strcmp(table->name, "L2Cache") != 0;
    struct view v;
    dv_out_text(o, timed ? "aic_time(us),aic_total_cycles" : table->aic->name);
    put_names(o, timed ? table->aic : table->aic + 1);
    dv_out_text(o, "\n");
    for (unsigned i = 0; i < t->cores; i++) {
        if (!view_of(t, i, &v))
            continue;
        if (timed) {
            put_span(o, &v, "");
            put_values(o, table->aic, &v);
        } else {
            double rate = hit_rate(&v, 3, 0);
            dv_out_f(o, isfinite(rate) ? "%.9g" : "NA", rate);
        }
        dv_out_text(o, "\n");
    }
}

static void write_basic(const struct dv_tally *t, bool one_kind)
{
    static const char *const kinds[] = {"cube", "vector", "mix", "AI_CORE"};
    const struct dv_prof_run *r = t->run;
    struct dv_out *o = dv_out_open(r->folder, "OpBasicInfo.csv", NULL);
    uint64_t mhz = DV_P(r->chip, clock) / 1000000;
    if (!o)
        return;
    dv_out_f(o,
             "Op Name,Op Type,Task Duration(us),Block Dim%s,Device Id,Pid,Current Freq,"
             "Rated Freq\n",
             one_kind ? "" : ",Mix Block Dim");
    dv_out_f(o, "%s,%s,%.9g,%u", r->kernel->name, kinds[r->kernel->core & 3], r->task_us,
             r->blocks);
    if (!one_kind && r->kernel->core == DV_CORE_MIX)
        dv_out_f(o, ",%u", 2 * r->blocks);
    else if (!one_kind)
        dv_out_text(o, ",NA");
    dv_out_f(o, ",0,NA,%" PRIu64 ",%" PRIu64 "\n", mhz, mhz);
    dv_out_close(o);
}

void dv_metrics_write(const struct dv_tally *t)
{
    bool one_kind = DV_P(t->run->chip, merged) != 0;
    const struct table *table = one_kind ? merged : split;
    unsigned n = one_kind ? sizeof merged / sizeof *merged : sizeof split / sizeof *split;
    char name[64];
    for (unsigned i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s.csv", table[i].name);
        struct dv_out *o = dv_out_open(t->run->folder, name, NULL);
        if (!o)
            return;
        if (one_kind)
            write_merged(t, &table[i], o);
        else
            write_split(t, &table[i], o);
        dv_out_close(o);
    }
    write_basic(t, one_kind);
}
