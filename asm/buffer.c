/* Local buffers: .buf and the placement of each in its memory.
 *
 * Owns the rule "lowest free address that satisfies alignment, group and bank". Sizes of memories
 * are memory.c's. */
#include "asm/sheet.h"
#include "asm/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFERS = 4096 };

bool dv_as_space(struct dv_span name, uint8_t *space)
{
    for (unsigned i = 0; i < DV_SPACE_COUNT; i++)
        if (dv_span_is(name, dv_spaces[i].name)) {
            *space = (uint8_t)i;
            return true;
        }
    return false;
}

/* Size of a memory on the cores the code is for (c220 when not said); 0 = they have none. */
static uint64_t memory_bytes(const struct dv_as *as, unsigned space)
{
    unsigned kinds = as->kinds ? as->kinds : DV_ON(DV_AIC) | DV_ON(DV_AIV);
    return dv_memory_bytes(kinds, space);
}

/* What was asked for; -1 = not said. */
struct wish {
    int64_t copies, group, bank, at;
    const char *only_ub; /* group= or bank= as written */
    const struct dv_buf *with;
};

static uint64_t extent(const struct dv_buf *b)
{
    return (b->copies - 1) * b->pitch + b->bytes;
}

static uint64_t align_up(uint64_t v, uint64_t a)
{
    return (v + a - 1) / a * a;
}

/* Lowest start >= from that satisfies alignment, group and bank; UINT64_MAX when none does.
 * UB address: group [8:5], bank [17:16] (isa.md 6.10). */
static uint64_t next_start(const struct dv_buf *b, const struct wish *w, uint64_t from)
{
    uint64_t start = align_up(from, dv_spaces[b->space].align);
    if (w->bank >= 0) {
        uint64_t lo = (uint64_t)w->bank << 16, hi = lo + 65536;
        if (start < lo)
            start = lo;
        if (start + extent(b) > hi)
            return UINT64_MAX;
    }
    if (w->group >= 0) {
        uint64_t want = (uint64_t)w->group << 5, row = start & ~(uint64_t)511;
        start = row + want >= start ? row + want : row + 512 + want;
        if (w->bank >= 0 && start + extent(b) > ((uint64_t)w->bank + 1) << 16)
            return UINT64_MAX;
    }
    return start;
}

static const struct dv_buf *overlapped(const struct dv_as *as, const struct dv_buf *b)
{
    for (const struct dv_buf *o = as->buf; o; o = o->next)
        if (o->space == b->space && b->address < o->address + extent(o) &&
            o->address < b->address + extent(b))
            return o;
    return NULL;
}

static void list_buffers(const struct dv_as *as, unsigned space, char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "placed:");
    for (const struct dv_buf *b = as->buf; b && n < size; b = b->next)
        if (b->space == space)
            n += (size_t)snprintf(out + n, size - n, "%s %.*s at 0x%llx, %llu B", n > 7 ? ";" : "",
                                  (int)b->name.n, b->name.p, (unsigned long long)b->address,
                                  (unsigned long long)extent(b));
    if (n == 7)
        snprintf(out, size, "nothing is placed");
}

static enum dv_err overflow(struct dv_as *as, const struct dv_buf *b, const char *at, uint64_t size)
{
    char list[640];
    list_buffers(as, b->space, list, sizeof list);
    return dv_as_fail(as, at, DV_E_BOUNDS,
                      "buffer '%.*s' (%llu B) does not fit into %s "
                      "(%llu B); %s",
                      (int)b->name.n, b->name.p, (unsigned long long)extent(b),
                      dv_spaces[b->space].name, (unsigned long long)size, list);
}

