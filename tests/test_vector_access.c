/* What the vector shapes refuse and touch: messages, footprints by hand, any registers at all. */
#include <criterion/criterion.h>

#include "emu/sem/init.h"
#include "tests/model.h"

static const uint32_t sizes[DV_SPACE_COUNT] = {[DV_SPACE_UB] = MODEL_UB};

/* ---- refusals -------------------------------------------------------------------------------- */

struct refusal {
    unsigned insn, type;
    uint64_t cfg, xd, xn, xm;
    enum dv_err code;
    const char *operand, *text;
};

#define V3(repeat, db, s0b, s1b, dr, s0r, s1r) \
    ((uint64_t)(repeat) << 56 | (uint64_t)(s1r) << 40 | (uint64_t)(s0r) << 32 | \
     (uint64_t)(dr) << 24 | (s1b) << 16 | (s0b) << 8 | (db))
#define V1(repeat, db, sb, dr, sr) \
    ((uint64_t)(repeat) << 56 | (uint64_t)(sr) << 40 | (uint64_t)(dr) << 32 | \
     (uint64_t)(sb) << 16 | (db))
#define RED(repeat, dr, sb, sr) \
    ((uint64_t)(repeat) << 56 | (uint64_t)(sr) << 32 | (uint64_t)(sb) << 16 | (dr))
#define APART \
    "within a repeat they must be the same blocks or share none, and no repeat may read what an " \
    "earlier one wrote"

/* isa.md 5.1 (overlap), 10.1 (alignment), 10.2 (equal destination blocks), 6.6 (units). */
static const struct refusal refusals[] = {
    {DV_INSN_vadd, DV_T_f16, V3(1, 1, 1, 1, 8, 8, 8), 16, 0x100, 0x200, DV_E_ALIGN, "dst",
     "dst address 0x10 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vadd, DV_T_f16, V3(1, 1, 1, 1, 8, 8, 8), 0, 0x100, 0x204, DV_E_ALIGN, "src1",
     "src1 address 0x204 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vadd, DV_T_f16, V3(1, 1, 1, 1, 8, 8, 8), 0, 32, 0x400, DV_E_OVERLAP, "src0",
     "dst and src0 overlap: " APART},
    {DV_INSN_vadd, DV_T_f16, V3(2, 1, 1, 1, 8, 8, 8), 0x100, 0x800, 0, DV_E_OVERLAP, "src1",
     "dst and src1 overlap: " APART},
    {DV_INSN_vadd, DV_T_f16, V3(2, 1, 1, 1, 8, 8, 8), 0, 0x100, 0x100, DV_OK, NULL, NULL},
    {DV_INSN_vadd, DV_T_f16, V3(255, 1, 1, 1, 8, 8, 8), 0, 0, 0, DV_OK, NULL, NULL},
    {DV_INSN_vadd, DV_T_f32, V3(4, 1, 1, 1, 0, 8, 0), 0, 0x400, 0, DV_OK, NULL, NULL},
    {DV_INSN_vmul, DV_T_s32, V3(4, 1, 1, 1, 0, 8, 0), 0, 0x400, 0, DV_OK, NULL, NULL},
    {DV_INSN_vmul, DV_T_s16, V3(4, 1, 1, 1, 0, 8, 0), 0, 0x400, 0, DV_E_OVERLAP, "src1",
     "dst and src1 overlap: " APART},
    {DV_INSN_vadd, DV_T_f32, V3(4, 1, 1, 1, 0, 0, 8), 0, 0, 0x400, DV_E_OVERLAP, "src0",
     "dst and src0 overlap: " APART},
    {DV_INSN_vdiv, DV_T_f32, V3(4, 1, 1, 1, 0, 8, 0), 0, 0x400, 0, DV_E_OVERLAP, "src1",
     "dst and src1 overlap: " APART},
    {DV_INSN_vadd, DV_T_f32, V3(2, 0, 1, 1, 8, 8, 8), 0, 0x400, 0x800, DV_E_OVERLAP, "dst",
     "dst_blk = 0 writes every block of a repeat to one place: use a block stride of at least 1"},
    {DV_INSN_vadd, DV_T_f32, V3(0, 0, 1, 1, 8, 8, 8), 3, 5, 7, DV_OK, NULL, NULL},
    {DV_INSN_vabs, DV_T_f32, V1(2, 1, 1, 0, 0), 0, 0, 0, DV_E_OVERLAP, "src",
     "dst and src overlap: " APART},
    {DV_INSN_vabs, DV_T_f32, V1(1, 1, 1, 0, 0), 0, 0, 0, DV_OK, NULL, NULL},
    {DV_INSN_vabs, DV_T_f32, V1(2, 2, 2, 1, 1), 0, 0, 0, DV_OK, NULL, NULL},
    {DV_INSN_vconv, DV_T_f32f16, V1(1, 1, 1, 4, 8), 0, 0, 0, DV_E_OVERLAP, "src",
     "dst and src overlap: " APART},
    {DV_INSN_vcadd, DV_T_f16, RED(2, 1, 1, 8), 1, 0x100, 0, DV_E_ALIGN, "dst",
     "dst address 0x1 in ub is not a multiple of 2 bytes"},
    {DV_INSN_vcadd, DV_T_f16, RED(2, 1, 1, 8), 2, 0x100, 0, DV_OK, NULL, NULL},
    {DV_INSN_vcadd, DV_T_f16, RED(8, 1, 1, 8), 0, 0, 0, DV_OK, NULL, NULL},
    {DV_INSN_vcadd, DV_T_f16, RED(2, 1, 1, 8), 256, 0, 0, DV_E_OVERLAP, "src",
     "dst and src overlap: a repeat would read a result that was written before, move dst"},
    {DV_INSN_vcgmax, DV_T_f16, RED(2, 1, 1, 8), 8, 0x400, 0, DV_E_ALIGN, "dst",
     "dst address 0x8 in ub is not a multiple of 16 bytes"},
    {DV_INSN_vcgmax, DV_T_f32, RED(2, 1, 1, 8), 16, 0x400, 0, DV_E_ALIGN, "dst",
     "dst address 0x10 in ub is not a multiple of 32 bytes"},
    {DV_INSN_vcmax, DV_T_f32, RED(2, 1, 1, 8), 4, 0x400, 0, DV_E_ALIGN, "dst",
     "dst address 0x4 in ub is not a multiple of 8 bytes"},
    {DV_INSN_vcmax, DV_T_f32, RED(2, 1, 1, 8) | 3ull << 48, 4, 0x400, 0, DV_OK, NULL, NULL},
    {DV_INSN_vcgadd, DV_T_f32, RED(2, 1, 1, 8) | 1ull << 48, 0, 0x400, 0, DV_E_RESERVED, "",
     "order = 1 in the config word: vcgadd returns values only"},
    {DV_INSN_vcmax, DV_T_f32, RED(2, 1, 1, 8) | 1ull << 50, 0, 0x400, 0, DV_E_RESERVED, "",
     "acc = 1 in the config word: vcmax has no such mode"},
    {DV_INSN_vcadd, DV_T_f32, RED(2, 1, 1, 8) | 1ull << 55, 0, 0x400, 0, DV_E_RESERVED, "",
     "config word 0x0280000800010001 has reserved bits [55:51] set, clear them"},
};

