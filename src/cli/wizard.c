/* kwiz without a command: the wizard, on a screen or as a line dialogue, and what it is made to begin. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/common.h"
#include "cli/editor.h"
#include "cli/shell.h"
#include "cli/table.h"
#include "cli/tongue.h"
#include "headless/dialogue.h"
#include "spell/plan_make.h"
#include "ui/app.h"
#include "wizard/wizard.h"

enum wish { WISH_NONE, WISH_START, WISH_RESUME, WISH_ACT, WISH_QUIT, WISH_GONE };

/* One use of the wizard. */
struct sitting {
    struct desk desk;
    struct catalog_options catalog;
    struct wizard *wizard;
    struct wizard_actions actions;
    struct app *app;           /* one of the two */
    struct dialogue *dialogue;
    struct shell *shell;       /* that has the terminal instead of the screen, or NULL */
    struct editor *editor;     /* or this */
    wizard_edited *edited;
    void *edits_for;
    enum wish wish;
    char *run; /* owned: WISH_RESUME */
    struct strv words; /* WISH_ACT: of kwiz action */
    bool is_lines;     /* it is the dialogue */
};

static void on_changed(void *context)
{
    struct sitting *s = context;
    if (s->app)
        app_changed(s->app);
    dialogue_changed(s->dialogue);
}

static void wish(struct sitting *s, enum wish wish)
{
    s->wish = wish;
    uv_stop(&s->desk.loop);
}

static void on_start(void *context)
{
    wish(context, WISH_START);
}

static void on_act(void *context, const char *action, const char *file, const struct strv *words)
{
    struct sitting *s = context;
    strv_done(&s->words);
    s->words = (struct strv){0};
    strv_add(&s->words, action);
    strv_add(&s->words, file);
    for (size_t i = 0; i < words->count; i++)
        strv_add(&s->words, words->items[i]);
    wish(s, WISH_ACT);
}

static void on_resume(void *context, const char *run)
{
    struct sitting *s = context;
    free(s->run);
    s->run = mem_strdup(run);
    wish(s, WISH_RESUME);
}

static void on_quit(void *context)
{
    wish(context, WISH_QUIT);
}

static void on_gone(void *context)
{
    wish(context, WISH_GONE);
}

/* The screen goes to a program of the operator's, whose ^C is its own. */
static void lend_screen(struct sitting *s)
{
    app_suspend(s->app);
    s->desk.ignores_sigint = true;
}

static bool take_screen(struct sitting *s)
{
    struct err err = ERR_INIT;
    s->desk.ignores_sigint = false;
    if (app_resume(s->app, &err))
        return true;
    wish(s, WISH_GONE);
    return false;
}

static void edited(void *context, const char *text, bool is_changed, const struct err *err)
{
    struct sitting *s = context;
    s->editor = NULL;
    if (!take_screen(s))
        return;
    s->edited(s->edits_for, text, is_changed, err);
    app_changed(s->app);
}

static bool on_edit(void *context, const char *name, const char *text, wizard_edited *done, void *owner, struct err *err)
{
    struct sitting *s = context;
    lend_screen(s);
    s->edited = done;
    s->edits_for = owner;
    s->editor = editor_start(&s->desk.loop, name, text, edited, s, err);
    if (!s->editor)
        take_screen(s);
    return s->editor != NULL;
}

static void shell_ended(void *context, int exit_status)
{
    struct sitting *s = context;
    (void)exit_status;
    s->shell = NULL;
    take_screen(s);
}

static bool on_shell(void *context, const struct host *host, const struct ssh_defaults *ssh, struct err *err)
{
    struct sitting *s = context;
    lend_screen(s);
    s->shell = shell_start(&s->desk.loop, host, ssh, shell_ended, s, err);
    if (!s->shell)
        take_screen(s);
    return s->shell != NULL;
}

static bool on_speak(void *context, const char *language, struct err *err)
{
    (void)context;
    return tongue_speak(language, err);
}

/* Nobody can be asked any more, and nothing that was typed may be lost. */
static void rescue(struct sitting *s)
{
    struct err err = ERR_INIT;
    char *path;
    if (!wizard_keep(s->wizard, &path, &err))
        fprintf(stderr, _("kwiz: what was answered could not be kept: %s\n"), err.text);
    else if (path)
        fprintf(stderr, _("kwiz: what was answered is kept in %s; kwiz --answers FILE goes on with it\n"), path);
    free(path);
}

