// Runs every case of the tile family with the checker on. Prints TAP: one line a room.
#include "cases.h"
#include "host.h"

dv_cce *host::device;
unsigned host::cases, host::failed;

int main()
{
    static const struct {
        const char *name;
        void (*cases)();
        unsigned many; // cases there must be
    } room[] = {
        {"element", element_cases, 120}, {"matmul", matmul_cases, 192},
        {"reduce", reduce_cases, 96},    {"transpose", transpose_cases, 61},
        {"convert", convert_cases, 175},
    };
    unsigned all = 0, wrong = 0, line = 0;

    if (dv_cce_open(&host::device, "910B1")) {
        std::fprintf(stderr, "%s\n", dv_cce_error(host::device));
        return 2;
    }
    dv_cce_check(host::device, true);
    dv_cce_quiet(host::device, true);
    for (const auto &r : room) {
        host::cases = host::failed = 0;
        r.cases();
        bool good = host::failed == 0 && host::cases == r.many;
        std::printf("%sok %u - tiles %s: %u cases, %u wanted, %u failed\n", good ? "" : "not ",
                    ++line, r.name, host::cases, r.many, host::failed);
        all += host::cases;
        wrong += !good;
    }
    bool enough = all >= 500;
    std::printf("%sok %u - %u shapes x types, at least 500\n1..%u\n", enough ? "" : "not ",
                line + 1, all, line + 1);
    dv_cce_close(host::device);
    return wrong || !enough;
}
