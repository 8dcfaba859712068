/* Any bytes as an npy or npz file: no crash, no unbounded allocation; what is accepted lies
 * inside the input, and a failed load names the defect. */
#include "emu/run/npy.h"
#include "emu/run/zip.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

enum { MEMBER_MOST = 1 << 20 };

static void parse(const uint8_t *p, size_t n)
{
    struct dv_npy npy;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_npy_parse(p, n, "fuzz.npy", &npy, &d) != DV_OK) {
        FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
        return;
    }
    FUZZ_CHECK(npy.dims <= 8 && npy.bytes >= 1 && npy.bytes <= 16);
    FUZZ_CHECK(npy.data >= p && npy.data <= p + n);
    FUZZ_CHECK(npy.elems <= (uint64_t)(p + n - npy.data) / npy.bytes);
    uint64_t product = 1;
    for (unsigned i = 0; i < npy.dims; i++)
        product *= npy.dim[i];
    FUZZ_CHECK(product == npy.elems);
}

static void unzip(const uint8_t *p, size_t n, const char *name)
{
    uint8_t *member = NULL;
    size_t bytes = 0;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_zip_member(p, n, "fuzz.npz", name, MEMBER_MOST, &member, &bytes, &d) == DV_OK) {
        FUZZ_CHECK(member != NULL && bytes <= MEMBER_MOST);
        parse(member, bytes);
    } else {
        FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
    }
    free(member);
}

static void load(const uint8_t *p, size_t n)
{
    static const enum dv_elem elem[] = {DV_EL_F16, DV_EL_BF16, DV_EL_F32, DV_EL_S8, DV_EL_S32};
    static const uint64_t dim[] = {2, 3};
    uint8_t dst[2 * 3 * 4];
    char path[64];
    int fd = memfd_create("npy", 0);
    FUZZ_CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    for (unsigned i = 0; i < sizeof(elem) / sizeof(elem[0]); i++) {
        struct dv_diag d;
        dv_diag_init(&d);
        uint64_t bytes = 6 * dv_elem_bits(elem[i]) / 8;
        if (dv_npy_load(path, "a", elem[i], dim, 2, dst, bytes, &d) != DV_OK)
            FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
    }
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    parse(data, size);
    unzip(data, size, "a");
    unzip(data, size, "b");
    load(data, size);
    return 0;
}
