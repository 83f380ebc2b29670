/* Access, in between: a user that may use sudo is made on hosts, with the operator's public key; or taken back. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/range.h"

enum { STEP_NAME, STEP_KEY, STEP_RULE, STEP_PASSWORD, STEP_CHOICE, STEP_RUNS };

void dialogue_user_done(struct sudo_user_talk *talk)
{
    free(talk->name);
    free(talk->key);
    strv_done(&talk->keys);
    secret_free(&talk->password);
    free(talk->hosts);
    *talk = (struct sudo_user_talk){0};
}

static struct sudo_user wanted(const struct sudo_user_talk *talk)
{
    return (struct sudo_user){.name = talk->name, .key = talk->key, .needs_password = talk->needs_password, .has_password = talk->password != NULL};
}

static size_t count_state(struct dialogue *d, enum sudo_user_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < d->user.host_count; i++) {
        const struct sudo_user_result *r = wizard_sudo_user(d->wizard, d->user.hosts[i]);
        count += r && r->state == state;
    }
    return count;
}

/* ---- asking ---- */

static const char *offered_name(const struct dialogue *d)
{
    const char *user = getenv("USER");
    struct err err = ERR_INIT;
    return d->user.name ? d->user.name : user && sudo_user_check_name(user, &err) ? user : NULL;
}

static const char *default_choice(struct dialogue *d)
{
    return count_state(d, SUDO_USER_MADE) ? "use" : d->user.was_shown ? "leave" : "show";
}

static void ask(struct dialogue *d)
{
    char *text;
    switch (d->step) {
    case STEP_NAME:
        dialogue_ask(d, _("Name of the user"), offered_name(d));
        break;
    case STEP_KEY:
        dialogue_ask(d, _("Public key: a number, or paste one"), d->user.keys.count ? "1" : NULL);
        break;
    case STEP_RULE:
        dialogue_ask(d, _("Does sudo ask for the user's password? yes, no"), d->user.needs_password ? _("yes") : _("no"));
        break;
    case STEP_PASSWORD:
        dialogue_ask_secret(d, NULL, _("Password of the user where it is new, not shown; an empty line sets none"));
        break;
    case STEP_RUNS:
        dialogue_wait(d);
        break;
    default:
        /* TRANSLATORS: what is typed stays as it is in all languages: use, show, make, undo, leave */
        text = mem_printf(count_state(d, SUDO_USER_MADE) ? _("use %s from now on, show the script, make, undo, leave")
                                                         : _("show the script, make %s, undo, leave"), d->user.name);
        dialogue_ask(d, text, default_choice(d));
        free(text);
    }
}

static void to_step(struct dialogue *d, unsigned step)
{
    d->step = step;
    if (step == STEP_KEY) {
        for (size_t i = 0; i < d->user.keys.count; i++) {
            char *label = sudo_user_key_label(d->user.keys.items[i]);
            dialogue_say(d, "  %zu %s", i + 1, label);
            free(label);
        }
        if (!d->user.keys.count)
            dialogue_say(d, _("There is no public key in ~/.ssh. ssh-keygen makes one."));
    }
    ask(d);
}

/* All hosts that are ready, or those of the range. false after saying why not. */
static bool find_hosts(struct dialogue *d, const char *range)
{
    const struct access *access = wizard_access(d->wizard);
    const struct fleet *fleet = wizard_fleet(d->wizard);
    struct strv names = {0};
    struct err err = ERR_INIT;
    if (*range && !range_expand(range, RANGE_DASH, ANSWERS_HOSTS_MAX, &names, &err)) {
        dialogue_say(d, "%s", err.text);
        strv_done(&names);
        return false;
    }
    d->user.hosts = mem_new(access_count(access) + 1, sizeof *d->user.hosts);
    for (size_t i = 0; i < access_count(access); i++) {
        const struct access_host *h = access_host(access, i);
        bool is_meant = *range ? strv_has(&names, fleet->items[i].name) : h->state == ACCESS_READY && h->root != ROOT_REFUSED && h->root != ROOT_UNWANTED;
        if (is_meant)
            d->user.hosts[d->user.host_count++] = i;
    }
    bool ok = *range ? d->user.host_count && d->user.host_count == names.count : d->user.host_count > 0;
    if (!ok && *range)
        dialogue_say(d, _("Not all of %s are hosts of the table."), range);
    else if (!ok)
        dialogue_say(d, _("On no host is kwiz root: a user that may use sudo can't be made."));
    strv_done(&names);
    return ok;
}

bool dialogue_begin_user(struct dialogue *d, const char *range)
{
    dialogue_user_done(&d->user);
    if (!find_hosts(d, range)) {
        dialogue_user_done(&d->user);
        return false;
    }
    sudo_user_keys(&d->user.keys);
    d->part = &part_user;
    dialogue_say(d, ngettext("A user that may use sudo and logs in with your public key, on %zu host.",
                             "A user that may use sudo and logs in with your public key, on %zu hosts.", d->user.host_count), d->user.host_count);
    to_step(d, STEP_NAME);
    return true;
}

static void leave(struct dialogue *d)
{
    dialogue_user_done(&d->user);
    dialogue_visit(d, SECTION_ACCESS);
}

/* ---- the script ---- */

static void show_script(struct dialogue *d)
{
    struct sudo_user user = wanted(&d->user);
    char *script = sudo_user_script(&user, false);
    size_t len = strlen(script);
    dialogue_say(d, _("The script:"));
    dialogue_say(d, "%.*s", len && script[len - 1] == '\n' ? (int)len - 1 : (int)len, script);
    dialogue_say(d, _("End of the script."));
    d->user.was_shown = true;
    free(script);
}

