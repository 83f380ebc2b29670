/* The dialogue's course: lines come in, go to the part that asks, and sections follow each other. */
#include "headless/dialogue_parts.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"

#define CHANGED_DELAY_MS 200u /* what hosts report in one go is told in one go */
#define PROGRESS_MS 3000u
#define WRITE_LIMIT_MS 1000u
#define CONTINUED 4 /* which of the signals */

static const struct part *const parts[SECTIONS] = {
    [SECTION_WELCOME] = &part_welcome, [SECTION_SPELL] = &part_spell,   [SECTION_TOPOLOGY] = &part_topology,
    [SECTION_HOSTS] = &part_hosts,     [SECTION_ACCESS] = &part_access, [SECTION_REQUIREMENTS] = &part_requirements,
    [SECTION_OPTIONS] = &part_options, [SECTION_REVIEW] = &part_review,
};

/* ---- going about ---- */

static void enter(struct dialogue *d, enum section section, bool comes_back)
{
    d->section = section;
    d->part = parts[section];
    d->step = 0;
    d->index = 0;
    d->comes_back = comes_back;
    dialogue_set_word(d, NULL);
    wizard_enter(d->wizard, section);
    d->part->enter(d);
}

static void ask_again(struct dialogue *d)
{
    d->is_waiting ? dialogue_wait(d) : d->part->ask(d);
}

void dialogue_go(struct dialogue *d, enum section section)
{
    enum section blocker;
    struct buf why;
    buf_init(&why, ERR_TEXT_MAX);
    if (!wizard_may_enter(d->wizard, section, &blocker, &why)) {
        /* Hosts speak for themselves in these two. */
        if ((blocker == SECTION_HOSTS && draft_host_count(wizard_draft(d->wizard))) || blocker == SECTION_OPTIONS)
            dialogue_say(d, "%s", buf_text(&why));
        d->reviews = d->reviews || section == SECTION_REVIEW;
        section = blocker;
    }
    buf_done(&why);
    enter(d, section, false);
}

void dialogue_visit(struct dialogue *d, enum section section)
{
    enter(d, section, section == SECTION_ACCESS || section == SECTION_REQUIREMENTS);
}

void dialogue_next(struct dialogue *d)
{
    struct buf why;
    buf_init(&why, ERR_TEXT_MAX);
    enum section next = wizard_next(d->wizard, d->section), goal = d->reviews ? SECTION_REVIEW : next;
    enum section to = wizard_onward(d->wizard, d->section, goal, &why);
    if (to == SECTION_NONE) {
        dialogue_say(d, "%s", buf_text(&why));
        ask_again(d);
    } else {
        dialogue_go(d, to == next ? to : goal); /* which says what is in its way, there */
    }
    buf_done(&why);
}

static void back(struct dialogue *d)
{
    if (d->part->back && d->part->back(d))
        return;
    enum section before = wizard_previous(d->wizard, d->section);
    if (before == SECTION_NONE) {
        dialogue_say(d, _("This is the first question. ! quits."));
        d->part->ask(d);
        return;
    }
    enter(d, before, true);
}

void dialogue_wait(struct dialogue *d)
{
    d->is_waiting = true;
    d->is_secret = false;
    linein_want(d->in, linein_is_terminal(d->in) ? LINEIN_LINE : LINEIN_NOTHING);
}

void dialogue_set_word(struct dialogue *d, const char *word)
{
    char *copy = word ? mem_strdup(word) : NULL;
    free(d->word);
    d->word = copy;
}

/* ---- ending ---- */

static void watch(struct dialogue *d, bool is_on);

void dialogue_hand_over(struct dialogue *d)
{
    d->is_silent = true;
    linein_want(d->in, LINEIN_NOTHING);
    watch(d, false);
}

void dialogue_keep(struct dialogue *d)
{
    struct err err = ERR_INIT;
    char *path;
    if (!wizard_keep(d->wizard, &path, &err))
        dialogue_say(d, _("What was answered is lost: %s"), err.text);
    else if (path)
        dialogue_say(d, _("What was answered is kept in %s, but for passwords. kwiz --plain --answers FILE goes on with it."), path);
    free(path);
}

