/* Numbers of one chip, resolved from its YAML file, each with unit, provenance and range.
 *
 * Owns: the table of parameters (path, unit, allowed range) and the struct they fill. The loader
 * (emu/chips) fills it, cost formulas and the engine read it. */
#ifndef DV_CORE_CHIP_H
#define DV_CORE_CHIP_H

#include "isa/isa.h"

/* Time is u64 in 1/256 core cycle; rates are bytes (elements, ..) per cycle as 32.32 fixed
 * point. */
#define DV_CYCLE 256u
typedef uint64_t dv_time; /* 1/256 cycle */
typedef uint64_t dv_rate; /* 32.32 per cycle */

/* amount / rate in 1/256 cycle, rounded up; rate must not be 0. Saturates. */
dv_time dv_time_of(uint64_t amount, dv_rate rate);

enum dv_param_unit {
    DV_PU_COUNT,  /* integer */
    DV_PU_HZ,     /* "1850 MHz", "1.85 GHz": stored in Hz */
    DV_PU_BYTES,  /* "192 KiB", "64 GiB" */
    DV_PU_CYCLES, /* "23.5 cy": 1/256 cycle */
    DV_PU_RATE,   /* "256 B/cy": 32.32 */
    DV_PU_GBPS,   /* "1600 GB/s": bytes per second */
    DV_PU_NS,     /* "500 ns": picoseconds */
    DV_PU_BOOL,
    DV_PU_ELEMS, /* "64 elem/cy": 32.32 */
    DV_PU_MACS,  /* "4096 MAC/cy": 32.32 */
    DV_PU_RATIO, /* "0.75": 32.32 */
    DV_PU_PJ,    /* "0.78 pJ": femtojoules */
    DV_PU_UNITS
};

/* X(field, path, unit, least, greatest): limits in the unit's base scale (MHz, B, cy, B/cy, GB/s,
 * ns, ..); every one must be given by the resolved chip file. Path = place in the file; paths that
 * share a mapping stand together. */
