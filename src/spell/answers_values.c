/* `answers:` and what overrides them: options, then the environment, then the file, then defaults. */
#include "spell/answers_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/scope.h"

extern char **environ;

#define ENVIRONMENT "KWIZ_ANSWER_"

/* What is known of one question's answer while it is looked for. */
struct found {
    char *text; /* owned; NULL = none */
    enum answer_origin origin;
    const struct yaml_node *node; /* the value in the file, or NULL */
    bool is_bad;                  /* an error was added */
};

/* Commas between the values on command lines and in the environment; stored as words in the order of the choices. */
static char *sort_words(const struct question *question, const char *text)
{
    struct strv given = {0}, sorted = {0};
    for (const char *p = text; *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        char *word = mem_strndup(p, n);
        if (n)
            strv_add(&given, word);
        free(word);
        p += n;
    }
    for (size_t i = 0; i < question->choice_count; i++)
        for (size_t j = 0; j < given.count; j++) /* twice stays twice: question_check complains */
            if (strcmp(given.items[j], question->choices[i].value) == 0)
                strv_add(&sorted, given.items[j]);
    for (size_t j = 0; j < given.count; j++)
        if (!question_choice(question, given.items[j]))
            strv_add(&sorted, given.items[j]);
    char *words = strv_join(&sorted, " ");
    strv_done(&given);
    strv_done(&sorted);
    return words;
}

/* A value that came as text from outside the file; where: "--set loud" or the variable. */
static void take_text(const struct yaml_reader *reader, const struct question *question, const char *where, const char *text,
                      enum answer_origin origin, struct found *found)
{
    struct err err = ERR_INIT;
    if (question->type == QUESTION_PASSWORD) {
        found->is_bad = true;
        err_list_addf(reader->errors, where, 0, 0,
                      _("%s is a secret and never a value; write a reference below \"secrets:\" in the answers file"), question->key);
        return;
    }
    char *value = question->type == QUESTION_MULTI ? sort_words(question, text) : mem_strdup(text);
    if (!question_check(question, value, &err)) {
        struct yaml_node shown = {.kind = YAML_SCALAR, .scalar = YAML_STRING, .text = value};
        char *what = yaml_found(&shown), *nearest = question_nearest(question, value);
        err_list_addf(reader->errors, where, 0, 0, _("%s: %s; found %s%s"), question->key, err.text, what, nearest);
        free(nearest);
        free(what);
        free(value);
        found->is_bad = true;
        return;
    }
    free(found->text);
    *found = (struct found){.text = value, .origin = origin};
}

static void look_in_environment(const struct yaml_reader *reader, const struct question *question, struct found *found)
{
    char *name = mem_printf(ENVIRONMENT "%s", question->key);
    const char *text = getenv(name);
    if (!text) {
        for (char *p = name; *p; p++)
            *p = (char)toupper((unsigned char)*p);
        text = getenv(name);
    }
    if (text)
        take_text(reader, question, name, text, ANSWER_ENVIRONMENT, found);
    free(name);
}

static void look_in_options(const struct yaml_reader *reader, const struct question *question, const struct strv *sets,
                            struct found *found)
{
    size_t len = strlen(question->key);
    for (size_t i = 0; i < sets->count; i++) /* the last one counts */
        if (strncmp(sets->items[i], question->key, len) == 0 && sets->items[i][len] == '=')
            take_text(reader, question, "--set", sets->items[i] + len + 1, ANSWER_OPTION, found);
}

static void look_in_file(const struct yaml_reader *reader, const struct yaml_node *map, const struct question *question,
                         struct found *found)
{
    const struct yaml_node *node = yaml_get(map, question->key);
    if (!node)
        return;
    if (question->type == QUESTION_PASSWORD) {
        found->is_bad = true;
        yaml_error(reader, yaml_key(map, question->key),
                   _("%s is a secret and never stands in the file; write a reference below \"secrets:\", as in secrets: {%s: "
                     "env:NAME}"),
                   question->key, question->key);
        return;
    }
    if (question->confirms) {
        found->is_bad = true;
        yaml_error(reader, yaml_key(map, question->key), _("%s is a confirmation and stands in no answer; write confirm: [%s] when you agree"),
                   question->key, question->confirms);
        return;
    }
    found->node = node;
    found->text = read_answer(reader, node, question->key, question);
    found->origin = ANSWER_FILE;
    found->is_bad = !found->text;
}

/* Where something is told of a question that nothing stands for. */
static struct yaml_node question_place(const struct yaml_node *node, const struct answers_overrides *overrides, const struct spell *spell,
                                       const struct question *question)
{
    struct yaml_node place = {.line = node ? node->line : 0, .column = node ? node->column : 0};
    if (overrides->question_lines)
        place.line = overrides->question_lines + (unsigned)(question - spell->questions);
    return place;
}

