/* What the assembler must refuse: tests/bad/asm/NAME.s with its exact first message in its first
 * line, `; expect: LINE:COL: text`, and texts too large to keep in files. */
#include "tests/asm.h"

#include <dirent.h>
#include <unistd.h>

static struct said said;

static bool ends_in_s(const char *name)
{
    size_t n = strlen(name);
    return n > 2 && !strcmp(name + n - 2, ".s");
}

static void first_line(const char *name, char *out, size_t size)
{
    FILE *f = fopen(name, "r");
    cr_assert(f && fgets(out, (int)size, f), "%s", name);
    fclose(f);
    out[strcspn(out, "\n")] = '\0';
}

static void check_file(const char *name)
{
    char expect[1024], want[1200], place[32];
    struct dv_sink sink = {&said, said_put};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    said.n = 0;
    first_line(name, expect, sizeof expect);
    cr_assert(!strncmp(expect, "; expect: ", 10), "%s has no expectation", name);
    const char *text = strstr(expect + 10, ": ");
    cr_assert(text != NULL, "%s", name);
    snprintf(place, sizeof place, "%.*s", (int)(text - expect - 10), expect + 10);
    snprintf(want, sizeof want, "%s:%s: error: %s\n", name, place, text + 2);
    enum dv_err e = dv_asm_file(name, NULL, &sink, &o, &d);
    cr_expect(e != DV_OK && e == d.code && !o, "%s was accepted", name);
    cr_expect(!strncmp(said.text, want, strlen(want)), "%s: wanted\n%sgot\n%.300s", name, want,
              said.text);
    cr_expect(!strcmp(d.text, text + 2), "%s: record says %s", name, d.text);
    dv_obj_free(o);
}

Test(asm_bad, files)
{
    const char *root = getenv("DV_SOURCE");
    char path[512];
    unsigned n = 0;
    snprintf(path, sizeof path, "%s/tests/bad/asm", root ? root : ".");
    cr_assert(!chdir(path), "%s", path);
    DIR *dir = opendir(".");
    cr_assert(dir != NULL);
    for (struct dirent *e; (e = readdir(dir));)
        if (ends_in_s(e->d_name)) {
            check_file(e->d_name);
            n++;
        }
    closedir(dir);
    cr_expect(n >= 250, "only %u inputs", n);
}

static void refuse(const char *text, size_t n, const char *start)
{
    struct dv_sink sink = {&said, said_put};
    struct dv_obj *o = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    said.n = 0;
    said.text[0] = '\0';
    cr_expect(dv_asm_text("t.s", text, n, NULL, &sink, &o, &d) != DV_OK);
    cr_expect(!strncmp(said.text, start, strlen(start)), "wanted %s\ngot %.300s", start, said.text);
}

Test(asm_bad, ten_megabyte_line)
{
    size_t n = 10 << 20;
    char *text = malloc(n);
    memset(text, 'a', n);
    refuse(text, n,
           "t.s:1:1: error: the line is 10485760 characters long, at most 16384 are accepted\n");
    memset(text, '(', n);
    refuse(text, n, "t.s:1:1: error: the line is 10485760 characters long");
    free(text);
}

Test(asm_bad, twenty_errors_then_stop)
{
    char text[4096];
    size_t n = 0, lines = 0;
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "rubbish%d\n", i);
    refuse(text, n, "t.s:1:1: error: unknown instruction 'rubbish0'\n");
    for (const char *p = said.text; (p = strstr(p, ": error: ")); p++)
        lines++;
    cr_expect(lines == 20 && strstr(said.text, "too many errors\n"));
}

Test(asm_bad, growth_is_bounded)
{
    /* Doubling arguments, doubling calls, doubling repeats. */
    refuse(".macro m a\nm \\a\\a\n.endm\nm 12345678\n", 35,
           "t.s:2:1: error: the line is longer than 16384 characters after expansion\n");
    static const char twice[] = ".macro m\nm\nm\n.endm\nm\n";
    refuse(twice, sizeof twice - 1, "t.s:2:1: error: m: expansions are nested deeper than 64\n");
    static const char rept[] = ".rept 30000\n.rept 30000\n.byte 1\n.endr\n.endr\n";
    refuse(rept, sizeof rept - 1, "t.s:");
    static const char space[] = ".bss\n.rept 9\n.space 0x10000000\n.endr\n";
    refuse(space, sizeof space - 1, "t.s:3:1: error: the section is larger than 256 MB\n");
}

Test(asm_bad, caret_and_chain)
{
    static const char text[] = ".macro inner r\n\tadd.s64 \\r, \\r, #9999\n.endm\n"
                               ".macro outer\n    inner x1\n.endm\n    outer\n";
    refuse(text, sizeof text - 1,
           "t.s:2:19: error: 9999 does not fit the immediate of add (0..4095)\n"
           "    \tadd.s64 \\r, \\r, #9999\n"
           "    \t                 ^\n"
           "    help: use the form with a register: .reg t = 9999\n"
           "    in expansion of macro inner from t.s:5:5\n"
           "    in expansion of macro outer from t.s:7:5\n");
}
