/* Any bytes as the instruction log of a simulator: no crash, no unbounded allocation; what is
 * refused says why, what is read can be issued, timed and checked. */
#include "emu/check/check.h"
#include "emu/replay/dump.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

enum { CYCLES = 20000 };

static void run(const struct dv_chip *chip, struct dv_dump *k, struct dv_feed *f)
{
    const struct dv_obj *o = dv_dump_program(k);
    struct dv_machine_opts opts = {
        .data_off = true, .no_replay = true, .max_cycles = CYCLES, .feed = f};
    struct dv_dump_facts facts;
    struct dv_check_tensor none = {0};
    struct dv_diag d;

    dv_dump_facts(k, &facts);
    FUZZ_CHECK(facts.lines > 0 && facts.blocks > 0 && facts.cores > 0);
    struct dv_launch launch = {.core = o->kernel->core, .blocks = facts.blocks, .kernel = 1};
    dv_diag_init(&d);
    struct dv_machine *m = dv_machine_new(chip, &opts, &d);
    if (!m)
        return;
    if (!dv_machine_load(m, o, &d)) {
        struct dv_check *check = dv_check_new(m, o, &none, 0, &d);
        dv_dump_compare(k, m);
        if (!dv_machine_launch(m, &launch, &d) && dv_machine_run(m, &d))
            FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
        if (check)
            dv_check_finish(check, NULL);
        dv_check_free(check);
    }
    dv_machine_free(m);
}

static void replay(const char *path, const struct dv_chip *chip, bool paced)
{
    struct dv_dump *k = NULL;
    struct dv_feed f;
    struct dv_diag d;

    dv_diag_init(&d);
    enum dv_err e = dv_dump_open(path, chip, &k, &d);
    if (!e)
        e = dv_dump_extent(k, chip, &f, &d);
    f.paced = paced;
    if (e)
        FUZZ_CHECK(d.code == e && d.text[0] != 0);
    else
        run(chip, k, &f);
    dv_dump_free(k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dv_chip split, merged;
    char path[64];
    int fd = memfd_create("log", 0);

    if (!split.name[0])
        FUZZ_CHECK(!dv_chip_load("910B1", &split, NULL) && !dv_chip_load("910A", &merged, NULL));
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    replay(path, &split, true);
    replay(path, &split, false);
    replay(path, &merged, true);
    close(fd);
    return 0;
}
