/* The figures of the silicon kit and what follows from them. bench/silicon/README.md tells how to
 * take them on a board; kernels are beside it. Two sizes a number: what both have, the start, the
 * parameters, the counter, cancels. */
#include "emu/cli/kit.h"

#include <string.h>

/* Name, kernel, what stays, small, large. */
#define PAIR(id, kernel, fixed, a, b) \
    {id "_a", kernel, fixed " " a, 1, false, DV_KIT_CYCLES}, \
    { \
        id "_b", kernel, fixed " " b, 1, false, DV_KIT_CYCLES \
    }
#define COLD(id, kernel, fixed, a, b) \
    {id "_a", kernel, fixed " " a, 1, true, DV_KIT_CYCLES}, \
    { \
        id "_b", kernel, fixed " " b, 1, true, DV_KIT_CYCLES \
    }
#define MANY(id, kernel, blocks, cold, fixed, a, b) \
    {id "_a", kernel, fixed " " a, blocks, cold, DV_KIT_CYCLES}, \
    { \
        id "_b", kernel, fixed " " b, blocks, cold, DV_KIT_CYCLES \
    }
/* Three runs: _a n=100 r=32, _b r=96, _c n=200. */
#define VEC(id, op) \
    {id "_a", "vec", "op=" op " n=100 r=32", 1, false, DV_KIT_CYCLES}, \
        {id "_b", "vec", "op=" op " n=100 r=96", 1, false, DV_KIT_CYCLES}, \
    { \
        id "_c", "vec", "op=" op " n=200 r=32", 1, false, DV_KIT_CYCLES \
    }