static void complain(const struct yaml_reader *reader, const struct yaml_node *map, const struct found *found, const char *text)
{
    if (found->node)
        yaml_error(reader, found->node, "%s", text);
    else if (found->text && found->origin != ANSWER_DEFAULT)
        err_list_addf(reader->errors, found->origin == ANSWER_OPTION ? "--set" : "KWIZ_ANSWER_*", 0, 0, "%s", text);
    else
        yaml_error(reader, map, "%s", text);
}

/* Why a choice is not on offer; malloc'd. */
static char *refusal(const struct spell *spell, const struct question *question, const struct choice *choice, bool is_default)
{
    if (choice_is_gone(choice)) {
        char *expects = question_expects(question);
        char *text = mem_printf(_("%s: \"%s\" is retired: %s; expected %s"), question->key, choice->value, spell_text(spell, choice->retired), expects);
        free(expects);
        return text;
    }
    if (choice->retired)
        return mem_printf(_("%s: \"%s\" is retired: %s; it is only offered when %s"), question->key, choice->value, spell_text(spell, choice->retired),
                          cond_text(choice->when));
    return mem_printf(is_default ? _("%s: an answer is needed, as the default \"%s\" is only offered when %s") : _("%s: \"%s\" is only offered when %s"),
                      question->key, choice->value, cond_text(choice->when));
}

/* Choices may have conditions of their own: what was chosen must be on offer. */
static bool is_offered(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct answers *answers,
                       const struct question *question, const struct found *found)
{
    struct scope scope = {.answers = answers};
    bool ok = true;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        if (!question_has(question, found->text, choice->value) || scope_eval(&scope, choice->when))
            continue;
        char *text = refusal(spell, question, choice, found->origin == ANSWER_DEFAULT);
        complain(reader, map, found, text);
        free(text);
        ok = false;
    }
    return ok;
}

static void missing(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell, const struct question *question,
                    const struct answers_overrides *overrides)
{
    const struct yaml_node *map = yaml_get(root, "answers");
    const char *label = spell_text(spell, question->label);
    char *expects = question_expects(question);
    const struct yaml_node *secrets = yaml_get(root, "secrets");
    struct yaml_node place = question_place(question->type == QUESTION_PASSWORD && secrets ? secrets : map && question->type != QUESTION_PASSWORD ? map : root,
                                            overrides, spell, question);
    if (question->type == QUESTION_PASSWORD)
        yaml_error(reader, &place, _("the secret \"%s\" (%s) is missing; write secrets: {%s: env:NAME}, or ask"),
                   question->key, label, question->key);
    else
        yaml_error(reader, &place, _("the answer \"%s\" (%s) is missing; expected %s"), question->key, label, expects);
    free(expects);
}

/* What has to be confirmed, and was not: nothing may begin. */
static void demand_confirmation(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                                const struct question *question, const struct answers_overrides *overrides)
{
    const struct yaml_node *node = yaml_get(root, "confirm");
    struct yaml_node place = question_place(node ? node : root, overrides, spell, question);
    const char *help = question->help ? spell_text(spell, question->help) : "";
    struct err err = ERR_INIT;
    err_set(&err, ERR_CONFIRM, _("%s: \"%s\" is not confirmed%s%s; if you agree, write confirm: [%s]"), question->key,
            spell_text(spell, question->label), *help ? ": " : "", help, question->confirms);
    err_place(&err, reader->file, place.line, place.column);
    err_list_add(reader->errors, &err);
}

/* The answer to what has to be confirmed is below `confirm:`; one that came from elsewhere is kept there. */
static void look_in_confirms(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                             const struct question *question, const struct answers_overrides *overrides, struct answers *answers,
                             struct found *found)
{
    bool is_confirmed = found->text ? strcmp(found->text, "true") == 0 : strv_has(&answers->confirms, question->confirms);
    if (!is_confirmed) {
        demand_confirmation(reader, root, spell, question, overrides);
        return;
    }
    if (!found->text)
        *found = (struct found){.text = mem_strdup("true"), .origin = ANSWER_FILE};
    if (!strv_has(&answers->confirms, question->confirms))
        strv_add(&answers->confirms, question->confirms);
}

static void add_value(struct answers *answers, const struct question *question, struct found *found)
{
    answers->values = mem_grow(answers->values, answers->value_count + 1, sizeof *answers->values);
    answers->values[answers->value_count++] = (struct answer){
        .key = mem_strdup(question->key),
        .text = found->text,
        .origin = found->origin,
        .line = found->node ? found->node->line : 0,
        .column = found->node ? found->node->column : 0,
    };
    found->text = NULL;
}

struct bad_names {
    const struct strv *bad;
    bool is_hit;
};

static void look_for_bad(void *data, const char *name, bool is_compared, unsigned column)
{
    struct bad_names *names = data;
    (void)is_compared;
    (void)column;
    names->is_hit |= strv_has(names->bad, name);
}

