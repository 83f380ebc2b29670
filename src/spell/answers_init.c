/* A template of answers to begin with: complete, commented, and valid once the hosts' addresses are filled in. */
#include "spell/answers_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

/* Text as comment lines; whatever line ends it holds become new comment lines. */
static void add_comment(struct buf *out, const char *indent, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n\r");
        buf_addf(out, "%s# %.*s\n", indent, (int)n, text);
        text += n + (text[n] != '\0');
    }
}

static void add_hosts(struct buf *out, const struct topology *topology)
{
    unsigned n = 0;
    buf_adds(out, "hosts:\n");
    for (size_t i = 0; i < topology->role_count; i++) {
        const struct role *role = &topology->roles[i];
        char *most = role->max ? mem_printf(_(" to %u"), role->max) : mem_printf(_(" or more"));
        buf_addf(out, _("  # role %s: %u%s\n"), role->name, role->min, most);
        free(most);
        for (unsigned k = 1; k <= role->usual && k <= 20; k++) /* 192.0.2.0/24 is for documentation (RFC 5737) */
            buf_addf(out, "  - {name: %.40s-%u, address: 192.0.2.%u, roles: [%s]}\n", role->name, k, ++n % 250, role->name);
        if (!role->usual)
            buf_addf(out, "  # - {name: %.40s-1, address: 192.0.2.%u, roles: [%s]}\n", role->name, ++n % 250, role->name);
    }
}

static void add_default(struct buf *out, const struct question *question)
{
    const char *text = question->fallback ? question->fallback : "";
    if (question->type == QUESTION_BOOLEAN || question->type == QUESTION_INTEGER) {
        buf_adds(out, text);
        return;
    }
    if (question->type == QUESTION_MULTI) {
        buf_adds(out, "[");
        for (const char *p = text; *p; p += strspn(p, " ")) {
            size_t n = strcspn(p, " ");
            buf_addf(out, "%s\"%.*s\"", p == text ? "" : ", ", (int)n, p);
            p += n;
        }
        buf_adds(out, "]");
        return;
    }
    buf_adds(out, "\"");
    for (; *text; text++)
        if (*text == '\n')
            buf_adds(out, "\\n");
        else
            buf_addf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    buf_adds(out, "\"");
}

static void add_question(struct buf *out, const struct spell *spell, const struct question *question)
{
    char *expects = question_expects(question);
    buf_adds(out, "\n");
    add_comment(out, "  ", spell_text(spell, question->label));
    if (question->help)
        add_comment(out, "  ", spell_text(spell, question->help));
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        const char *help = choice->help ? spell_text(spell, choice->help) : "";
        char *retired = choice->retired ? mem_printf(_(" (retired: %s)"), spell_text(spell, choice->retired)) : mem_strdup("");
        char *line = mem_printf("  %s: %s%s%s%s", choice->value, spell_text(spell, choice->label), *help ? ". " : "", help, retired);
        free(retired);
        add_comment(out, "  ", line);
        free(line);
    }
    buf_addf(out, _("  # Expected: %s%s\n"), expects, question->has_default ? "" : question->is_required ? _("; required") : "");
    free(expects);
    if (question->when) {
        char *line = mem_printf(_("Only used when %s"), cond_text(question->when));
        add_comment(out, "  ", line);
        free(line);
    }
    /* what has a default is shown and left out, so that a newer spell's default counts */
    buf_addf(out, question->is_required && !question->has_default && !question->when ? "  %s: " : "  # %s: ", question->key);
    add_default(out, question);
    buf_adds(out, "\n");
}

/* What has to be confirmed is shown, and never confirmed here. */
static void add_confirms(struct buf *out, const struct spell *spell)
{
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        if (!question->confirms)
            continue;
        add_comment(out, "", spell_text(spell, question->label));
        if (question->help)
            add_comment(out, "", spell_text(spell, question->help));
        if (question->when) {
            char *line = mem_printf(_("Only used when %s"), cond_text(question->when));
            add_comment(out, "", line);
            free(line);
        }
        buf_addf(out, "# confirm: [%s]\n\n", question->confirms);
    }
}

static void add_secrets(struct buf *out, const struct spell *spell)
{
    bool has_begun = false;
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        if (question->type != QUESTION_PASSWORD || !question->is_required || question->when)
            continue;
        buf_adds(out, has_begun ? "" : "secrets:\n");
        add_comment(out, "  ", spell_text(spell, question->label));
        buf_addf(out, "  %s: ask\n", question->key);
        has_begun = true;
    }
    buf_addf(out, has_begun ? "  # sudo_password: env:KWIZ_SUDO_PASSWORD\n" : "# secrets:\n#   sudo_password: env:KWIZ_SUDO_PASSWORD\n");
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        if (question->type == QUESTION_PASSWORD && (!question->is_required || question->when))
            buf_addf(out, "%s# %s%s: ask\n", has_begun ? "  " : "", has_begun ? "" : "  ", question->key);
    }
}

const struct topology *answers_topology(const struct spell *spell, const char *name, struct err *err)
{
    const struct topology *topology = spell_topology(spell, name);
    if (topology)
        return topology;
    const char **names = mem_new(spell->topology_count, sizeof *names);
    struct strv all = {0};
    for (size_t i = 0; i < spell->topology_count; i++) {
        names[i] = spell->topologies[i].name;
        strv_add(&all, names[i]);
    }
    char *nearest = yaml_nearest(name, names, spell->topology_count), *known = strv_join(&all, ", ");
    err_set(err, ERR_INVALID, _("the spell %s has no topology \"%s\"%s (it has: %s)"), spell->name, name, nearest, known);
    free(nearest);
    free(known);
    strv_done(&all);
    free(names);
    return NULL;
}

bool answers_init(const struct spell *spell, const char *name, const struct fleet *fleet, struct buf *out, struct err *err)
{
    const struct topology *topology = answers_topology(spell, name, err);
    if (!topology)
        return false;
    char *title = mem_printf(_("Answers for kwiz: %s, %s. kwiz-answers(5) explains the format."), spell_text(spell, spell->title),
                             spell_text(spell, topology->title));
    add_comment(out, "", title);
    free(title);
    add_comment(out, "",
                fleet ? _("Look through it, then: kwiz answers validate FILE; kwiz plan FILE; kwiz run FILE")
                      : _("Fill in the hosts, then: kwiz answers validate FILE; kwiz plan FILE; kwiz run FILE"));
    buf_addf(out, "version: %d\nname: cluster\nspell: %s\ntopology: %s\n\n", ANSWERS_FORMAT, spell->name, topology->name);
    if (fleet)
        answers_add_hosts(out, fleet);
    else
        add_hosts(out, topology);
    buf_adds(out, _("\n# What counts for every host; each may say otherwise.\n"
                    "# ssh: {user: ubuntu, identity: ~/.ssh/id_ed25519, become: sudo, jump: \"ops@bastion:2222\"}\n\n"));
    buf_adds(out, "answers:\n");
    for (size_t i = 0; i < spell->question_count; i++)
        if (spell->questions[i].type != QUESTION_PASSWORD && !spell->questions[i].confirms)
            add_question(out, spell, &spell->questions[i]);
    buf_adds(out, _("\n# Checks that may fail, each with the reason.\n# accept: {swap: \"test machines\"}\n\n"));
    add_confirms(out, spell);
    add_secrets(out, spell);
    return true;
}
