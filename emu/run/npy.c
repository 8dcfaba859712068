/* Reads and writes npy images. Owns the header grammar and the table of types; must not know
 * kernels or the machine. Any input bytes are safe. */
#include "emu/run/npy.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/file.h"
#include "emu/run/shape.h"
#include "emu/run/zip.h"

/* SHAPE_MAX: largest npz member that is unpacked only to read its shape. */
enum { HEADER_MAX = 65536, NPY_DIMS = DV_NPY_DIMS, SHAPE_MAX = 64 << 20 };

static const struct {
    char kind;
    uint8_t bytes;
} types[DV_ELEMS] = {
    [DV_EL_U8] = {'u', 1},  [DV_EL_S8] = {'i', 1},   [DV_EL_U16] = {'u', 2}, [DV_EL_S16] = {'i', 2},
    [DV_EL_U32] = {'u', 4}, [DV_EL_S32] = {'i', 4},  [DV_EL_U64] = {'u', 8}, [DV_EL_S64] = {'i', 8},
    [DV_EL_F16] = {'f', 2}, [DV_EL_BF16] = {'u', 2}, [DV_EL_F32] = {'f', 4}, [DV_EL_B4] = {'u', 1},
    [DV_EL_S4] = {'u', 1},  [DV_EL_B8] = {'u', 1},   [DV_EL_B16] = {'u', 2}, [DV_EL_B32] = {'u', 4},
    [DV_EL_B64] = {'u', 8},
};

static const char *const descrs[DV_ELEMS] = {
    [DV_EL_U8] = "|u1",  [DV_EL_S8] = "|i1",   [DV_EL_U16] = "<u2", [DV_EL_S16] = "<i2",
    [DV_EL_U32] = "<u4", [DV_EL_S32] = "<i4",  [DV_EL_U64] = "<u8", [DV_EL_S64] = "<i8",
    [DV_EL_F16] = "<f2", [DV_EL_BF16] = "<u2", [DV_EL_F32] = "<f4", [DV_EL_B4] = "|u1",
    [DV_EL_S4] = "|u1",  [DV_EL_B8] = "|u1",   [DV_EL_B16] = "<u2", [DV_EL_B32] = "<u4",
    [DV_EL_B64] = "<u8",
};

const char *dv_npy_descr(enum dv_elem elem)
{
    return elem < DV_ELEMS && descrs[elem] ? descrs[elem] : "|V1";
}

/* ---- header ---------------------------------------------------------------------------------- */

/* A cursor over the header's dictionary text. */
struct scan {
    const char *p, *end;
};

static void blanks(struct scan *s)
{
    while (s->p < s->end && isspace((unsigned char)*s->p))
        s->p++;
}

static bool take(struct scan *s, char c)
{
    blanks(s);
    if (s->p >= s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool quoted(struct scan *s, char *out, size_t size)
{
    size_t n = 0;
    blanks(s);
    if (s->p >= s->end || (*s->p != '\'' && *s->p != '"'))
        return false;
    char quote = *s->p++;
    for (; s->p < s->end && *s->p != quote; s->p++) {
        if (n + 1 >= size)
            return false;
        out[n++] = *s->p;
    }
    out[n] = 0;
    return take(s, quote);
}

static bool literal(struct scan *s, const char *text)
{
    size_t n = strlen(text);
    blanks(s);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n))
        return false;
    s->p += n;
    return true;
}

static bool number(struct scan *s, uint64_t *out)
{
    blanks(s);
    if (s->p >= s->end || !isdigit((unsigned char)*s->p))
        return false;
    for (*out = 0; s->p < s->end && isdigit((unsigned char)*s->p); s->p++)
        if (__builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, (uint64_t)(*s->p - '0'), out))
            return false;
    return true;
}

static const char *read_shape(struct scan *s, struct dv_npy *o)
{
    if (!take(s, '('))
        return "the shape is no tuple";
    while (!take(s, ')')) {
        if (o->dims == NPY_DIMS)
            return "more than 8 dimensions";
        if (!number(s, &o->dim[o->dims++]))
            return "the shape is damaged";
        if (!take(s, ',')) {
            if (!take(s, ')'))
                return "the shape is damaged";
            break;
        }
    }
    return NULL;
}

static const char *read_descr(struct scan *s, struct dv_npy *o)
{
    char text[32];
    if (!quoted(s, text, sizeof text))
        return "structured types are not read";
    if (text[0] && text[1] == 'O')
        return "it holds Python objects; save numbers of one type";
    if (!strchr("<>|=", text[0]) || !text[0] || !text[1] || !strchr("fiubVcSU", text[1]))
        return "the type is damaged";
    unsigned long bytes = isdigit((unsigned char)text[2]) ? strtoul(text + 2, NULL, 10) : 0;
    if (bytes < 1 || bytes > 16)
        return "elements of this size are not read";
    o->kind = text[1];
    o->bytes = (unsigned)bytes;
    o->big = text[0] == '>';
    return NULL;
}

