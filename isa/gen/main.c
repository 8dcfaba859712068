/* isa-gen HEADER TABLES FILE..: reads the definition, checks it, writes two C files.
 * isa-gen --cce HEADER LIST FILE..: writes dv/cce_intrinsics.h and the list of its prototypes.
 * isa-gen --check FILE..: only the checks. Errors go to stderr as file:line: message, exit 1. */
#include "isa/gen/cce.h"

#include <string.h>

static bool write_file(const char *path, void (*emit)(FILE *, const struct isa *),
                       const struct isa *isa)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return false;
    }
    emit(f, isa);
    bool bad = ferror(f);
    if (fclose(f) || bad) {
        perror(path);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    bool only_check = argc > 1 && !strcmp(argv[1], "--check");
    bool cce = argc > 1 && !strcmp(argv[1], "--cce");
    int first = only_check ? 2 : cce ? 4 : 3;
    if (argc <= first) {
        fprintf(stderr, "usage: isa-gen HEADER TABLES FILE.. | isa-gen --cce HEADER LIST FILE.. | "
                        "isa-gen --check FILE..\n");
        return 2;
    }
    struct text text = {0};
    struct isa isa = {0};
    for (int i = first; i < argc; i++) {
        if (!read_file(&text, argv[i])) {
            perror(argv[i]);
            return 2;
        }
    }
    if (!fail_count)
        build_model(&isa, &text);
    if (!fail_count)
        build_insns(&isa, &text);
    if (!fail_count)
        check_insns(&isa);
    struct families all = {0};
    if (!fail_count)
        build_families(&isa, &all);
    if (fail_count)
        return 1;
    if (only_check)
        return 0;
    if (cce)
        return write_file(argv[2], emit_cce_header, &isa) &&
                       write_file(argv[3], emit_cce_list, &isa) && !fail_count
                   ? 0
                   : 2;
    return write_file(argv[1], emit_header, &isa) && write_file(argv[2], emit_tables, &isa) ? 0 : 2;
}