/* Does the condition hang on an answer that is wrong? Then nothing more is said: one fault is to give one error. */
static bool hangs_on(const struct cond *cond, const struct strv *bad)
{
    struct bad_names names = {.bad = bad};
    struct cond_visitor visitor = {.data = &names, .name = look_for_bad};
    if (cond)
        cond_visit(cond, &visitor);
    return names.is_hit;
}

static bool any_hangs_on(const struct question *question, const struct strv *bad)
{
    bool is_hit = hangs_on(question->when, bad);
    for (size_t i = 0; i < question->choice_count; i++)
        is_hit |= hangs_on(question->choices[i].when, bad);
    return is_hit;
}

/* bad: the keys whose answers are wrong or unknown so far. */
static void resolve(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                    const struct question *question, const struct answers_overrides *overrides, struct answers *answers, struct strv *bad)
{
    const struct yaml_node *map = yaml_get(root, "answers");
    struct found found = {0};
    struct scope scope = {.answers = answers};
    bool applies = scope_eval(&scope, question->when);
    look_in_file(reader, map, question, &found);
    if (!overrides->ignore_environment)
        look_in_environment(reader, question, &found);
    look_in_options(reader, question, &overrides->sets, &found);
    if (found.is_bad || any_hangs_on(question, bad)) {
        strv_add(bad, question->key);
        free(found.text);
        return;
    }
    if (!applies) {
        if (found.node)
            err_list_addf(&answers->warnings, reader->file, found.node->line, found.node->column,
                          _("%s: not used, as it is only asked when %s"), question->key, cond_text(question->when));
        free(found.text);
        return;
    }
    if (!found.text && question->has_default)
        found = (struct found){.text = mem_strdup(question->fallback), .origin = ANSWER_DEFAULT};
    bool is_password = question->type == QUESTION_PASSWORD;
    if (question->confirms)
        look_in_confirms(reader, root, spell, question, overrides, answers, &found);
    else if (question->is_required && (is_password ? !answers_has_secret(answers, question->key) : !found.text))
        missing(reader, root, spell, question, overrides);
    struct yaml_node place = question_place(map ? map : root, overrides, spell, question);
    if (found.text && is_offered(reader, &place, spell, answers, question, &found))
        add_value(answers, question, &found);
    free(found.text);
}

static void check_unknown(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell,
                          const struct answers_overrides *overrides, struct answers *answers)
{
    const char **keys = mem_new(spell->question_count, sizeof *keys);
    size_t count = spell->question_count;
    for (size_t i = 0; i < count; i++)
        keys[i] = spell->questions[i].key;
    if (map)
        yaml_check_keys(reader, map, "answers", keys, count);
    for (size_t i = 0; i < overrides->sets.count; i++) {
        const char *equals = strchr(overrides->sets.items[i], '=');
        char *key = mem_strndup(overrides->sets.items[i], equals ? (size_t)(equals - overrides->sets.items[i]) : 100);
        char *nearest = yaml_nearest(key, keys, count);
        if (!equals)
            err_list_addf(reader->errors, "--set", 0, 0, _("expected KEY=VALUE, found \"%s\""), key);
        else if (!spell_question(spell, key))
            err_list_addf(reader->errors, "--set", 0, 0, _("the spell has no question \"%s\"%s"), key, nearest);
        free(nearest);
        free(key);
    }
    /* only a warning: the variable may be meant for another spell */
    for (char **p = environ; !overrides->ignore_environment && p && *p; p++) {
        if (strncmp(*p, ENVIRONMENT, strlen(ENVIRONMENT)) != 0)
            continue;
        char *key = mem_strndup(*p + strlen(ENVIRONMENT), strcspn(*p + strlen(ENVIRONMENT), "="));
        for (char *c = key; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        char *nearest = yaml_nearest(key, keys, count);
        if (!spell_question(spell, key))
            err_list_addf(&answers->warnings, "", 0, 0, _("%s%s is set, but the spell has no question \"%s\"%s"), ENVIRONMENT, key, key,
                          nearest);
        free(nearest);
        free(key);
    }
    free(keys);
}

void answers_read_values(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                         const struct answers_overrides *overrides, struct answers *answers)
{
    const struct yaml_node *map = yaml_get(root, "answers");
    if (map && map->kind == YAML_SCALAR && map->scalar == YAML_NULL)
        map = NULL; /* `answers:` with all below it commented out */
    check_unknown(reader, map, spell, overrides, answers);
    struct strv bad = {0};
    for (size_t i = 0; i < spell->question_count; i++)
        resolve(reader, root, spell, &spell->questions[i], overrides, answers, &bad);
    strv_done(&bad);
    answers_check_disjoint(reader, map ? map : root, spell, overrides, answers);
}
