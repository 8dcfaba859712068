/* The RoofLine block of visualize_data.bin (formats.md 5): operations per byte against the rate of
 * memories, paths and pipes. Which stands under which title is ours, rates are the chip's. */
#include <inttypes.h>

#include "emu/prof/vendor/tally.h"

/* Bytes of a path at its rate; `part` ends at rate 0. What moves several kinds of bytes is as fast
 * as their mixture. */
struct roof {
    const char *title, *name;
    bool vector;
    struct {
        uint16_t path, rate;
    } part[3];
};

/* clang-format off */
static const struct roof roofs[] = {
    {"Memory Unit(Cube)", "L1", false, {{DV_PATH_GM_TO_L1, DV_CP_gm_l1_rate}}},
    {"Memory Unit(Cube)", "L0A", false, {{DV_PATH_L1_TO_L0A, DV_CP_l1_l0a_rate}}},
    {"Memory Unit(Cube)", "L0B", false, {{DV_PATH_L1_TO_L0B, DV_CP_l1_l0b_rate}}},
    {"Memory Unit(Vector)", "UB", true, {{DV_PATH_GM_TO_UB, DV_CP_gm_ub_rate}}},
    {"Memory Transfer(Cube)", "GM_TO_L1", false, {{DV_PATH_GM_TO_L1, DV_CP_gm_l1_rate}}},
    {"Memory Transfer(Cube)", "L1_TO_L0A", false, {{DV_PATH_L1_TO_L0A, DV_CP_l1_l0a_rate}}},
    {"Memory Transfer(Cube)", "L1_TO_L0B", false, {{DV_PATH_L1_TO_L0B, DV_CP_l1_l0b_rate}}},
    {"Memory Transfer(Cube)", "L0C_TO_L1", false, {{DV_PATH_L0C_TO_L1, DV_CP_fix_l1_rate}}},
    {"Memory Transfer(Cube)", "L0C_TO_GM", false, {{DV_PATH_L0C_TO_GM, DV_CP_l2_write}}},
    {"Memory Transfer(Vector)", "GM_TO_UB", true, {{DV_PATH_GM_TO_UB, DV_CP_gm_ub_rate}}},
    {"Memory Transfer(Vector)", "UB_TO_GM", true, {{DV_PATH_UB_TO_GM, DV_CP_l2_write}}},
    {"Pipeline(Cube)", "MTE2", false, {{DV_PATH_GM_TO_L1, DV_CP_gm_l1_rate}}},
    {"Pipeline(Cube)", "MTE1", false, {{DV_PATH_L1_TO_L0A, DV_CP_l1_l0a_rate},
        {DV_PATH_L1_TO_L0B, DV_CP_l1_l0b_rate}}},
    {"Pipeline(Cube)", "FIXP", false, {{DV_PATH_L0C_TO_GM, DV_CP_l2_write},
        {DV_PATH_L0C_TO_L1, DV_CP_fix_l1_rate}}},
    {"Pipeline(Vector)", "MTE2", true, {{DV_PATH_GM_TO_UB, DV_CP_gm_ub_rate}}},
    {"Pipeline(Vector)", "MTE3", true, {{DV_PATH_UB_TO_GM, DV_CP_l2_write}}},
};
/* clang-format on */

/* What one kind of core computes: operations of the run, and the peak in 10^12 a second. */
struct side {
    double ops, peak;
    unsigned cores;
};

static double rate_of(const struct dv_prof_run *r, unsigned id)
{
    return (double)r->chip->v[id] / 4294967296.0 * (double)DV_P(r->chip, clock);
}

/* The matrix unit does twice as many of them in a cycle. */
static bool integers_only(const struct dv_tally *t)
{
    uint64_t ints = 0, floats = 0;
    for (unsigned c = 0; c < t->cores; c++)
        if (t->core[c]) {
            ints += t->core[c]->ints;
            floats += t->core[c]->floats;
        }
    return ints && !floats;
}

