/* kwiz spell list, show, lint, new. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/spells.h"
#include "cli/table.h"
#include "spell/catalog.h"
#include "spell/lint.h"
#include "spell/spell.h"
#include "spell/value.h"

static const struct command_option spells_options[] = {
    OPTION_SPELLS,
    {0},
};

/* Spells that cannot be read are named on stderr; the others are listed all the same. */
static int list(const struct command_line *line)
{
    struct catalog_options catalog = {0};
    struct strv folders = {0};
    int status = EXIT_OK;
    command_values(line, "spells", &catalog.folders);
    catalog_list(&catalog, &folders);
    for (size_t i = 0; i < folders.count; i++) {
        struct err_list errors = {0};
        struct spell *spell = spell_load(folders.items[i], &errors);
        if (spell)
            printf("%-16s %-10s %s\n", spell->name, spell->version, spell_text(spell, spell->title));
        else
            status = command_errors(&errors);
        spell_free(&spell);
        err_list_done(&errors);
    }
    if (!folders.count) {
        struct strv searched = {0};
        catalog_folders(&catalog, &searched);
        char *text = strv_join(&searched, ", ");
        fprintf(stderr, _("kwiz: no spells found (searched: %s)\n"), searched.count ? text : _("nowhere; no folder of spells exists"));
        free(text);
        strv_done(&searched);
    }
    strv_done(&folders);
    strv_done(&catalog.folders);
    return status;
}

struct spell *spells_open(const struct command_line *line, const char *name, int *status)
{
    struct catalog_options catalog = {0};
    struct err err = ERR_INIT;
    struct spell *spell = NULL;
    command_values(line, "spells", &catalog.folders);
    char *folder = catalog_find(&catalog, name, &err);
    if (folder) {
        struct err_list errors = {0};
        spell = spell_load(folder, &errors);
        if (!spell)
            *status = command_errors(&errors);
        err_list_done(&errors);
    } else {
        *status = command_error(&err);
    }
    free(folder);
    strv_done(&catalog.folders);
    return spell;
}

static void show_topologies(const struct spell *spell)
{
    printf(_("\nTopologies:\n"));
    for (size_t i = 0; i < spell->topology_count; i++) {
        const struct topology *topology = &spell->topologies[i];
        printf("  %s: %s\n", topology->name, spell_text(spell, topology->title));
        for (size_t j = 0; j < topology->role_count; j++) {
            const struct role *role = &topology->roles[j];
            printf("    %-16s ", role->name);
            if (role->max == role->min)
                printf(ngettext("%u host", "%u hosts", role->max), role->max);
            else if (role->max)
                printf(ngettext("%u to %u host", "%u to %u hosts", role->max), role->min, role->max);
            else
                printf(ngettext("%u or more hosts", "%u or more hosts", role->min), role->min);
            if (role->usual > role->min)
                printf(_(", usually %u"), role->usual);
            if (role->cpus)
                printf(ngettext(", %u cpu", ", %u cpus", role->cpus), role->cpus);
            if (role->memory_mb)
                printf(_(", %llu MB memory"), (unsigned long long)role->memory_mb);
            if (role->disk_mb)
                printf(_(", %llu MB disk"), (unsigned long long)role->disk_mb);
            putchar('\n');
        }
    }
}

static void show_questions(const struct spell *spell)
{
    if (spell->question_count)
        printf(_("\nQuestions:\n"));
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        char *expects = question_expects(question);
        printf("  %s: %s\n    %s", question->key, spell_text(spell, question->label), expects);
        if (question->has_default)
            printf(_("; default: %s"), *question->fallback ? question->fallback : "\"\"");
        else if (question->is_required)
            printf(_("; required"));
        if (question->when)
            printf(_("; only when %s"), cond_text(question->when));
        putchar('\n');
        free(expects);
    }
}

static int show(const struct command_line *line)
{
    int status = EXIT_OK;
    struct spell *spell = spells_open(line, line->arguments[0], &status);
    if (!spell)
        return status;
    printf(_("%s %s: %s\n%s\n\nFolder: %s\nDigest: %s\n"), spell->name, spell->version,
           spell_text(spell, spell->title), spell_text(spell, spell->description), spell->folder, spell->digest);
    show_topologies(spell);
    show_questions(spell);
    if (spell->requirement_count)
        printf(_("\nRequirements:\n"));
    for (size_t i = 0; i < spell->requirement_count; i++)
        printf("  %-20s %s\n", spell->requirements[i].id, spell_text(spell, spell->requirements[i].title));
    printf(_("\nSteps:\n"));
    for (size_t i = 0; i < spell->step_count; i++) {
        const struct step *step = &spell->steps[spell->order[i]];
        printf("  %-20s %s (%s)\n", step->id, spell_text(spell, step->title), cond_text(step->on));
    }
    if (spell->action_count)
        printf(_("\nActions:\n"));
    for (size_t i = 0; i < spell->action_count; i++)
        printf("  %-20s %s\n", spell->actions[i].name, spell_text(spell, spell->actions[i].title));
    spell_free(&spell);
    return EXIT_OK;
}

