/* dv help. Owns no texts of commands: they are in the command table. */
#include <stdio.h>
#include <string.h>

#include "emu/cli/cli.h"

static void overview(void)
{
    printf("dv: assembler and emulator of the Da Vinci AI core\n\n"
           "usage: dv COMMAND [arguments]\n\n");
    const struct dv_command *c;
    for (unsigned i = 0; (c = dv_command_at(i)); i++)
        if (c->fn)
            printf("  %-8s %s\n", c->name, c->brief);
    printf("\n'dv help COMMAND' tells more, 'dv help ref' what .ref can name, 'dv --version' the\n"
           "version.\n"
           "Exit status: 0 all well, 1 the kernel is wrong or cannot run, 2 bad usage or input,\n"
           "3 internal error.\n");
}

int dv_show_help(const char *command)
{
    const struct dv_command *c = dv_command_find(command, true);
    if (!c)
        return DV_EXIT_USAGE;
    if (!c->fn) {
        dv_error("command '%s' is not supported yet", c->name);
        return DV_EXIT_USAGE;
    }
    printf("%s", c->usage);
    return DV_EXIT_OK;
}

/* docs/references.md shows the same lines. */
static void list_references(void)
{
    const struct dv_ref *r;
    int wide = 0;
    for (unsigned i = 0; (r = dv_ref_at(i)); i++)
        if ((int)strlen(r->signature) > wide)
            wide = (int)strlen(r->signature);
    for (unsigned i = 0; (r = dv_ref_at(i)); i++)
        printf("  %-*s  %s\n", wide, r->signature, r->formula);
}

/* A page that is about no command. */
static bool topic(const char *name)
{
    if (strcmp(name, "ref"))
        return false;
    printf(".ref NAME [, tensors and numbers] [, rtol=R] [, atol=A] [, max_ulp=N]\n\n");
    list_references();
    printf("\nTensors not named are all inputs and the first output, in the order of .param.\n"
           "docs/references.md tells more.\n");
    return true;
}

int dv_cmd_help(int argc, char **argv)
{
    if (argc > 2)
        return dv_usage("help", "expected at most one command");
    if (argc == 2 && topic(argv[1]))
        return DV_EXIT_OK;
    if (argc == 2)
        return dv_show_help(argv[1]);
    overview();
    return DV_EXIT_OK;
}
