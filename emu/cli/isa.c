/* dv isa: explain an instruction, explain words, count coverage. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/coverage.h"
#include "emu/cli/manual.h"
#include "emu/cli/word.h"

struct isa_cli {
    bool words, coverage;
    unsigned kinds;
    const char *json;
};

static int set_core(struct isa_cli *c, const char *name)
{
    static const char *const names[DV_KINDS] = {"aic", "aiv", "c100"};
    for (unsigned k = 0; k < DV_KINDS; k++)
        if (!strcasecmp(name, names[k])) {
            c->kinds = DV_ON(k);
            return -1;
        }
    return dv_usage("isa", "--core %.40s: expected aic, aiv or c100", name);
}

static int take(struct isa_cli *c, int got)
{
    switch (got) {
    case 'w':
        c->words = true;
        return -1;
    case 'c':
        c->coverage = true;
        return -1;
    case 'k':
        return set_core(c, optarg);
    case 'j':
        c->json = optarg;
        return -1;
    case 's':
        return dv_not_yet("--syntax");
    default:
        return dv_show_help("isa");
    }
}

static int options(struct isa_cli *c, int argc, char **argv)
{
    static const struct option list[] = {
        {"word", 0, NULL, 'w'},
        {"coverage", 0, NULL, 'c'},
        {"core", 1, NULL, 'k'},
        {"json", 1, NULL, 'j'},
        {"syntax", 1, NULL, 's'},
        {"help", 0, NULL, 'h'},
        {0},
    };
    int got, status;
    *c = (struct isa_cli){.kinds = DV_ON_ANY};
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":h", list, NULL)) != -1) {
        if (got == '?' || got == ':')
            return dv_bad_option("isa", list, got, argv);
        if ((status = take(c, got)) >= 0)
            return status;
    }
    return -1;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool read_word(const char *text, uint32_t *out)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    unsigned long long v = strtoull(text, &end, 0);
    *out = (uint32_t)v;
    return !*end && !errno && v <= UINT32_MAX;
}

struct words {
    struct isa_cli *c;
    struct dv_json *j;
};

static int explain(const struct words *w, const char *text)
{
    uint32_t word;
    struct dv_word e;
    if (!read_word(text, &word))
        return dv_usage("isa", "'%.40s' is no 32-bit word", text);
    dv_word_explain(&e, word, w->c->kinds);
    if (w->j)
        dv_word_json(w->j, &e);
    else
        dv_word_print(&e);
    return -1;
}

static int explain_input(const struct words *w)
{
    char text[64];
    int status = -1;
    while (status < 0 && scanf("%63s", text) == 1)
        status = explain(w, text);
    return status;
}

static int explain_all(const struct words *w, int argc, char **argv)
{
    int status = -1;
    for (int i = optind; status < 0 && i < argc; i++) {
        if (!w->j && i > optind)
            printf("\n");
        status = strcmp(argv[i], "-") ? explain(w, argv[i]) : explain_input(w);
    }
    return status;
}

static int finish_json(struct dv_json *j, const char *path)
{
    int status = j->failed ? DV_EXIT_INTERNAL : dv_write_text(path, j->p, j->n);
    dv_json_free(j);
    return status;
}

static int words(struct isa_cli *c, int argc, char **argv)
{
    struct dv_json j = {0};
    struct words w = {c, c->json ? &j : NULL};
    if (optind == argc)
        return dv_usage("isa", "--word: expected a word or '-'");
    bool many = argc - optind > 1 || !strcmp(argv[optind], "-");
    if (many && c->json)
        dv_json_open(&j, NULL, '[');
    int status = explain_all(&w, argc, argv);
    if (status >= 0 || !c->json) {
        dv_json_free(&j);
        return status < 0 ? 0 : status;
    }
    if (many)
        dv_json_close(&j, ']');
    dv_json_end(&j);
    return finish_json(&j, c->json);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static int coverage(const struct isa_cli *c)
{
    struct dv_coverage n;
    struct dv_json j = {0};
    dv_coverage_count(&n);
    if (!c->json) {
        dv_coverage_print(&n);
        return 0;
    }
    dv_coverage_json(&j, &n);
    return finish_json(&j, c->json);
}

static int explain_name(const char *name)
{
    if (dv_manual_print(name))
        return 0;
    const char *near = dv_isa_nearest(name, strlen(name));
    if (near)
        dv_error("no instruction '%.40s'; did you mean '%s'?", name, near);
    else
        dv_error("no instruction '%.40s'; 'dv isa' lists them", name);
    return DV_EXIT_KERNEL;
}

int dv_cmd_isa(int argc, char **argv)
{
    struct isa_cli c;
    int status = options(&c, argc, argv);
    if (status >= 0)
        return status;
    if (c.words && c.coverage)
        return dv_usage("isa", "--word and --coverage exclude each other");
    if (c.words)
        return words(&c, argc, argv);
    if (c.coverage)
        return optind == argc ? coverage(&c) : dv_usage("isa", "--coverage takes no name");
    if (c.json)
        return dv_usage("isa", "--json goes with --word or --coverage");
    if (optind == argc) {
        dv_manual_list();
        return 0;
    }
    return argc - optind == 1 ? explain_name(argv[optind]) : dv_usage("isa", "expected one name");
}
