/* `disjoint:` of questions: networks and addresses that must not meet each other, or any host. */
#include "spell/answers_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/network.h"

/* One question's answer as a network. */
struct side {
    const struct question *question;
    const struct answer *answer;
    struct network network;
};

struct disjoint {
    const struct yaml_reader *reader;
    const struct yaml_node *map; /* where defaults are told */
    const struct spell *spell;
    const struct answers_overrides *overrides;
    const struct answers *answers;
};

static bool side_of(const struct disjoint *d, const struct question *question, struct side *side)
{
    *side = (struct side){.question = question};
    for (size_t i = 0; i < d->answers->value_count && !side->answer; i++)
        if (strcmp(d->answers->values[i].key, question->key) == 0)
            side->answer = &d->answers->values[i];
    return side->answer && network_parse(side->answer->text, &side->network);
}

static bool is_named_by(const struct question *question, const char *key)
{
    return strv_has(&question->disjoint, key);
}

/* ---- what would be right ---- */

struct wish {
    const struct disjoint *d;
    const struct question *question;
};

static bool is_free(const void *context, const struct network *network)
{
    const struct wish *wish = context;
    const struct answers *answers = wish->d->answers;
    struct side other;
    struct network host;
    for (size_t i = 0; i < answers->fleet.count; i++)
        if (network_parse(answers->fleet.items[i].address, &host) && network_overlap(network, &host))
            return false;
    for (size_t i = 0; i < wish->d->spell->question_count; i++) {
        const struct question *q = &wish->d->spell->questions[i];
        bool counts = is_named_by(wish->question, q->key) || is_named_by(q, wish->question->key);
        if (q != wish->question && counts && side_of(wish->d, q, &other) && network_overlap(network, &other.network))
            return false;
    }
    char text[NETWORK_TEXT_MAX];
    struct err err = ERR_INIT;
    return question_check(wish->question, network_text(network, text), &err); /* its pattern may want something else */
}

/* "; 10.244.0.0/16 is free", or ""; malloc'd. */
static char *advice(const struct disjoint *d, const struct side *side)
{
    struct wish wish = {d, side->question};
    struct network found;
    char text[NETWORK_TEXT_MAX];
    if (side->question->type != QUESTION_CIDR)
        return mem_strdup("");
    bool has_default = side->question->has_default && network_parse(side->question->fallback, &found) && is_free(&wish, &found);
    if (!has_default && !network_suggest(&side->network, is_free, &wish, &found))
        return mem_strdup("");
    return mem_printf(_("; %s is free"), network_text(&found, text));
}

/* ---- telling ---- */

static void tell(const struct disjoint *d, const struct side *side, const char *what)
{
    const struct answer *answer = side->answer;
    char *more = advice(d, side);
    const char *from = answer->origin == ANSWER_OPTION ? "--set" : answer->origin == ANSWER_ENVIRONMENT ? "KWIZ_ANSWER_*" : NULL;
    struct yaml_node place = {.line = answer->line, .column = answer->column};
    if (!place.line && d->overrides->question_lines)
        place.line = d->overrides->question_lines + (unsigned)(side->question - d->spell->questions);
    else if (!place.line)
        place = (struct yaml_node){.line = d->map->line, .column = d->map->column};
    if (from)
        err_list_addf(d->reader->errors, from, 0, 0, "%s: %s%s", side->question->key, what, more);
    else
        yaml_error(d->reader, &place, "%s: %s%s", side->question->key, what, more);
    free(more);
}

/* ---- comparing ---- */

static void check_pair(const struct disjoint *d, const struct side *a, const struct side *b)
{
    if (!network_overlap(&a->network, &b->network))
        return;
    /* what was answered is to be corrected rather than a default that it meets */
    bool is_turned = a->answer->origin == ANSWER_DEFAULT && b->answer->origin != ANSWER_DEFAULT;
    const struct side *told = is_turned ? b : a, *other = is_turned ? a : b;
    const char *mine = told->answer->text, *its = other->answer->text, *key = other->question->key;
    bool holds = network_holds(&told->network, &other->network), lies_in = network_holds(&other->network, &told->network);
    char *what = holds && lies_in ? mem_printf(_("%s is also the answer to %s"), mine, key)
                 : holds          ? mem_printf(_("%s holds %s, the answer to %s"), mine, its, key)
                                  : mem_printf(_("%s lies in %s, the answer to %s"), mine, its, key);
    tell(d, told, what);
    free(what);
}

static void check_hosts(const struct disjoint *d, const struct side *side)
{
    const struct host *first = NULL;
    size_t count = 0;
    struct network address;
    for (size_t i = 0; i < d->answers->fleet.count; i++) {
        const struct host *host = &d->answers->fleet.items[i];
        if (!network_parse(host->address, &address) || !network_overlap(&side->network, &address))
            continue; /* a name says nothing of its address */
        first = first ? first : host;
        count++;
    }
    if (!first)
        return;
    const char *text = side->answer->text;
    char *what;
    if (side->question->type == QUESTION_ADDRESS)
        what = mem_printf(_("%s is the address of %s; expected one that no host has"), text, first->name);
    else if (count == 1)
        what = mem_printf(_("%s holds %s, the address of %s"), text, first->address, first->name);
    else
        what = mem_printf(ngettext("%s holds %s, the address of %s, and %zu more host", "%s holds %s, the address of %s, and %zu more hosts", count - 1), text,
                          first->address, first->name, count - 1);
    tell(d, side, what);
    free(what);
}

void answers_check_disjoint(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell,
                            const struct answers_overrides *overrides, const struct answers *answers)
{
    struct disjoint d = {.reader = reader, .map = map, .spell = spell, .overrides = overrides, .answers = answers};
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        struct side side, other;
        if (!question->disjoint.count || !side_of(&d, question, &side))
            continue;
        if (is_named_by(question, QUESTION_HOSTS))
            check_hosts(&d, &side);
        for (size_t j = 0; j < spell->question_count; j++) {
            const struct question *q = &spell->questions[j];
            bool is_done = j < i && is_named_by(q, question->key); /* from the other side */
            if (j != i && !is_done && is_named_by(question, q->key) && side_of(&d, q, &other))
                check_pair(&d, &side, &other);
        }
    }
}