/* Of f16, or of s8 when there is nothing else. */
static struct side cube_side(const struct dv_tally *t)
{
    const struct dv_prof_run *r = t->run;
    unsigned cores = r->sum->used[DV_AIC] + r->sum->used[DV_C100];
    double peak = 2 * rate_of(r, DV_CP_mac_f16) * 1e-12 * cores * (integers_only(t) ? 2 : 1);
    return (struct side){2 * (double)r->sum->macs, peak, cores};
}

/* Lanes of f16. */
static struct side vector_side(const struct dv_tally *t)
{
    const struct dv_prof_run *r = t->run;
    unsigned cores = r->sum->used[DV_AIV] + r->sum->used[DV_C100];
    double ops = 0;
    for (unsigned c = 0; c < t->cores; c++)
        if (t->core[c])
            ops += (double)t->core[c]->lanes;
    return (struct side){ops, 128 * (double)DV_P(r->chip, clock) * 1e-12 * cores, cores};
}

/* Rate in bytes a second. */
static void put_roof(FILE *f, const struct dv_prof_run *r, const char *name, const struct side *s,
                     double rate, double bytes, const char **gap)
{
    double seconds = r->time_us * 1e-6;
    if (!(bytes > 0) || !(seconds > 0) || !(s->peak > 0) || !(s->ops > 0))
        return;
    double x = s->ops / bytes, y = s->ops / seconds * 1e-12;
    double roof = x * rate * 1e-12 < s->peak ? x * rate * 1e-12 : s->peak;
    fprintf(f,
            "%s{\"computility_name\":\"peak\",\"computility\":%.9g,\"bw_name\":\"%s\",\"bw\":%.9g,"
            "\"point\":[%.9g,%.9g],\"ratio\":%.9g}",
            *gap, s->peak, name, rate * 1e-12, x, y, roof > 0 ? y / roof : 0);
    *gap = ",";
}

/* What all cores share: at most what they may draw one by one, and what the chip has. */
static void put_shared(FILE *f, const struct dv_prof_run *r, const struct side *s)
{
    static const uint8_t reads[] = {DV_PATH_GM_TO_L1, DV_PATH_GM_TO_UB, DV_PATH_GM_TO_L0A,
                                    DV_PATH_GM_TO_L0B};
    unsigned cores = r->sum->used[DV_AIC] + r->sum->used[DV_AIV] + r->sum->used[DV_C100];
    double own = rate_of(r, DV_CP_l2_read) * cores, shared = rate_of(r, DV_CP_l2_rate), bytes = 0;
    const char *gap = "";
    for (unsigned i = 0; i < sizeof reads; i++)
        bytes += (double)r->sum->path_bytes[reads[i]];
    fputs("{\"title\":\"GM/L2\",\"rooflines\":[", f);
    put_roof(f, r, "GM", s, (double)DV_P(r->chip, mem_rate),
             (double)r->sum->path_bytes[DV_PATH_L2_MISS], &gap);
    put_roof(f, r, "L2", s, shared > 0 && shared < own ? shared : own, bytes, &gap);
}

static void put_row(FILE *f, const struct dv_prof_run *r, const struct roof *roof,
                    const struct side *s, const char **gap)
{
    double bytes = 0, seconds = 0;
    for (unsigned i = 0; i < 3 && roof->part[i].rate; i++) {
        double n = s->cores ? (double)r->sum->path_bytes[roof->part[i].path] : 0;
        bytes += n;
        seconds += n ? n / (rate_of(r, roof->part[i].rate) * s->cores) : 0;
    }
    put_roof(f, r, roof->name, s, seconds > 0 ? bytes / seconds : 0, bytes, gap);
}

void dv_roofs_write(FILE *f, const struct dv_tally *t)
{
    const struct side cube = cube_side(t), vector = vector_side(t);
    const char *title = "", *gap = "";
    put_shared(f, t->run, cube.ops > 0 ? &cube : &vector);
    for (unsigned i = 0; i < sizeof roofs / sizeof *roofs; i++) {
        if (strcmp(title, roofs[i].title)) {
            fprintf(f, "]},{\"title\":\"%s\",\"rooflines\":[", title = roofs[i].title);
            gap = "";
        }
        put_row(f, t->run, &roofs[i], roofs[i].vector ? &vector : &cube, &gap);
    }
    fputs("]}", f);
}