/* What is run is read anew from what is written: the file, replayed, gives this plan. */
static bool load(struct sitting *s, struct loaded *loaded, struct err_list *errors)
{
    const struct judgement *j = wizard_judgement(s->wizard);
    const struct spell *spell = draft_spell(wizard_draft(s->wizard));
    struct answers_overrides overrides = {.ignore_environment = true};
    struct err err = ERR_INIT;
    struct buf text;
    if (!j->is_valid)
        return err_list_addf(errors, "", 0, 0, _("the answers are not complete"));
    buf_init(&text, YAML_BYTES_MAX);
    answers_text(j->answers, spell, &text);
    loaded->answers = answers_parse("", buf_text(&text), text.len, &overrides, spell, errors);
    buf_done(&text);
    if (loaded->answers)
        loaded->plan = plan_make(spell, loaded->answers, wizard_is_reset(s->wizard) ? "reset" : "install", NULL, errors);
    if (loaded->plan)
        loaded->vault = vault_open_known(loaded->answers, wizard_secret, s->wizard, &err);
    if (loaded->plan && !loaded->vault)
        err_list_add(errors, &err);
    return loaded->vault != NULL;
}

/* What was wished for can't be: the operator is told, and asked on. */
static void refuse(struct sitting *s, const struct err_list *errors)
{
    char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32] = "";
    if (errors->count)
        err_format(&errors->items[0], text, sizeof text);
    s->wish = WISH_NONE;
    if (s->app)
        app_say(s->app, ROLE_FAIL, text);
    else
        dialogue_resume(s->dialogue, text);
}

