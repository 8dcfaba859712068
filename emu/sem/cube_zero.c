/* Steps of a product whose fractal of A or of B is all zero: the what-if of core.cube.zero_skip. */
#include <string.h>

#include "emu/sem/cube.h"
#include "emu/sem/sem.h"

enum { A = 1, B };

static bool is_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

/* Fractal row i of A at step s: what of it is read, two fractals when B is sparse. */
static bool zero_a(const struct dv_product *p, const uint8_t *a, unsigned i, unsigned s)
{
    unsigned fractals = p->sparse ? 2 : 1, bytes = (p->k * p->bits + 7) / 8;
    bool zero = true;

    for (unsigned k1 = s * fractals; k1 < (s + 1) * fractals && k1 < p->a_k1; k1++) {
        unsigned left = bytes - k1 * DV_FRACTAL_ROW;

        if (p->vector)
            zero = zero && is_zero(a + (size_t)k1 * DV_FRACTAL_ROW,
                                   left < DV_FRACTAL_ROW ? left : DV_FRACTAL_ROW);
        else
            zero = zero && is_zero(a + ((size_t)i * p->a_pitch + k1) * DV_FRACTAL, DV_FRACTAL);
    }
    return zero;
}

uint64_t dv_sem_zero_steps(const struct dv_work *w, uint64_t *steps)
{
    struct dv_product p = dv_product_of(w);
    const uint8_t *a = w->mem[DV_SPACE_L0A] + dv_operand_address(w, A);
    const uint8_t *b = w->mem[DV_SPACE_L0B] + dv_operand_address(w, B);
    uint64_t zero = 0;

    *steps = (uint64_t)p.m1 * p.n1 * p.steps;
    for (unsigned s = 0; s < p.steps; s++) {
        uint64_t rows = 0, columns = 0;

        for (unsigned i = 0; i < p.m1; i++)
            rows += zero_a(&p, a, i, s);
        for (unsigned j = 0; j < p.n1; j++)
            columns += is_zero(b + ((size_t)s * p.n1 + j) * p.b_bytes, p.b_bytes);
        zero += rows * p.n1 + columns * p.m1 - rows * columns;
    }
    return zero;
}
