/* Any bytes as the document of an earlier run: no crash, no unbounded work; a refusal says why.
 * What is accepted compares with itself, where nothing changes, and with a run of another shape;
 * what changed most comes first, and the report of it is JSON. */
#include <jansson.h>
#include <math.h>

#include "emu/run/against.h"
#include "tests/fuzz/fuzz.h"

static const char other[] =
    "{\"schema\": \"dv.run/1\", \"kernel\": \"k\", \"cycles\": 900, \"args\": {\"m\": 1}, "
    "\"pipes\": "
    "{\"MTE2\": {\"busy_cycles\": 600, \"idle_cycles\": 100, \"stall\": {\"flag\": 200}}}, "
    "\"profile\": "
    "{\"critical_path\": {\"cycles\": 900, \"no_instruction\": 0, \"pipes\": {\"MTE2\": "
    "{\"cycles\": 900, "
    "\"by\": {\"work\": 900}}}, \"instructions\": [{\"pc\": 0, \"file\": \"k.s\", \"line\": 3, "
    "\"function\": \"k\", \"insn\": \"end\", \"source\": \"end\", \"cycles\": 900}]}}}";

static void report(const struct dv_against *a)
{
    struct dv_json j = {0};
    json_error_t wrong;
    dv_json_open(&j, NULL, '{');
    dv_report_against(&j, a);
    dv_json_close(&j, '}');
    json_t *all = json_loadb(j.p, j.n, 0, &wrong);
    FUZZ_CHECK(!j.failed && all && json_is_object(json_object_get(all, "against")));
    json_decref(all);
    dv_json_free(&j);
}

static void compare(struct dv_account *before, struct dv_account *now, bool same)
{
    static struct dv_against a;
    struct dv_diag d;
    dv_diag_init(&d);
    FUZZ_CHECK(dv_against_take(&a, before, now, "before", &d) == DV_OK && *a.text);
    FUZZ_CHECK(!same || (!a.differs && !a.cells && !a.stalls && !a.pairs));
    FUZZ_CHECK(a.pairs <= before->lines + now->lines);
    for (size_t i = 1; i < a.pairs; i++)
        FUZZ_CHECK(fabs(dv_pair_now(&a.pair[i]) - dv_pair_before(&a.pair[i])) <=
                   fabs(dv_pair_now(&a.pair[i - 1]) - dv_pair_before(&a.pair[i - 1])));
    report(&a);
    dv_against_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dv_account *x, *y, *z;
    struct dv_diag d;
    dv_diag_init(&d);
    x = dv_account_parse((const char *)data, size, "fuzz.json", &d);
    if (!x) {
        FUZZ_CHECK(d.code != DV_OK && d.text[0] != 0);
        return 0;
    }
    y = dv_account_parse((const char *)data, size, "fuzz.json", &d);
    z = dv_account_parse(other, sizeof other - 1, "other.json", &d);
    FUZZ_CHECK(y && z && dv_against_may(x, "fuzz.json", y->kernel, &d) == DV_OK);
    compare(x, y, true);
    dv_account_free(x);
    x = dv_account_parse((const char *)data, size, "fuzz.json", &d);
    FUZZ_CHECK(x);
    compare(x, z, false);
    dv_account_free(x);
    dv_account_free(y);
    dv_account_free(z);
    return 0;
}