#define DV_CHIP_PARAMS(X) \
    X(clock, "clock", HZ, 1, 10000) \
    X(aic, "aic", COUNT, 0, 64) \
    X(aiv, "aiv", COUNT, 0, 128) \
    X(merged, "merged", COUNT, 0, 64) \
    X(dies, "dies", COUNT, 1, 8) \
    X(clock_also, "clock_also", HZ, 0, 10000) \
    X(mem_bytes, "mem.bytes", BYTES, 0, 1e13) \
    X(mem_rate, "mem.rate", GBPS, 1, 1e5) \
    X(mem_core_rate, "mem.core_rate", RATE, 0.01, 1e5) \
    X(mem_latency, "mem.latency", CYCLES, 0, 1e5) \
    X(mem_usable, "mem.usable", RATIO, 0.01, 1) \
    X(mem_rows_share, "mem.rows_share", RATIO, 0.01, 1) \
    X(mem_short_share, "mem.short_share", RATIO, 0.01, 1) \
    X(mem_same_rate, "mem.same_rate", RATE, 0.01, 1e6) \
    X(mem_same_window, "mem.same_window", NS, 0, 1e9) \
    X(l2_bytes, "l2.bytes", BYTES, 0, 1e12) \
    X(l2_rate, "l2.rate", RATE, 0.01, 1e6) \
    X(l2_write_back, "l2.write_back", RATIO, 0, 10) \
    X(l2_read, "l2.read", RATE, 1, 1e5) \
    X(l2_write, "l2.write", RATE, 1, 1e5) \
    X(l2_nd_share, "l2.nd_share", RATIO, 0.01, 1) \
    X(l2_latency, "l2.latency", CYCLES, 0, 1e5) \
    X(l2_write_latency, "l2.write_latency", CYCLES, 0, 1e5) \
    X(l2_atomic_share, "l2.atomic_share", RATIO, 0.01, 1) \
    X(ub_bytes, "core.ub.bytes", BYTES, 0, 1e7) \
    X(ub_banks, "core.ub.banks_per_group", COUNT, 1, 16) \
    X(l1_bytes, "core.l1.bytes", BYTES, 0, 1e7) \
    X(l1_write_slows, "core.l1.write_slows", RATIO, 0, 10) \
    X(l0a_bytes, "core.l0a.bytes", BYTES, 0, 1e7) \
    X(l0b_bytes, "core.l0b.bytes", BYTES, 0, 1e7) \
    X(l0c_bytes, "core.l0c.bytes", BYTES, 0, 1e7) \
    X(bt_bytes, "core.bt.bytes", BYTES, 0, 1e6) \
    X(fb_bytes, "core.fb.bytes", BYTES, 0, 1e6) \
    X(event_ids, "core.event_ids", COUNT, 1, 8) \
    X(zero_is_fault, "core.zero_is_fault", BOOL, 0, 1) \
    X(icache_aic, "core.icache.aic", BYTES, 0, 131072) \
    X(icache_aiv, "core.icache.aiv", BYTES, 0, 131072) \
    X(icache_miss, "core.icache.miss", CYCLES, 0, 1e5) \
    X(dcache_bytes, "core.dcache.bytes", BYTES, 0, 65536) \
    X(queue_v, "core.queue.v", COUNT, 1, 64) \
    X(queue_m, "core.queue.m", COUNT, 1, 64) \
    X(queue_mte1, "core.queue.mte1", COUNT, 1, 64) \
    X(queue_mte2, "core.queue.mte2", COUNT, 1, 64) \
    X(queue_mte3, "core.queue.mte3", COUNT, 1, 64) \
    X(queue_fix, "core.queue.fix", COUNT, 1, 64) \
    X(scalar_issue, "core.scalar.issue", CYCLES, 0.01, 1000) \
    X(scalar_jump, "core.scalar.jump", CYCLES, 0, 1000) \
    X(scalar_native, "core.scalar.native", CYCLES, 0, 100000) \
    X(scalar_div, "core.scalar.div", CYCLES, 0, 1000) \
    X(scalar_ld_ub, "core.scalar.ld_ub", CYCLES, 0, 10000) \
    X(scalar_ld_gm, "core.scalar.ld_gm", CYCLES, 0, 100000) \
    X(scalar_miss, "core.scalar.miss", CYCLES, 0, 1e5) \
    X(flag_latency, "core.flag.latency", CYCLES, 0, 10000) \
    X(flag_issue, "core.flag.issue", CYCLES, 0, 1000) \
    X(cross_latency, "core.cross.latency", CYCLES, 1, 100000) \
    X(barrier, "core.barrier", CYCLES, 0, 10000) \
    X(mac_f16, "core.cube.mac_f16", MACS, 1, 1e6) \
    X(zero_skip, "core.cube.zero_skip", BOOL, 0, 1) \
    X(reads, "core.requests.reads", COUNT, 1, 4096) \
    X(writes, "core.requests.writes", COUNT, 1, 4096) \
    X(gm_l1_latency, "core.gm_l1.latency", CYCLES, 0, 1e5) \
    X(gm_l1_rate, "core.gm_l1.rate", RATE, 0.01, 1e5) \
    X(gm_l1_interval, "core.gm_l1.interval", CYCLES, 0, 1e5) \
    X(gm_l1_flight, "core.gm_l1.flight", COUNT, 1, 64) \
    X(gm_ub_latency, "core.gm_ub.latency", CYCLES, 0, 1e5) \
    X(gm_ub_rate, "core.gm_ub.rate", RATE, 0.01, 1e5) \
    X(gm_ub_interval, "core.gm_ub.interval", CYCLES, 0, 1e5) \
    X(gm_ub_flight, "core.gm_ub.flight", COUNT, 1, 64) \
    X(ub_gm_interval, "core.ub_gm.interval", CYCLES, 0, 1e5) \
    X(ub_gm_flight, "core.ub_gm.flight", COUNT, 1, 64) \
    X(load_head, "core.load.head", CYCLES, 0, 1e5) \
    X(load_head_3d, "core.load.head_3d", CYCLES, 0, 1e5) \
    X(load_head_sp, "core.load.head_sp", CYCLES, 0, 1e5) \
    X(load_queued, "core.load.head_queued", CYCLES, 0, 1e5) \
    X(l1_l0a_rate, "core.l1_l0a.rate", RATE, 0.01, 1e5) \
    X(l1_l0a_least, "core.l1_l0a.least", RATE, 0.01, 1e5) \
    X(l1_l0b_rate, "core.l1_l0b.rate", RATE, 0.01, 1e5) \
    X(l1_l0b_least, "core.l1_l0b.least", RATE, 0.01, 1e5) \
    X(l1_bt_head, "core.l1_bt.head", CYCLES, 0, 1e5) \
    X(l1_bt_rate, "core.l1_bt.rate", RATE, 0.01, 1e5) \
    X(fix_elems, "core.fix.elems", ELEMS, 0.01, 1e5) \
    X(fix_elems_f32, "core.fix.elems_f32", ELEMS, 0.01, 1e5) \
    X(fix_head, "core.fix.head", CYCLES, 0, 1e5) \
    X(fix_head_nz2nd, "core.fix.head_nz2nd", CYCLES, 0, 1e5) \
    X(fix_head_l1, "core.fix.head_l1", CYCLES, 0, 1e5) \
    X(fix_l1_rate, "core.fix.l1_rate", RATE, 0.01, 1e5) \
    X(l1_fb_head, "core.l1_fb.head", CYCLES, 0, 1e5) \
    X(l1_fb_rate, "core.l1_fb.rate", RATE, 0.01, 1e5) \
    X(fill_head, "core.fill.head", CYCLES, 0, 1e5) \
    X(fill_rate, "core.fill.rate", RATE, 0.01, 1e5) \
    X(l1_l1_rate, "core.l1_l1.rate", RATE, 0.01, 1e5) \
    X(ub_ub_rate, "core.ub_ub.rate", RATE, 0.01, 1e5) \
    X(l0c_ub_rate, "core.l0c_ub.rate", RATE, 0.01, 1e5) \
    X(l0c_ub_head, "core.l0c_ub.head", CYCLES, 0, 1e5) \
    X(ub_l0c_rate, "core.ub_l0c.rate", RATE, 0.01, 1e5) \
    X(l1_ub_rate, "core.l1_ub.rate", RATE, 0.01, 1e5) \
    X(ub_l1_rate, "core.ub_l1.rate", RATE, 0.01, 1e5) \
    X(mmad_cold, "core.mmad.head_cold", CYCLES, 0, 1e5) \
    X(mmad_waited, "core.mmad.head_waited", CYCLES, 0, 1e5) \
    X(mmad_queued, "core.mmad.head_queued", CYCLES, 0, 1e5) \
    X(vector_chain, "core.vector.chain", CYCLES, 0, 1e5) \
    X(vector_counter, "core.vector.counter_mode", CYCLES, 0, 1e5) \
    X(launch, "launch.base", NS, 0, 1e9) \
    X(launch_start, "launch.start", NS, 0, 1e9) \
    X(launch_start_all, "launch.start_all", NS, 0, 1e9) \
    X(launch_aic, "launch.per_aic", NS, 0, 1e9) \
    X(launch_aiv, "launch.per_aiv", NS, 0, 1e9) \
    X(pj_mac_f16, "energy.mac.f16", PJ, 0.001, 1e6) \
    X(pj_mac_f32, "energy.mac.f32", PJ, 0.001, 1e6) \
    X(pj_mac_i8, "energy.mac.i8", PJ, 0.001, 1e6) \
    X(pj_mac_i4, "energy.mac.i4", PJ, 0.001, 1e6) \
    X(pj_vector, "energy.vector.repeat", PJ, 0.001, 1e6) \
    X(pj_l0, "energy.l0.byte", PJ, 0.001, 1e6) \
    X(pj_l1, "energy.l1.byte", PJ, 0.001, 1e6) \
    X(pj_ub, "energy.ub.byte", PJ, 0.001, 1e6) \
    X(pj_l2, "energy.l2.byte", PJ, 0.001, 1e6) \
    X(pj_mem, "energy.mem.byte", PJ, 0.001, 1e6)