static enum dv_err place_at(struct dv_as *as, struct dv_buf *b, const struct wish *w,
                            const char *at, uint64_t size)
{
    unsigned align = dv_spaces[b->space].align;
    const struct dv_buf *o;
    b->address = (uint64_t)w->at;
    if (b->address % align)
        return dv_as_fail(as, at, DV_E_ALIGN, "at=0x%llx: %s addresses are multiples of %u",
                          (unsigned long long)b->address, dv_spaces[b->space].name, align);
    if (b->address + extent(b) > size)
        return overflow(as, b, at, size);
    if ((o = overlapped(as, b))) {
        dv_as_fail(as, at, DV_E_OVERLAP, "buffer '%.*s' at 0x%llx overlaps '%.*s' at 0x%llx",
                   (int)b->name.n, b->name.p, (unsigned long long)b->address, (int)o->name.n,
                   o->name.p, (unsigned long long)o->address);
        dv_as_help(as, "with=%.*s shares its memory on purpose", (int)o->name.n, o->name.p);
    }
    return as->now.code;
}

static enum dv_err place_with(struct dv_as *as, struct dv_buf *b, const struct wish *w,
                              const char *at)
{
    const struct dv_buf *o = w->with;
    b->address = o->address;
    if (b->space != o->space)
        return dv_as_fail(as, at, DV_E_SYMBOL, "with=%.*s: that buffer is in %s", (int)o->name.n,
                          o->name.p, dv_spaces[o->space].name);
    if (extent(b) > extent(o))
        return dv_as_fail(as, at, DV_E_BOUNDS,
                          "buffer '%.*s' (%llu B) is larger than '%.*s' "
                          "(%llu B), whose memory it shares",
                          (int)b->name.n, b->name.p, (unsigned long long)extent(b), (int)o->name.n,
                          o->name.p, (unsigned long long)extent(o));
    return DV_OK;
}

static enum dv_err place(struct dv_as *as, struct dv_buf *b, const struct wish *w, const char *at,
                         uint64_t size)
{
    if (w->with)
        return place_with(as, b, w, at);
    if (w->at >= 0)
        return place_at(as, b, w, at, size);
    for (uint64_t from = 0;;) {
        uint64_t start = next_start(b, w, from);
        if (start == UINT64_MAX || start + extent(b) > size)
            return overflow(as, b, at, size);
        b->address = start;
        const struct dv_buf *o = overlapped(as, b);
        if (!o)
            return DV_OK;
        from = o->address + extent(o);
    }
}

/* ---- parsing --------------------------------------------------------------------------------- */

/* type[expr, expr ..] in bytes */
static bool read_size(struct dv_as *as, struct dv_span text, uint64_t *bytes)
{
    struct dv_span rest = text, word = dv_take_name(&rest), piece;
    enum dv_elem e = dv_elem_find(word.p, word.n);
    int64_t n, total = 1;
    if (e == DV_EL_NONE) {
        dv_as_fail(as, text.p, DV_E_SYNTAX, "expected an element type and a size: f16[1024]");
        return false;
    }
    if (!dv_take(&rest, '[') || !rest.n || rest.p[rest.n - 1] != ']') {
        dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected [elements] after '%.*s'", (int)word.n,
                   word.p);
        return false;
    }
    rest.n--;
    while (dv_take_piece(&rest, &piece)) {
        if (dv_as_int_in(as, piece, "the number of elements", 1, 1 << 30, &n) != DV_OK)
            return false;
        total *= n;
        if (total > 1 << 30)
            return dv_as_fail(as, text.p, DV_E_RANGE, "the buffer is larger than any memory"),
                   false;
    }
    *bytes = ((uint64_t)total * dv_elem_bits(e) + 7) / 8;
    return true;
}

static bool read_with(struct dv_as *as, struct dv_span value, struct wish *w)
{
    struct dv_sym *s = dv_as_find(as, value);
    if (s && s->kind == DV_SYM_BUF) {
        s->used = true;
        w->with = s->buf;
        return true;
    }
    dv_as_fail(as, value.p, DV_E_SYMBOL, "there is no buffer '%.*s'", (int)value.n, value.p);
    struct dv_near near;
    dv_near_init(&near, value);
    for (const struct dv_buf *b = as->buf; b; b = b->next)
        dv_near_offer(&near, b->name);
    dv_near_help(as, &near);
    return false;
}

