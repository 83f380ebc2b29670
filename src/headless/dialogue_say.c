/* What the dialogue writes: whole lines, and a question without its end of line. */
#include "headless/dialogue_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define SAY_BYTES_MAX ((size_t)1 << 20)
#define ERRORS_SHOWN 20
#define VALUE_SHOWN 60 /* bytes */

static void put_line(struct dialogue *d, const char *text, size_t len, const char *end)
{
    struct buf line;
    buf_init(&line, SAY_BYTES_MAX);
    utf8_printable(text, len, &line);
    buf_adds(&line, end);
    outlet_write(d->out, buf_text(&line), line.len, false);
    buf_done(&line);
}

void dialogue_say(struct dialogue *d, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    for (const char *p = n < 0 ? NULL : text; p;) {
        const char *newline = strchr(p, '\n');
        put_line(d, p, newline ? (size_t)(newline - p) : strlen(p), "\n");
        p = newline ? newline + 1 : NULL;
    }
    free(n < 0 ? NULL : text);
}

void dialogue_head(struct dialogue *d, enum section section, const char *text)
{
    dialogue_say(d, _("%d of %d, %s. %s"), (int)section + 1, SECTIONS, section_name(section), text);
}

static void put_question(struct dialogue *d, const char *question, const char *value)
{
    char *text;
    if (!value)
        text = mem_printf("%s:", question);
    else if (strlen(value) > VALUE_SHOWN || strchr(value, '\n'))
        text = mem_printf(_("%s [as it is, %zu bytes]:"), question, strlen(value));
    else
        text = mem_printf("%s [%s]:", question, value);
    put_line(d, text, strlen(text), " ");
    free(text);
}

void dialogue_ask(struct dialogue *d, const char *question, const char *value)
{
    put_question(d, question, value);
    d->is_waiting = d->is_secret = false;
    linein_want(d->in, LINEIN_LINE);
}

void dialogue_ask_secret(struct dialogue *d, const char *before, const char *question)
{
    d->is_waiting = false;
    d->is_secret = true;
    linein_want(d->in, LINEIN_SECRET); /* hidden before there is anything that could be answered */
    if (before)
        dialogue_say(d, "%s", before);
    put_question(d, question, NULL);
}

void dialogue_say_errors(struct dialogue *d, const struct err_list *errors)
{
    char text[ERR_TEXT_MAX + ERR_FILE_MAX + 64];
    for (size_t i = 0; i < errors->count && i < ERRORS_SHOWN; i++) {
        err_format(&errors->items[i], text, sizeof text);
        dialogue_say(d, "  %s", text);
    }
    size_t more = errors->count + errors->dropped > ERRORS_SHOWN ? errors->count + errors->dropped - ERRORS_SHOWN : 0;
    if (more)
        dialogue_say(d, ngettext("  and %zu more", "  and %zu more", more), more);
}

char *dialogue_names(const struct strv *names)
{
    if (names->count <= 3)
        return strv_join(names, ", ");
    return mem_printf(ngettext("%zu host, %s to %s", "%zu hosts, %s to %s", names->count), names->count, names->items[0],
                      names->items[names->count - 1]);
}

/* ---- the answers so far ---- */

static void say_hosts(struct dialogue *d, const struct draft *draft)
{
    size_t count = draft_host_count(draft);
    dialogue_say(d, _("Hosts: %zu"), count);
    for (size_t i = 0; i < count; i++) {
        const struct draft_host *host = draft_host(draft, i);
        struct buf line;
        buf_init(&line, ERR_TEXT_MAX * 4);
        buf_addf(&line, "  %zu %s %s %s", i + 1, host->cells[CELL_NAME], host->cells[CELL_ADDRESS], host->cells[CELL_ROLES]);
        for (int c = CELL_USER; c < DRAFT_CELLS; c++)
            if (*host->cells[c])
                buf_addf(&line, ", %s %s", draft_cell_key((enum draft_cell)c), host->cells[c]);
        dialogue_say(d, "%s", buf_text(&line));
        buf_done(&line);
    }
    for (int c = CELL_USER; c < DRAFT_CELLS; c++)
        if (*draft_ssh(draft, (enum draft_cell)c))
            dialogue_say(d, _("For all hosts: %s %s"), draft_cell_key((enum draft_cell)c), draft_ssh(draft, (enum draft_cell)c));
}

static void say_values(struct dialogue *d, const struct draft *draft, const struct spell *spell)
{
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        const char *value = draft_value(draft, question->key), *secret = draft_secret(draft, question->key);
        if (value && (strlen(value) > 200 || strchr(value, '\n')))
            dialogue_say(d, _("%s: %zu bytes"), spell_text(spell, question->label), strlen(value));
        else if (value)
            dialogue_say(d, "%s: %s", spell_text(spell, question->label), *value ? value : _("nothing"));
        else if (secret)
            dialogue_say(d, "%s: %s", spell_text(spell, question->label), wizard_has_secret(d->wizard, question->key) ? _("typed") : secret);
    }
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const char *reason = draft_accepted(draft, spell->requirements[i].id);
        if (reason)
            dialogue_say(d, _("Accepted: %s: %s"), spell->requirements[i].id, reason);
    }
}

void dialogue_say_answers(struct dialogue *d)
{
    const struct draft *draft = wizard_draft(d->wizard);
    const struct spell *spell = draft_spell(draft);
    if (wizard_is_reset(d->wizard))
        dialogue_say(d, _("The cluster is to be taken off its hosts."));
    dialogue_say(d, _("Spell: %s"), spell ? spell->name : _("none yet"));
    dialogue_say(d, _("Topology: %s"), *draft_topology(draft) ? draft_topology(draft) : _("none yet"));
    dialogue_say(d, _("Name of the cluster: %s"), draft_name(draft));
    say_hosts(d, draft);
    if (spell)
        say_values(d, draft, spell);
    dialogue_say(d, _("All other questions: as the spell has it."));
}

void dialogue_say_unsaved(struct dialogue *d)
{
    const struct draft *draft = wizard_draft(d->wizard);
    const struct spell *spell = draft_spell(draft);
    size_t hosts = draft_host_count(draft), options = 0;
    for (size_t i = 0; spell && i < spell->question_count; i++)
        options += draft_value(draft, spell->questions[i].key) != NULL;
    char *a = mem_printf(ngettext("%zu host", "%zu hosts", hosts), hosts), *b = mem_printf(ngettext("%zu option", "%zu options", options), options);
    dialogue_say(d, _("%s and %s were entered. They are not in a file yet."), a, b);
    free(a);
    free(b);
}
