/* What is done with whole hosts. */
#include "ui/hosts_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/hosts_text.h"
#include "ui/screens.h"

static void touch(struct view *view)
{
    wizard_touch(view->wizard);
}

static bool has_room(struct view *view, bool did)
{
    if (!did)
        view_say(view, ROLE_WARN, _("There are %d hosts already; kwiz takes no more."), ANSWERS_HOSTS_MAX);
    return did;
}

static void begin_name(struct hosts_page *p, struct view *view, size_t index)
{
    p->row = index + 1;
    p->cell = CELL_NAME;
    p->fresh = draft_host(hosts_draft(view), index)->id;
    p->fresh_version = draft_version(hosts_draft(view));
    p->is_settled = false;
    touch(view);
    hosts_edit_cell(p, view);
}

void hosts_append(struct hosts_page *p, struct view *view)
{
    struct draft *draft = hosts_draft(view);
    const struct role *role = draft_wanted_role(draft);
    size_t at = draft_host_count(draft);
    draft_group(draft);
    bool did = draft_host_add(draft, at);
    if (did && role)
        draft_host_set(draft, at, CELL_ROLES, role->name);
    draft_group_end(draft);
    if (has_room(view, did))
        begin_name(p, view, at);
}

void hosts_add_like(struct hosts_page *p, struct view *view)
{
    struct draft *draft = hosts_draft(view);
    size_t index;
    hosts_leave_row(p, view);
    if (!hosts_focused(p, view, &index)) {
        hosts_append(p, view);
        return;
    }
    draft_group(draft);
    bool did = draft_host_copy(draft, index);
    if (did)
        draft_host_set(draft, index + 1, CELL_NAME, "");
    draft_group_end(draft);
    if (has_room(view, did))
        begin_name(p, view, index + 1);
}

/* Call for each marked host, or for the one in focus, the last first, as one change. How many there were. */
static size_t each(struct hosts_page *p, struct view *view, bool (*call)(struct draft *draft, size_t index, const void *with), const void *with)
{
    struct draft *draft = hosts_draft(view);
    size_t count = 0, index;
    draft_group(draft);
    for (size_t i = draft_host_count(draft); p->marks.count && i-- > 0;)
        if (marks_have(&p->marks, draft_host(draft, i)->id))
            count += call(draft, i, with);
    if (!p->marks.count && hosts_focused(p, view, &index))
        count += call(draft, index, with);
    else if (!p->marks.count)
        view_say(view, ROLE_WARN, p->row ? _("This line is no host yet: Enter adds one.") : _("This line is no host: it counts for all of them."));
    draft_group_end(draft);
    if (count)
        touch(view);
    return count;
}

static bool copy_one(struct draft *draft, size_t index, const void *with)
{
    (void)with;
    return draft_host_copy(draft, index);
}

void hosts_copy(struct hosts_page *p, struct view *view)
{
    hosts_leave_row(p, view);
    size_t wanted = p->marks.count ? p->marks.count : 1, count = each(p, view, copy_one, NULL);
    if (!count) {
        if (draft_host_count(hosts_draft(view)) >= ANSWERS_HOSTS_MAX)
            has_room(view, false);
        return;
    }
    if (!p->marks.count) {
        p->row++;
        p->cell = CELL_ADDRESS;
    }
    if (count < wanted)
        has_room(view, false);
    else
        view_say(view, ROLE_TEXT, ngettext("%zu host copied; the copy needs an address.", "%zu hosts copied; the copies need addresses.",
                                           (unsigned long)count), count);
}

static bool delete_one(struct draft *draft, size_t index, const void *with)
{
    (void)with;
    draft_host_delete(draft, index);
    return true;
}

void hosts_delete(struct hosts_page *p, struct view *view)
{
    size_t count = each(p, view, delete_one, NULL);
    marks_clear(&p->marks);
    hosts_settle(p, view);
    if (count)
        view_say(view, ROLE_TEXT, ngettext("%zu host deleted; u brings it back.", "%zu hosts deleted; u brings them back.", (unsigned long)count), count);
}

void hosts_move(struct hosts_page *p, struct view *view, int by)
{
    struct draft *draft = hosts_draft(view);
    size_t index;
    if (!hosts_focused(p, view, &index) || (by < 0 ? index == 0 : index + 1 == draft_host_count(draft)))
        return;
    draft_host_move(draft, index, by < 0 ? index - 1 : index + 1);
    p->row = by < 0 ? p->row - 1 : p->row + 1;
    touch(view);
}

struct role_change {
    const char *role;
    bool gives;
};

static bool change_role(struct draft *draft, size_t index, const void *with)
{
    const struct role_change *change = with;
    if (draft_host_has_role(draft, index, change->role) != change->gives)
        draft_host_toggle_role(draft, index, change->role);
    return true;
}

static bool lacks_role(const struct hosts_page *p, const struct view *view, const char *role)
{
    const struct draft *draft = hosts_draft(view);
    size_t index;
    if (!p->marks.count)
        return hosts_focused(p, view, &index) && !draft_host_has_role(draft, index, role);
    for (size_t i = 0; i < draft_host_count(draft); i++)
        if (marks_have(&p->marks, draft_host(draft, i)->id) && !draft_host_has_role(draft, i, role))
            return true;
    return false;
}