void dialogue_quit(struct dialogue *d)
{
    const struct wizard_actions *actions = d->options.actions;
    dialogue_hand_over(d);
    actions->quit(actions->context);
}

static void end(struct dialogue *d, const char *why)
{
    const struct wizard_actions *actions = d->options.actions;
    d->has_ended = true;
    dialogue_say(d, "%s", "");
    dialogue_say(d, "%s", why);
    dialogue_keep(d);
    dialogue_hand_over(d);
    if (actions->gone)
        actions->gone(actions->context);
    else
        actions->quit(actions->context);
}

static void interrupted(uv_signal_t *handle, int number)
{
    struct dialogue *d = handle->data;
    if (d->is_silent)
        return;
    if (number != SIGINT || !linein_is_terminal(d->in) || d->part == &part_quit) {
        end(d, _("Interrupted. Nothing was started."));
        return;
    }
    linein_want(d->in, LINEIN_NOTHING); /* now: what is typed at the next question, be it ^C, is not to be dropped with a half password */
    linein_drop(d->in);
    dialogue_say(d, "%s", ""); /* the terminal shows ^C behind the question */
    part_quit.enter(d);
}

/* Whoever had the terminal meanwhile may show on it what is typed, and scrolled the question away. */
static void continued(uv_signal_t *handle, int number)
{
    struct dialogue *d = handle->data;
    (void)number;
    if (d->is_silent)
        return;
    linein_want(d->in, LINEIN_NOTHING);
    dialogue_say(d, "%s", "");
    ask_again(d);
}

/* ^Z: the terminal goes to the shell as it was. Where nobody could continue kwiz, the signal does not stop it. */
static void suspended(uv_signal_t *handle, int number)
{
    struct dialogue *d = handle->data;
    if (d->is_silent)
        return;
    linein_want(d->in, LINEIN_NOTHING);
    uv_signal_stop(handle);
    uv_signal_stop(&d->signals[CONTINUED]); /* its own is not told a second time */
    raise(number);
    uv_signal_start(handle, suspended, number);
    uv_signal_start(&d->signals[CONTINUED], continued, SIGCONT);
    continued(handle, SIGCONT);
}

static void watch(struct dialogue *d, bool is_on)
{
    static const struct {
        int number;
        uv_signal_cb call;
        bool is_of_terminal;
    } watched[DIALOGUE_SIGNALS] = {
        {SIGINT, interrupted, false}, {SIGTERM, interrupted, false}, {SIGHUP, interrupted, false}, {SIGTSTP, suspended, true},
        [CONTINUED] = {SIGCONT, continued, true},
    };
    for (size_t i = 0; i < DIALOGUE_SIGNALS && is_on != d->is_watching; i++)
        if (!is_on)
            uv_signal_stop(&d->signals[i]);
        else if (!watched[i].is_of_terminal || linein_is_terminal(d->in))
            uv_signal_start(&d->signals[i], watched[i].call, watched[i].number);
    d->is_watching = is_on;
}

/* ---- lines ---- */

/* A pipe is not shown what goes into it, but the record should have it. */
static void echo(struct dialogue *d, const struct linein_line *line)
{
    if (linein_is_terminal(d->in))
        return;
    if (d->is_secret || line->kind != LINEIN_TEXT)
        dialogue_say(d, "%s", "");
    else
        dialogue_say(d, "%.*s", line->len < 200 ? (int)line->len : 200, line->text);
}

/* A section by its number, its name or a beginning of that. */
static enum section section_called(const char *name)
{
    size_t len = strlen(name);
    for (int s = SECTION_WELCOME; s <= SECTION_REVIEW; s++)
        if ((name[0] == '1' + s && len == 1) || strncasecmp(name, section_name((enum section)s), len) == 0)
            return (enum section)s;
    return SECTION_NONE;
}

