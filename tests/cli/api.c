/* libdv as a user of the installed library sees it: the header alone, the shared library, an
 * object on disk. Plain main, prints TAP.
 *   api OBJECT    made by `dv new add; dv as add.s`: c = a + b, f16[n] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/emu.h"

static int count, failed;

static void check(bool held, const char *what)
{
    printf("%sok %d - %s\n", held ? "" : "not ", ++count, what);
    failed += !held;
}

static void run_once(struct dv_emu *e)
{
    /* 1.0 2.0 3.0 and 0.5 each, in f16 bits. */
    static const uint16_t a[3] = {0x3c00, 0x4000, 0x4200}, b[3] = {0x3800, 0x3800, 0x3800};
    static const uint16_t want[3] = {0x3e00, 0x4100, 0x4300};
    uint16_t c[3] = {0};
    uint64_t cycles = 0;
    double us = 0;
    dv_emu_argument(e, "n", "7");
    dv_emu_argument(e, "n", "3");
    dv_emu_input(e, "a", a, sizeof a);
    dv_emu_input(e, "b", b, sizeof b);
    dv_emu_verify(e, true);
    check(dv_emu_acc(e, "tree") == DV_STATUS_INPUT, "an unknown rule of accumulation");
    check(strstr(dv_emu_error(e), "'tree' is no rule of accumulation: use seq"), dv_emu_error(e));
    check(dv_emu_acc(e, "tree16") == DV_STATUS_OK, "a known one");
    check(dv_emu_run(e) == DV_STATUS_OK, dv_emu_error(e));
    check(dv_emu_verified(e) == 1, "verified against the reference");
    check(dv_emu_output(e, "c", c, sizeof c) == DV_STATUS_OK, "the output can be read");
    check(!memcmp(c, want, sizeof c), "c = a + b");
    check(dv_emu_cycles(e, &cycles) && cycles > 0, "it took cycles");
    check(dv_emu_time_us(e, &us) && us > 0, "it took time");
    check(dv_emu_json(e) && strstr(dv_emu_json(e), "\"verified\": true"), "the JSON says so");
    check(dv_emu_json(e) && strstr(dv_emu_json(e), "\"acc\": \"tree16\""), "and names the rule");
    check(dv_emu_findings(e) == 0 && !dv_emu_finding_code(e, 0), "no findings");
    check(dv_emu_output(e, "c", c, 2) == DV_STATUS_INTERNAL, "a wrong size is refused");
    check(dv_emu_output(e, "a", c, sizeof c) == DV_STATUS_INTERNAL, "an input is no output");
}

static void refusals(struct dv_emu *e, const char *object)
{
    struct dv_emu *bad;
    uint8_t bytes[4] = {1, 2, 3, 4};
    check(dv_emu_open(&bad, "920B") == DV_STATUS_INPUT, "an unknown chip");
    check(strstr(dv_emu_error(bad), "920B"), dv_emu_error(bad));
    check(dv_emu_run(bad) == DV_STATUS_INTERNAL, "nothing to run");
    dv_emu_close(bad);
    dv_emu_argument(e, "n", "4");
    check(dv_emu_run(e) == DV_STATUS_INPUT, "inputs of another size");
    check(!strcmp(dv_emu_error(e), "tensor 'a' has 8 bytes but 6 were given"), dv_emu_error(e));
    check(!dv_emu_json(e), "no document without a run");
    check(dv_emu_load_bytes(e, bytes, sizeof bytes) == DV_STATUS_INPUT, "four bytes are no object");
    check(dv_emu_load_file(e, object) == DV_STATUS_OK, "another load");
    dv_emu_max_cycles(e, 10);
    check(dv_emu_run(e) == DV_STATUS_KERNEL, "a cycle limit");
    check(dv_emu_findings(e) == 1 && !strcmp(dv_emu_finding_code(e, 0), "LIMIT"), "is a finding");
    dv_emu_max_cycles(e, 0);
    check(dv_emu_set(e, "clock", "1 GHz") == DV_STATUS_OK && dv_emu_run(e) == DV_STATUS_OK,
          "a chip number changed");
    dv_emu_kernel(e, "none");
    check(dv_emu_run(e) == DV_STATUS_INPUT, "no such kernel");
}

int main(int argc, char **argv)
{
    struct dv_emu *e = NULL;
    if (argc != 2)
        return 99;
    check(dv_emu_open(&e, NULL) == DV_STATUS_OK, "opens the default chip");
    check(dv_emu_load_file(e, argv[1]) == DV_STATUS_OK, dv_emu_error(e));
    run_once(e);
    refusals(e, argv[1]);
    dv_emu_close(e);
    dv_emu_close(NULL);
    check(dv_emu_version()[0] && dv_emu_isa_version() > 0, "versions");
    printf("1..%d\n", count);
    return failed != 0;
}