void hosts_role(struct hosts_page *p, struct view *view, size_t number)
{
    struct draft_need needs[9];
    size_t roles = draft_needs(hosts_draft(view), needs, 9);
    if (number >= roles) {
        view_say(view, ROLE_WARN, ngettext("There is %zu role; it is numbered below the table.", "There are %zu roles; they are numbered below the table.",
                                           (unsigned long)roles), roles);
        return;
    }
    p->is_settled = true;
    struct role_change change = {needs[number].role->name, lacks_role(p, view, needs[number].role->name)};
    size_t count = each(p, view, change_role, &change);
    if (count > 1 && change.gives)
        view_say(view, ROLE_TEXT, ngettext("%zu host has the role %s now.", "%zu hosts have the role %s now.", (unsigned long)count), count, change.role);
    else if (count > 1)
        view_say(view, ROLE_TEXT, ngettext("%zu host does not have the role %s any more.", "%zu hosts do not have the role %s any more.", (unsigned long)count),
                 count, change.role);
}

void hosts_mark(struct hosts_page *p, struct view *view)
{
    const struct draft *draft = hosts_draft(view);
    size_t index, count = draft_host_count(draft);
    if (hosts_focused(p, view, &index)) {
        marks_toggle(&p->marks, draft_host(draft, index)->id);
        hosts_go(p, view, p->row + 1);
    } else if (!p->row) {
        bool clears = p->marks.count > 0;
        marks_clear(&p->marks);
        for (size_t i = 0; !clears && i < count; i++)
            marks_toggle(&p->marks, draft_host(draft, i)->id);
    }
    if (p->marks.count)
        view_say(view, ROLE_TEXT, ngettext("%zu host marked.", "%zu hosts marked.", (unsigned long)p->marks.count), p->marks.count);
}

/* Marks of hosts that are there no more. */
static void drop_marks(struct hosts_page *p, const struct view *view)
{
    const struct draft *draft = hosts_draft(view);
    struct marks kept = {0};
    for (size_t i = 0; i < draft_host_count(draft); i++)
        if (marks_have(&p->marks, draft_host(draft, i)->id))
            marks_toggle(&kept, draft_host(draft, i)->id);
    marks_clear(&p->marks);
    p->marks = kept;
}

void hosts_undo(struct hosts_page *p, struct view *view)
{
    struct draft *draft = hosts_draft(view);
    struct buf what;
    buf_init(&what, VIEW_MESSAGE_MAX - 1);
    if (draft_undo_what(draft, &what) && draft_undo(draft)) {
        view_say(view, ROLE_TEXT, _("Taken back: %s."), buf_text(&what));
        drop_marks(p, view);
        hosts_settle(p, view);
        touch(view);
    } else {
        view_say(view, ROLE_WARN, _("There is nothing to take back."));
    }
    buf_done(&what);
}

/* -- as text -- */

static void put_text(const struct view *view, struct buf *out)
{
    struct draft_need needs[9];
    const struct draft *draft = hosts_draft(view);
    size_t roles = draft_needs(draft, needs, 9);
    buf_addf(out, "# %s\n", _("A host a line: NAME ADDRESS ROLES [USER] [JUMP]. Commas between roles, - for no user, ranges: node-[1-3] 10.1.4.[36-38]"));
    buf_addf(out, "# %s", _("Roles:"));
    for (size_t i = 0; i < roles; i++)
        buf_addf(out, " %s", needs[i].role->name);
    buf_adds(out, "\n");
    draft_hosts_text(draft, out);
}

static void take_text(struct view *view, const char *text)
{
    struct draft *draft = hosts_draft(view);
    const struct spell *spell = draft_spell(draft);
    struct fleet fleet = {0};
    struct err_list errors = {0};
    struct err err = ERR_INIT;
    bool ok = hosts_text_read("", text, strlen(text), spell, spell ? spell_topology(spell, draft_topology(draft)) : NULL, &fleet, &errors);
    if (!ok) {
        view_push(view, scr_import_edited_new(view, text));
    } else if (draft_hosts_retype(draft, &fleet, &err)) {
        view_say(view, ROLE_TEXT, ngettext("%zu host in the table now; u brings the old table back.", "%zu hosts in the table now; u brings the old table back.",
                                           (unsigned long)fleet.count), fleet.count);
        touch(view);
    } else {
        view_say(view, ROLE_FAIL, "%s", err.text);
    }
    fleet_done(&fleet);
    err_list_done(&errors);
}

static void text_edited(void *owner, const char *edited, bool is_changed, const struct err *err)
{
    struct view *view = owner;
    (void)is_changed;
    if (edited)
        take_text(view, edited);
    else
        view_say(view, ROLE_FAIL, "%s", err->text);
}

static void table_edited(void *owner, const char *edited, bool is_changed, const struct err *err)
{
    if (edited && !is_changed)
        view_say(owner, ROLE_TEXT, _("Nothing was changed."));
    else
        text_edited(owner, edited, is_changed, err);
}

void hosts_edit_text(struct view *view, const char *text)
{
    const struct wizard_actions *actions = view->wizard_actions;
    struct err err = ERR_INIT;
    struct buf made;
    if (!actions->edit) {
        view_say(view, ROLE_WARN, _("There is no editor here."));
        return;
    }
    buf_init(&made, HOSTS_TEXT_BYTES_MAX);
    if (text)
        buf_adds(&made, text);
    else
        put_text(view, &made);
    if (!actions->edit(actions->context, "hosts.txt", buf_text(&made), text ? text_edited : table_edited, view, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
    buf_done(&made);
}