const struct dv_kit_figure dv_kit_figures[] = {
    PAIR("add", "scalar", "op=0", "n=20", "n=40"),
    PAIR("jump", "scalar", "op=1", "n=20", "n=40"),
    PAIR("div", "scalar", "op=2", "n=20", "n=40"),
    PAIR("ld_ub", "scalar", "op=3", "n=20", "n=40"),
    PAIR("ld_gm", "scalar", "op=4", "n=20", "n=40"),
    COLD("ld_new", "scalar", "op=5", "n=4", "n=20"),
    {"code_warm", "code", "n=1", 1, false, DV_KIT_CYCLES},
    {"code_cold", "code", "n=1", 1, true, DV_KIT_CYCLES},
    PAIR("flag", "flag", "", "n=100", "n=200"),
    PAIR("barrier", "barrier", "", "n=100", "n=200"),
    PAIR("cross", "cross", "", "n=16", "n=48"),
    PAIR("free", "free", "r=64", "n=100", "n=200"),
    PAIR("count", "count", "r=32", "n=100", "n=200"),
    VEC("vadd", "0"),
    VEC("vmul", "1"),
    VEC("vmax", "2"),
    VEC("vand", "3"),
    VEC("vmla", "4"),
    VEC("vmadd", "5"),
    VEC("vaddrelu", "6"),
    VEC("vadds", "7"),
    VEC("vmuls", "8"),
    VEC("vmaxs", "9"),
    VEC("vaxpy", "10"),
    VEC("vlrelu", "11"),
    VEC("vrelu", "12"),
    VEC("vabs", "13"),
    VEC("vnot", "14"),
    VEC("vcopy", "15"),
    VEC("vrec", "16"),
    VEC("vrsqrt", "17"),
    VEC("vexp", "18"),
    VEC("vln", "19"),
    VEC("vconv", "20"),
    VEC("vcadd", "21"),
    VEC("vcmax", "22"),
    VEC("vcgadd", "23"),
    VEC("vcgmax", "24"),
    VEC("vcpadd", "25"),
    VEC("vshl", "26"),
    PAIR("ub_ub", "ub_ub", "n=64", "bytes=4096", "bytes=32768"),
    PAIR("in_ub", "read_ub", "serial=1 bytes=512 span=512", "n=100", "n=200"),
    PAIR("in_ub_rate", "read_ub", "serial=1 span=32768 n=64", "bytes=4096", "bytes=32768"),
    PAIR("in_ub_start", "read_ub", "bytes=128 span=12800", "n=100", "n=200"),
    COLD("in_mem", "read_ub", "serial=1 bytes=512 span=102400", "n=100", "n=200"),
    COLD("in_mem_rate", "read_ub", "serial=1 n=64 span=2097152", "bytes=4096", "bytes=32768"),
    PAIR("in_l1", "read_l1", "serial=1 rows=2", "n=100", "n=200"),
    PAIR("in_l1_rate", "read_l1", "serial=1 n=64", "rows=16", "rows=128"),
    PAIR("in_l1_start", "read_l1", "rows=1", "n=100", "n=200"),
    PAIR("in_nd", "read_l1", "serial=1 nd=1 rows=2", "n=100", "n=200"),
    PAIR("in_nd_rate", "read_l1", "serial=1 nd=1 n=64", "rows=16", "rows=128"),
    PAIR("out_ub", "write_ub", "serial=1 bytes=512 span=512", "n=100", "n=200"),
    PAIR("out_ub_rate", "write_ub", "serial=1 span=32768 n=64", "bytes=4096", "bytes=32768"),
    PAIR("out_ub_start", "write_ub", "bytes=128 span=12800", "n=100", "n=200"),
    PAIR("load_a", "load", "op=0 serial=1 frac=8", "n=100", "n=200"),
    PAIR("load_a_rate", "load", "op=0 n=64", "frac=32", "frac=128"),
    PAIR("load_a_next", "load", "op=0 frac=32", "n=64", "n=128"),
    PAIR("load_b_rate", "load", "op=1 n=64", "frac=32", "frac=128"),
    PAIR("load_3d", "load", "op=2 serial=1 frac=8", "n=100", "n=200"),
    PAIR("fill", "fill", "frac=8", "n=100", "n=200"),
    PAIR("fill_rate", "fill", "n=64", "frac=32", "frac=128"),
    PAIR("bias", "tables", "op=0 bytes=128", "n=100", "n=200"),
    PAIR("bias_rate", "tables", "op=0 n=64", "bytes=128", "bytes=1024"),
    PAIR("scale", "tables", "op=1 bytes=128", "n=100", "n=200"),
    PAIR("scale_rate", "tables", "op=1 n=64", "bytes=128", "bytes=1024"),
    PAIR("mmad", "mmad", "op=0 m=128", "n=100", "n=200"),
    PAIR("mmad_rate", "mmad", "op=0 n=100", "m=64", "m=256"),
    PAIR("mmad_alone", "mmad", "op=1 m=128", "n=100", "n=200"),
    PAIR("mmad_waits", "mmad", "op=2 m=128", "n=100", "n=200"),
    PAIR("fix_rows", "fix", "op=0 m=16", "n=50", "n=100"),
    PAIR("fix_nz", "fix", "op=1 m=16", "n=50", "n=100"),
    PAIR("fix_l1", "fix", "op=2 m=16", "n=50", "n=100"),
    MANY("all_l2", "read_ub", 48, false, "bytes=16384 span=65536", "n=64", "n=128"),
    MANY("all_mem", "read_ub", 48, true, "bytes=16384 span=2097152", "n=64", "n=128"),
    MANY("all_same", "read_ub", 48, false, "same=1 past=1 bytes=16384 span=4194304", "n=64",
         "n=128"),
    MANY("all_rows", "read_l1", 24, true, "nd=1 fresh=1 rows=128", "n=32", "n=64"),
    MANY("all_out", "write_ub", 48, false, "bytes=16384 span=16777216", "n=320", "n=448"),
    {"empty_task_1", "empty_aiv", "", 1, false, DV_KIT_TASK},
    {"empty_core_1", "empty_aiv", "", 1, false, DV_KIT_CORE},
    {"empty_core_24", "empty_aiv", "", 24, false, DV_KIT_CORE},
    {"empty_task_24", "empty_aiv", "", 24, false, DV_KIT_TASK},
    {"empty_task_48", "empty_aiv", "", 48, false, DV_KIT_TASK},
    {"empty_task_aic", "empty_aic", "", 24, false, DV_KIT_TASK},
};
const unsigned dv_kit_figure_count = sizeof dv_kit_figures / sizeof *dv_kit_figures;

