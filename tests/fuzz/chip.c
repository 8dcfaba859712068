/* Any bytes as a chip file: no crash, no unbounded work; a refusal says where, an accepted file
 * prints every number and takes an override of each. */
#include "emu/core/chip.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void use(const struct dv_chip *c)
{
    static struct dv_chip copy;
    char text[64];
    struct dv_diag d;
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++) {
        FUZZ_CHECK(dv_chip_param_text(c, i, text, sizeof(text)) > 0);
        copy = *c;
        dv_diag_init(&d);
        FUZZ_CHECK(dv_chip_set(&copy, dv_chip_params[i].path, text, &d) == DV_OK);
    }
}

/* The second half of the input, after a NUL, is the text of an override. */
static void override(const struct dv_chip *c, const char *data, size_t size)
{
    static struct dv_chip copy;
    char text[64];
    struct dv_diag d;
    if (size == 0 || size >= sizeof(text))
        return;
    memcpy(text, data, size);
    text[size] = 0;
    copy = *c;
    dv_diag_init(&d);
    if (dv_chip_set(&copy, "core.l1_l0a.rate", text, &d) != DV_OK)
        FUZZ_CHECK(d.text[0] != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dv_chip chip;
    struct dv_diag d;
    char path[64];
    const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
    size_t yaml = nul ? (size_t)(nul - data) : size;
    int fd = memfd_create("chip", 0);
    FUZZ_CHECK(fd >= 0 && write(fd, data, yaml) == (ssize_t)yaml);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    dv_diag_init(&d);
    if (dv_chip_load(path, &chip, &d) == DV_OK) {
        use(&chip);
        if (nul)
            override(&chip, (const char *)nul + 1, size - yaml - 1);
    } else {
        FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
    }
    close(fd);
    return 0;
}
