/* dv isa: explain an instruction, explain words, count coverage. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/coverage.h"
#include "emu/cli/manual.h"
#include "emu/cli/syntax.h"
#include "emu/cli/word.h"
#include "emu/cli/words.h"
#include "emu/run/file.h"

struct isa_cli {
    bool words, coverage;
    unsigned kinds;
    const char *json, *manual, *syntax;
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
        c->syntax = optarg;
        return -1;
    case 'm':
        c->manual = optarg;
        return -1;
    default:
        return dv_show_help("isa");
    }
}

static int options(struct isa_cli *c, int argc, char **argv)
{
    static const struct option list[] = {
        {"word", 0, NULL, 'w'},   {"coverage", 0, NULL, 'c'},
        {"core", 1, NULL, 'k'},   {"json", 1, NULL, 'j'},
        {"syntax", 1, NULL, 's'}, {"manual", 1, NULL, 'm'},
        {"help", 0, NULL, 'h'},   {0},
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

static int read_input(struct dv_words *w)
{
    uint8_t *text;
    size_t n;
    struct dv_diag d;
    dv_diag_init(&d);
    if (dv_file_read("-", &text, &n, &d))
        return dv_show_diag(&d);
    int status = dv_words_scan(w, "<stdin>", (const char *)text, n, false);
    free(text);
    return status;
}

static int read_words(struct dv_words *w, int argc, char **argv)
{
    int status = 0;
    for (int i = optind; !status && i < argc; i++) {
        uint32_t word;
        if (!strcmp(argv[i], "-"))
            status = read_input(w);
        else if (!dv_word_read(argv[i], strlen(argv[i]), false, &word))
            status = dv_usage("isa", "'%.40s' is no 32-bit word: write 0x.. or decimal", argv[i]);
        else if (!dv_words_add(w, word))
            status = dv_usage("isa", "out of memory");
    }
    return status;
}

static int finish_json(struct dv_json *j, const char *path)
{
    int status = j->failed ? DV_EXIT_INTERNAL : dv_write_text(path, j->p, j->n);
    dv_json_free(j);
    return status;
}

static void print_words(const struct isa_cli *c, const struct dv_words *w)
{
    for (size_t i = 0; i < w->n; i++) {
        struct dv_word e;
        dv_word_explain(&e, w->word[i], c->kinds);
        if (i)
            printf("\n");
        dv_word_print(&e);
    }
}

/* One record, or an array when several words or '-' were given. */
static int write_words(const struct isa_cli *c, const struct dv_words *w, bool many)
{
    struct dv_json j = {0};
    if (many)
        dv_json_open(&j, NULL, '[');
    for (size_t i = 0; i < w->n; i++) {
        struct dv_word e;
        dv_word_explain(&e, w->word[i], c->kinds);
        dv_word_json(&j, &e);
    }
    if (many)
        dv_json_close(&j, ']');
    dv_json_end(&j);
    return finish_json(&j, c->json);
}

/* All words are read before the first is explained: a bad line leaves no half output. */
static int words(struct isa_cli *c, int argc, char **argv)
{
    struct dv_words w = {0};
    if (optind == argc)
        return dv_usage("isa", "--word: expected a word or '-'");
    bool many = argc - optind > 1 || !strcmp(argv[optind], "-");
    int status = read_words(&w, argc, argv);
    if (!status && c->json)
        status = write_words(c, &w, many);
    else if (!status)
        print_words(c, &w);
    free(w.word);
    return status;
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

static int syntax(const char *editor)
{
    if (dv_syntax_print(editor))
        return 0;
    return dv_usage("isa", "--syntax %.40s: expected vim or textmate", editor);
}

static int manual(const char *format)
{
    if (dv_manual_book(format))
        return 0;
    return dv_usage("isa", "--manual %.40s: expected html or md", format);
}

static int run(struct isa_cli *c, int argc, char **argv)
{
    if (c->words)
        return words(c, argc, argv);
    if (optind < argc && (c->coverage || c->syntax || c->manual))
        return dv_usage("isa", "--%s takes no name",
                        c->coverage ? "coverage"
                        : c->syntax ? "syntax"
                                    : "manual");
    if (c->coverage)
        return coverage(c);
    if (c->json)
        return dv_usage("isa", "--json goes with --word or --coverage");
    if (c->syntax)
        return syntax(c->syntax);
    if (c->manual)
        return manual(c->manual);
    if (argc - optind > 1)
        return dv_usage("isa", "expected one name");
    if (optind < argc)
        return explain_name(argv[optind]);
    dv_manual_list();
    return 0;
}

int dv_cmd_isa(int argc, char **argv)
{
    struct isa_cli c;
    int status = options(&c, argc, argv);
    if (status >= 0)
        return status;
    if (c.words + c.coverage + !!c.syntax + !!c.manual > 1)
        return dv_usage("isa", "--word, --coverage, --syntax and --manual exclude each other");
    return run(&c, argc, argv);
}
