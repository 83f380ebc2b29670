/* kwiz facts: what there is to know of the hosts, shown and kept. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/common.h"
#include "cli/facts_text.h"
#include "cli/survey_line.h"
#include "engine/survey.h"

/* Each key with its values, in the order told. */
static json_t *facts_json(const struct facts *facts)
{
    json_t *object = json_object();
    for (size_t i = 0; i < facts->count; i++) {
        json_t *values = json_object_get(object, facts->items[i].key);
        if (!values) {
            values = json_array();
            json_object_set_new(object, facts->items[i].key, values);
        }
        json_array_append_new(values, json_string(facts->items[i].value));
    }
    return object;
}

static void show(const struct host *host, const struct survey_host *result, bool is_json, bool is_first)
{
    if (is_json && result->is_answered) {
        common_event("facts", json_pack("{s:s,s:o}", "host", host->name, "facts", facts_json(&result->facts)));
    } else if (is_json) {
        common_event("host", json_pack("{s:s,s:s,s:s,s:s}", "host", host->name, "state", "failed", "fault", result->fault, "detail", result->detail));
    } else if (result->is_answered) {
        printf("%s%s (%s)\n", is_first ? "" : "\n", host->name, host->address);
        facts_text_print(&result->facts, stdout);
    } else {
        fprintf(stderr, "x %s (%s): %s\n", host->name, result->fault, result->detail);
    }
}

/* One file a host, for its owner alone: who can read it knows where the host is weak. */
static bool save(const char *folder, const struct host *host, const struct facts *facts, struct err *err)
{
    struct buf text;
    char *path = mem_printf("%s/%s.facts", folder, host->name);
    facts_write(facts, &text);
    bool ok = file_write(path, text.data, text.len, 0600, err);
    buf_done(&text);
    free(path);
    return ok;
}

static int tell(const struct loaded *loaded, const struct survey_host *results, const struct execute_options *options, const char *folder)
{
    const struct plan *plan = loaded->plan;
    struct err err = ERR_INIT;
    size_t answered = 0, unreachable = 0;
    for (size_t i = 0; i < plan->host_count; i++) {
        const struct host *host = &plan->hosts[i].host;
        if (results[i].is_left_out)
            continue;
        show(host, &results[i], options->is_json, !answered);
        answered += results[i].is_answered;
        unreachable += !results[i].is_answered;
        if (folder && results[i].is_answered && !save(folder, host, &results[i].facts, &err))
            return command_error(&err);
    }
    if (unreachable && !options->is_json) {
        fflush(stdout);
        fprintf(stderr, ngettext("%zu host did not answer\n", "%zu hosts did not answer\n", unreachable), unreachable);
    }
    return unreachable ? EXIT_UNREACHABLE : EXIT_OK;
}

static int ask(const struct loaded *loaded, const struct execute_options *options, struct desk *desk, const char *folder, bool probes_too)
{
    struct survey_line line = {.questions = desk->questions, .is_json = options->is_json};
    struct probes probes = {0};
    if (probes_too)
        probes = probes_make(loaded->spell, loaded->answers);
    char *script = requirement_script(loaded->spell, &loaded->answers->fleet);
    struct survey_options survey = {
        .loop = &desk->loop,
        .plan = loaded->plan,
        .contacts = desk->contacts,
        .script = script,
        .probes = probes_too ? &probes : NULL,
        .is_cancelled = &desk->is_interrupted,
        .progress = survey_line_show,
        .progress_context = &line,
    };
    struct survey_host *results = survey_run(&survey);
    int status = EXIT_INTERRUPTED;
    if (desk->is_interrupted)
        fprintf(stderr, _("kwiz: interrupted; nothing was changed\n"));
    else
        status = tell(loaded, results, options, folder);
    survey_done(&results, loaded->plan->host_count);
    probes_done(&probes);
    free(script);
    return status;
}

static int run(const struct command_line *line)
{
    struct loaded loaded;
    struct execute_options options;
    struct desk desk = {0};
    struct err err = ERR_INIT;
    const char *folder = command_value(line, "save");
    int status = common_execute_options(line, &options);
    if (status >= 0)
        return status;
    if (folder && !*folder)
        return command_usage_error(line, _("--save wants a folder"));
    status = common_load(line, line->arguments[0], "install", &loaded);
    if (status >= 0)
        return status;
    /* before any host is asked: an hour of waiting for hosts is not to be lost by a folder that can't be made */
    if (folder && !file_mkdirs(folder, 0700, &err))
        status = command_error(&err);
    if (status < 0)
        status = common_desk(&loaded, &options, &desk);
    if (status < 0)
        status = ask(&loaded, &options, &desk, folder, command_has(line, "probe"));
    desk_close(&desk);
    common_unload(&loaded);
    return status;
}

static const struct command_option options[] = {
    OPTIONS_ANSWERS,
    OPTION_LIMIT,
    {"save", 0, N_("FOLDER"), N_("also write each host's facts to the file HOST.facts in this folder")},
    {"probe", 0, NULL, N_("also try out what the spell's checks want: how fast disks are, what is reached")},
    {"json", 0, NULL, N_("JSON Lines on standard output, for programs")},
    {"accept-new-host-keys", 0, NULL, N_("accept host keys that are not known yet, and remember them")},
    {0},
};

const struct command command_facts = {
    .name = "facts",
    .summary = N_("show what there is to know of the hosts; changes nothing"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("Connects to all hosts at once, measures, and shows what was found, without judging it. Exit status 6 when a host could\n"
                      "not be asked."),
    .options = options,
    .run = run,
};
