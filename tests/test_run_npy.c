/* npy and npz: round trips, files as numpy writes them, and hostile bytes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "emu/run/npy.h"

/* A file of its own for one test, removed at the end. */
static char path[64];

static void write_file(const void *p, size_t n)
{
    snprintf(path, sizeof path, "/tmp/dv-npy-%ld.bin", (long)getpid());
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(p, 1, n, f), n);
    fclose(f);
}

static enum dv_err load(enum dv_elem elem, const uint64_t *dim, unsigned dims, void *dst,
                        uint64_t bytes, struct dv_diag *d)
{
    dv_diag_init(d);
    enum dv_err e = dv_npy_load(path, "t", elem, dim, dims, dst, bytes, d);
    unlink(path);
    return e;
}

/* An npy image of version 1, 2 or 3 with the given dictionary. */
static size_t image(uint8_t *out, int version, const char *dict, const void *data, size_t bytes)
{
    size_t len = strlen(dict), fixed = version == 1 ? 10 : 12;
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (uint8_t)version;
    out[7] = 0;
    memset(out + 8, 0, 4);
    out[8] = (uint8_t)len;
    out[9] = (uint8_t)(len >> 8);
    memcpy(out + fixed, dict, len);
    memcpy(out + fixed + len, data, bytes);
    return fixed + len + bytes;
}

Test(run_npy, round_trip)
{
    static const struct {
        enum dv_elem elem;
        uint64_t dim[3];
        unsigned dims;
        uint64_t bytes;
    } rows[] = {
        {DV_EL_F16, {2, 3}, 2, 12}, {DV_EL_BF16, {5}, 1, 10}, {DV_EL_F32, {2, 2, 2}, 3, 32},
        {DV_EL_S8, {7}, 1, 7},      {DV_EL_U64, {1}, 1, 8},   {DV_EL_S4, {3, 4}, 2, 6},
        {DV_EL_F16, {0, 5}, 2, 0},  {DV_EL_S32, {0}, 0, 4},
    };
    uint8_t data[64], back[64];
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 37 + 1);
    for (unsigned r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct dv_diag d;
        write_file("", 0);
        dv_diag_init(&d);
        cr_assert_eq(
            dv_npy_save(path, rows[r].elem, rows[r].dim, rows[r].dims, data, rows[r].bytes, &d),
            DV_OK, "row %u: %s", r, d.text);
        memset(back, 0, sizeof back);
        cr_expect_eq(load(rows[r].elem, rows[r].dim, rows[r].dims, back, rows[r].bytes, &d), DV_OK,
                     "row %u: %s", r, d.text);
        cr_expect_eq(memcmp(back, data, rows[r].bytes), 0, "row %u", r);
    }
}

/* The header numpy writes: aligned to 64, version 1, C order. */
Test(run_npy, header_as_numpy_writes_it)
{
    static const uint64_t dim[2] = {2, 3};
    uint8_t data[12] = {0}, file[256];
    write_file("", 0);
    cr_assert_eq(dv_npy_save(path, DV_EL_F16, dim, 2, data, 12, NULL), DV_OK);
    FILE *f = fopen(path, "rb");
    size_t n = fread(file, 1, sizeof file, f);
    fclose(f);
    unlink(path);
    cr_expect_eq(n, 128 + 12);
    cr_expect_eq(memcmp(file,
                        "\x93NUMPY\1\0\x76\0{'descr': '<f2', 'fortran_order': False, "
                        "'shape': (2, 3), }",
                        67),
                 0);
    cr_expect_eq(file[127], '\n');
}

Test(run_npy, versions_and_byte_order)
{
    static const uint64_t dim[1] = {2};
    static const uint8_t little[4] = {1, 2, 3, 4}, big[4] = {2, 1, 4, 3};
    static const struct {
        int version;
        const char *dict;
        const uint8_t *data;
    } rows[] = {
        {1, "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }\n", little},
        {2, "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }\n", little},
        {3, "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }\n", little},
        {1, "{'descr': '>f2', 'fortran_order': False, 'shape': (2,), }\n", big},
        {1, "{'descr': '=f2', 'fortran_order': False, 'shape': (2,), }\n", little},
        {1, "{\"shape\":(2,),\"fortran_order\":True,\"descr\":\"<f2\"}", little},
    };
    for (unsigned r = 0; r < sizeof rows / sizeof *rows; r++) {
        uint8_t file[256], back[4];
        struct dv_diag d;
        write_file(file, image(file, rows[r].version, rows[r].dict, rows[r].data, 4));
        cr_expect_eq(load(DV_EL_F16, dim, 1, back, 4, &d), DV_OK, "row %u: %s", r, d.text);
        cr_expect_eq(memcmp(back, little, 4), 0, "row %u", r);
    }
}

