/* Growable bytes, and little-endian and LEB128 numbers in them.
 *
 * Owns growth and its overflow checks. Knows no format. */
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

bool dv_bytes_add(struct dv_bytes *b, const void *p, size_t n)
{
    if (n > SIZE_MAX / 4 - b->n)
        return false;
    if (b->n + n > b->cap) {
        size_t cap = b->cap ? b->cap : 64;
        while (cap < b->n + n)
            cap *= 2;
        uint8_t *grown = realloc(b->p, cap);
        if (!grown)
            return false;
        b->p = grown;
        b->cap = cap;
    }
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    return true;
}

void dv_emit(struct dv_emit *e, const void *p, size_t n)
{
    if (!dv_bytes_add(e->b, p, n))
        e->failed = true;
}

void dv_emit_uint(struct dv_emit *e, uint64_t v, unsigned bytes)
{
    uint8_t le[8];
    for (unsigned i = 0; i < bytes; i++)
        le[i] = (uint8_t)(v >> 8 * i);
    dv_emit(e, le, bytes);
}

void dv_emit_uleb(struct dv_emit *e, uint64_t v)
{
    do {
        uint8_t c = v & 0x7f;
        v >>= 7;
        dv_emit_uint(e, v ? c | 0x80u : c, 1);
    } while (v);
}

void dv_emit_sleb(struct dv_emit *e, int64_t v)
{
    for (;;) {
        uint8_t c = v & 0x7f;
        v >>= 7;
        if ((v == 0 && !(c & 0x40)) || (v == -1 && (c & 0x40))) {
            dv_emit_uint(e, c, 1);
            return;
        }
        dv_emit_uint(e, c | 0x80u, 1);
    }
}

void dv_emit_text(struct dv_emit *e, const char *text)
{
    dv_emit(e, text, strlen(text) + 1);
}

void dv_emit_length(struct dv_emit *e, size_t at)
{
    if (e->failed)
        return;
    uint32_t n = (uint32_t)(e->b->n - at - 4);
    for (size_t i = 0; i < 4; i++)
        e->b->p[at + i] = (uint8_t)(n >> 8 * i);
}
