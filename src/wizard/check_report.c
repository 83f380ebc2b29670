#include "wizard/check_report.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/fold.h"
#include "spell/translation.h"
#include "wizard/check_findings.h"

#define NAMES_MAX_BYTES ((size_t)1 << 16)
#define LINE_MAX_BYTES ((size_t)1 << 16)
#define FINDINGS_SHOWN 20 /* of a check, and hosts without an answer, unless all is to be shown */
#define DETAILS_SHOWN 12

/* -- lines -- */

static size_t columns(const char *text, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len;) {
        uint32_t c;
        size_t n = utf8_decode(text + i, len - i, &c);
        int w = n ? wcwidth((wchar_t)c) : 1;
        width += w < 0 ? 1 : (size_t)w;
        i += n ? n : 1;
    }
    return width;
}

void check_report_line(struct buf *out, size_t indent, const char *text)
{
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    utf8_printable(text, strlen(text), &line); /* reasons and remedies come from files */
    size_t at = indent;
    const char *p = buf_text(&line);
    if (p[strspn(p, " ")])
        buf_addf(out, "%*s", (int)indent, "");
    while (*p) {
        size_t len = strcspn(p, " "), blanks = strspn(p + len, " ");
        size_t width = columns(p, len), next = p[len + blanks] ? columns(p + len + blanks, strcspn(p + len + blanks, " ")) : 0;
        buf_add(out, p, len);
        at += width;
        p += len + blanks;
        if (!*p)
            break;
        if (at + blanks + next > CHECK_REPORT_COLUMNS) {
            at = indent + 2;
            buf_addf(out, "\n%*s", (int)at, "");
        } else {
            buf_addf(out, "%*s", (int)blanks, "");
            at += blanks;
        }
    }
    buf_adds(out, "\n");
    buf_done(&line);
}

static void put_owned(struct buf *out, size_t indent, char *text)
{
    check_report_line(out, indent, text);
    free(text);
}

/* -- one check -- */

static char *names_of(const struct check_report *r, const struct check_finding *finding)
{
    const char **names = mem_new(finding->count + 1, sizeof *names);
    struct buf text;
    buf_init(&text, NAMES_MAX_BYTES);
    for (size_t i = 0; i < finding->count; i++)
        names[i] = r->names[finding->hosts[i]];
    fold_names(names, finding->count, &text);
    free(names);
    return buf_take(&text);
}

static void write_detail(const struct check_report *r, const char *detail, struct buf *out)
{
    size_t shown = 0, left = 0;
    for (const char *p = detail; *p;) {
        size_t len = strcspn(p, "\n");
        if (r->is_complete || shown < DETAILS_SHOWN) {
            put_owned(out, 4, mem_strndup(p, len));
            shown++;
        } else {
            left++;
        }
        p += len + (p[len] == '\n');
    }
    if (left)
        put_owned(out, 4, mem_printf(ngettext("and %zu more", "and %zu more", left), left));
}

static void write_finding(const struct check_report *r, const struct check_findings *f, const struct check_finding *finding, enum verdict_kind worst, struct buf *out)
{
    const struct verdict *v = finding->verdict;
    char *names = names_of(r, finding), *text = f->is_one_threshold ? mem_printf("%s: %s", names, v->measured) : NULL;
    if (!text)
        text = mem_printf(_("%s: %s, wanted %s"), names, v->measured, v->threshold);
    if (v->kind == worst)
        check_report_line(out, 2, text);
    else
        put_owned(out, 2, mem_printf("%s: %s", verdict_name(v->kind), text));
    if (!f->is_one_remedy && *v->remedy)
        put_owned(out, 4, mem_printf(_("what to do: %s"), v->remedy));
    write_detail(r, v->detail, out);
    free(text);
    free(names);
}

/* What to write where an answer is all that is wanted. */
static void write_question(const struct check_findings *f, struct buf *out)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct verdict *v = f->items[i].verdict;
        if (!v->is_asked || !v->choices)
            continue;
        char *first = mem_strndup(v->choices, strcspn(v->choices, " "));
        put_owned(out, 2, mem_printf(_("which of them: answers: {%s: %s} in the answers, or --set %s=%s"), v->question, first, v->question, first));
        free(first);
        return;
    }
}

static void write_check(const struct check_report *r, const struct wizard_check *check, struct buf *out)
{
    const struct requirement *requirement = check->requirement;
    const struct spell *spell = r->checks->spell;
    struct check_findings f = check_findings_make(r->checks, check, r->is_complete);
    enum verdict_kind worst = check_worst(check);
    bool is_accepted = check->accepted && !check->is_stale && (worst == VERDICT_FAIL || worst == VERDICT_WARN);
    const char *title = requirement->title ? spell_text(spell, requirement->title) : "";
    char *where = mem_printf(ngettext("on %zu of %zu host", "on %zu of %zu hosts", check->hosts), check->counts[worst], check->hosts);
    put_owned(out, 0, mem_printf("%s %s: %s, %s", is_accepted ? _("accepted") : verdict_name(worst), requirement->id, title, where));
    if (is_accepted)
        put_owned(out, 2, mem_printf(_("accepted because: %s"), check->accepted));
    if (f.count && f.is_one_threshold)
        put_owned(out, 2, mem_printf(_("wanted: %s"), f.items[0].verdict->threshold));
    if (requirement->source && (worst == VERDICT_FAIL || worst == VERDICT_WARN))
        put_owned(out, 2, mem_printf(_("why: %s"), spell_text(spell, requirement->source)));
    if (f.count && f.is_one_remedy && *f.items[0].verdict->remedy)
        put_owned(out, 2, mem_printf(_("what to do: %s"), f.items[0].verdict->remedy));
    if (requirement->mend && !is_accepted && (worst == VERDICT_FAIL || worst == VERDICT_WARN))
        put_owned(out, 2, mem_printf(_("kwiz can mend it: kwiz check --fix %s; --show-fix %s prints the script"), requirement->id, requirement->id));
    write_question(&f, out);
    size_t hosts = 0;
    for (size_t i = 0; i < f.count && (r->is_complete || i < FINDINGS_SHOWN); i++) {
        write_finding(r, &f, &f.items[i], worst, out);
        hosts += f.items[i].count;
    }
    if (hosts < f.hosts)
        put_owned(out, 2, mem_printf(ngettext("and %zu more host", "and %zu more hosts", f.hosts - hosts), f.hosts - hosts));
    free(where);
    check_findings_done(&f);
}