/* What does not fit the tensor, f16[2, 2]. */
static const struct {
    const char *dict, *message, *fix;
} unfit[] = {
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
     "holds <f4 but tensor 't' is f16 (<f2)", "convert it with .astype('<f2')"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }",
     "holds |u1 but tensor 't' is f16 (<f2)", "convert it with .astype('<f2')"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }",
     "has shape [4] but tensor 't' is [2, 2]", ""},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (2, 1), }",
     "has shape [2, 1] but tensor 't' is [2, 2]", ""},
    {"{'descr': '<f2', 'fortran_order': True, 'shape': (2, 2), }", "is in Fortran order",
     "save it through numpy.ascontiguousarray"},
};

Test(run_npy, unfit)
{
    static const uint64_t dim[2] = {2, 2};
    for (unsigned r = 0; r < sizeof unfit / sizeof *unfit; r++) {
        uint8_t file[256], data[32] = {0}, back[8];
        char want[200];
        struct dv_diag d;
        write_file(file, image(file, 1, unfit[r].dict, data, 32));
        cr_expect_eq(load(DV_EL_F16, dim, 2, back, 8, &d), DV_E_CONFIG, "row %u", r);
        snprintf(want, sizeof want, "%s %s", path, unfit[r].message);
        cr_expect_str_eq(d.text, want);
        cr_expect_str_eq(d.fix, unfit[r].fix);
    }
}

static const struct {
    const char *dict, *why;
} broken[] = {
    {"", "the header is no dictionary"},
    {"[]", "the header is no dictionary"},
    {"{", "the header is damaged"},
    {"{'descr': '<f2'}", "the header lacks descr, fortran_order or shape"},
    {"{'descr': [('a', '<f2')], 'fortran_order': False, 'shape': (1,)}",
     "structured types are not read"},
    {"{'descr': '<f2', 'fortran_order': 0, 'shape': (1,)}",
     "fortran_order is neither True nor False"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': 1}", "the shape is no tuple"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (1", "the shape is damaged"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (-1,)}", "the shape is damaged"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (99999999999999999999,)}",
     "the shape is damaged"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (4294967296,4294967296)}",
     "the shape is too large"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (9223372036854775807,)}",
     "the data is truncated"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
     "more than 8 dimensions"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (100,)}", "the data is truncated"},
    {"{'descr': '<f99', 'fortran_order': False, 'shape': (1,)}",
     "elements of this size are not read"},
    {"{'descr': 'x', 'fortran_order': False, 'shape': (1,)}", "the type is damaged"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
     "it holds Python objects; save numbers of one type"},
    {"{'descr': '<f2', 'fortran_order': False, 'shape': (1,), 'more': 1}",
     "unknown or repeated key in the header"},
    {"{'shape': (1,), 'shape': (1,)}", "unknown or repeated key in the header"},
};

Test(run_npy, broken_headers)
{
    for (unsigned r = 0; r < sizeof broken / sizeof *broken; r++) {
        uint8_t file[256], data[4] = {0};
        char want[200];
        struct dv_npy o;
        struct dv_diag d;
        size_t n = image(file, 1, broken[r].dict, data, 4);
        dv_diag_init(&d);
        cr_expect_eq(dv_npy_parse(file, n, "f", &o, &d), DV_E_CONFIG, "row %u", r);
        snprintf(want, sizeof want, "f is not a usable npy file: %s", broken[r].why);
        cr_expect_str_eq(d.text, want, "row %u: %s", r, d.text);
    }
}

/* Every prefix and every single-byte change of a good file: no crash, no read outside. The image
 * is copied to a block of exactly its size so that sanitizers see an overrun. */
Test(run_npy, hostile)
{
    static const char dict[] = "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 2), }\n";
    uint8_t good[256], data[8] = {0};
    size_t n = image(good, 1, dict, data, 8);
    unsigned accepted = 0;
    for (size_t cut = 0; cut <= n; cut++) {
        uint8_t *p = malloc(cut ? cut : 1);
        struct dv_npy o;
        memcpy(p, good, cut);
        accepted += !dv_npy_parse(p, cut, "f", &o, NULL);
        free(p);
    }
    cr_expect_eq(accepted, 1, "only the whole file is accepted");
    for (size_t i = 0; i < n; i++)
        for (unsigned v = 0; v < 256; v++) {
            uint8_t *p = malloc(n);
            struct dv_npy o;
            memcpy(p, good, n);
            p[i] = (uint8_t)v;
            if (!dv_npy_parse(p, n, "f", &o, NULL))
                cr_expect(o.data + o.elems * o.bytes <= p + n, "byte %zu = %u", i, v);
            free(p);
        }
}

/* ---- npz ------------------------------------------------------------------------------------- */

struct zip {
    uint8_t p[4096];
    size_t n, dir[4], members;
};