static const char *read_key(struct scan *s, const char *key, struct dv_npy *o, unsigned *seen)
{
    if (!strcmp(key, "descr")) {
        *seen |= 1;
        return read_descr(s, o);
    }
    if (!strcmp(key, "fortran_order")) {
        *seen |= 2;
        o->fortran = literal(s, "True");
        return o->fortran || literal(s, "False") ? NULL : "fortran_order is neither True nor False";
    }
    if (!strcmp(key, "shape") && !(*seen & 4)) {
        *seen |= 4;
        return read_shape(s, o);
    }
    return "unknown or repeated key in the header";
}

static const char *read_dictionary(struct scan *s, struct dv_npy *o)
{
    unsigned seen = 0;
    char key[16];
    if (!take(s, '{'))
        return "the header is no dictionary";
    while (!take(s, '}')) {
        if (!quoted(s, key, sizeof key) || !take(s, ':'))
            return "the header is damaged";
        const char *no = read_key(s, key, o, &seen);
        if (no)
            return no;
        if (!take(s, ',') && !(s->p < s->end && *s->p == '}'))
            return "the header is damaged";
    }
    return seen == 7 ? NULL : "the header lacks descr, fortran_order or shape";
}

static const char *parse(const uint8_t *p, size_t n, struct dv_npy *o)
{
    if (n < 10 || memcmp(p, "\x93NUMPY", 6))
        return "it does not start with the npy magic";
    if (p[6] < 1 || p[6] > 3)
        return "unknown npy version";
    size_t fixed = p[6] == 1 ? 10 : 12;
    if (n < fixed)
        return "the header is truncated";
    uint64_t len = p[8] | (uint64_t)p[9] << 8;
    if (fixed == 12)
        len |= (uint64_t)p[10] << 16 | (uint64_t)p[11] << 24;
    if (len > HEADER_MAX || len > n - fixed)
        return "the header is truncated";
    struct scan s = {(const char *)p + fixed, (const char *)p + fixed + len};
    const char *no = read_dictionary(&s, o);
    if (no)
        return no;
    uint64_t bytes;
    o->elems = 1;
    for (unsigned i = 0; i < o->dims; i++)
        if (__builtin_mul_overflow(o->elems, o->dim[i], &o->elems))
            return "the shape is too large";
    if (__builtin_mul_overflow(o->elems, (uint64_t)o->bytes, &bytes) || bytes > n - fixed - len)
        return "the data is truncated";
    o->data = p + fixed + len;
    return NULL;
}

enum dv_err dv_npy_parse(const uint8_t *p, size_t n, const char *file, struct dv_npy *out,
                         struct dv_diag *d)
{
    memset(out, 0, sizeof *out);
    const char *no = parse(p, n, out);
    return no ? dv_fail(d, DV_E_CONFIG, "%.200s is not a usable npy file: %s", file, no) : DV_OK;
}

/* ---- load ------------------------------------------------------------------------------------ */

static enum dv_err check_type(const struct dv_npy *o, const char *file, const char *name,
                              enum dv_elem elem, struct dv_diag *d)
{
    bool same = o->kind == types[elem].kind && o->bytes == types[elem].bytes;
    if (same || (o->kind == 'V' && elem == DV_EL_BF16 && o->bytes == 2))
        return DV_OK;
    enum dv_err e = dv_fail(d, DV_E_CONFIG, "%.200s holds %c%c%u but tensor '%s' is %s (%s)", file,
                            o->bytes == 1 ? '|'
                            : o->big      ? '>'
                                          : '<',
                            o->kind, o->bytes, name, dv_elem_name(elem), dv_npy_descr(elem));
    dv_diag_fix(d, "convert it with .astype('%s')", dv_npy_descr(elem));
    return e;
}

/* Shape as stored: 4-bit types halve the last dimension. */
static enum dv_err stored_shape(enum dv_elem elem, const uint64_t *dim, unsigned dims,
                                const char *name, uint64_t out[NPY_DIMS], struct dv_diag *d)
{
    memcpy(out, dim, dims * sizeof *dim);
    if (dv_elem_bits(elem) != 4 || !dims)
        return DV_OK;
    if (out[dims - 1] % 2)
        return dv_fail(d, DV_E_CONFIG,
                       "tensor '%s': a 4-bit tensor needs an even last dimension "
                       "to be exchanged as npy",
                       name);
    out[dims - 1] /= 2;
    return DV_OK;
}

static enum dv_err check_shape(const struct dv_npy *o, const char *file, const char *name,
                               const uint64_t *want, unsigned dims, struct dv_diag *d)
{
    char has[200], needs[200];
    if (o->dims == dims && !memcmp(o->dim, want, dims * sizeof *want)) {
        if (!o->fortran || dims < 2)
            return DV_OK;
        enum dv_err e = dv_fail(d, DV_E_CONFIG, "%.200s is in Fortran order", file);
        dv_diag_fix(d, "save it through numpy.ascontiguousarray");
        return e;
    }
    return dv_fail(d, DV_E_CONFIG, "%.200s has shape %s but tensor '%s' is %s", file,
                   dv_shape_text(o->dim, o->dims, has, sizeof has), name,
                   dv_shape_text(want, dims, needs, sizeof needs));
}

