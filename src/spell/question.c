#include "spell/question.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/value.h"

static const char *const type_names[QUESTION_TYPE_COUNT] = {"text", "password", "boolean",  "integer", "choice", "multi",
                                                            "cidr", "address",  "hostname", "path",    "version"};

const char *question_type_name(enum question_type type)
{
    return type_names[type];
}

const struct choice *question_choice(const struct question *question, const char *value)
{
    for (size_t i = 0; i < question->choice_count; i++)
        if (strcmp(question->choices[i].value, value) == 0)
            return &question->choices[i];
    return NULL;
}

bool choice_is_gone(const struct choice *choice)
{
    return choice->retired && choice->when && strcmp(cond_text(choice->when), CHOICE_NEVER) == 0;
}

static char *choice_values(const struct question *question)
{
    struct strv values = {0};
    for (size_t i = 0; i < question->choice_count; i++)
        if (!choice_is_gone(&question->choices[i]))
            strv_add(&values, question->choices[i].value);
    char *text = strv_join(&values, ", ");
    strv_done(&values);
    return text;
}

bool question_has(const struct question *question, const char *text, const char *choice)
{
    if (question->type != QUESTION_MULTI)
        return question->type == QUESTION_CHOICE && strcmp(text, choice) == 0;
    char *words = mem_printf(" %s ", text), *word = mem_printf(" %s ", choice);
    bool has = strstr(words, word) != NULL;
    free(words);
    free(word);
    return has;
}

static char *expects_integer(const struct question *question)
{
    if (question->has_min && question->has_max)
        return mem_printf(_("an integer from %" PRId64 " to %" PRId64), question->min, question->max);
    if (question->has_min)
        return mem_printf(_("an integer, %" PRId64 " or more"), question->min);
    if (question->has_max)
        return mem_printf(_("an integer, %" PRId64 " or less"), question->max);
    return mem_strdup(_("an integer"));
}

char *question_expects(const struct question *question)
{
    static const char *const texts[QUESTION_TYPE_COUNT] = {
        [QUESTION_TEXT] = N_("text"),
        [QUESTION_PASSWORD] = N_("a reference below \"secrets:\""),
        [QUESTION_BOOLEAN] = N_("true or false"),
        [QUESTION_CIDR] = N_("a network such as 10.244.0.0/16"),
        [QUESTION_ADDRESS] = N_("an IPv4 or IPv6 address"),
        [QUESTION_HOSTNAME] = N_("a host name such as cluster.example.org"),
        [QUESTION_PATH] = N_("an absolute path"),
        [QUESTION_VERSION] = N_("a version such as \"1.36\""),
    };
    char *values = choice_values(question), *expects;
    switch (question->type) {
    case QUESTION_INTEGER:
        expects = expects_integer(question);
        break;
    case QUESTION_CHOICE:
        expects = mem_printf(_("one of %s"), values);
        break;
    case QUESTION_MULTI:
        expects = mem_printf(_("a sequence of %s"), values);
        break;
    default:
        expects = mem_strdup(_(texts[question->type]));
    }
    free(values);
    return expects;
}

char *question_nearest(const struct question *question, const char *text)
{
    const char **values = mem_new(question->choice_count, sizeof *values);
    for (size_t i = 0; i < question->choice_count; i++)
        values[i] = question->choices[i].value;
    char *nearest = question_choice(question, text) ? mem_strdup("") : yaml_nearest(text, values, question->choice_count);
    free(values);
    return nearest;
}

static bool check_choice(const struct question *question, const char *value, struct err *err)
{
    if (question_choice(question, value))
        return true;
    char *known = choice_values(question);
    err_set(err, ERR_INVALID, _("expected one of %s"), known);
    free(known);
    return false;
}

static bool check_range(const struct question *question, int64_t n, const char *unit, struct err *err)
{
    if (question->has_min && n < question->min)
        return err_set(err, ERR_INVALID, _("expected at least %" PRId64 "%s"), question->min, unit);
    if (question->has_max && n > question->max)
        return err_set(err, ERR_INVALID, _("expected at most %" PRId64 "%s"), question->max, unit);
    return true;
}

static bool check_multi(const struct question *question, const char *text, struct err *err)
{
    int64_t count = 0;
    struct strv seen = {0};
    bool ok = true;
    for (const char *p = text; *p && ok; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (!n)
            continue;
        char *value = mem_strndup(p, n);
        ok = check_choice(question, value, err);
        if (ok && strv_has(&seen, value))
            ok = err_set(err, ERR_INVALID, _("expected each value once, but \"%s\" stands there twice"), value);
        strv_add(&seen, value);
        free(value);
        count++;
        p += n;
    }
    strv_done(&seen);
    return ok && check_range(question, count, _(" values"), err);
}

static int64_t characters(const char *text)
{
    int64_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static bool check_type(const struct question *question, const char *text, struct err *err)
{
    int64_t n;
    switch (question->type) {
    case QUESTION_TEXT:
    case QUESTION_PASSWORD:
        return (question->has_lines ? value_check_lines(text, err) : value_check_line(text, err)) && check_range(question, characters(text), _(" characters"), err);
    case QUESTION_BOOLEAN:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 || err_set(err, ERR_INVALID, _("expected true or false"));
    case QUESTION_INTEGER:
        return value_check_integer(text, &n, err) && check_range(question, n, "", err);
    case QUESTION_CHOICE:
        return check_choice(question, text, err);
    case QUESTION_MULTI:
        return check_multi(question, text, err);
    case QUESTION_CIDR:
        return value_check_cidr(text, err);
    case QUESTION_ADDRESS:
        return value_check_address(text, err);
    case QUESTION_HOSTNAME:
        return value_check_hostname(text, err);
    case QUESTION_PATH:
        return value_check_path(text, err);
    case QUESTION_VERSION:
        return value_check_version(text, err);
    }
    return false;
}

bool question_check(const struct question *question, const char *text, struct err *err)
{
    /* "" means "none" where an answer is not required, whatever the type */
    bool is_none = !*text && !question->is_required && question->type != QUESTION_BOOLEAN && question->type != QUESTION_INTEGER;
    if (is_none)
        return true;
    if (!check_type(question, text, err))
        return false;
    if (question->pattern && !value_matches(question->pattern, text))
        return err_set(err, ERR_INVALID, _("expected text that matches %s"), question->pattern);
    return true;
}

void question_done(struct question *question)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        struct choice *choice = &question->choices[i];
        free(choice->value);
        free(choice->label);
        free(choice->help);
        free(choice->retired);
        cond_free(&choice->when);
    }
    free(question->choices);
    free(question->key);
    free(question->label);
    free(question->help);
    free(question->fallback);
    free(question->pattern);
    free(question->confirms);
    cond_free(&question->when);
    strv_done(&question->disjoint);
    *question = (struct question){0};
}