#define DIFF(path, id, how) \
    { \
        path, id "_b - " id "_a", how \
    }
#define COST(class, id) \
    {"costs: " class " each", id "_b - " id "_a", "slope over repeats"}, \
    { \
        "costs: " class " head", id "_c - " id "_a", "one instruction, less its repeats" \
    }
/* Reads what it writes: its repeats collide in the banks, whatever each costs. */
#define HEAD(class, id) \
    { \
        "costs: " class " head", id "_c - " id "_a", "one instruction, less its repeats" \
    }

const struct dv_kit_number dv_kit_numbers[] = {
    DIFF("core.scalar.issue", "add", "one instruction of a chain"),
    DIFF("core.scalar.jump", "jump", "one jump taken, less its issue"),
    DIFF("core.scalar.div", "div", "one division, less its issue"),
    DIFF("core.scalar.ld_ub", "ld_ub", "one load from UB, less its issue"),
    DIFF("core.scalar.ld_gm", "ld_gm", "one load that hits the data cache"),
    DIFF("core.scalar.miss", "ld_new", "one load of a new line"),
    {"core.icache.miss", "code_cold - code_warm", "128 lines fetched once"},
    DIFF("core.flag.latency", "flag", "two flags a round"),
    DIFF("core.cross.latency", "cross", "two flags between cores a round"),
    COST("vec_add", "vadd"),
    DIFF("core.barrier", "barrier", "a barrier behind each vector instruction"),
    DIFF("core.vector.chain", "free", "between independent neighbours"),
    DIFF("core.vector.counter_mode", "count", "what counter mode adds to an add"),
    COST("vec_mul", "vmul"),
    COST("vec_max", "vmax"),
    COST("vec_logic", "vand"),
    COST("vec_mla", "vmla"),
    HEAD("vec_madd", "vmadd"),
    COST("vec_addrelu", "vaddrelu"),
    COST("vec_adds", "vadds"),
    COST("vec_muls", "vmuls"),
    COST("vec_maxs", "vmaxs"),
    HEAD("vec_axpy", "vaxpy"),
    COST("vec_lrelu", "vlrelu"),
    COST("vec_relu", "vrelu"),
    COST("vec_abs", "vabs"),
    COST("vec_not", "vnot"),
    COST("vec_copy", "vcopy"),
    COST("vec_rec", "vrec"),
    COST("vec_rsqrt", "vrsqrt"),
    COST("vec_exp f32", "vexp"),
    COST("vec_ln f32", "vln"),
    COST("vec_conv", "vconv"),
    COST("vec_cadd", "vcadd"),
    COST("vec_cmax", "vcmax"),
    COST("vec_cgadd f32", "vcgadd"),
    COST("vec_cgmax f32", "vcgmax"),
    COST("vec_cpadd", "vcpadd"),
    COST("vec_shift", "vshl"),
    DIFF("core.ub_ub.rate", "ub_ub", "slope over bytes"),
    DIFF("core.gm_ub.rate", "in_ub_rate", "slope over bytes, L2 has them"),
    DIFF("core.gm_ub.latency", "in_ub", "one small move there and a flag back"),
    DIFF("core.gm_ub.interval", "in_ub_start", "moves of 128 B one behind the other"),
    DIFF("mem.core_rate", "in_mem_rate", "slope over bytes, L2 is empty"),
    DIFF("mem.latency", "in_mem", "one small move, L2 is empty"),
    DIFF("core.gm_l1.rate", "in_l1_rate", "slope over bytes, L2 has them"),
    DIFF("core.gm_l1.latency", "in_l1", "one small move there and a flag back"),
    DIFF("core.gm_l1.interval", "in_l1_start", "moves of 256 B one behind the other"),
    DIFF("l2.nd_share", "in_nd_rate", "slope over rows, a share of l2.read"),
    DIFF("l2.latency", "in_nd", "one small move of rows there and a flag back"),
    DIFF("l2.write", "out_ub_rate", "slope over bytes"),
    DIFF("l2.write_latency", "out_ub", "one small store and a flag back"),
    DIFF("core.ub_gm.interval", "out_ub_start", "stores of 128 B one behind the other"),
    DIFF("core.l1_l0a.rate", "load_a_rate", "slope over fractals"),
    DIFF("core.load.head_queued", "load_a_next", "a queued load, less its data"),
    DIFF("core.load.head", "load_a", "a load alone, less its data"),
    DIFF("core.l1_l0b.rate", "load_b_rate", "slope over fractals"),
    DIFF("core.load.head_3d", "load_3d", "a load alone, less its data"),
    DIFF("core.fill.rate", "fill_rate", "slope over fractals"),
    DIFF("core.fill.head", "fill", "a fill alone, less its data"),
    DIFF("core.l1_bt.rate", "bias_rate", "slope over bytes"),
    DIFF("core.l1_bt.head", "bias", "a copy alone, less its data"),
    DIFF("core.l1_fb.rate", "scale_rate", "slope over bytes"),
    DIFF("core.l1_fb.head", "scale", "a copy alone, less its data"),
    DIFF("core.cube.mac_f16", "mmad_rate", "slope over rows of A"),
    DIFF("core.mmad.head_queued", "mmad", "a queued MMAD, less its products"),
    DIFF("core.mmad.head_cold", "mmad_alone", "a MMAD alone, less its products"),
    DIFF("core.mmad.head_waited", "mmad_waits", "a MMAD kept back by a flag, less its products"),
    DIFF("core.fix.head_nz2nd", "fix_rows", "a store of rows, less its data and latency"),
    DIFF("core.fix.head", "fix_nz", "a store of fractals, less its data and latency"),
    DIFF("core.fix.head_l1", "fix_l1", "a store to L1, less its data"),
    DIFF("l2.rate", "all_l2", "bytes of all cores over cycles"),
    DIFF("mem.usable", "all_mem", "bytes of all cores over cycles, of mem.rate"),
    DIFF("mem.same_rate", "all_same", "bytes of all cores over cycles"),
    DIFF("mem.rows_share", "all_rows", "rows of all cores over cycles, of what moves get"),
    DIFF("l2.write_back", "all_out", "stores of all cores over cycles, of mem.rate"),
    {"launch.start", "empty_core_1", "from the start of a core to its first instruction"},
    {"launch.start_all", "empty_core_24", "the same with 24 cores"},
    {"launch.base", "empty_task_1 - empty_core_1", "the launch without the core"},
    {"launch.per_aiv", "empty_task_48 - empty_task_24", "24 AIVs more"},
    {"launch.per_aic", "empty_task_aic", "24 AICs, less base and start"},
};
const unsigned dv_kit_number_count = sizeof dv_kit_numbers / sizeof *dv_kit_numbers;

unsigned dv_kit_find(const char *id, size_t n)
{
    unsigned i = 0;

    while (i < dv_kit_figure_count &&
           !(strlen(dv_kit_figures[i].id) == n && !memcmp(dv_kit_figures[i].id, id, n)))
        i++;
    return i;
}

const char *dv_kit_for(const char *path)
{
    for (unsigned i = 0; i < dv_kit_number_count; i++)
        if (!strcmp(dv_kit_numbers[i].path, path))
            return dv_kit_numbers[i].read;
    return NULL;
}
