/* Protocol-buffer encoding, as much as traces need: a message is built in memory, inner ones in
 * place behind a length of fixed width. */
#ifndef DV_PROF_ECOSYSTEM_PROTO_H
#define DV_PROF_ECOSYSTEM_PROTO_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Room is the caller's matter: texts are cut to DV_PROTO_TEXT. */
enum { DV_PROTO_ROOM = 4096, DV_PROTO_TEXT = 400, DV_PROTO_LENGTH = 2 };

struct dv_proto {
    uint8_t p[DV_PROTO_ROOM];
    size_t n;
};

static inline void dv_proto_varint(struct dv_proto *m, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        m->p[m->n++] = (uint8_t)(v | 0x80);
    m->p[m->n++] = (uint8_t)v;
}

static inline void dv_proto_u64(struct dv_proto *m, unsigned field, uint64_t v)
{
    dv_proto_varint(m, field << 3);
    dv_proto_varint(m, v);
}

static inline void dv_proto_fixed64(struct dv_proto *m, unsigned field, uint64_t v)
{
    dv_proto_varint(m, field << 3 | 1);
    for (unsigned i = 0; i < 8; i++)
        m->p[m->n++] = (uint8_t)(v >> 8 * i);
}

static inline void dv_proto_text(struct dv_proto *m, unsigned field, const char *text)
{
    size_t n = strnlen(text, DV_PROTO_TEXT);
    dv_proto_varint(m, field << 3 | 2);
    dv_proto_varint(m, n);
    memcpy(m->p + m->n, text, n);
    m->n += n;
}

/* Opens an inner message; the result goes to dv_proto_close. */
static inline size_t dv_proto_open(struct dv_proto *m, unsigned field)
{
    dv_proto_varint(m, field << 3 | 2);
    m->n += DV_PROTO_LENGTH;
    return m->n;
}

static inline void dv_proto_close(struct dv_proto *m, size_t from)
{
    size_t n = m->n - from;
    m->p[from - 2] = (uint8_t)(n | 0x80); /* two digits, also when one would do */
    m->p[from - 1] = (uint8_t)(n >> 7 & 0x7f);
}

#endif