static bool read_option(struct dv_as *as, struct dv_span piece, struct wish *w)
{
    struct dv_span key, value;
    struct {
        const char *name;
        int64_t lo, hi, *to;
    } keys[] = {
        {"copies", 1, 1024, &w->copies},
        {"group", 0, 15, &w->group},
        {"bank", 0, 2, &w->bank},
        {"at", 0, 1 << 30, &w->at},
    };
    if (!dv_split_key(piece, &key, &value)) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected copies= group= bank= at= or with=");
        return false;
    }
    if (dv_span_is(key, "with"))
        return read_with(as, value, w);
    if (dv_span_is(key, "group") || dv_span_is(key, "bank"))
        w->only_ub = key.p;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (dv_span_is(key, keys[i].name))
            return dv_as_int_in(as, value, keys[i].name, keys[i].lo, keys[i].hi, keys[i].to) ==
                   DV_OK;
    dv_as_fail(as, key.p, DV_E_SYNTAX,
               "unknown option '%.*s': expected copies= group= bank= at= "
               "or with=",
               (int)key.n, key.p);
    return false;
}

static bool read_memory(struct dv_as *as, struct dv_span word, uint8_t *space, uint64_t *size)
{
    if (!dv_as_space(word, space) || *space == DV_SPACE_GM) {
        dv_as_fail(as, word.p, DV_E_SYMBOL, "'%.*s' is no local memory (ub l1 l0a l0b l0c bt fb)",
                   (int)word.n, word.p);
        return false;
    }
    *size = memory_bytes(as, *space);
    if (*size)
        return true;
    dv_as_fail(as, word.p, DV_E_SYMBOL, "the core of this kernel has no %s",
               dv_spaces[*space].name);
    return false;
}

static void remember(struct dv_as *as, struct dv_buf *b)
{
    *as->last_buf = b;
    as->last_buf = &b->next;
    struct dv_name *n = dv_as_name(as, DV_NAME_BUFFER, b->name);
    n->space = b->space;
    n->address = b->address;
    n->bytes = b->bytes;
    n->copies = b->copies;
    n->pitch = b->pitch;
}

static unsigned count_buffers(const struct dv_as *as)
{
    unsigned n = 0;
    for (const struct dv_buf *b = as->buf; b; b = b->next)
        n++;
    return n;
}

static enum dv_err do_buf(struct dv_as *as, struct dv_span rest)
{
    struct dv_buf *b = dv_as_keep(as, sizeof *b);
    struct dv_span name = {rest.p, 0}, space = {rest.p, 0}, size = {rest.p, 0}, piece;
    struct wish w = {.copies = 1, .group = -1, .bank = -1, .at = -1};
    uint64_t room;
    if (!dv_take_piece(&rest, &name) || !dv_take_piece(&rest, &space) ||
        !dv_take_piece(&rest, &size))
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "expected .buf NAME, MEMORY, TYPE[ELEMENTS]");
    if (dv_name_length(name) != name.n)
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "expected a buffer name");
    if (count_buffers(as) >= BUFFERS)
        return dv_as_fail(as, NULL, DV_E_RANGE, "there are more than %d buffers", BUFFERS);
    if (!read_memory(as, space, &b->space, &room) || !read_size(as, size, &b->bytes))
        return as->now.code;
    while (dv_take_piece(&rest, &piece))
        if (!read_option(as, piece, &w))
            return as->now.code;
    b->name = name;
    b->copies = (uint32_t)w.copies;
    b->pitch = align_up(b->bytes, w.group >= 0 ? 512 : dv_spaces[b->space].align);
    if (w.only_ub && b->space != DV_SPACE_UB)
        return dv_as_fail(as, w.only_ub, DV_E_SYNTAX, "only ub has groups and banks, not %s",
                          dv_spaces[b->space].name);
    if (place(as, b, &w, name.p, room) != DV_OK)
        return as->now.code;
    struct dv_sym *s = dv_as_define(as, name, DV_SYM_BUF);
    if (!s)
        return as->now.code;
    b->name = s->name;
    s->buf = b;
    remember(as, b);
    return DV_OK;
}

const struct dv_directive dv_buffer_directives[] = {{".buf", do_buf}, {NULL, NULL}};
