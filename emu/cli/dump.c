/* --dump SPACE:ADDR:TYPE[SHAPE]: typed contents of a memory after the run. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/cli.h"
#include "emu/run/tensor.h"

struct spec {
    unsigned space;
    uint64_t address, bytes;
    struct dv_tensor t;
    uint64_t dim[DV_DIMS];
};

static bool read_space(const char **p, unsigned *space)
{
    const char *colon = strchr(*p, ':');
    for (unsigned i = 0; colon && i < DV_SPACE_COUNT; i++) {
        size_t n = strlen(dv_spaces[i].name);
        if (n == (size_t)(colon - *p) && !strncasecmp(*p, dv_spaces[i].name, n)) {
            *space = i;
            *p = colon + 1;
            return true;
        }
    }
    return false;
}

static bool read_address(const char **p, uint64_t *address)
{
    char *end;
    if (**p < '0' || **p > '9')
        return false;
    *address = strtoull(*p, &end, 0);
    if (*end != ':')
        return false;
    *p = end + 1;
    return true;
}

static bool read_dims(const char *p, struct spec *s)
{
    s->t.elems = 1;
    while (s->t.dims < DV_DIMS && *p >= '0' && *p <= '9') {
        char *end;
        uint64_t v = strtoull(p, &end, 0);
        s->dim[s->t.dims++] = v;
        if (__builtin_mul_overflow(s->t.elems, v, &s->t.elems) || s->t.elems > 1u << 24)
            return false;
        if (*end == ']')
            return !end[1];
        if (*end != ',')
            return false;
        p = end + 1;
        p += strspn(p, " ");
    }
    return false;
}

static bool read_type(const char *p, struct spec *s)
{
    const char *bracket = strchr(p, '[');
    size_t n = bracket ? (size_t)(bracket - p) : strlen(p);
    s->t.elem = dv_elem_find(p, n);
    s->t.dim = s->dim;
    s->t.elems = 1;
    if (!dv_elem_bits(s->t.elem) || (bracket && !read_dims(bracket + 1, s)))
        return false;
    s->bytes = (s->t.elems * dv_elem_bits(s->t.elem) + 7) / 8;
    return true;
}

static const void *bytes_of(const struct dv_run *r, const struct spec *s)
{
    if (s->space == DV_SPACE_GM) {
        dv_machine_touch(r->machine, s->address);
        return dv_machine_gm(r->machine, s->address, s->bytes);
    }
    for (unsigned i = 0; i < dv_machine_cores(r->machine); i++)
        if (dv_machine_core(r->machine, i)->blocks)
            return dv_machine_local(r->machine, i, s->space, s->address, s->bytes);
    return NULL;
}

static void print_values(const struct spec *s)
{
    uint64_t cols = s->t.dims ? s->dim[s->t.dims - 1] : 1;
    for (uint64_t i = 0; i < s->t.elems; i++) {
        if (i % cols == 0)
            printf("%s%8" PRIu64 ":", i ? "\n" : "", i);
        printf(" %.9g", dv_tensor_at(&s->t, i));
    }
    printf("\n");
}

static bool parse(const char *p, struct spec *s)
{
    *s = (struct spec){0};
    return read_space(&p, &s->space) && read_address(&p, &s->address) && read_type(p, s);
}

int dv_check_dump(const char *spec)
{
    struct spec s;
    if (parse(spec, &s))
        return -1;
    return dv_usage("run",
                    "--dump %.60s: expected SPACE:ADDRESS:TYPE[SHAPE], e.g. "
                    "ub:0x0:f16[4,16]",
                    spec);
}

int dv_show_dump(const struct dv_run *r, const char *spec)
{
    struct spec s;
    parse(spec, &s);
    s.t.p = s.bytes ? bytes_of(r, &s) : "";
    if (!s.t.p)
        return dv_usage("run", "--dump %.60s: outside that memory", spec);
    printf("dump %s\n", spec);
    print_values(&s);
    return 0;
}