static void perform(struct dialogue *d, bool is_undo)
{
    struct sudo_user user = wanted(&d->user);
    size_t begun = 0;
    for (size_t i = 0; i < d->user.host_count; i++) {
        struct err err = ERR_INIT;
        if (wizard_make_sudo_user(d->wizard, d->user.hosts[i], &user, d->user.password, is_undo, &err))
            begun++;
        else
            dialogue_say(d, "%s", err.text);
    }
    if (!begun) {
        ask(d);
        return;
    }
    dialogue_say(d, ngettext("The script runs on %zu host.", "The script runs on %zu hosts.", begun), begun);
    to_step(d, STEP_RUNS);
}

static void say_results(struct dialogue *d)
{
    for (size_t i = 0; i < d->user.host_count; i++) {
        const struct sudo_user_result *r = wizard_sudo_user(d->wizard, d->user.hosts[i]);
        if (!r)
            continue;
        const char *what = r->state == SUDO_USER_MADE ? _("made") : r->state == SUDO_USER_TAKEN_BACK ? _("taken back") : _("failed");
        dialogue_say(d, "%s: %s: %s%s%s", r->host, r->user, what, *r->text ? ": " : "", r->text);
    }
}

static void changed(struct dialogue *d)
{
    if (d->step != STEP_RUNS || count_state(d, SUDO_USER_RUNS))
        return;
    say_results(d);
    to_step(d, STEP_CHOICE);
}

/* ---- answers ---- */

static void answer_name(struct dialogue *d, const char *text)
{
    const char *name = *text ? text : offered_name(d);
    struct err err = ERR_INIT;
    if (!sudo_user_check_name(name ? name : "", &err)) {
        dialogue_say(d, _("Not possible: %s"), err.text);
        ask(d);
        return;
    }
    char *copy = mem_strdup(name);
    free(d->user.name);
    d->user.name = copy;
    to_step(d, STEP_KEY);
}

static void answer_key(struct dialogue *d, const char *text)
{
    size_t digits = strspn(text, "0123456789"), number = !*text ? 1 : digits < 4 && !text[digits] ? strtoul(text, NULL, 10) : 0;
    const char *key = number && number <= d->user.keys.count ? d->user.keys.items[number - 1] : text;
    struct err err = ERR_INIT;
    if (!sudo_user_check_key(key, &err)) {
        dialogue_say(d, _("Not possible: %s"), err.text);
        ask(d);
        return;
    }
    free(d->user.key);
    d->user.key = mem_strdup(key);
    to_step(d, STEP_RULE);
}

static void answer_rule(struct dialogue *d, const struct typed *typed)
{
    bool is_yes = d->user.needs_password;
    if (*typed->text && !dialogue_yes_or_no(typed, &is_yes)) {
        dialogue_say(d, _("Expected yes or no."));
        ask(d);
        return;
    }
    d->user.needs_password = is_yes;
    secret_free(&d->user.password);
    d->user.was_shown = false;
    to_step(d, is_yes ? STEP_PASSWORD : STEP_CHOICE);
}

static void secret(struct dialogue *d, const char *bytes, size_t len)
{
    secret_free(&d->user.password);
    d->user.password = len ? secret_new(bytes, len) : NULL;
    to_step(d, STEP_CHOICE);
}

static void use(struct dialogue *d)
{
    size_t changed_hosts = wizard_use_sudo_user(d->wizard, d->user.hosts, d->user.host_count);
    dialogue_say(d, ngettext("%zu host is reached with its new user.", "%zu hosts are reached with their new user.", changed_hosts), changed_hosts);
    dialogue_user_done(&d->user);
    dialogue_go(d, SECTION_ACCESS);
}

/* Nothing, or the user that this is about: the question shows its name. */
static bool is_user(const struct dialogue *d, const char *rest)
{
    return !*rest || (d->user.name && strcmp(rest, d->user.name) == 0);
}

static void answer_choice(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    struct typed taken = *typed->text ? *typed : (struct typed){default_choice(d), false};
    typed = &taken;
    if (dialogue_command(typed, "make", 4, &rest) && is_user(d, rest)) {
        perform(d, false);
    } else if (dialogue_command(typed, "undo", 4, &rest) && is_user(d, rest)) {
        perform(d, true);
    } else if (dialogue_command(typed, "show", 1, &rest)) {
        show_script(d);
        ask(d);
    } else if (count_state(d, SUDO_USER_MADE) && dialogue_command(typed, "use", 2, &rest)) {
        use(d);
    } else if (dialogue_command(typed, "leave", 1, &rest)) {
        leave(d);
    } else {
        dialogue_say(d, _("Expected make, show, undo, use or leave."));
        ask(d);
    }
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    switch (d->step) {
    case STEP_NAME:
        answer_name(d, typed->text);
        break;
    case STEP_KEY:
        answer_key(d, typed->text);
        break;
    case STEP_RULE:
        answer_rule(d, typed);
        break;
    default:
        answer_choice(d, typed);
    }
}

static bool back(struct dialogue *d)
{
    if (d->step == STEP_NAME || d->step == STEP_RUNS)
        leave(d);
    else
        to_step(d, d->step == STEP_CHOICE ? STEP_RULE : d->step - 1);
    return true;
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("kwiz makes the user where it is not there, adds the key to its authorized_keys, and lets it use sudo by a file of its own in /etc/sudoers.d, which "
                      "visudo checks first. undo takes back what was added: the rule, the key, and the user with its home folder if the script made it."));
}

const struct part part_user = {.ask = ask, .answer = answer, .secret = secret, .back = back, .forward = leave, .help = help, .changed = changed};
