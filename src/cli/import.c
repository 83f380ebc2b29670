/* kwiz answers import. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/spells.h"
#include "cli/table.h"
#include "spell/answers.h"
#include "spell/inventory.h"

/* Answers with these hosts, to --output or standard output. */
static int write_answers(const struct command_line *line, const struct spell *spell, const char *topology,
                         const struct fleet *fleet)
{
    const char *output = command_value(line, "output");
    struct err err = ERR_INIT;
    struct buf text;
    int status = EXIT_OK;
    buf_init(&text, (size_t)1024 * 1024);
    if (!answers_init(spell, topology, fleet, &text, &err))
        status = command_error(&err);
    else if (!output)
        fputs(buf_text(&text), stdout);
    else if (!file_write(output, buf_text(&text), text.len, 0600, &err))
        status = command_error(&err);
    buf_done(&text);
    return status;
}

static int read_file(const struct command_line *line, const struct spell *spell, const char *topology,
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
        inventory_read(format, file, buf_text(&bytes), bytes.len, spell, spell_topology(spell, topology),
                       &fleet, &errors);
    } else {
        err_list_add(&errors, &err);
    }
    buf_wipe(&bytes); /* inventories may hold passwords */
    command_errors(&errors);
    if (fleet.count)
        status = write_answers(line, spell, topology, &fleet);
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
    struct stat st;
    const char *name = command_value(line, "spell"), *topology = command_value(line, "topology");
    const char *output = command_value(line, "output"), *format_name = command_value(line, "format");
    if (format_name && !inventory_format_named(format_name, &format))
        return command_usage_error(line, _("--format: expected ini, yaml, csv, ssh or lines; found \"%s\""),
                                   format_name);
    if (output && lstat(output, &st) == 0)
        return command_usage_error(line, _("%s is there already"), output);
    struct spell *spell = spells_open(line, name ? name : "kubernetes", &status);
    if (!spell)
        return status;
    topology = topology ? topology : spell->topologies[0].name;
    struct err err = ERR_INIT;
    struct buf unused;
    buf_init(&unused, (size_t)1024 * 1024);
    if (!answers_init(spell, topology, NULL, &unused, &err)) /* says which topologies there are */
        status = command_error(&err);
    else
        status = read_file(line, spell, topology, format_name);
    buf_done(&unused);
    spell_free(&spell);
    return status;
}

static const struct command_option options[] = {
    {"spells", 0, N_("DIR"), N_("look for spells in this folder first (may be repeated)")},
    {"spell", 0, N_("SPELL"), N_("the spell that the answers are for (default kubernetes)")},
    {"topology", 0, N_("TOPOLOGY"), N_("its topology (default: the first)")},
    {"format", 0, N_("FORMAT"),
     N_("ini, yaml (Ansible), csv, ssh (ssh_config) or lines (default: what the file looks like)")},
    {"output", 'o', N_("FILE"),
     N_("write to this file, which must not be there yet, instead of standard output")},
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
