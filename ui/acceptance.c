#include "ui/acceptance.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/check_list.h"

#define REASON_BYTES_MAX 400

void acceptance_done(struct acceptance *acceptance)
{
    field_done(&acceptance->field);
    acceptance->requirement = NULL;
}

void acceptance_begin(struct acceptance *a, struct view *view, const struct requirement *requirement)
{
    const struct wizard_check *check = check_find(view->wizard, requirement);
    if (!check)
        return;
    if (check->accepted) {
        draft_accept(wizard_draft(view->wizard), requirement->id, NULL);
        wizard_touch(view->wizard);
        view_say(view, ROLE_TEXT, _("%s is not accepted any more."), requirement->id);
    } else if (!check->hosts || (check->worst != VERDICT_FAIL && check->worst != VERDICT_WARN))
        view_say(view, ROLE_TEXT, _("%s neither fails nor warns: there is nothing to accept."), requirement->id);
    else {
        field_set(&a->field, "");
        a->field.max = REASON_BYTES_MAX;
        a->requirement = requirement;
    }
}

static void take_reason(struct acceptance *a, struct view *view)
{
    const char *reason = field_text(&a->field);
    if (!reason[strspn(reason, " ")]) {
        view_say(view, ROLE_WARN, _("Without a reason %s is not accepted: it stands in the answers, for who reads them later."), a->requirement->id);
        a->requirement = NULL;
        return;
    }
    draft_accept(wizard_draft(view->wizard), a->requirement->id, reason);
    wizard_touch(view->wizard);
    view_say(view, ROLE_OK, _("%s is accepted: %s. A takes it back."), a->requirement->id, reason);
    a->requirement = NULL;
}

bool acceptance_type(struct acceptance *a, struct view *view, struct key key)
{
    if (!a->requirement)
        return false;
    if (key.code == UI_KEY_ENTER)
        take_reason(a, view);
    else if (key.code == UI_KEY_ESC)
        a->requirement = NULL;
    else
        return field_key(&a->field, key);
    return true;
}

bool acceptance_paste(struct acceptance *a, const char *text, size_t len)
{
    if (a->requirement)
        field_paste(&a->field, text, len);
    return a->requirement != NULL;
}

void acceptance_draw(const struct acceptance *a, struct canvas *canvas, int row)
{
    if (!a->requirement)
        return;
    canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    char *label = mem_printf(_("Why go on although %s is not as wanted:"), a->requirement->id);
    int col = canvas_put_in(canvas, row, 1, canvas->cols / 2 + 4, ROLE_KEY, label) + 1;
    field_draw(&a->field, canvas, row, col, canvas->cols - col - 1);
    free(label);
}
