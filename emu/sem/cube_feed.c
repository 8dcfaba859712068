/* Effects of what only MMAD reads: sparse B with its index (isa.md 7.7), the bias table (8.1).
 *
 * Owns: where the index of a fractal lies and what its bits mean (both ours where isa.md is
 * silent; the row of load_l1_to_l0b_2d_sp says it). */
#include <string.h>

#include "emu/sem/cube.h"
#include "emu/sem/sem.h"
#include "isa/num.h"

enum { DST, SRC, INDEX, GROUP = 4, KEPT = 2 };

static uint8_t *place(const struct dv_work *w, unsigned operand)
{
    return dv_at(w, dv_op_insn(w->op)->operand[operand].space, dv_operand_address(w, operand));
}

void dv_sem_load2dsp(const struct dv_work *w)
{
    struct dv_cfg_load2dsp c = dv_unpack_load2dsp(w->cfg);

    memcpy(place(w, DST), place(w, SRC) + (size_t)DV_FRACTAL * c.start,
           (size_t)DV_FRACTAL * c.repeat);
    memcpy(dv_index_of(w, dv_operand_address(w, DST)), place(w, INDEX) + (size_t)DV_INDEX * c.start,
           (size_t)DV_INDEX * c.repeat);
}

void dv_sparse_column(const struct dv_work *w, uint64_t address, unsigned column, bool is_signed,
                      int16_t out[DV_STEP_MOST])
{
    const uint8_t *kept = w->mem[DV_SPACE_L0B] + address + column * DV_FRACTAL_ROW;
    const uint8_t *index = dv_index_of(w, address) + column * (DV_FRACTAL_ROW / 4);

    memset(out, 0, DV_STEP_MOST * sizeof *out);
    for (unsigned e = 0; e < DV_FRACTAL_ROW; e++) {
        unsigned at = index[e / 4] >> e % 4 * 2 & 3, second = e % KEPT;

        /* the second is counted from element 1 */
        out[e / KEPT * GROUP + (at + second) % GROUP] +=
            is_signed ? (int16_t)(int8_t)kept[e] : (int16_t)kept[e];
    }
}

static void widen(uint8_t *dst, const uint8_t *src, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t h;
        float f;

        memcpy(&h, src + 2 * i, 2);
        f = dv_f16_to_f32(h);
        memcpy(dst + 4 * i, &f, 4);
    }
}

void dv_sem_l1_bt(const struct dv_work *w)
{
    struct dv_cfg_table_burst c = dv_unpack_table_burst(w->cfg);
    size_t out = (size_t)64 * c.len_burst, in = c.convert ? out / 2 : out;
    uint8_t *dst = place(w, DST);
    const uint8_t *src = place(w, SRC);

    for (unsigned i = 0; i < c.n_burst; i++) {
        if (c.convert)
            widen(dst, src, out / 4);
        else
            memcpy(dst, src, out);
        src += in + (size_t)32 * c.src_gap;
        dst += out + (size_t)64 * c.dst_gap;
    }
}
