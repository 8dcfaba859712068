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

static void count_lines(void *to, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *(uint64_t *)to += text[i] == '\n';
}

/* Every line that the listing names stands in it, and holds the instruction of its pc. */
static void list(struct dv_dump *k)
{
    const struct dv_obj *o = dv_dump_listed(k);
    uint64_t lines = 0, pc = 0;
    struct dv_diag d;
    struct dv_dump_at at;

    dv_diag_init(&d);
    FUZZ_CHECK(dv_dump_list(k, "fuzz.replay.s", &d) == DV_OK);
    dv_dump_listing(k, count_lines, &lines);
    for (uint32_t i = 0; i < o->lines; i++) {
        FUZZ_CHECK(o->line[i].line <= lines);
        FUZZ_CHECK(dv_dump_at_listed(k, o->line[i].line, &pc) && pc == o->line[i].pc);
    }
    FUZZ_CHECK(o->lines > 0 && o->line[o->lines - 1].line == lines);
    FUZZ_CHECK(!dv_dump_at_listed(k, 1, &pc) && !dv_dump_at_line(k, NULL, 0, 0, &at));
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
        list(k);
    if (!e)
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