static int lint(const struct command_line *line)
{
    int status = EXIT_OK;
    /* an argument is a folder here, as authors call it; a bare name falls back to the catalogue */
    struct stat st;
    char *name = stat(line->arguments[0], &st) == 0 && S_ISDIR(st.st_mode) && !strchr(line->arguments[0], '/')
                     ? mem_printf("./%s", line->arguments[0])
                     : mem_strdup(line->arguments[0]);
    struct spell *spell = spells_open(line, name, &status);
    free(name);
    if (!spell)
        return status;
    struct err_list errors = {0}, notes = {0};
    struct strv tools = {0};
    spell_lint(spell, &errors, &notes, &tools);
    for (size_t i = 0; i < notes.count; i++) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&notes.items[i], text, sizeof text);
        fprintf(stderr, _("note: %s\n"), text);
    }
    status = command_errors(&errors);
    char *ran = strv_join(&tools, ", ");
    if (!errors.count)
        printf(ngettext("%s: %zu step, nothing wrong (checked with %s)\n", "%s: %zu steps, nothing wrong (checked with %s)\n",
                        spell->step_count),
               spell->name, spell->step_count, ran);
    free(ran);
    strv_done(&tools);
    err_list_done(&errors);
    err_list_done(&notes);
    spell_free(&spell);
    return status;
}

/* What a new spell begins with: the smallest that is complete, so that it lints clean. */
static const char new_yaml[] = "# kwiz-spell(5) explains each key; the spell `hello` uses all of them.\n"
                               "kwiz: 1\n"
                               "name: %s\n"
                               "title: %s\n"
                               "description: Say here what it installs.\n"
                               "category: own\n"
                               "version: \"0.1\"\n"
                               "\n"
                               "topologies:\n"
                               "  - name: any\n"
                               "    title: Any number of hosts\n"
                               "    roles:\n"
                               "      host: {min: 1}\n"
                               "\n"
                               "questions:\n"
                               "  - key: file\n"
                               "    label: Which file to write\n"
                               "    type: path\n"
                               "    default: /var/tmp/%s\n"
                               "\n"
                               "requirements: []\n"
                               "\n"
                               "steps:\n"
                               "  - id: first\n"
                               "    title: The first step\n"
                               "    on: all\n"
                               "    run: steps/first.sh\n"
                               "    check: steps/first.check.sh\n"
                               "    undo: steps/first.undo.sh\n"
                               "    timeout: 1m\n";
static const char new_run[] = "# POSIX sh. Runs as root on each host; answers come as KWIZ_ANSWER_<key>.\n"
                              "echo \"made for $KWIZ_HOST\" >\"$KWIZ_ANSWER_file\"\n";
static const char new_check[] = "# Exit status 0: nothing to do, 1: the step must run, anything else: an error.\n"
                                "[ -f \"$KWIZ_ANSWER_file\" ] || exit 1\n";
static const char new_undo[] = "# For `kwiz reset`. It may run twice.\nrm -f \"$KWIZ_ANSWER_file\"\n";
static const char new_readme[] = "# %s\n\nSay here what the spell installs, and what an operator must know.\n";

static bool write_new(const char *folder, const char *name, struct err *err)
{
    const struct {
        const char *file, *text;
    } files[] = {{"spell.yaml", new_yaml},
                 {"README.md", new_readme},
                 {"steps/first.sh", new_run},
                 {"steps/first.check.sh", new_check},
                 {"steps/first.undo.sh", new_undo}};
    char *steps = mem_printf("%s/steps", folder);
    bool ok = file_mkdirs(steps, 0755, err);
    free(steps);
    for (size_t i = 0; ok && i < sizeof files / sizeof *files; i++) {
        char *path = mem_printf("%s/%s", folder, files[i].file);
        struct buf text;
        buf_init(&text, 65536);
        for (const char *p = files[i].text; *p; p++) /* the templates know one mark only */
            if (p[0] == '%' && p[1] == 's')
                buf_adds(&text, (p++, name));
            else
                buf_add(&text, p, 1);
        ok = file_write(path, buf_text(&text), text.len, 0644, err);
        buf_done(&text);
        free(path);
    }
    return ok;
}

static int new_spell(const struct command_line *line)
{
    const char *folder = line->arguments[0];
    const char *name = strrchr(folder, '/') ? strrchr(folder, '/') + 1 : folder;
    struct stat st;
    struct err err = ERR_INIT;
    if (!value_is_id(name))
        return command_usage_error(line, _("a spell's folder has a name of small letters, digits and -, not \"%s\""), name);
    if (lstat(folder, &st) == 0)
        return command_usage_error(line, _("%s is there already"), folder);
    if (!write_new(folder, name, &err))
        return command_error(&err);
    printf(_("%s: a new spell. Check it with: kwiz spell lint %s\n"), folder, folder);
    return EXIT_OK;
}

static const struct command command_list = {
    .name = "list",
    .summary = N_("list the spells that are found"),
    .arguments = "",
    .options = spells_options,
    .run = list,
};
static const struct command command_show = {
    .name = "show",
    .summary = N_("show a spell: topologies, questions, requirements, steps"),
    .arguments = N_("SPELL"),
    .arguments_min = 1,
    .arguments_max = 1,
    .options = spells_options,
    .run = show,
};
static const struct command command_lint = {
    .name = "lint",
    .summary = N_("check a spell and its scripts"),
    .arguments = N_("SPELL|FOLDER"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("Besides what is checked whenever a spell is used: the syntax of its scripts (sh -n, dash -n), shellcheck where it is\n"
                      "installed, steps without check that do not say rerun, results and secrets that are not declared,\n"
                      "translations of what the spell does not say, and translations that are missing."),
    .options = spells_options,
    .run = lint,
};
static const struct command command_new = {
    .name = "new",
    .summary = N_("begin a spell of your own"),
    .arguments = N_("FOLDER"),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = new_spell,
};
static const struct command *const subcommands[] = {&command_list, &command_show, &command_lint, &command_new, NULL};

const struct command command_spell = {
    .name = "spell",
    .summary = N_("list, show, check and begin spells"),
    .arguments = "",
    .subcommands = subcommands,
};