/* Nothing that was answered is lost by it; what stands in the way is said. */
static void jump(struct dialogue *d, const char *name)
{
    enum section to = section_called(name), blocker;
    bool is_there = false;
    struct buf why; /* in the words of screens */
    buf_init(&why, ERR_TEXT_MAX);
    if (to == SECTION_NONE)
        dialogue_say(d, _("There is no section %s. They are counted from 1, Welcome, to 8, Review."), name);
    else if (wizard_is_reset(d->wizard) && (to == SECTION_REQUIREMENTS || to == SECTION_OPTIONS))
        dialogue_say(d, _("Taking a cluster off its hosts has no section %s."), section_name(to));
    else if (!wizard_may_enter(d->wizard, to, &blocker, &why))
        dialogue_say(d, _("Not yet: %d, %s, comes first."), (int)blocker + 1, section_name(blocker));
    else
        is_there = true;
    buf_done(&why);
    if (is_there)
        dialogue_visit(d, to);
    else
        ask_again(d);
}

static void forward(struct dialogue *d)
{
    if (d->section == SECTION_REVIEW) {
        dialogue_say(d, _("This is the last section. start carries the plan out."));
        ask_again(d);
    } else if (d->part->forward) {
        d->part->forward(d);
    } else {
        dialogue_next(d);
    }
}

/* What is understood at every question. */
static bool is_common(struct dialogue *d, const char *text)
{
    if (strcmp(text, "?") == 0) {
        d->part->help(d);
        dialogue_say(d, _("? explains, < goes back, > goes on, < or > with a number from 1 to 8 or a name goes to that section, = shows your answers so far, "
                          "! quits. A line that begins with \\ is taken as it is."));
        ask_again(d);
    } else if (strcmp(text, "<") == 0) {
        back(d);
    } else if (strcmp(text, "=") == 0) {
        dialogue_say_answers(d);
        ask_again(d);
    } else if (d->part == &part_quit) {
        return false;
    } else if (strcmp(text, ">") == 0) {
        forward(d);
    } else if (*text == '<' || *text == '>') {
        jump(d, text + 1 + strspn(text + 1, " "));
    } else if (strcmp(text, "!") == 0) {
        part_quit.enter(d);
    } else {
        return false;
    }
    return true;
}

static void take_text(struct dialogue *d, const struct linein_line *line)
{
    const char *from = line->text, *until = from + line->len;
    while (from < until && *from == ' ')
        from++;
    while (until > from && until[-1] == ' ')
        until--;
    bool is_literal = from < until && *from == '\\';
    char *text = mem_strndup(from + is_literal, (size_t)(until - from - is_literal));
    struct typed typed = {text, is_literal};
    char *whole = mem_printf("%.*s%.*s", (int)(from - line->text), line->text, (int)(line->text + line->len - from) - is_literal, from + is_literal);
    d->whole = whole;
    if (is_literal || !is_common(d, text)) {
        if (d->is_waiting) {
            dialogue_say(d, _("No question is open yet. < goes back, ! quits."));
            dialogue_wait(d);
        } else {
            d->part->answer(d, &typed);
        }
    }
    d->whole = NULL;
    free(whole);
    free(text);
}

static void got(void *context, const struct linein_line *line)
{
    struct dialogue *d = context;
    bool is_secret = d->is_secret;
    if (line->kind == LINEIN_END) {
        end(d, d->is_waiting ? _("The input has ended. Nothing was started.") : _("The input has ended at this question. Nothing was started."));
        return;
    }
    echo(d, line);
    d->is_secret = false;
    if (line->kind == LINEIN_TOO_LONG)
        dialogue_say(d, _("Not taken: a line may have at most %zu bytes."), LINEIN_LINE_MAX);
    else if (line->kind == LINEIN_BAD)
        dialogue_say(d, _("Not taken: byte %zu of the line (%02x) is no text that can be an answer."), line->bad_at, line->bad);
    else if (is_secret)
        d->part->secret(d, line->text, line->len);
    else
        take_text(d, line);
    if (line->kind != LINEIN_TEXT)
        ask_again(d);
}

/* ---- changes ---- */

static void changed(uv_timer_t *timer)
{
    struct dialogue *d = timer->data;
    if (!d->is_silent && d->part->changed)
        d->part->changed(d);
}

