/* run.json of a folder: the document of dv prof --json, for `dv prof --against DIR` and scripts. */
#include "emu/prof/writers.h"

static void *begin(const struct dv_prof_run *r)
{
    (void)r;
    return (void *)&dv_write_document;
}

static void end(void *self, const struct dv_prof_run *r)
{
    struct dv_out *o = r->json ? dv_out_open(r->folder, "run.json", NULL) : NULL;
    (void)self;
    if (o)
        dv_out_put(o, r->json, r->json_bytes);
    dv_out_close(o);
}

const struct dv_prof_writer dv_write_document = {
    .name = "document",
    .makes = "run.json",
    .begin = begin,
    .end = end,
};