static void copy_elements(void *dst, const struct dv_npy *o)
{
    uint8_t *to = dst;
    if (!o->big) {
        memcpy(to, o->data, o->elems * o->bytes);
        return;
    }
    for (uint64_t i = 0; i < o->elems; i++)
        for (unsigned b = 0; b < o->bytes; b++)
            to[i * o->bytes + b] = o->data[(i + 1) * o->bytes - 1 - b];
}

static bool is_zip(const uint8_t *p, size_t n)
{
    return n >= 4 && (!memcmp(p, "PK\3\4", 4) || !memcmp(p, "PK\5\6", 4));
}

/* Replaces an npz image by the npy image of the member. */
static enum dv_err open_zip(uint8_t **p, size_t *n, const char *file, const char *name,
                            uint64_t bytes, struct dv_diag *d)
{
    char member[80];
    uint8_t *inner = NULL;
    size_t size = 0;
    snprintf(member, sizeof member, "%.70s.npy", name);
    enum dv_err e = dv_zip_member(*p, *n, file, member, bytes + HEADER_MAX + 12, &inner, &size, d);
    if (e)
        return e;
    free(*p);
    *p = inner;
    *n = size;
    return DV_OK;
}

static enum dv_err load_image(const uint8_t *p, size_t n, const char *file, const char *name,
                              enum dv_elem elem, const uint64_t *dim, unsigned dims, void *dst,
                              uint64_t bytes, struct dv_diag *d)
{
    struct dv_npy o;
    uint64_t want[NPY_DIMS];
    enum dv_err e = dv_npy_parse(p, n, file, &o, d);
    if (!e)
        e = check_type(&o, file, name, elem, d);
    if (!e)
        e = stored_shape(elem, dim, dims, name, want, d);
    if (!e)
        e = check_shape(&o, file, name, want, dims, d);
    if (!e && o.elems * o.bytes != bytes)
        e = dv_fail(d, DV_E_CONFIG, "%.200s: size differs from tensor '%s'", file, name);
    if (!e)
        copy_elements(dst, &o);
    return e;
}

enum dv_err dv_npy_load(const char *file, const char *name, enum dv_elem elem, const uint64_t *dim,
                        unsigned dims, void *dst, uint64_t bytes, struct dv_diag *d)
{
    uint8_t *p;
    size_t n;
    enum dv_err e = dv_file_read(file, &p, &n, d);
    if (e)
        return e;
    if (is_zip(p, n))
        e = open_zip(&p, &n, file, name, bytes, d);
    if (!e)
        e = load_image(p, n, file, name, elem, dim, dims, dst, bytes, d);
    free(p);
    return e;
}

enum dv_err dv_npy_shape(const char *file, const char *name, uint64_t dim[DV_NPY_DIMS],
                         unsigned *dims)
{
    struct dv_npy o;
    uint8_t *p;
    size_t n;
    enum dv_err e = dv_file_read(file, &p, &n, NULL);
    if (e)
        return e;
    if (is_zip(p, n))
        e = open_zip(&p, &n, file, name, SHAPE_MAX, NULL);
    if (!e)
        e = dv_npy_parse(p, n, file, &o, NULL);
    if (!e) {
        *dims = o.dims;
        memcpy(dim, o.dim, o.dims * sizeof *dim);
    }
    free(p);
    return e;
}

/* ---- save ------------------------------------------------------------------------------------ */

/* Header of version 1: padded so that the data starts on a multiple of 64 bytes. */
static size_t make_header(char out[512], enum dv_elem elem, const uint64_t *dim, unsigned dims)
{
    char shape[256] = "";
    size_t at = 0;
    for (unsigned i = 0; i < dims; i++)
        at += (size_t)snprintf(shape + at, sizeof shape - at, "%s%" PRIu64 "%s", i ? " " : "",
                               dim[i], i + 1 < dims || dims == 1 ? "," : "");
    memcpy(out, "\x93NUMPY\x01\0", 8);
    size_t n = 10 + (size_t)snprintf(out + 10, 500,
                                     "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                                     dv_npy_descr(elem), shape);
    while ((n + 1) % 64)
        out[n++] = ' ';
    out[n++] = '\n';
    out[8] = (char)((n - 10) & 0xff);
    out[9] = (char)((n - 10) >> 8);
    return n;
}

enum dv_err dv_npy_save(const char *file, enum dv_elem elem, const uint64_t *dim, unsigned dims,
                        const void *src, uint64_t bytes, struct dv_diag *d)
{
    char header[512];
    uint64_t stored[NPY_DIMS];
    enum dv_err e = stored_shape(elem, dim, dims, file, stored, d);
    if (e)
        return e;
    size_t n = make_header(header, elem, stored, dims);
    const struct dv_span span[2] = {{header, n}, {src, bytes}};
    return dv_file_write(file, span, 2, d);
}