enum dv_param_id {
#define X(field, path, unit, least, greatest) DV_CP_##field,
    DV_CHIP_PARAMS(X)
#undef X
        DV_CHIP_PARAM_COUNT
};

/* Where a number of this chip was stated. */
struct dv_origin {
    uint8_t from; /* enum dv_from */
    char src[32]; /* "G3", "isa.md 3.2" */
    char file[64];
    int line, col;
    uint64_t low, high; /* plausible range in the stored unit; low > high = none */
};

/* One row of the cost list: vector head and cycles per repeat by class and type. */
struct dv_vcost {
    uint16_t cost; /* DV_COST_*, 0 = every class without rows (vec_default) */
    uint8_t type;  /* DV_T_*, 0 = any type of the class .. */
    uint8_t bits;  /* .. whose wider element has this many bits, 0 = any */
    dv_time head;  /* exposed once, hidden between independent neighbours */
    dv_time each;  /* per repeat */
    dv_time tail;  /* extra after the last repeat */
    struct dv_origin origin;
};

#define DV_VCOSTS 256

struct dv_chip {
    char name[32];   /* "910B1" */
    char soc[8][32]; /* SoC names it answers to: "Ascend910B1" */
    char core[16];   /* "dav-c220" */
    char mark[16];   /* "", "published", "speculative" */
    char note[256];
    uint8_t arch;    /* 0 = c220, 1 = c100 */
    char sha256[65]; /* of the file text, parents included */
    uint64_t v[DV_CHIP_PARAM_COUNT];
    struct dv_origin origin[DV_CHIP_PARAM_COUNT];
    struct dv_vcost cost[DV_VCOSTS];
    unsigned costs;
    /* Row + 1 that prices a class and type: exact type, else width, else any, else vec_default;
     * 0 = none. Built by the loader. */
    uint16_t cost_row[DV_COST_COUNT][256];
};

