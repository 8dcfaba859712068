/* The `dv` program: finds the subcommand. Owns the command table; must not know what a command
 * does. */
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/cli/kit.h"
#include "isa/near.h"
#include "emu/run/version.h"

static const struct dv_command commands[] = {
    {"as", dv_cmd_as, "assemble a kernel",
     "dv as FILE.s [-c] [-o FILE.o] [-I DIR] [-D NAME=VALUE] [-l LISTING] [-w] [-E] [-M] "
     "[--map]\n\n"
     "  -o FILE        object to write (default: FILE.o)\n"
     "  -c             relocatable, to be linked by dv ld\n"
     "  -I DIR         search DIR for .include\n"
     "  -D NAME=VALUE  define a symbol\n"
     "  -l FILE        write a listing of words, sources, pipes and classes (- = stdout)\n"
     "  -w             no warnings\n"
     "  -E             print the expanded text\n"
     "  -M             print make dependencies\n"
     "  --map          print local memories and code size\n"},
    {"ld", dv_cmd_ld, "link objects and archives",
     "dv ld FILE.o|FILE.a .. [-o FILE] [--kernel NAME] [--map FILE]\n\n"
     "Links relocatable objects (dv as -c) and the members of archives that they need to a final\n"
     "object.\n\n"
     "  -o FILE        object to write (default: out.o)\n"
     "  --kernel NAME  take the member that holds this kernel; may be given several times\n"
     "  --map FILE     say what lies where and why members were taken (- = stdout)\n"},
    {"dis", dv_cmd_dis, "disassemble an object",
     "dv dis FILE.o [-o FILE.s] [--core aic|aiv|c100]\n"
     "dv dis --raw FILE [-o FILE.s] [--core aic|aiv|c100]\n\n"
     "The text assembles to the same bytes. Objects of the vendor's compiler and raw words are\n"
     "listed as far as the public table goes, and the share of words that were understood is "
     "said.\n\n"
     "  -o FILE        text to write (default: standard output)\n"
     "  --raw          FILE holds words: bytes, or a text of hexadecimal words\n"
     "  --core KIND    read vendor objects and raw words as code of this kind of core\n"
     "                 (default: aic and aiv)\n"},
    {"new", dv_cmd_new, "write a small kernel that assembles, runs and verifies",
     "dv new NAME --core aiv|aic|mix\n\nWrites NAME.s; an existing file is left alone.\n"},
    {"run", dv_cmd_run, "run a kernel on an emulated chip",
     "dv run KERNEL [NAME=VALUE ...] [options]\n\n"
     "KERNEL is an object or assembly text. A scalar takes NAME=NUMBER; a tensor takes\n"
     "NAME=FILE.npy, FILE.npz, random[:normal|uniform|int|special], zeros, ones, iota, sparse:P;\n"
     "NAME=@FILE.npy writes an output after the run.\n\n"
     "  --kernel N          which kernel of the object\n"
     "  --chip C            chip name or file (default 910B1)\n"
     "  --set PATH=VALUE    change one number of the chip\n"
     "  --blocks N          blocks to launch\n"
     "  --seed S            seed of random contents (default 1)\n"
     "  --verify            compare with the kernel's reference\n"
     "  --check             every check of dv check; --hints off: without hints\n"
     "  --expect N=F.npy    compare tensor N with a file\n"
     "  --tol R[,A]         relative and absolute tolerance\n"
     "  --time on|off       off: unit times, no cycles\n"
     "  --data on|off       off: timing only, no arithmetic\n"
     "  --cache warm|cold   L2 and caches as an identical launch leaves them, or empty\n"
     "  --warmup N          N identical launches before, whose L2 and caches are found\n"
     "  --repeat N          N launches that count: min, median and max of their cycles\n"
     "  --mem FILE.so       another memory system (dv/mem.h)\n"
     "  --mem-trace F[:FMT] what the memory system is asked for: csv, ramulator, dramsim3\n"
     "  --acc RULE          how the matrix unit adds: seq (default), instr, chunk16, tree16,\n"
     "                      exact16, tc24\n"
     "  --max-cycles N      give up after N cycles (default 1e10)\n"
     "  --uncertainty       how far the ranges of the chip's numbers move the cycles\n"
     "  --energy[=joules]   where the energy goes; joules: also how much, with its uncertainty\n"
     "  --energy-against F  the ratio to the run whose --energy --json is F\n"
     "  --accelergy FILE    action counts as Accelergy reads them (- = stdout)\n"
     "  --no-simd           plain code paths only\n"
     "  --no-replay         simulate every round of every loop\n"
     "  --log FILE          instruction log in the simulator's grammar\n"
     "  --dump S:A:T[SHAPE] print memory S at address A after the run, e.g. ub:0x0:f16[4,16]\n"
     "  --json FILE         results as JSON (- = stdout)\n"
     "  --quiet             print no results\n\n"
     "time_us is the time on the cores, from the first dispatch to the last END; task_us adds the\n"
     "launch, as profilers on a board count it. pct_peak is of the cores that ran a block.\n"
     "Messages count the cores of the chip, AICs first, and name the kind: core 24 (aiv 0).\n"},
    {"prof", dv_cmd_prof, "run a kernel and say what bounds it",
     "dv prof KERNEL [NAME=VALUE ...] [options of dv run] [-o DIR]\n\n"
     "Prints time, rate, the share of busy and stalled time of every unit and of the critical\n"
     "path, the lines that take most of it, what bounds the kernel and what the time rests on.\n\n"
     "  --what-if          run again with one thing idealised at a time, and say what that saves\n"
     "  --against FILE|DIR compare with an earlier run: the file of its --json, or its -o folder\n"
     "  -o DIR             write traces, tables and pages into a new folder\n"
     "  --force            .. or into one that is there, replacing files; with --against, compare\n"
     "                     also with another kernel\n"
     "  --roi MARK         traces: only between .mark MARK and .endmark\n"
     "  --trace-window A:B traces: only what lies in cycles A to B\n"
     "  --trace-every N    traces: one in N instructions of every unit, without flags\n\n"
     "docs/why.md and docs/compare.md tell more, docs/profile-files.md lists the files.\n"},
    {"replay", dv_cmd_replay, "time and check a simulator's instruction log",
     "dv replay DUMPDIR|LOG [--chip NAME] [--set PATH=VALUE ..] [--pace log|cost] [--check]\n"
     "          [-o DIR] [--what-if] [--against FILE|DIR]\n"
     "dv replay DUMPDIR|LOG [..] --explain PLACE\n\n"
     "Issues the instructions of a log to the pipes of the chip, without the kernel: of a folder\n"
     "with core*.instr_popped_log.dump, or of a file of dv run --log. Prints the profile, and how\n"
     "far the log's times and ours are apart.\n\n"
     "  --pace log       S issues nothing before the log does (default)\n"
     "  --pace cost      S takes what its instructions cost here\n"
     "  --check          races, flags, bytes never written: as dv check\n"
     "  --hints off      errors and warnings only\n"
     "  --cache cold     caches and L2 are empty at the start\n"
     "  --max-cycles N   give up after N cycles\n"
     "  --json FILE      the document of dv run, with replay (- = stdout)\n"
     "  --quiet          print nothing; the status tells\n"
     "  -o DIR, --force, --what-if, --against FILE|DIR, --trace-window A:B, --trace-every N\n"
     "                   as for dv prof; the source is a listing of the log, DIR/NAME.replay.s\n"
     "  --explain PLACE  the life of one instruction, as dv explain tells it: 0xPC (with --nth I,\n"
     "                   --in-block B), NAME.replay.s:LINE, or [FILE:]LINE of the log: that one\n\n"
     "docs/replay.md tells what is and what is not known of a log.\n"},
    {"check", dv_cmd_check, "run a kernel with every check",
     "dv check KERNEL [NAME=VALUE ...] [options of dv run]\n"
     "         [--sarif FILE] [--explore N] [--explore-seed S]\n"
     "dv check --explain [CODE]\n\n"
     "Runs a kernel and prints everything that is wrong with it, also what did no harm in this\n"
     "run: races, flags, bytes never written, writes outside outputs, stale cache lines, "
     "registers\n"
     "left changed; then hints on what costs time.\n\n"
     "  --hints off        errors and warnings only\n"
     "  --json FILE        the document of dv run with all findings (- = stdout)\n"
     "  --sarif FILE       findings in SARIF 2.1.0, for editors and CI (- = stdout)\n"
     "  --explore N        also run N other legal schedules: their results must be the same\n"
     "  --explore-seed S   run the schedule of seed S\n"
     "  --explain CODE     what a finding means, with an example and its repair; without CODE\n"
     "                     all codes\n"
     "  --quiet            print nothing; the status tells\n\n"
     "Status 1: an error was found; warnings and hints leave it 0. docs/check.md tells more.\n"},
    {"explain", dv_cmd_explain, "the life of one instruction",
     "dv explain KERNEL [NAME=VALUE ...] [options of dv run] --at PLACE [--nth I]\n"
     "           [--in-block B]\n\n"
     "Runs a kernel and tells what happened to one execution of an instruction: when S dispatched\n"
     "it, what it waited for and who made it wait, and which numbers of the chip set every part.\n"
     "The parts add up to its life, from dispatch to completion.\n\n"
     "  --at PLACE     LINE of the kernel's file, FILE:LINE, or an address 0xPC; of a line in a\n"
     "                 macro or .rept every instruction counts\n"
     "  --nth I        the I-th execution in its block (default 1)\n"
     "  --in-block B   in this block (default: the lowest that gets there)\n"
     "  --json FILE    the same as JSON (- = stdout)\n\n"
     "Status 1: the place was not executed so often. docs/explain.md reads one with you.\n"},
    {"isa", dv_cmd_isa, "explain instructions and words",
     "dv isa [NAME]\n"
     "dv isa --word W [W ..|-] [--core aic|aiv|c100] [--json FILE]\n"
     "dv isa --coverage [--json FILE]\n"
     "dv isa --manual html|md\n"
     "dv isa --syntax vim|textmate\n\n"
     "Explains one instruction, or lists all.\n\n"
     "  --word W       explain words; - reads them from standard input, parted by blanks or "
     "lines,\n"
     "                 0x.. or decimal, with ; # or // before comments\n"
     "  --coverage     count the rows of the public opcode table\n"
     "  --manual F     the pages of all instructions as one file\n"
     "  --syntax E     a grammar for an editor\n"},
    {"chip", dv_cmd_chip, "list chips, peaks and numbers",
     "dv chip [NAME] [--full] [--sustained] [--json FILE]\n\n"
     "Without NAME: all chips. NAME is a chip (910B1, Ascend910_9391 ..) or a file.\n\n"
     "  --full         every number with its source, as a file that loads again\n"
     "  --sustained    run the kernels of kernels/micro on all cores now and set what they reach\n"
     "                 beside the computed peaks and the published figures\n"
     "  --json FILE    the same as JSON (- = stdout)\n"},
    {"stats", dv_cmd_stats, "names and units of all statistics",
     "dv stats --list [--json FILE]\n\n"
     "Every figure of dv run --json by its dotted name, with unit and meaning. A * stands for a\n"
     "name of the kernel's: a region, a tensor.\n\n"
     "  --list         as a table\n"
     "  --json FILE    as JSON (- = stdout)\n"},
    {"validate", dv_cmd_validate, "published measurements against the model",
     "dv validate [--case ID] [--strict] [--json FILE] [--write DIR] [--measured FILE]\n"
     "            [--set PATH=VALUE] [--sensitivity] [--cases FILE]\n"
     "dv validate --kit [--chip C] [--set PATH=VALUE] [--json FILE] [--measured FILE]\n\n"
     "Runs every published figure (bench/validate/cases.yaml, compiled in) and says how far the\n"
     "model is off, group by group, beside a null model of published peaks.\n\n"
     "  --case ID       one case in detail\n"
     "  --strict        status 1 when a bar is missed\n"
     "  --json FILE     results as JSON (- = stdout)\n"
     "  --write DIR     freeze the results as DIR/<model version>.json; never changes one\n"
     "  --measured FILE {\"ID\": cycles} instead of the published values; figures of the kit are\n"
     "                  set beside the model's\n"
     "  --kit           run the silicon kit (bench/silicon): {\"ID\": cycles} as a board gives it\n"
     "  --chip C        the kit's chip, a name or a file (default 910B1)\n"
     "  --set P=V       change one number of the chips\n"
     "  --sensitivity   every coefficient at both ends of its range, as a page\n"
     "  --cases FILE    another file of cases, kernels beside it\n"},
    {"calibrate", dv_cmd_calibrate, "numbers of a chip from figures of the silicon kit",
     "dv calibrate --measured FILE [--chip C] [--set PATH=VALUE]\n"
     "dv calibrate --list\n"
     "dv calibrate --questions\n\n"
     "Prints, as a chip file, the values with which the model takes the time that was measured, "
     "each\n"
     "beside the present one. docs/silicon-kit.md tells how the figures are taken.\n\n"
     "  --measured FILE  {\"ID\": cycles, ..} of bench/silicon\n"
     "  --chip C         the chip that was measured, a name or a file (default 910B1)\n"
     "  --set P=V        change one number of it first\n"
     "  --list           all figures, and the numbers that follow from them\n"
     "  --questions      what nobody has settled, by how far it moves the suite, with the figure\n"
     "                   of the kit that would settle it (docs/open-questions.md)\n"},
    {"sweep", dv_cmd_sweep, "run a kernel over a grid of parameters",
     "dv sweep KERNEL [NAME=VALUES ...] [--set PATH=VALUES] [--chip A,B] [--blocks VALUES]\n"
     "         [--csv FILE] [--json FILE] [--jobs N] [--resume] [options]\n"
     "mpirun -n N dv sweep ...\n\n"
     "Runs every combination of the values; points are numbered in the order the parameters are\n"
     "written, the last one fastest. VALUES are parted by commas; 64..512:64 goes from 64 to 512 "
     "in\n"
     "steps of 64, 64..4096:x2 doubles. A sweep is about time: data is off. Cycles are those of "
     "dv run.\n\n"
     "  --set PATH=VALUES   numbers of the chip\n"
     "  --chip A,B          chips or chip files (default 910B1)\n"
     "  --blocks VALUES     blocks to launch\n"
     "  --csv FILE          results as CSV (- = stdout)\n"
     "  --json FILE         results as JSON (- = stdout)\n"
     "  --jobs N            threads (default: one a processor; under mpirun one a rank)\n"
     "  --resume            go on after an interruption, from OUTPUT.journal\n"
     "  --data on|off       on: compute payload too (default off)\n"
     "  --verify            with --data on: a point that computes wrong values fails\n"
     "  --quiet             print no table\n"
     "  --kernel N, --seed S, --cache warm|cold, --acc RULE, --max-cycles N, --tol R[,A],\n"
     "  --no-simd, --no-replay as for dv run\n\n"
     "\"x best\" is the time over that of the fastest point with the same shapes of tensors. A "
     "point\n"
     "that cannot run is a row with its error; status 1 says that there is one. Results are the "
     "same\n"
     "bytes for any --jobs and any number of ranks.\n"},
    {"help", dv_cmd_help, "help on a command", "dv help [COMMAND]\n"},
    {"debug", NULL, "debugger", NULL},
    {"lab", NULL, "course", NULL},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

const struct dv_command *dv_command_at(unsigned i)
{
    return i < COMMANDS ? &commands[i] : NULL;
}

static const char *command_name(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < COMMANDS && commands[i].fn ? commands[i].name : NULL;
}

const struct dv_command *dv_command_find(const char *name, bool complain)
{
    for (unsigned i = 0; i < COMMANDS; i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    const char *near = dv_nearest(name, strlen(name), 0, command_name, NULL);
    if (complain && near)
        dv_error("no command '%.40s'; did you mean '%s'?", name, near);
    else if (complain)
        dv_error("no command '%.40s'; 'dv help' lists them", name);
    return NULL;
}

static int version(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[2], "--json")) {
        struct dv_json j = {0};
        dv_json_open(&j, NULL, '{');
        dv_json_text(&j, "schema", "dv.version/1");
        dv_json_text(&j, "version", DV_VERSION);
        dv_json_text(&j, "commit", DV_COMMIT);
        dv_json_u64(&j, "isa_version", dv_isa_version);
        dv_json_close(&j, '}');
        dv_json_end(&j);
        int status = j.failed ? DV_EXIT_INTERNAL : dv_write_text("-", j.p, j.n);
        dv_json_free(&j);
        return status;
    }
    if (argc > 2)
        return dv_usage(NULL, "--version takes only --json");
    printf("dv %s (%s), ISA version %u\n", DV_VERSION, DV_COMMIT, dv_isa_version);
    return DV_EXIT_OK;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return dv_usage(NULL, "expected a command");
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
        return version(argc, argv);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return dv_cmd_help(1, argv);
    const struct dv_command *c = dv_command_find(argv[1], true);
    if (!c)
        return DV_EXIT_USAGE;
    if (c->fn)
        return c->fn(argc - 1, argv + 1);
    dv_error("command '%s' is not supported yet", c->name);
    return DV_EXIT_USAGE;
}

int main(int argc, char **argv)
{
    int status = dispatch(argc, argv);
    if (fflush(stdout) || ferror(stdout)) {
        dv_error("cannot write standard output");
        return DV_EXIT_USAGE;
    }
    return status;
}