static void put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v & 0xffff);
    put16(p + 2, v >> 16);
}

/* One central directory entry per member, kept aside until the end. */
static uint8_t central[1024];
static size_t central_n;

static void add_member(struct zip *z, const char *name, const uint8_t *data, size_t n, bool pack)
{
    uint8_t packed[2048];
    size_t stored = n;
    const uint8_t *bytes = data;
    if (pack) {
        z_stream s = {.next_in = (uint8_t *)data,
                      .avail_in = (uInt)n,
                      .next_out = packed,
                      .avail_out = sizeof packed};
        cr_assert_eq(deflateInit2(&s, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
        cr_assert_eq(deflate(&s, Z_FINISH), Z_STREAM_END);
        stored = s.total_out;
        deflateEnd(&s);
        bytes = packed;
    }
    uint8_t *c = central + central_n, *l = z->p + z->n;
    size_t len = strlen(name);
    memset(c, 0, 46);
    memset(l, 0, 30);
    memcpy(c, "PK\1\2", 4);
    memcpy(l, "PK\3\4", 4);
    put16(c + 10, pack ? 8 : 0);
    put32(c + 16, (uint32_t)crc32(crc32(0, NULL, 0), data, (uInt)n));
    put32(c + 20, (uint32_t)stored);
    put32(c + 24, (uint32_t)n);
    put16(c + 28, (unsigned)len);
    put32(c + 42, (uint32_t)z->n);
    memcpy(c + 46, name, len);
    put16(l + 26, (unsigned)len);
    memcpy(l + 30, name, len);
    memcpy(l + 30 + len, bytes, stored);
    z->n += 30 + len + stored;
    central_n += 46 + len;
    z->members++;
}

static void finish(struct zip *z)
{
    size_t at = z->n;
    memcpy(z->p + z->n, central, central_n);
    z->n += central_n;
    uint8_t *e = z->p + z->n;
    memset(e, 0, 22);
    memcpy(e, "PK\5\6", 4);
    put16(e + 8, (unsigned)z->members);
    put16(e + 10, (unsigned)z->members);
    put32(e + 12, (uint32_t)central_n);
    put32(e + 16, (uint32_t)at);
    z->n += 22;
}

static void make_zip(struct zip *z, bool pack)
{
    static const char dict[] = "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 2), }\n";
    uint8_t npy[256], data[8] = {1, 2, 3, 4, 5, 6, 7, 8}, other[8] = {0};
    memset(z, 0, sizeof *z);
    central_n = 0;
    add_member(z, "u.npy", npy, image(npy, 1, dict, other, 8), pack);
    add_member(z, "t.npy", npy, image(npy, 1, dict, data, 8), pack);
    finish(z);
}

Test(run_npy, npz)
{
    static const uint64_t dim[2] = {2, 2};
    static const uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (unsigned pack = 0; pack < 2; pack++) {
        struct zip z;
        uint8_t back[8] = {0};
        struct dv_diag d;
        make_zip(&z, pack);
        write_file(z.p, z.n);
        cr_expect_eq(load(DV_EL_F16, dim, 2, back, 8, &d), DV_OK, "%s", d.text);
        cr_expect_eq(memcmp(back, data, 8), 0, "packed %u", pack);
    }
}

/* Every prefix and many single-byte changes of an archive: no crash; the checksum catches what
 * the structure does not. */
Test(run_npy, hostile_zip)
{
    static const uint64_t dim[2] = {2, 2};
    static const uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (unsigned pack = 0; pack < 2; pack++) {
        struct zip z;
        make_zip(&z, pack);
        for (size_t i = 0; i < z.n; i++) {
            uint8_t saved = z.p[i], back[8] = {0};
            struct dv_diag d;
            z.p[i] ^= (uint8_t)(1 + i % 255);
            write_file(z.p, z.n);
            if (!load(DV_EL_F16, dim, 2, back, 8, &d))
                cr_expect_eq(memcmp(back, data, 8), 0, "byte %zu, packed %u", i, pack);
            z.p[i] = saved;
        }
        for (size_t cut = 0; cut < z.n; cut += 3) {
            uint8_t back[8];
            struct dv_diag d;
            write_file(z.p, cut);
            cr_expect_neq(load(DV_EL_F16, dim, 2, back, 8, &d), DV_OK, "cut %zu", cut);
        }
    }
}

Test(run_npy, no_file)
{
    uint64_t dim[1] = {1};
    uint8_t back[2];
    struct dv_diag d;
    dv_diag_init(&d);
    cr_expect_eq(dv_npy_load("/nonexistent/x.npy", "t", DV_EL_F16, dim, 1, back, 2, &d), DV_E_IO);
    cr_expect_str_eq(d.text, "cannot open '/nonexistent/x.npy': No such file or directory");
}
