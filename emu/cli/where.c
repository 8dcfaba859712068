/* Build tool: finds in which file each function of an instruction is written, for the manual.
 *
 *   where OUT.c DEPFILE ROOT DIR ..
 *
 * Reads every .c file of the directories (below ROOT) and keeps lines like
 * `void dv_sem_NAME(const struct dv_work *w)` and `[DV_ENGINE_NAME] = function,`. Writes a table of
 * struct dv_model_place (emu/cli/manual.h). A host program; knows no instruction. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tool {
    FILE *out, *depends;
    const char *root;
};

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t name_length(const char *s)
{
    size_t n = 0;
    while (is_name(s[n]))
        n++;
    return n;
}

/* A definition: at column 1, with its whole head on the line, no ';' behind it. */
static void take_function(const struct tool *t, const char *line, const char *path)
{
    static const char *const families[] = {"sem_", "scalar_", "access_"};
    const char *at = strncmp(line, "void dv_", 8) ? NULL : line + 5;
    if (!strncmp(line, "enum dv_err dv_", 15))
        at = line + 12;
    if (!at || strchr(line, ';') || at[name_length(at)] != '(')
        return;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (!strncmp(at + 3, families[i], strlen(families[i])))
            fprintf(t->out, "    {\"%.*s\", \"%.*s\", \"%s\"},\n", (int)name_length(at) - 3, at + 3,
                    (int)name_length(at), at, path);
}

static void take_engine(const struct tool *t, const char *line, const char *path)
{
    const char *at = strstr(line, "[DV_ENGINE_"), *function = at ? strstr(at, "] = ") : NULL;
    if (!function)
        return;
    at += 11;
    function += 4;
    fprintf(t->out, "    {\"engine_%.*s\", \"%.*s\", \"%s\"},\n", (int)name_length(at), at,
            (int)name_length(function), function, path);
}

static bool read_file(const struct tool *t, const char *dir, const char *name)
{
    char path[512], full[1024], line[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(full, sizeof full, "%s/%s", t->root, path);
    FILE *in = fopen(full, "r");
    if (!in) {
        perror(full);
        return false;
    }
    fprintf(t->depends, " %s", full);
    while (fgets(line, sizeof line, in)) {
        take_function(t, line, path);
        take_engine(t, line, path);
    }
    fclose(in);
    return true;
}

static int is_source(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 2 && e->d_name[0] != '.' && !strcmp(e->d_name + n - 2, ".c");
}

static bool read_dir(const struct tool *t, const char *dir)
{
    char full[1024];
    struct dirent **list;
    bool good = true;
    snprintf(full, sizeof full, "%s/%s", t->root, dir);
    int n = scandir(full, &list, is_source, alphasort);
    if (n < 0) {
        perror(full);
        return false;
    }
    for (int i = 0; i < n; i++) {
        good = good && read_file(t, dir, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    return good;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: where OUT.c DEPFILE ROOT DIR ..\n");
        return 2;
    }
    struct tool t = {fopen(argv[1], "w"), fopen(argv[2], "w"), argv[3]};
    if (!t.out || !t.depends) {
        perror(t.out ? argv[2] : argv[1]);
        return 2;
    }
    bool good = true;
    fprintf(t.depends, "%s:", argv[1]);
    fprintf(t.out, "/* Generated from the sources: do not edit. */\n#include "
                   "\"emu/cli/manual.h\"\n\nconst struct dv_model_place dv_model_places[] = {\n");
    for (int i = 4; i < argc; i++)
        good = read_dir(&t, argv[i]) && good;
    fprintf(t.out, "    {NULL, NULL, NULL},\n};\n");
    fprintf(t.depends, "\n");
    good = !fclose(t.out) && good;
    good = !fclose(t.depends) && good;
    return good ? 0 : 2;
}