#define DV_P(chip, field) ((chip)->v[DV_CP_##field])

/* One number for every number of a chip: parameters first, then the rows of the cost list. */
enum { DV_NUMBERS = DV_CHIP_PARAM_COUNT + DV_VCOSTS };
#define DV_NUMBER_ROW(row) ((uint16_t)(DV_CHIP_PARAM_COUNT + (row)))
/* Where a number was stated; its path is "costs: CLASS TYPE" for a row of the list. */
const struct dv_origin *dv_chip_origin(const struct dv_chip *c, unsigned number);
int dv_chip_number_path(const struct dv_chip *c, unsigned number, char *out, size_t size);

/* Limits in the stored unit. */
struct dv_chip_param {
    const char *path;
    uint8_t unit;
    uint64_t least, greatest;
};
extern const struct dv_chip_param dv_chip_params[DV_CHIP_PARAM_COUNT];

/* Parameter of a path (n bytes), DV_CHIP_PARAM_COUNT when there is none. */
unsigned dv_chip_param_find(const char *path, size_t n);

/* Number text with its unit to the stored value, digit by digit: exact, but for cycles and rates
 * rounded half up to 1/256 and 2^-32. CONFIG when it is no plain decimal, negative, has no unit or
 * a wrong one, or does not fit. `bare` accepts a number without unit in the base scale. */
enum dv_err dv_chip_number(unsigned unit, const char *text, size_t n, bool bare, uint64_t *out,
                           struct dv_diag *d);
/* "lo..hi" in the unit that `text` (a whole number text) used. */
enum dv_err dv_chip_range(unsigned unit, const char *text, size_t n, const char *range,
                          size_t range_n, uint64_t *low, uint64_t *high, struct dv_diag *d);
/* CONFIG unless v lies in the limits of parameter id and on its granule. */
enum dv_err dv_chip_limits(unsigned id, uint64_t v, struct dv_diag *d);
/* Shortest text that dv_chip_number reads back as v. Returns snprintf's length. */
int dv_chip_number_text(unsigned unit, uint64_t v, char *out, size_t size);
/* "lo..hi" that dv_chip_range reads back next to dv_chip_number_text of v. */
int dv_chip_range_text(unsigned unit, uint64_t v, uint64_t low, uint64_t high, char *out,
                       size_t size);

/* ---- emu/chips ------------------------------------------------------------------------------- */

/* Loads a built-in chip (any of its names, any case) or, when `name` contains '/' or ends in
 * .yaml/.yml, a file. CONFIG with file, line and column: unknown key, missing number, wrong unit,
 * out of range, alias, cycle of extends, ... The nearest name is suggested for an unknown chip. */
enum dv_err dv_chip_load(const char *name, struct dv_chip *out, struct dv_diag *d);
/* Overrides one number: path as in the file, text as in the file ("core.l1_l0a.rate", "128" or
 * "128 B/cy"). Provenance becomes `ours`, src "--set". */
enum dv_err dv_chip_set(struct dv_chip *c, const char *path, const char *text, struct dv_diag *d);
/* Built-in chips in a fixed order; NULL past the end. */
const char *dv_chip_builtin(unsigned i);
/* Number as text with its unit: "256 B/cy". Returns snprintf's length. */
int dv_chip_param_text(const struct dv_chip *c, unsigned id, char *out, size_t size);

#endif
