/* kwiz answers import. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/i18n.h"
#include "cli/spells.h"
#include "cli/table.h"
#include "spell/answers.h"
#include "spell/inventory.h"

static int read_file(const struct command_line *line, const struct spell *spell, const struct topology *topology,
                     const char *format_name)
{
    const char *file = line->arguments[0];
    enum inventory_format format = INVENTORY_INI;
    struct fleet fleet = {0};
    struct err_list errors = {0};
    struct err err = ERR_INIT;
    struct buf bytes;
    int status = EXIT_INVALID;
    if (file_read(file, INVENTORY_BYTES_MAX, &bytes, &err)) {
        if (!format_name || !inventory_format_named(format_name, &format))
            format = inventory_guess(buf_text(&bytes), bytes.len);
        inventory_read(format, file, buf_text(&bytes), bytes.len, spell, topology, &fleet, &errors);
    } else {
        err_list_add(&errors, &err);
    }
    buf_wipe(&bytes); /* inventories may hold passwords */
    command_errors(&errors);
    if (fleet.count)
        status = answers_print(line, spell, topology->name, &fleet);
    else if (!errors.count)
        fprintf(stderr, _("kwiz: %s: no hosts were found (read as %s; --format says otherwise)\n"), file,
                inventory_format_name(format));
    fleet_done(&fleet);
    err_list_done(&errors);
    return status;
}

static int import(const struct command_line *line)
{
    int status = EXIT_OK;
    enum inventory_format format;
    const char *name = command_value(line, "spell"), *wanted = command_value(line, "topology"), *format_name = command_value(line, "format");
    if (format_name && !inventory_format_named(format_name, &format))
        return command_usage_error(line, _("--format: expected ini, yaml, csv, ssh or lines; found \"%s\""),
                                   format_name);
    struct spell *spell = spells_open(line, name ? name : "kubernetes", &status);
    if (!spell)
        return status;
    struct err err = ERR_INIT;
    const struct topology *topology = answers_topology(spell, wanted ? wanted : spell->topologies[0].name, &err);
    status = topology ? read_file(line, spell, topology, format_name) : command_error(&err);
    spell_free(&spell);
    return status;
}

static const struct command_option options[] = {
    OPTION_SPELLS,
    {"spell", 0, N_("SPELL"), N_("the spell that the answers are for (default kubernetes)")},
    {"topology", 0, N_("TOPOLOGY"), N_("its topology (default: the first)")},
    {"format", 0, N_("FORMAT"),
     N_("ini, yaml (Ansible), csv, ssh (ssh_config) or lines (default: what the file looks like)")},
    OPTION_OUTPUT,
    {0},
};

const struct command command_answers_import = {
    .name = "import",
    .summary = N_("print answers with the hosts of an inventory, a table or a list"),
    .arguments = N_("FILE"),
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .run = import,
};