Test(vector, refusals)
{
    struct dv_foot f;
    struct dv_diag d;
    struct rig r;

    rig_open(&r, sizes, 1);
    r.env.v[DV_ENV_MASK0] = r.env.v[DV_ENV_MASK1] = UINT64_MAX;
    for (unsigned i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *q = &refusals[i];
        rig_insn(&r, q->insn, q->type);
        r.sizes.bytes[DV_SPACE_UB] = 196608;
        r.w.cfg[0] = q->cfg;
        r.w.x[DV_XD] = q->xd;
        r.w.x[DV_XN] = q->xn;
        r.w.x[DV_XM] = q->xm;
        dv_diag_init(&d);
        enum dv_err err = dv_access[dv_insns[q->insn].access](&r.w, &f, &d);
        cr_assert_eq(err, q->code, "row %u: %s %s", i, dv_err_name(err), d.text);
        if (err) {
            cr_assert_str_eq(d.text, q->text, "row %u", i);
            cr_assert_str_eq(d.at.operand, q->operand, "row %u", i);
        }
    }
    r.w.kind = DV_C100; /* isa.md 15: reduce destination stride 0 */
    rig_insn(&r, DV_INSN_vcadd, DV_T_f16);
    r.w.cfg[0] = RED(2, 0, 1, 8);
    dv_diag_init(&d);
    cr_assert_eq(dv_access_red(&r.w, &f, &d), DV_E_RANGE);
    cr_assert_str_eq(d.text, "dst_rep = 0 is not allowed for vcadd on c100");
    rig_close(&r);
}