void dialogue_changed(struct dialogue *d)
{
    if (d && !d->is_dead && !uv_is_active((uv_handle_t *)&d->later))
        uv_timer_start(&d->later, changed, CHANGED_DELAY_MS, 0);
}

/* A screen reader reads every line to its end: so not one for each host. */
void dialogue_say_progress(struct dialogue *d, const char *format, size_t done, size_t all, const char *rest)
{
    uint64_t now = uv_now(d->loop), next = d->told_at_ms + PROGRESS_MS;
    if (done == d->told)
        return;
    if (d->told_at_ms && now < next) {
        uv_timer_start(&d->slow, changed, next - now, 0);
        return;
    }
    d->told = done;
    d->told_at_ms = now;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    dialogue_say(d, format, done, all, rest);
#pragma GCC diagnostic pop
}

/* ---- beginning and stopping ---- */

static void greet(struct dialogue *d)
{
    if (d->options.reason)
        dialogue_say(d, _("kwiz %s, plain dialogue: %s."), PACKAGE_VERSION, d->options.reason);
    else
        dialogue_say(d, _("kwiz %s, plain dialogue."), PACKAGE_VERSION);
    dialogue_say(d, _("Numbers, names or beginnings of names answer. Enter takes the value in [ ]."));
    dialogue_say(d, _("At every question: ? explains, < goes back, > goes on, = shows your answers, ! quits."));
    dialogue_say(d, _("No host is changed before you confirm it."));
    dialogue_say(d, "%s", "");
}

struct dialogue *dialogue_start(uv_loop_t *loop, const struct dialogue_options *options, struct err *err)
{
    struct dialogue *d = mem_new(1, sizeof *d);
    d->loop = loop;
    d->options = *options;
    d->wizard = options->wizard;
    d->in = linein_new(loop, options->in_fd, got, d, err);
    if (!d->in) {
        free(d);
        return NULL;
    }
    buf_init(&d->lines, 65536);
    d->out = outlet_new(loop, options->out_fd);
    uv_timer_init(loop, &d->later);
    uv_timer_init(loop, &d->slow);
    d->later.data = d->slow.data = d;
    d->open_handles = 2 + DIALOGUE_SIGNALS;
    for (size_t i = 0; i < DIALOGUE_SIGNALS; i++) {
        uv_signal_init(loop, &d->signals[i]);
        d->signals[i].data = d;
    }
    watch(d, true);
    greet(d);
    if (draft_spell(wizard_draft(d->wizard)) || draft_host_count(wizard_draft(d->wizard)))
        dialogue_begin_opened(d);
    else
        enter(d, SECTION_WELCOME, false);
    return d;
}

void dialogue_resume(struct dialogue *d, const char *why)
{
    d->is_silent = false;
    watch(d, true);
    if (why)
        dialogue_say(d, "%s", why);
    d->part->ask(d);
}

bool dialogue_input_ended(const struct dialogue *d)
{
    return d->has_ended;
}

struct outlet *dialogue_outlet(struct dialogue *d)
{
    return d->out;
}

static void closed(uv_handle_t *handle)
{
    struct dialogue *d = handle->data;
    if (!--d->open_handles)
        free(d);
}

void dialogue_stop(struct dialogue **dialogue)
{
    struct dialogue *d = *dialogue;
    if (!d)
        return;
    *dialogue = NULL;
    d->is_dead = d->is_silent = true;
    linein_free(&d->in);
    outlet_free(&d->out, WRITE_LIMIT_MS);
    free(d->word);
    free(d->own_path);
    buf_done(&d->lines);
    strv_done(&d->listed);
    strv_done(&d->offered);
    dialogue_user_done(&d->user);
    dialogue_mend_done(&d->mend);
    uv_close((uv_handle_t *)&d->later, closed);
    uv_close((uv_handle_t *)&d->slow, closed);
    for (size_t i = 0; i < DIALOGUE_SIGNALS; i++)
        uv_close((uv_handle_t *)&d->signals[i], closed);
}