/* -- the rest -- */

const char *check_fault_hint(const char *fault)
{
    static const struct {
        const char *fault, *hint;
    } hints[] = {
        {"config", N_("Correct what is said of this host in the answers, or in ssh_config.")},
        {"resolve", N_("Correct the address in the answers, or let this machine resolve the name.")},
        {"dial-timeout", N_("See that the host is up, and that no firewall on the way drops its SSH port.")},
        {"dial-refused", N_("Start the host's SSH server, or correct the port in the answers.")},
        {"handshake", N_("See what answers at this address and port: ssh -v tells more.")},
        {"host-key-new", N_("Compare the key with the host's own, then let it be taken: --accept-new-host-keys, or answer yes on a terminal.")},
        {"host-key-changed", N_("Find out why before you go on; nothing was sent to it.")},
        {"auth", N_("Name a key that the host takes (identity), or run this on a terminal to be asked for the password.")},
        {"channel", N_("See in the host's log why its SSH server starts no command.")},
        {"lost", N_("See that the host stays up and the network does not cut connections, then check again.")},
        {"jump", N_("See to the host that it is reached through first.")},
        {"shell", N_("See what the host's shell prints by itself when the user logs in, and whether the host is overloaded; then check again.")},
        {"sudo", N_("Let the user use sudo, or give its password.")},
    };
    for (size_t i = 0; fault && i < sizeof hints / sizeof *hints; i++)
        if (strcmp(hints[i].fault, fault) == 0)
            return _(hints[i].hint);
    return "";
}

static void write_missing(const struct check_report *r, struct buf *out)
{
    size_t shown = r->is_complete || r->missing_count < FINDINGS_SHOWN ? r->missing_count : FINDINGS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        const struct check_missing *m = &r->missing[i];
        const char *hint = check_fault_hint(m->fault);
        if (*m->fault)
            put_owned(out, 0, mem_printf(_("not measured: %s (%s): %s"), m->host, m->fault, m->detail));
        else
            put_owned(out, 0, mem_printf(_("not measured: %s: %s"), m->host, m->detail));
        if (*hint)
            put_owned(out, 2, mem_printf(_("what to do: %s"), hint));
    }
    if (shown < r->missing_count)
        put_owned(out, 0, mem_printf(ngettext("and %zu more host", "and %zu more hosts", r->missing_count - shown), r->missing_count - shown));
    if (shown && !r->is_brief)
        buf_adds(out, "\n");
}

static void write_stale(const struct check_report *r, struct buf *out)
{
    for (size_t i = 0; i < r->checks->count; i++)
        if (r->checks->items[i].is_stale)
            put_owned(out, 0, mem_printf(_("accept: names %s (%s), but no host fails it any more: take it out of the answers"),
                                         r->checks->items[i].requirement->id, r->checks->items[i].accepted));
    if (r->checks->stale && !r->is_brief)
        buf_adds(out, "\n");
}

static bool is_shown(const struct check_report *r, const struct wizard_check *check, enum verdict_kind kind, bool is_accepted)
{
    enum verdict_kind worst = check_worst(check);
    bool is_taken = check->accepted && (worst == VERDICT_FAIL || worst == VERDICT_WARN);
    if (!check->hosts || worst != kind || is_taken != is_accepted)
        return false;
    return r->is_brief ? kind == VERDICT_FAIL && !is_accepted : kind != VERDICT_PASS || r->is_complete;
}

void check_report_write(const struct check_report *r, struct buf *out)
{
    static const struct {
        enum verdict_kind kind;
        bool is_accepted;
    } parts[] = {{VERDICT_FAIL, false}, {VERDICT_WARN, false}, {VERDICT_FAIL, true}, {VERDICT_WARN, true}, {VERDICT_SKIP, false}, {VERDICT_PASS, false}};
    write_missing(r, out);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (size_t i = 0; i < r->checks->count; i++) {
            if (!is_shown(r, &r->checks->items[i], parts[p].kind, parts[p].is_accepted))
                continue;
            write_check(r, &r->checks->items[i], out);
            if (!r->is_brief)
                buf_adds(out, "\n");
        }
    write_stale(r, out);
}

void check_report_sums(const struct wizard_checks *checks, struct buf *out)
{
    const size_t *n = checks->counts;
    buf_addf(out, _("checks: %zu fail, %zu warn, %zu skip, %zu pass, %zu accepted; "), n[VERDICT_FAIL], n[VERDICT_WARN], n[VERDICT_SKIP], n[VERDICT_PASS],
             checks->accepted);
    if (checks->asked) {
        buf_addf(out, _("%zu to answer"), checks->asked);
        buf_adds(out, "; ");
    }
    buf_addf(out, ngettext("%zu of %zu host measured\n", "%zu of %zu hosts measured\n", checks->measured + checks->missing), checks->measured,
             checks->measured + checks->missing);
}
