/* Fuzzer of what imports hosts: the first byte says as which format the rest is read. What comes out must be
 * hosts, and errors fit to be shown. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spell/answers.h"
#include "spell/inventory.h"
#include "spell/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct role roles[] = {{.name = (char *)"control-plane"}, {.name = (char *)"worker"}};
    static const struct topology topology = {
        .name = (char *)"t", .title = (char *)"T", .roles = roles, .role_count = 2};
    struct fleet fleet = {0};
    struct err_list errors = {0};
    if (!size)
        return 0;
    enum inventory_format format = (enum inventory_format)((uint8_t)(data[0] - '0') % INVENTORY_FORMATS);
    inventory_guess((const char *)data + 1, size - 1);
    inventory_read(format, "f", (const char *)data + 1, size - 1, NULL, data[0] & 0x80 ? NULL : &topology,
                   &fleet, &errors);
    if (fleet.count > ANSWERS_HOSTS_MAX)
        abort();
    for (size_t i = 0; i < fleet.count; i++) {
        const struct host *host = &fleet.items[i];
        if (!value_is_label(host->name) || !*host->address || !host->line ||
            fleet_find(&fleet, host->name) != host)
            abort();
        check_text(host->address);
        for (size_t j = 0; !(data[0] & 0x80) && j < host->roles.count; j++)
            if (!topology_role(&topology, host->roles.items[j]))
                abort();
    }
    for (size_t i = 0; i < errors.count; i++)
        check_text(errors.items[i].text);
    fleet_done(&fleet);
    err_list_done(&errors);
    return 0;
}
