/* Reads one member of a zip archive (npz). Owns the container format; must not know what the
 * member means. Every offset and size is checked against the image. */
#include "emu/run/zip.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { END_BYTES = 22, ENTRY_BYTES = 46, LOCAL_BYTES = 30, COMMENT_MAX = 65535 };

struct member {
    uint16_t flags, method, name_len;
    uint32_t crc, packed, plain, local;
    const uint8_t *name;
};

static uint32_t u16(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const uint8_t *p)
{
    return u16(p) | u16(p + 2) << 16;
}

static enum dv_err broken(const char *file, const char *what, struct dv_diag *d)
{
    return dv_fail(d, DV_E_CONFIG, "%.200s is not a usable npz file: %s", file, what);
}

/* The end-of-directory record; NULL when there is none. */
static const uint8_t *find_end(const uint8_t *p, size_t n)
{
    size_t back = n < END_BYTES + COMMENT_MAX ? n : END_BYTES + COMMENT_MAX;
    for (size_t i = END_BYTES; i <= back; i++)
        if (!memcmp(p + n - i, "PK\5\6", 4))
            return p + n - i;
    return NULL;
}

static bool read_entry(const uint8_t *p, size_t n, size_t at, struct member *m, size_t *next)
{
    if (at > n || n - at < ENTRY_BYTES || memcmp(p + at, "PK\1\2", 4))
        return false;
    const uint8_t *e = p + at;
    *m = (struct member){(uint16_t)u16(e + 8), (uint16_t)u16(e + 10), (uint16_t)u16(e + 28),
                         u32(e + 16),          u32(e + 20),           u32(e + 24),
                         u32(e + 42),          e + ENTRY_BYTES};
    *next = at + ENTRY_BYTES + m->name_len + u16(e + 30) + u16(e + 32);
    return *next <= n;
}

static bool is_named(const struct member *m, const char *name)
{
    return strlen(name) == m->name_len && !memcmp(m->name, name, m->name_len);
}

/* Adds the names of the members to a failure just made; the directory was read before. */
static void list_members(const uint8_t *p, size_t n, struct dv_diag *d)
{
    const uint8_t *end = find_end(p, n);
    size_t at = u32(end + 16), used = 0;
    char list[200] = "none";
    struct member m;
    for (unsigned i = 0; i < u16(end + 10) && read_entry(p, n, at, &m, &at); i++) {
        if (used + m.name_len + 8 > sizeof list) {
            used += (size_t)snprintf(list + used, sizeof list - used, " ..");
            break;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", i ? ", " : "",
                                 m.name_len, (const char *)m.name);
    }
    for (char *c = list; *c; c++)
        *c = *c >= ' ' && *c <= '~' ? *c : '?';
    dv_diag_fix(d, "its members are %s; a member has the name of the tensor", list);
}

static enum dv_err find_member(const uint8_t *p, size_t n, const char *file, const char *name,
                               struct member *m, struct dv_diag *d)
{
    const uint8_t *end = n >= END_BYTES ? find_end(p, n) : NULL;
    if (!end)
        return broken(file, "no zip directory", d);
    unsigned count = u16(end + 10);
    size_t at = u32(end + 16);
    if (count == 0xffff || at == 0xffffffff)
        return broken(file, "zip64 archives are not read; save the tensor as .npy", d);
    for (unsigned i = 0; i < count; i++) {
        if (!read_entry(p, n, at, m, &at))
            return broken(file, "the zip directory is damaged", d);
        if (count == 1 || is_named(m, name))
            return DV_OK;
    }
    enum dv_err e = dv_fail(d, DV_E_CONFIG, "%.200s has no member '%.64s'", file, name);
    list_members(p, n, d);
    return e;
}

static bool inflate_raw(const uint8_t *src, uint32_t packed, uint8_t *dst, uint32_t plain)
{
    z_stream z = {
        .next_in = (uint8_t *)src, .avail_in = packed, .next_out = dst, .avail_out = plain};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return false;
    int r = inflate(&z, Z_FINISH);
    bool whole = r == Z_STREAM_END && z.total_out == plain;
    inflateEnd(&z);
    return whole;
}

static bool unpack(const struct member *m, const uint8_t *src, uint8_t *dst)
{
    if (m->method == 8)
        return inflate_raw(src, m->packed, dst, m->plain);
    memcpy(dst, src, m->plain);
    return true;
}

static const char *refusal(const struct member *m, uint64_t limit)
{
    if (m->flags & 1)
        return "the member is encrypted";
    if (m->packed == 0xffffffff || m->plain == 0xffffffff)
        return "zip64 members are not read; save the tensor as .npy";
    if (m->method != 0 && m->method != 8)
        return "the member is neither stored nor deflated";
    if (m->plain > limit)
        return "the member is larger than the tensor";
    if (m->method == 0 && m->packed != m->plain)
        return "a stored member has two sizes";
    return NULL;
}

enum dv_err dv_zip_member(const uint8_t *p, size_t n, const char *file, const char *name,
                          uint64_t limit, uint8_t **out, size_t *bytes, struct dv_diag *d)
{
    struct member m = {0};
    enum dv_err e = find_member(p, n, file, name, &m, d);
    if (e)
        return e;
    const char *no = refusal(&m, limit);
    if (no)
        return broken(file, no, d);
    if (m.local > n || n - m.local < LOCAL_BYTES || memcmp(p + m.local, "PK\3\4", 4))
        return broken(file, "a member header is outside the file", d);
    size_t data = m.local + LOCAL_BYTES + u16(p + m.local + 26) + u16(p + m.local + 28);
    if (data > n || n - data < m.packed)
        return broken(file, "a member is truncated", d);
    *out = malloc(m.plain ? m.plain : 1);
    if (!*out)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    *bytes = m.plain;
    if (unpack(&m, p + data, *out) && crc32(crc32(0, NULL, 0), *out, m.plain) == m.crc)
        return DV_OK;
    free(*out);
    *out = NULL;
    return broken(file, "the member does not unpack to its checksum", d);
}
