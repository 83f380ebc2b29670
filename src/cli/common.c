#include "cli/common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/plan_make.h"

#define PARALLEL_MAX 1000

int common_execute_options(const struct command_line *line, struct execute_options *options)
{
    const char *parallel = command_value(line, "parallel"), *color = command_value(line, "color");
    *options = (struct execute_options){
        .is_yes = command_has(line, "yes"),
        .is_plain = command_has(line, "plain"),
        .is_json = command_has(line, "json"),
        .accepts_new_host_keys = command_has(line, "accept-new-host-keys"),
        .takes_over = command_has(line, "take-over"),
        .ends_at_once = command_has(line, "exit-at-end"),
        .color = color,
        .kubeconfig = command_value(line, "kubeconfig"),
        .updates_kubeconfig = command_has(line, "update-kubeconfig"),
        .update_kubeconfig = command_value(line, "update-kubeconfig"),
    };
    if (options->update_kubeconfig && !*options->update_kubeconfig)
        return command_usage_error(line, _("--update-kubeconfig= wants a file; without = it is the one that kubectl uses"));
    if (color && strcmp(color, "auto") != 0 && strcmp(color, "always") != 0 && strcmp(color, "never") != 0)
        return command_usage_error(line, _("--color takes auto, always or never, not %s"), color);
    if (parallel) {
        char *end;
        errno = 0;
        unsigned long n = strtoul(parallel, &end, 10);
        if (errno || *end || end == parallel || n < 1 || n > PARALLEL_MAX || parallel[0] == '-')
            return command_usage_error(line, _("--parallel takes a number from 1 to %d, not %s"), PARALLEL_MAX, parallel);
        options->parallel = (unsigned)n;
    }
    return -1;
}

struct vault *common_vault(const struct command_line *line, const struct answers *answers, struct err *err)
{
    return vault_open(answers, !command_has(line, "json") && isatty(STDIN_FILENO), err);
}

static int open_vault(const struct command_line *line, struct loaded *loaded)
{
    struct err err = ERR_INIT;
    loaded->vault = common_vault(line, loaded->answers, &err);
    return loaded->vault ? -1 : command_error(&err);
}

int common_load(const struct command_line *line, const char *file, const char *action, struct loaded *loaded)
{
    struct err_list errors = {0};
    int status = EXIT_OK;
    struct narrowing narrowing;
    *loaded = (struct loaded){0};
    int narrowed = narrowing_given(line, &narrowing);
    if (narrowed >= 0 || !answers_open(line, file, &loaded->answers, &loaded->spell, &status)) {
        narrowing_done(&narrowing);
        return narrowed >= 0 ? narrowed : status;
    }
    loaded->plan = plan_make(loaded->spell, loaded->answers, action, &narrowing, &errors);
    narrowing_done(&narrowing);
    status = loaded->plan ? open_vault(line, loaded) : command_errors(&errors);
    if (status >= 0)
        common_unload(loaded);
    err_list_done(&errors);
    return status;
}

int common_load_run(const struct command_line *line, const struct rundir *dir, const struct run_meta *meta, struct loaded *loaded)
{
    struct err_list errors = {0};
    struct answers_overrides overrides = {.ignore_environment = true}; /* what counted was saved with the answers */
    char *answers = rundir_path(dir, "answers.yaml"), *spell = rundir_path(dir, "spell");
    struct buf text;
    struct narrowing narrowing = {.limit = meta->limit, .only = meta->only};
    struct err err = ERR_INIT;
    *loaded = (struct loaded){0};
    bool is_read = file_read(answers, (size_t)1 << 20, &text, &err);
    if (!is_read)
        err_list_add(&errors, &err);
    loaded->spell = is_read ? spell_load(spell, &errors) : NULL;
    if (loaded->spell)
        loaded->answers = answers_parse(answers, buf_text(&text), text.len, &overrides, loaded->spell, &errors);
    if (loaded->answers)
        loaded->plan = plan_make_call(loaded->spell, loaded->answers,
                                      &(struct action_call){.name = meta->action, .targets = meta->targets, .lost = meta->lost, .before = meta->before},
                                      &narrowing, &errors);
    int status = loaded->plan ? open_vault(line, loaded) : command_errors(&errors);
    if (status >= 0)
        common_unload(loaded);
    buf_done(&text);
    err_list_done(&errors);
    free(answers);
    free(spell);
    return status;
}

int common_desk(const struct loaded *loaded, const struct execute_options *options, struct desk *desk)
{
    struct err err = ERR_INIT;
    struct desk_options wanted = {
        .plan = loaded->plan,
        .ssh = &loaded->answers->fleet.ssh,
        .vault = loaded->vault,
        .accepts_new_host_keys = options->accepts_new_host_keys,
        .can_ask = !options->is_json,
    };
    return desk_open(desk, &wanted, &err) ? -1 : command_error(&err);
}

void common_unload(struct loaded *loaded)
{
    vault_close(&loaded->vault);
    plan_free(&loaded->plan);
    answers_free(&loaded->answers);
    spell_free(&loaded->spell);
}
