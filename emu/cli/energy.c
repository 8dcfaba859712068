/* Energy of a run for people, and its actions for Accelergy. Owns their wording; counts and
 * femtojoules come from emu/prof/energy.h. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/run/file.h"

/* Largest first. */
static void shares(const struct dv_energy *e, char *out, size_t size)
{
    bool done[DV_ENERGY_PARTS] = {0};
    size_t n = 0;
    *out = 0;
    for (unsigned k = 0; k < DV_ENERGY_PARTS; k++) {
        unsigned most = DV_ENERGY_PARTS;
        for (unsigned i = 0; i < DV_ENERGY_PARTS; i++)
            if (!done[i] && e->part[i] && (most == DV_ENERGY_PARTS || e->part[i] > e->part[most]))
                most = i;
        if (most == DV_ENERGY_PARTS || n >= size)
            return;
        n +=
            (size_t)snprintf(out + n, size - n, "%s%s %.1f %%", n ? ", " : "",
                             dv_energy_names[most], 100 * (double)e->part[most] / (double)e->total);
        done[most] = true;
    }
}

/* ---- ratio to another run -------------------------------------------------------------------- */

static json_t *read_json(const char *path)
{
    struct dv_diag d;
    json_error_t bad;
    uint8_t *text = NULL;
    size_t n = 0;
    dv_diag_init(&d);
    if (dv_file_read(path, &text, &n, &d)) {
        dv_show_diag(&d);
        return NULL;
    }
    json_t *all = json_loadb((const char *)text, n, JSON_REJECT_DUPLICATES, &bad);
    free(text);
    if (!all)
        dv_error("%.200s:%d:%d: not JSON: %.100s", path, bad.line, bad.column, bad.text);
    return all;
}

static double member(json_t *object, const char *key)
{
    json_t *v = json_object_get(object, key);
    return json_is_number(v) ? json_number_value(v) : 0;
}

static void ratio(const char *key, double now, double then)
{
    if (then > 0)
        printf("%s: %.3f\n", key, now / then);
    else if (now > 0)
        printf("%s: only in this run\n", key);
}

static int compare(const struct dv_run *r, const struct dv_energy *e, const char *path)
{
    json_t *all = read_json(path);
    json_t *energy = json_object_get(all, "energy"), *parts = json_object_get(energy, "parts");
    double one = (double)DV_P(&r->chip, pj_mac_f16);
    if (all && member(energy, "macs") <= 0)
        dv_error("%.200s has no energy to compare with: write it by dv run --energy --json", path);
    if (member(energy, "macs") <= 0) {
        json_decref(all);
        return DV_EXIT_USAGE;
    }
    json_t *sha = json_object_get(json_object_get(all, "model"), "chip_file_sha256");
    if (!json_is_string(sha) || strcmp(json_string_value(sha), r->chip.sha256) != 0)
        dv_note("%.200s is of another chip file: the ratio is in energies of one f16 product",
                path);
    ratio("energy_ratio", (double)e->total / one, member(energy, "macs"));
    for (unsigned i = 0; i < DV_ENERGY_PARTS; i++) {
        char key[40];
        snprintf(key, sizeof key, "energy_ratio.%s", dv_energy_names[i]);
        ratio(key, (double)e->part[i] / one, member(parts, dv_energy_names[i]));
    }
    json_decref(all);
    return DV_EXIT_OK;
}

int dv_show_energy(const struct dv_run *r, const char *against)
{
    struct dv_energy e;
    char text[160];
    dv_energy_take(&e, &r->chip, &r->result.sum);
    shares(&e, text, sizeof text);
    printf("energy: %s\n", *text ? text : "none counted");
    printf("energy_macs: %.4g (in energies of one f16 product; leakage, network and I/O are not "
           "counted)\n",
           (double)e.total / (double)DV_P(&r->chip, pj_mac_f16));
    if (r->opts.energy > 1)
        printf("energy_uj: %.4g (%.4g .. %.4g with every energy at that end of its range)\n",
               (double)e.total * 1e-9, (double)e.low * 1e-9, (double)e.high * 1e-9);
    return against ? compare(r, &e, against) : DV_EXIT_OK;
}

/* ---- Accelergy ------------------------------------------------------------------------------- */

/* Its tables name a component once, with all its actions. */
static void component(FILE *f, const struct dv_run *r, unsigned first)
{
    const struct dv_action *a = dv_action_at(first), *b;
    fprintf(f, "    - name: %s.%s\n      action_counts:\n", r->chip.name, a->component);
    for (unsigned i = first; (b = dv_action_at(i)) && !strcmp(a->component, b->component); i++)
        fprintf(f, "        - name: %s\n          counts: %" PRIu64 "\n", b->name,
                dv_action_count(b, &r->result.sum));
}

int dv_write_accelergy(const struct dv_run *r, const char *path)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f) {
        dv_error("out of memory");
        return DV_EXIT_INTERNAL;
    }
    fprintf(f, "action_counts:\n  version: 0.4\n  local:\n");
    for (unsigned i = 0; dv_action_at(i); i++)
        if (!i || strcmp(dv_action_at(i - 1)->component, dv_action_at(i)->component))
            component(f, r, i);
    fclose(f);
    int status = dv_write_text(path, text, n);
    free(text);
    return status;
}
