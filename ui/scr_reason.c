/* Why a host was not reached, whole: to be read. A changed host key is not accepted here either. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/band.h"
#include "ui/screens.h"

struct scr_reason {
    struct screen screen;
    char *name, *address, *detail; /* owned: as it was when the band was opened */
    bool is_changed_key;
    int focus, top, rows;
};
enum { CLOSE, LEAVE_OUT, BUTTONS };

static int write_changed_key(const struct scr_reason *s, struct canvas *sheet)
{
    int row = band_textf(sheet, 0, ROLE_TEXT, _("Either the host was installed anew, or something else answers at %s. kwiz does not go on with this host, and "
                                                "has sent nothing to it."), s->address);
    row = band_text(sheet, row + 1, ROLE_FAIL, s->detail) + 1;
    row = band_text(sheet, row, ROLE_TEXT, _("If you know why (installed anew, new key on purpose): take the old key out of the file with ssh-keygen -R, close "
                                             "this, and press r: the key is new then, and you are asked as usual."));
    row = band_text(sheet, row, ROLE_TEXT, _("If you do not: ask whoever runs the network before you go on."));
    return band_text(sheet, row + 1, ROLE_DIM, _("kwiz offers no way to accept it anyway."));
}

static int write_reason(const struct scr_reason *s, struct canvas *sheet)
{
    int row = band_text(sheet, 0, ROLE_FAIL, *s->detail ? s->detail : _("It failed, and nothing was said about why.")) + 1;
    return band_text(sheet, row, ROLE_TEXT, _("When it is mended, close this and press r: the host is tried again. Or leave the host out: it goes out of the table of "
                                              "hosts, where u brings it back."));
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_reason *s = (struct scr_reason *)screen;
    char *title = s->is_changed_key ? mem_printf(_("The host key of %s has changed"), s->name) : mem_printf(_("%s was not reached"), s->name);
    char *leave = mem_printf(_("Leave %.24s out"), s->name);
    struct canvas *sheet = band_sheet(canvas);
    int used = s->is_changed_key ? write_changed_key(s, sheet) : write_reason(s, sheet);
    int row = band_begin(view, canvas, title, NULL);
    s->rows = band_last(canvas) - row + 1;
    int last = band_show(view, canvas, row, sheet, used, &s->top);
    const struct button buttons[BUTTONS] = {{_("Close"), false}, {leave, false}};
    band_end(view, canvas, last, buttons, BUTTONS, s->focus);
    canvas_free(&sheet);
    free(leave);
    free(title);
}

/* Out of the table, where u brings it back. */
static void leave_out(struct scr_reason *s, struct view *view)
{
    struct draft *draft = wizard_draft(view->wizard);
    char *name = mem_strdup(s->name);
    for (size_t i = 0; i < draft_host_count(draft); i++)
        if (strcmp(draft_host(draft, i)->cells[CELL_NAME], name) == 0) {
            draft_host_delete(draft, i);
            break;
        }
    view_pop(view); /* frees the band */
    wizard_touch(view->wizard);
    view_go(view, SECTION_ACCESS);
    if (!*view->message)
        view_say(view, ROLE_TEXT, _("%s is out of the table of hosts; u brings it back there."), name);
    free(name);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_reason *s = (struct scr_reason *)screen;
    switch (action) {
    case ACT_OPEN:
        if (s->focus == LEAVE_OUT)
            leave_out(s, view);
        else
            view_pop(view);
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    case ACT_NEXT_PANE:
    case ACT_PREVIOUS_PANE:
    case ACT_LEFT:
    case ACT_RIGHT:
        s->focus = !s->focus;
        break;
    case ACT_COPY:
        view_copy(view, mem_printf("%s: %s\n", s->name, s->detail));
        break;
    default:
        band_scroll(&s->top, s->rows, action);
        break;
    }
}

static const char *name(void)
{
    return _("Why not");
}

static const char *help(void)
{
    return _("What was tried, and what came of it. Where a host key has changed: the server shows another key than the one that your known_hosts file, or the answers, say it has. Whoever answers there could read what you "
             "type and do on that host, so kwiz does not log in.");
}

static void done(struct screen *screen)
{
    struct scr_reason *s = (struct scr_reason *)screen;
    free(s->name);
    free(s->address);
    free(s->detail);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_BAND, .name = name, .draw = draw, .act = act, .help = help, .free = done};

struct screen *scr_reason_new(struct view *view, size_t host)
{
    struct scr_reason *s = mem_new(1, sizeof *s);
    const struct host *h = &wizard_fleet(view->wizard)->items[host];
    s->screen.ops = &ops;
    s->name = mem_strdup(h->name);
    s->address = mem_strdup(h->address);
    const struct access_host *its = access_host(wizard_access(view->wizard), host);
    s->detail = mem_strdup(its->detail);
    s->is_changed_key = its->fault && strcmp(its->fault, transport_fault_name(FAULT_HOST_KEY_CHANGED)) == 0;
    s->focus = CLOSE;
    return &s->screen;
}
