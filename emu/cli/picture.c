/* The bits of a layout as the manual's pictures need them: which field stands where, and what is
 * written in its place. Knows no style. */
#include <inttypes.h>

#include "emu/cli/manual.h"

const char *dv_pieces_text(const struct dv_field *f, char out[48])
{
    size_t n = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < f->pieces && n < 40; i++) {
        const char *gap = i ? " " : "";
        if (f->piece[i].hi == f->piece[i].lo)
            n += (size_t)snprintf(out + n, 48 - n, "%s%u", gap, f->piece[i].hi);
        else
            n += (size_t)snprintf(out + n, 48 - n, "%s%u:%u", gap, f->piece[i].hi, f->piece[i].lo);
    }
    return out;
}

bool dv_field_fixed(const struct dv_field *f, const struct dv_insn *in, uint64_t *value)
{
    const uint64_t mask[2] = {in->mask, 0}, match[2] = {in->match, 0};
    struct dv_field plain = *f;
    plain.is_signed = false;
    *value = dv_field_get(&plain, match);
    return !f->must_zero && f->width < 64 && dv_field_get(&plain, mask) == (1ull << f->width) - 1;
}

const char *dv_field_label(const struct dv_field *f, const struct dv_insn *in, char out[48])
{
    uint64_t value;
    if (f->must_zero || f->unexplained)
        return f->must_zero ? "-" : "?";
    if (!in || !dv_field_fixed(f, in, &value))
        return f->name;
    snprintf(out, 48, value > 9 ? "0x%" PRIx64 : "%" PRIu64, value);
    return out;
}

const struct dv_field *dv_field_at(const struct dv_layout *l, unsigned from, unsigned least,
                                   unsigned *lo)
{
    for (unsigned i = 0; i < l->fields; i++) {
        for (unsigned k = 0; k < l->field[i].pieces; k++) {
            const struct dv_bits *p = &l->field[i].piece[k];
            if (from > p->hi || from < p->lo)
                continue;
            *lo = p->lo < least ? least : p->lo;
            return &l->field[i];
        }
    }
    *lo = least;
    return NULL;
}