/* Footprints by hand: the logged VADD of isa.md 12, counter mode with a tail, a masked block. */
Test(vector, footprints)
{
    struct dv_foot f;
    struct rig r;

    rig_open(&r, sizes, 1);
    r.env.v[DV_ENV_MASK0] = r.env.v[DV_ENV_MASK1] = UINT64_MAX;
    rig_insn(&r, DV_INSN_vadd, DV_T_f32);
    r.w.x[DV_XD] = 0x4000;
    r.w.x[DV_XM] = 0x2000;
    r.w.cfg[0] = 0x0100080808010101ull;
    cr_assert_eq(dv_access_vec3(&r.w, &f, NULL), DV_OK);
    cr_assert_eq(f.n, 3);
    cr_assert_eq(f.walks, 3);
    cr_assert_eq(f.part[0].base, 0x4000u);
    cr_assert(f.part[2].base == 0x2000u && f.part[2].rows == 1 && f.part[2].bytes == 256);
    cr_assert_eq(f.amount.repeats, 1);
    r.w.cfg[0] = V3(255, 1, 1, 1, 8, 8, 8);
    cr_assert_eq(dv_access_vec3(&r.w, &f, NULL), DV_OK);
    cr_assert(f.n == 3 && f.part[1].rows == 1 && f.part[1].bytes == 255 * 256);

    r.env.v[DV_ENV_CTRL] |= 1ull << 56; /* repeat is ignored */
    r.env.v[DV_ENV_MASK0] = 1000;
    r.w.x[DV_XD] = 0x6000;
    cr_assert_eq(dv_access_vec3(&r.w, &f, NULL), DV_OK);
    cr_assert(f.n == 3 && f.part[0].bytes == 4000 && f.amount.repeats == 16);
    r.env.v[DV_ENV_MASK0] = 0;
    cr_assert_eq(dv_access_vec3(&r.w, &f, NULL), DV_OK);
    cr_assert(f.n == 0 && f.walks == 0 && f.amount.repeats == 0);

    r.env.v[DV_ENV_CTRL] = 8;
    r.env.v[DV_ENV_MASK0] = 0x3c; /* lanes 2..5 of block 0 */
    cr_assert_eq(dv_access_vec3(&r.w, &f, NULL), DV_OK);
    cr_assert(f.n == 3 && f.part[0].base == 0x6008 && f.part[0].bytes == 16);
    cr_assert(f.part[0].rows == 255 && f.part[0].pitch == 256);
    cr_assert(f.walk[0].blocks == 1 && f.walk[1].rw == DV_READ && f.walk[0].rw == DV_WRITE);
    rig_close(&r);
}

/* Any registers, any config: an answer, never a crash, and effects inside what was promised. */
Test(vector, hostile)
{
    static uint8_t before[MODEL_UB], mark[MODEL_UB];
    unsigned ran = 0;
    struct dv_foot f;
    struct rig r;

    dv_vector_init();
    rig_open(&r, sizes, 99);
    for (uint32_t n = 0; n < 60000; n++) {
        unsigned i;
        do
            i = rig_range(&r, 0, dv_insn_count - 1);
        while (dv_insns[i].exec != DV_EXEC_ITEM || dv_insns[i].pipe != DV_PIPE_V);
        const struct dv_insn *in = &dv_insns[i];
        rig_insn(&r, i, in->types ? in->type[rig_range(&r, 0, in->types - 1u)].type : DV_T_none);
        r.w.kind = rig_range(&r, 0, 3) ? DV_AIV : DV_C100;
        r.w.simd = rig_range(&r, 0, 1);
        for (unsigned k = 0; k < DV_SLOTS; k++)
            r.w.x[k] = rig_range(&r, 0, 3)
                           ? 32 * rig_range(&r, 0, 600)
                           : ((uint64_t)rig_random(&r) << 32 | rig_random(&r)) & ~31ull;
        r.w.cfg[0] = (uint64_t)rig_random(&r) << 32 | rig_random(&r);
        if (rig_range(&r, 0, 3))
            r.w.cfg[0] &= 0x010f070f070f070full << rig_range(&r, 0, 1);
        r.env.v[DV_ENV_CTRL] = (uint64_t)rig_random(&r) << 32 | 8;
        r.env.v[DV_ENV_MASK0] = rig_random(&r) >> rig_range(&r, 0, 31);
        r.env.v[DV_ENV_MASK1] = rig_random(&r);
        if (dv_access[in->access](&r.w, &f, NULL) || !rig_inside(&r, &f) || !f.n)
            continue;
        memcpy(before, r.w.mem[DV_SPACE_UB], MODEL_UB);
        rig_mark(&r, &f, DV_SPACE_UB, DV_WRITE, mark);
        dv_sem[in->sem](&r.w);
        ran++;
        for (uint32_t k = 0; k < MODEL_UB; k++)
            cr_assert(mark[k] || before[k] == r.w.mem[DV_SPACE_UB][k], "%s", in->name);
    }
    cr_assert_gt(ran, 1000, "%u", ran);
    rig_close(&r);
}
