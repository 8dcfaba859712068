/* Sections and data: .text .byte .quad .f16 .ascii .align .space .incbin .loc and their kin.
 *
 * Owns the list of data directives. Numbers are little-endian. */
#include "asm/state.h"
#include "isa/num.h"

#include <string.h>

/* ---- sections -------------------------------------------------------------------------------- */

static const char *const sections[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};

static bool find_section(struct dv_span name, uint8_t *section)
{
    for (unsigned i = 0; i < DV_SECTIONS; i++)
        if (dv_span_is(name, sections[i])) {
            *section = (uint8_t)i;
            return true;
        }
    return false;
}

static enum dv_err to_text(struct dv_as *as, struct dv_span rest)
{
    as->section = DV_TEXT;
    return dv_as_end(as, rest);
}

static enum dv_err to_rodata(struct dv_as *as, struct dv_span rest)
{
    as->section = DV_RODATA;
    return dv_as_end(as, rest);
}

static enum dv_err to_data(struct dv_as *as, struct dv_span rest)
{
    as->section = DV_DATA;
    return dv_as_end(as, rest);
}

static enum dv_err to_bss(struct dv_as *as, struct dv_span rest)
{
    as->section = DV_BSS;
    return dv_as_end(as, rest);
}

static enum dv_err do_section(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = dv_take_name(&rest);
    if (!name.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected .text .rodata .data or .bss");
    if (!find_section(name, &as->section))
        return dv_as_fail(as, name.p, DV_E_SYNTAX,
                          "unknown section '%.*s' (.text .rodata .data "
                          ".bss)",
                          (int)name.n, name.p);
    return dv_as_end(as, rest);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static enum dv_err put(struct dv_as *as, uint64_t v, unsigned n)
{
    uint8_t b[8];
    for (unsigned i = 0; i < n; i++)
        b[i] = (uint8_t)(v >> (8 * i));
    if (n == 4 && as->section == DV_TEXT && dv_as_here(as) % 4 == 0)
        return dv_as_word(as, (uint32_t)v);
    return dv_as_bytes(as, b, n);
}

static enum dv_err late(struct dv_as *as, struct dv_span piece, unsigned n)
{
    as->now.code = DV_OK;
    dv_as_fixup(as, n == 8 ? DV_R_ABS64 : DV_R_ABS32, piece);
    return put(as, 0, n);
}

static enum dv_err put_int(struct dv_as *as, struct dv_span piece, unsigned n)
{
    int64_t v;
    as->probing = n >= 4;
    enum dv_err e = dv_as_int(as, piece, &v);
    as->probing = false;
    /* A label that comes later, or one whose section has no address yet. */
    if (n >= 4 && (e == DV_E_SYMBOL || (e == DV_OK && as->labels_used)))
        return late(as, piece, n);
    if (e != DV_OK)
        return e;
    if (n < 8 && (v < -(1ll << (8 * n - 1)) || v >= 1ll << (8 * n)))
        return dv_as_fail(as, piece.p, DV_E_RANGE, "%lld does not fit %u bits", (long long)v,
                          8 * n);
    return put(as, (uint64_t)v, n);
}

static enum dv_err ints(struct dv_as *as, struct dv_span rest, unsigned n)
{
    struct dv_span piece;
    if (!rest.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a value");
    while (dv_take_piece(&rest, &piece))
        if (put_int(as, piece, n) != DV_OK)
            break;
    return as->now.code;
}

static enum dv_err do_byte(struct dv_as *as, struct dv_span rest)
{
    return ints(as, rest, 1);
}

static enum dv_err do_half(struct dv_as *as, struct dv_span rest)
{
    return ints(as, rest, 2);
}

static enum dv_err do_word(struct dv_as *as, struct dv_span rest)
{
    return ints(as, rest, 4);
}

static enum dv_err do_quad(struct dv_as *as, struct dv_span rest)
{
    return ints(as, rest, 8);
}

static uint64_t bits_f16(double v)
{
    return dv_f64_to_f16(v, DV_RINT, false);
}

static uint64_t bits_bf16(double v)
{
    return dv_f32_to_bf16((float)v, DV_RINT, false);
}

static uint64_t bits_f32(double v)
{
    return dv_f32_bits((float)v);
}

static enum dv_err floats(struct dv_as *as, struct dv_span rest, uint64_t (*bits)(double),
                          unsigned n)
{
    struct dv_span piece;
    struct dv_value v;
    if (!rest.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a value");
    while (dv_take_piece(&rest, &piece)) {
        if (dv_as_value(as, piece, &v) != DV_OK)
            break;
        if (put(as, bits(v.is_float ? v.f : (double)v.i), n) != DV_OK)
            break;
    }
    return as->now.code;
}

static enum dv_err do_f16(struct dv_as *as, struct dv_span rest)
{
    return floats(as, rest, bits_f16, 2);
}

static enum dv_err do_bf16(struct dv_as *as, struct dv_span rest)
{
    return floats(as, rest, bits_bf16, 2);
}

static enum dv_err do_f32(struct dv_as *as, struct dv_span rest)
{
    return floats(as, rest, bits_f32, 4);
}

/* ---- strings, space, files ------------------------------------------------------------------- */

static enum dv_err strings(struct dv_as *as, struct dv_span rest, bool zero)
{
    char text[4096];
    size_t n;
    do {
        if (!dv_take_string(as, &rest, text, sizeof text, &n))
            break;
        dv_as_bytes(as, text, n + zero);
    } while (as->now.code == DV_OK && dv_take(&rest, ','));
    return as->now.code == DV_OK ? dv_as_end(as, rest) : as->now.code;
}

static enum dv_err do_ascii(struct dv_as *as, struct dv_span rest)
{
    return strings(as, rest, false);
}

static enum dv_err do_asciz(struct dv_as *as, struct dv_span rest)
{
    return strings(as, rest, true);
}

static enum dv_err do_align(struct dv_as *as, struct dv_span rest)
{
    int64_t to;
    if (dv_as_int_in(as, rest, "the alignment", 1, 65536, &to) != DV_OK)
        return as->now.code;
    if (to & (to - 1))
        return dv_as_fail(as, rest.p, DV_E_RANGE, "the alignment is %lld bytes, no power of two",
                          (long long)to);
    if (as->obj->align[as->section] < (uint32_t)to)
        as->obj->align[as->section] = (uint32_t)to;
    while (as->section == DV_TEXT && dv_as_here(as) % 4 == 0 && dv_as_here(as) % (uint64_t)to &&
           as->now.code == DV_OK)
        dv_as_insn_text(as, "nop");
    return dv_as_zeros(as, -dv_as_here(as) & (uint64_t)(to - 1));
}

static enum dv_err do_space(struct dv_as *as, struct dv_span rest)
{
    int64_t n;
    if (dv_as_int_in(as, rest, "the number of bytes", 0, DV_AS_SECTION, &n) != DV_OK)
        return as->now.code;
    return dv_as_zeros(as, (uint64_t)n);
}

static enum dv_err do_incbin(struct dv_as *as, struct dv_span rest)
{
    char name[1024];
    const char *path, *text;
    size_t n, bytes;
    int64_t skip = 0, count;
    struct dv_span piece;
    const char *at = dv_trim(rest).p;
    if (!dv_take_string(as, &rest, name, sizeof name, &n))
        return as->now.code;
    if (dv_as_load(as, (struct dv_span){name, n}, at, &path, &text, &bytes) != DV_OK)
        return as->now.code;
    dv_take(&rest, ',');
    if (dv_take_piece(&rest, &piece) &&
        dv_as_int_in(as, piece, "the number of bytes to skip", 0, (int64_t)bytes, &skip) != DV_OK)
        return as->now.code;
    count = (int64_t)bytes - skip;
    if (dv_take_piece(&rest, &piece) &&
        dv_as_int_in(as, piece, "the number of bytes to take", 0, count, &count) != DV_OK)
        return as->now.code;
    if (dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    return dv_as_bytes(as, text + skip, (size_t)count);
}

/* .loc "file", line [, column]: the following instructions come from there; .loc ends it. */
static enum dv_err do_loc(struct dv_as *as, struct dv_span rest)
{
    char name[1024];
    size_t n;
    int64_t line, col = 0;
    struct dv_span piece;
    as->has_loc = false;
    if (!rest.n)
        return DV_OK;
    if (!dv_take_string(as, &rest, name, sizeof name, &n) || !dv_take(&rest, ',') ||
        !dv_take_piece(&rest, &piece))
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected .loc \"file\", line [, column]");
    if (dv_as_int_in(as, piece, "the line", 1, INT32_MAX, &line) != DV_OK)
        return as->now.code;
    if (dv_take_piece(&rest, &piece) &&
        dv_as_int_in(as, piece, "the column", 0, 65535, &col) != DV_OK)
        return as->now.code;
    as->loc = (struct dv_line){.line = (uint32_t)line, .col = (uint32_t)col};
    as->loc.file = dv_as_obj_file(as, name);
    as->has_loc = true;
    return dv_as_end(as, rest);
}

const struct dv_directive dv_data_directives[] = {
    {".text", to_text},       {".rodata", to_rodata}, {".data", to_data},   {".bss", to_bss},
    {".section", do_section}, {".byte", do_byte},     {".half", do_half},   {".word", do_word},
    {".quad", do_quad},       {".f16", do_f16},       {".bf16", do_bf16},   {".f32", do_f32},
    {".ascii", do_ascii},     {".asciz", do_asciz},   {".align", do_align}, {".space", do_space},
    {".zero", do_space},      {".incbin", do_incbin}, {".loc", do_loc},     {NULL, NULL},
};