static int carry_out(struct sitting *s, struct loaded *loaded, const struct execute_options *options)
{
    struct rundir dir = {0};
    struct execute_options wanted = *options;
    struct err err = ERR_INIT;
    char *file = NULL, *complaint = NULL, why[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
    if (!wizard_save_to_run(s->wizard, &file, &err)) {
        err_format(&err, why, sizeof why);
        complaint = mem_printf(_("the answers are saved in the run's folder only: %s"), why);
    }
    wanted.is_plain |= s->dialogue != NULL;
    s->desk.is_interrupted = false; /* what came while the dialogue was there was its */
    dialogue_stop(&s->dialogue);
    desk_borrow(&s->desk, access_contacts(wizard_access(s->wizard)));
    struct execution x = {.spell = draft_spell(wizard_draft(s->wizard)), .answers = loaded->answers, .plan = loaded->plan, .vault = loaded->vault,
                          .desk = &s->desk, .answers_file = file, .complaint = complaint, .dir = &dir, .app = &s->app};
    int status = execute(&x, &wanted);
    free(complaint);
    free(file);
    rundir_done(&dir);
    return status;
}

/* -1: it can't be started, and the operator stays. */
static int start(struct sitting *s, const struct execute_options *options)
{
    struct loaded loaded = {0};
    struct err_list errors = {0};
    int status = -1;
    if (load(s, &loaded, &errors))
        status = carry_out(s, &loaded, options);
    else
        refuse(s, &errors);
    err_list_done(&errors);
    common_unload(&loaded);
    return status;
}

/* false: the operator has to be told, and stays. */
static bool open_answers(struct sitting *s, const char *file)
{
    struct err_list errors = {0};
    bool ok = wizard_open(s->wizard, file, &errors);
    command_errors(&errors);
    err_list_done(&errors);
    return ok;
}

/* On a screen where there is one to be had, else line by line. */
static bool show(struct sitting *s, const struct execute_options *options, struct err *err)
{
    struct err why = ERR_INIT;
    s->actions = (struct wizard_actions){.context = s, .start = on_start, .resume = on_resume, .act = on_act, .quit = on_quit, .gone = on_gone, .speak = on_speak};
    if (options->is_plain || !app_possible(STDIN_FILENO, STDOUT_FILENO, &why)) {
        struct dialogue_options lines = {.wizard = s->wizard, .in_fd = STDIN_FILENO, .out_fd = STDOUT_FILENO,
                                         .reason = options->is_plain ? NULL : why.text, .actions = &s->actions};
        s->is_lines = true;
        s->dialogue = dialogue_start(&s->desk.loop, &lines, err);
        return s->dialogue != NULL;
    }
    s->actions.edit = on_edit;
    s->actions.shell = on_shell;
    struct app_options app = {.wizard = s->wizard, .wizard_actions = &s->actions, .color = color_wish_of(options->color), .in_fd = STDIN_FILENO,
                              .out_fd = STDOUT_FILENO};
    s->app = app_start(&s->desk.loop, &app, err);
    return s->app != NULL;
}

/* The operator is asked until something is to be done. The dialogue watches signals itself, and keeps what was answered. */
static void ask(struct sitting *s)
{
    while (s->wish == WISH_NONE && (s->dialogue || !s->desk.is_interrupted)) {
        if (s->dialogue) /* it was asked whether to quit, and is not to */
            s->desk.is_interrupted = false;
        uv_run(&s->desk.loop, UV_RUN_ONCE);
    }
    if (s->app && s->desk.is_interrupted)
        s->wish = WISH_GONE;
}

static int sit(struct sitting *s, const struct execute_options *options, const char *file)
{
    struct err err = ERR_INIT;
    struct wizard_options wanted = {.loop = &s->desk.loop, .catalog = &s->catalog, .can_ask = true, .changed = on_changed, .changed_context = s,
                                    .transport = desk_transport(&s->desk.loop, options->accepts_new_host_keys)};
    int status = -1;
    s->wizard = wizard_new(&wanted);
    if (file && !open_answers(s, file))
        return EXIT_INVALID;
    if (!show(s, options, &err))
        return command_error(&err);
    while (status < 0) {
        ask(s);
        if (s->wish != WISH_START)
            break;
        status = start(s, options);
    }
    if (s->wish == WISH_START)
        return status;
    bool is_kept = s->dialogue != NULL;
    int gone = is_kept && !s->desk.is_interrupted ? EXIT_CONFIRM : EXIT_INTERRUPTED; /* an input that ended did not say to start */
    shell_hang_up(&s->shell);
    editor_hang_up(&s->editor);
    app_stop(&s->app);
    dialogue_stop(&s->dialogue);
    if (s->wish == WISH_GONE && !is_kept)
        rescue(s);
    return s->wish == WISH_GONE ? gone : EXIT_OK;
}

static void stand_up(struct sitting *s)
{
    shell_hang_up(&s->shell);
    editor_hang_up(&s->editor);
    app_stop(&s->app);
    dialogue_stop(&s->dialogue);
    wizard_free(&s->wizard);
    desk_close(&s->desk);
    strv_done(&s->catalog.folders);
}

/* As if the command had been typed, with what the wizard was called with. */
static int act(const struct command_line *line, const struct strv *words, bool is_plain)
{
    struct strv argv = {0}, spells = {0};
    const char *color = command_value(line, "color");
    strv_add(&argv, "kwiz");
    strv_add(&argv, "action");
    command_values(line, "spells", &spells);
    for (size_t i = 0; i < spells.count; i++) {
        strv_add(&argv, "--spells");
        strv_add(&argv, spells.items[i]);
    }
    if (is_plain)
        strv_add(&argv, "--plain");
    if (command_has(line, "accept-new-host-keys"))
        strv_add(&argv, "--accept-new-host-keys");
    if (color) {
        strv_add(&argv, "--color");
        strv_add(&argv, color);
    }
    for (size_t i = 0; i < words->count; i++)
        strv_add(&argv, words->items[i]);
    int status = command_main(&command_kwiz, (int)argv.count, argv.items);
    strv_done(&argv);
    strv_done(&spells);
    return status;
}

int wizard_run_command(const struct command_line *line)
{
    struct sitting s = {0};
    struct execute_options options;
    struct err err = ERR_INIT;
    int status = common_execute_options(line, &options);
    if (status >= 0)
        return status;
    command_values(line, "spells", &s.catalog.folders);
    if (!desk_open_empty(&s.desk, &err))
        return command_error(&err);
    status = sit(&s, &options, command_value(line, "answers"));
    enum wish wish = s.wish;
    stand_up(&s);
    if (wish == WISH_RESUME)
        status = run_resume(line, s.run);
    else if (wish == WISH_ACT)
        status = act(line, &s.words, s.is_lines);
    strv_done(&s.words);
    free(s.run);
    return status;
}
